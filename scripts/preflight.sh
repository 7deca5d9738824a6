#!/usr/bin/env bash
# What this machine lacks, said once and completely.
#   scripts/preflight.sh [--packages] NEED...      NEED: python git fonts browser pdf
# Without --packages: a message in Chinese naming each missing Debian package; exit 1.
# With --packages: only the names of the packages, one a line (for .ci/run); exit 0.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
names_only=
packages=()
messages=()

lack() { # PACKAGES MESSAGE
  local package
  for package in $1; do packages+=("$package"); done
  messages+=("$2")
}

need_python() {
  if ! command -v "$python" >/dev/null; then
    lack "python3 python3-venv" "没有找到 $python（需要 Python 3.11 或更高版本）。"
  elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    # Debian 12 and newer bring 3.11 or newer; on an older system no package helps.
    lack "" "$python 的版本是 $("$python" -V 2>&1 | cut -d' ' -f2)，需要 3.11 或更高版本：请使用 Debian 12 或更新的系统，或用 make PYTHON=/路径/python3.11 指定。"
  elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    lack "python3-venv" "Python 缺少 venv 组件。"
  fi
}

need_git() {
  command -v git >/dev/null || lack "git" "没有找到 git（台账存放在 Git 里）。"
}

need_fonts() { # a Chinese font: the office's own in fonts/, or one of the system's
  compgen -G 'fonts/*.[tToO][tT][fFcC]' >/dev/null && return
  if command -v fc-list >/dev/null; then
    [ -z "$(fc-list :lang=zh-cn family)" ] || return 0
  else
    local hit
    hit=$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" \
      -iregex '.*\(cjk\|wqy\|simsun\|simfang\|simhei\|fangsong\|uming\|gbsn\).*\.\(tt[fc]\|ot[fc]\)' -print -quit 2>/dev/null || true)
    [ -z "$hit" ] || return 0
  fi
  lack "fonts-noto-cjk" "没有中文字体，打印出来的表格会是空白方框。也可以把单位自己的字体文件放进 fonts/ 文件夹。"
}

need_browser() {
  command -v chromium >/dev/null || lack "chromium" "没有找到 chromium（网页测试和 make shots 要用它打开页面）。"
}

need_pdf() {
  command -v pdftotext >/dev/null || lack "poppler-utils" "没有找到 pdftotext（测试要用它检查打印件）。"
}

if [ "${1:-}" = --packages ]; then names_only=1; shift; fi
for need in "$@"; do "need_$need"; done
if [ -n "$names_only" ]; then
  [ ${#packages[@]} -eq 0 ] || printf '%s\n' "${packages[@]}" | sort -u
  exit 0
fi
[ ${#messages[@]} -eq 0 ] && exit 0
{
  echo "缺少以下组件："
  printf '  · %s\n' "${messages[@]}"
  if [ ${#packages[@]} -gt 0 ]; then
    echo "请先安装（Debian）："
    echo "  sudo apt-get update && sudo apt-get install $(printf '%s\n' "${packages[@]}" | sort -u | paste -sd' ')"
  fi
} >&2
exit 1
