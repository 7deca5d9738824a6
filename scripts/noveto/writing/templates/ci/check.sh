#!/bin/sh
# 检查改动：格式、引用、个人信息、只追加；再核对历史。有错就失败，违规只标出来。
# 要：NOVETO_FORMAT 输出格式（text、github、gitlab）；NOVETO_BASE 和哪个版本比（没有就查全部）。
set -eu
format=${NOVETO_FORMAT:-text}
failed=0
if [ -n "${NOVETO_BASE:-}" ]; then
  set -- --against "$NOVETO_BASE"
fi
noveto --quiet --format text check "$@" --output check.txt || failed=1
cat check.txt
if [ "$format" = gitlab ]; then
  noveto --quiet --format gitlab check "$@" --output gl-code-quality-report.json || failed=1
elif [ "$format" = github ]; then
  noveto --quiet --format github check "$@" || failed=1
fi
noveto --quiet --format "$( [ "$format" = github ] && echo github || echo text )" audit || failed=1
exit $failed
