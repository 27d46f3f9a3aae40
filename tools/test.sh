#!/usr/bin/env bash
# Runs the tests: all of them where LINEAGE_TEST_NEO4J names a server, else the others, with a list of those not run.
#   tools/test.sh [MARKERS] [OPTION OF PYTEST ...]      MARKERS: "not soak" when not given
set -euo pipefail
cd "$(dirname "$0")/.."

markers=${1:-not soak}
shift $(($# > 0 ? 1 : 0))
pytest=(.venv/bin/python -m pytest)

if [ -n "${LINEAGE_TEST_NEO4J:-}" ]; then
  exec "${pytest[@]}" -m "$markers" "$@"
fi
if [ -n "${LINEAGE_REQUIRE_NEO4J:-}" ]; then
  echo "LINEAGE_REQUIRE_NEO4J is set, and no server is named in LINEAGE_TEST_NEO4J." >&2
  exit 1
fi

code=0
"${pytest[@]}" -m "($markers) and not neo4j" "$@" || code=$?
missed=$(PYTEST_ADDOPTS='' "${pytest[@]}" --collect-only -q -m "($markers) and neo4j" 2>/dev/null | sed -n 's/::.*//p' | sort | uniq -c) || true
if [ -n "$missed" ]; then
  line=$(printf '!%.0s' {1..100})
  printf '%s\nNOT RUN: the tests that need a real Neo4j (make test brings one up), by file:\n%s\n%s\n' "$line" "$missed" "$line" >&2
fi
exit "$code"
