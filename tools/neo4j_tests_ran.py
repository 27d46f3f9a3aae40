"""Fail unless every test that needs Neo4j ran; silent when they all did.

python tools/neo4j_tests_ran.py JUNIT_REPORT
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path


def wanted() -> Iterator[str]:
    """Yield each test marked `neo4j` by the name it has in a JUnit report."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "neo4j and not soak"]
    # Without the options of the run itself, which would write its report again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        address, bracket, case = line.partition("[")
        path, found, name = address.partition("::")
        if found:
            yield ".".join((re.sub(r"\.py$", "", path).replace("/", "."), *name.split("::"))) + bracket + case


def ran(report: Path) -> set[str]:
    """Return the tests that were run to their end, whatever came out."""
    tree = ET.parse(report)
    # Where processes share a server, their group stands after the name.
    return {
        f"{case.get('classname')}.{case.get('name', '').removesuffix('@neo4j')}"
        for case in tree.iter("testcase")
        if case.find("skipped") is None
    }


def main() -> int:
    expected = set(wanted())
    if not expected:
        print("There is no test that needs Neo4j, or they cannot be collected.", file=sys.stderr)
        return 1
    missing = sorted(expected - ran(Path(sys.argv[1])))
    for name in missing:
        print(f"did not run on Neo4j: {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
