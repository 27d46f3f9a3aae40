# make demo     make a small history and serve it
# make test     everything that is checked, with real Neo4j servers brought up for it (make test NEO4J=2026.09.0: the other line)
# make unit     the tests that need no store: some seconds
# make check    the same without Neo4j
# make neo4j    a Neo4j with its Browser for work by hand; Ctrl-C stops it, the data stays in .neo4j/
# make soak     the long tests: kills, outages, throughput
# make soak-laws  the laws of all answers over many random histories (make soak-laws HISTORIES=5000 HISTORIES_NEO4J=500)
# make bench    the service against other ways to give the same answers; a report in docs/benchmarks/ (ARGS="--items 1000000")
# make lock     pin newer versions of the dependencies
#
# Needs Python 3.11 or newer; for Neo4j also a JDK (17 for 5.26, 21 for newer lines) and Maven, or a server named in
# LINEAGE_TEST_NEO4J whose data may be wiped. ARGS="..." is passed on by demo, neo4j, soak and bench.

NEO4J ?= 5.26.31
ARGS ?=
# Of the tests; each has stores and a Neo4j of its own.
PROCESSES ?= 2
# Of `make soak-laws`, for each law.
HISTORIES ?= 5000
HISTORIES_NEO4J ?= 500
# The first that is new enough; `make PYTHON=/path/to/python3.12` names another.
PYTHON ?= $(firstword $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p; done; true))
PY := .venv/bin/python

.DEFAULT_GOAL := check
.PHONY: demo test unit check lint neo4j soak soak-laws bench lock clean

demo: .venv/.stamp
	@.venv/bin/lineage demo $(ARGS)

check: lint
	@LINEAGE_TEST_PROCESSES=$(PROCESSES) tools/test.sh

test: lint
	@$(PY) tools/neo4j_server.py run --version $(NEO4J) --servers $(PROCESSES) -- \
		env LINEAGE_TEST_PROCESSES=$(PROCESSES) tools/test.sh

unit: .venv/.stamp
	@$(PY) -m pytest -q tests/unit

lint: .venv/.stamp
	@.venv/bin/ruff check
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

neo4j:
	@$(if $(PYTHON),,echo "Python 3.11 or newer is missing"; exit 1;) \
	$(PYTHON) tools/neo4j_server.py serve --version $(NEO4J) --home .neo4j/home-$(NEO4J) --browser $(ARGS)

soak: .venv/.stamp
	@$(PY) tools/neo4j_server.py run --version $(NEO4J) --steady --heap 2g -- tools/test.sh soak $(ARGS)

soak-laws: .venv/.stamp
	@LINEAGE_HISTORIES=$(HISTORIES) $(PY) -m pytest -q -m "not neo4j" tests/property $(ARGS)
	@$(PY) tools/neo4j_server.py run --version $(NEO4J) -- \
		env LINEAGE_HISTORIES=$(HISTORIES_NEO4J) $(PY) -m pytest -q -m neo4j tests/property $(ARGS)

bench: .venv/.stamp
	@.venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r bench/requirements.lock
	@PYTHONPATH=tools $(PY) -m bench $(ARGS)

lock: .venv/.stamp
	@tools/lock.sh

clean:
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# Rebuilt only when one of these files has changed.
.venv/.stamp: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" tools/venv.sh
	@touch $@
