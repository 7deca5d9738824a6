#!/bin/sh
# 没有装服务器钩子的地方：由流水线写回执，推到 receipts 分支。装了钩子的，这里没有要写的。
# 要：NOVETO_BEFORE 推送以前的版本；NOVETO_PUSHER 谁推的。
set -eu
zero=0000000000000000000000000000000000000000
before=${NOVETO_BEFORE:-$zero}
git cat-file -e "$before^{commit}" 2>/dev/null || before=$zero
for try in 1 2 3; do
  git fetch -q origin '+refs/heads/receipts:refs/heads/receipts' 2>/dev/null || true
  printf '%s %s refs/heads/main\n' "$before" "$(git rev-parse HEAD)" |
    GITEA_PUSHER_NAME=${NOVETO_PUSHER:-ci} noveto hook post-receive --via ci
  git show-ref -q --verify refs/heads/receipts || exit 0
  git push -q origin refs/heads/receipts && exit 0
  sleep "$try"
done
echo "回执没有推上去，请再运行一次。" >&2
exit 1
