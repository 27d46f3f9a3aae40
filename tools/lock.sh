#!/usr/bin/env bash
# Writes requirements.lock: the newest versions that pyproject.toml allows, each with its digests.
#   tools/lock.sh              upgrades everything
#   tools/lock.sh --additions  adds what is new in pyproject.toml and leaves every pinned version as it is
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=(--upgrade)
[ "${1:-}" != --additions ] || upgrade=()

[ -x .lock-venv/bin/pip-compile ] || { .venv/bin/python -m venv .lock-venv && .lock-venv/bin/pip --quiet install 'pip-tools>=7.5,<8'; }
# With these options the file does not name the package index of this machine.
lock() { # EXTRA FILE
  CUSTOM_COMPILE_COMMAND="make lock" .lock-venv/bin/pip-compile --quiet "${upgrade[@]}" --extra "$1" --strip-extras \
    --generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options \
    --output-file "$2" pyproject.toml
}
lock dev requirements.lock
lock bench bench/requirements.lock # goes into the same environment, so both are made at one time
