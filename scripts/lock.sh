#!/usr/bin/env bash
# Pin every dependency with hashes, without naming where it came from: an intranet has its own index.
#   scripts/lock.sh [--upgrade]
# One version for all Pythons and machines ("fewest"); 3.11.2 is Debian 12's. The development set is solved first
# and holds the other, so that both locks agree.
set -euo pipefail
cd "$(dirname "$0")/.."
lock() { # OUTPUT ARGUMENTS...
  .venv/bin/uv pip compile --quiet --system-certs pyproject.toml --output-file "$1" --universal --fork-strategy fewest \
    --python-version 3.11.2 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --custom-compile-command "make lock" "${@:2}"
}
lock requirements-dev.lock --group dev "$@"
lock requirements.lock --group build --constraints requirements-dev.lock "$@"
