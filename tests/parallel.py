"""One run in several processes: which tests stay together, in which order they start, and which Neo4j each one has.

A process takes a whole file at a time, so that what a file prepares is prepared once; of a file in `DIVIDED` it takes
one test at a time. Whatever takes longest starts first, so that all processes end at about the same time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

SERVERS: Final = "LINEAGE_TEST_NEO4J"
"""URLs of servers that may be wiped, with commas between them: one for each process, or one for all."""
HTTP: Final = "LINEAGE_TEST_NEO4J_HTTP"
RUN: Final = "LINEAGE_TEST_RUN"
"""A folder that the processes of one run share; removed at its end."""
DIVIDED: Final = frozenset(
    {
        "tests/contract/test_stores_agree.py",
        "tests/contract/test_workers.py",
        "tests/end_to_end/operation/test_kills.py",
        "tests/end_to_end/operation/test_load_growth.py",
        "tests/property/test_laws.py",
        "tests/property/test_reference_of_compliance.py",
        "tests/property/test_reference_of_findings.py",
        "tests/reference/test_oracle.py",
    }
)
"""Files whose tests share nothing that is costly to prepare: one test at a time."""
SECONDS: Final[dict[str, int]] = {
    "tests/property/test_laws.py": 90,
    "tests/end_to_end/operation/test_kills.py": 80,
    "tests/end_to_end/operation/test_benchmark.py": 60,
    "tests/contract/test_stores_agree.py": 60,
    "tests/test_docs.py": 58,
    "tests/end_to_end/operation/test_outage.py": 55,
    "tests/fleet/test_truth.py": 40,
    "tests/fleet/test_files.py": 33,
    "tests/end_to_end/http/test_events.py": 31,
    "tests/end_to_end/operation/test_streaming.py": 29,
    "tests/end_to_end/http/test_questions.py": 28,
    "tests/end_to_end/operation/test_wheel.py": 27,
    "tests/contract/neo4j/test_query_files.py": 25,
    "tests/contract/test_cases.py": 20,
    "tests/fleet/test_duties.py": 20,
    "tests/fleet/test_score.py": 18,
    "tests/fleet/test_stores.py": 17,
    "tests/contract/test_import.py": 16,
    "tests/end_to_end/http/test_refusals.py": 16,
    "tests/end_to_end/operation/test_one_state.py": 15,
    "tests/contract/neo4j/test_neo4j_only.py": 15,
    "tests/end_to_end/http/test_openapi.py": 15,
    "tests/contract/findings/test_findings.py": 10,
    "tests/fleet/test_impact_silence.py": 9,
    "tests/fleet/test_lives.py": 8,
    "tests/test_error_codes.py": 8,
    "tests/end_to_end/operation/test_load_growth.py": 6,
    "tests/contract/test_workers.py": 5,
}
"""Seconds that a file takes, or the longest test of a divided file; a file not listed takes `SHORT`. Only the order of
the tests depends on it: `--durations=0` shows what has changed."""
SHORT: Final = 4
ONE_SERVER: Final = "neo4j"
"""The group of all tests that need Neo4j, where processes share a server; the same as the marker."""
HAS_OWN_SERVER: Final = pytest.StashKey[bool]()


def scope_of(nodeid: str) -> str:
    """Return what one process takes as a whole: a file, or a test of a divided file."""
    path = nodeid.partition("::")[0]
    return nodeid if path in DIVIDED else path


def run_folder() -> Path:
    """Return the folder that the processes of this run share."""
    return Path(os.environ[RUN])


def is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def is_divided(config: pytest.Config) -> bool:
    """Return whether this is the process that starts the others and runs no test itself."""
    return not is_worker(config) and config.getoption("numprocesses", None) is not None


def pytest_configure(config: pytest.Config) -> None:
    """Choose the server of this process, and make the folder that all processes share."""
    if not is_worker(config):
        os.environ[RUN] = tempfile.mkdtemp(prefix="lineage-tests-")
    if is_divided(config):
        config.option.loadscopereorder = False  # the order of the tests stands
    else:
        config.stash[HAS_OWN_SERVER] = _choose_server(
            int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
        )


def _choose_server(number: int) -> bool:
    """Leave one address in the environment, and return whether no other process has it."""
    is_own = False
    for name in (SERVERS, HTTP):
        addresses = os.environ.get(name, "").split(",")
        if len(addresses) > 1:
            os.environ[name] = addresses[number]
            is_own = True
    return is_own


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config) and (folder := os.environ.pop(RUN, None)) is not None:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a run of several processes put what takes long first, and what needs the one server into one group."""
    if not is_worker(config):
        return
    items.sort(key=_longest_first)
    if config.stash[HAS_OWN_SERVER]:
        return
    for item in items:
        if item.get_closest_marker("neo4j") is not None:
            item.add_marker(pytest.mark.xdist_group(ONE_SERVER))


def _longest_first(item: pytest.Item) -> tuple[int, bool]:
    """Where tests of a divided file differ much, those on Neo4j are the long ones."""
    path = item.nodeid.partition("::")[0]
    seconds = SECONDS.get(path, SHORT)
    is_short = path in DIVIDED and item.get_closest_marker("neo4j") is None
    return -(min(seconds, 8) if is_short else seconds), is_short


class Scopes(LoadGroupScheduling):  # type: ignore[misc] # it publishes no types
    """Hands out files and tests of divided files, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_SERVER if nodeid.endswith(f"@{ONE_SERVER}") else scope_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scopes:
    return Scopes(config, log)
