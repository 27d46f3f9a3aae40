#!/usr/bin/env bash
# Makes .venv from requirements.lock (exact versions, checked digests) and puts the tree itself into it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${PYTHON:-}" ]; then
  echo "Python 3.11 or newer is missing. If you have it elsewhere: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  rm -rf .venv # a half that an earlier attempt left
  if ! "$PYTHON" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    echo "$PYTHON cannot make a virtual environment with pip in it." >&2
    echo "Debian and Ubuntu keep that part in a package of its own: sudo apt install python3-venv" >&2
    echo "Or name another Python: make PYTHON=/path/to/python3.12" >&2
    exit 1
  fi
fi
echo "Installing what requirements.lock names into .venv ..."
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet)
"${pip[@]}" install --require-hashes -r requirements.lock
# Without isolation: the build tool is in the lock too, so nothing that is not pinned is fetched.
"${pip[@]}" install --no-deps --no-build-isolation --editable .
