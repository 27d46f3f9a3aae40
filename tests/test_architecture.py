"""The code base follows its own rules: no place of a machine, docstrings, sizes of files, functions and folders."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.paths import ROOT, named, texts, tracked

# ---- the project is about itself


def test_no_file_names_a_place_on_a_machine() -> None:
    place = re.compile(r"(?<![\w.$}/-])/(?:home|root|work|tmp|Users|private|mnt|media|srv|opt)/\w")
    found = [f"{named(path)}: {hit[0]}" for path, text in texts() for hit in place.finditer(text)]

    assert found == []


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert re.findall(r"^.*(?:://|--index|--extra-index|--find-links|--trusted-host).*$", lock, re.MULTILINE) == []


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [f"{named(path)}: {hit[0]}" for path, text in texts() for hit in later.finditer(text)]

    assert found == []


def test_every_package_states_its_purpose_in_its_first_line() -> None:
    packages = [ROOT / "api", ROOT / "cypher", *(path for path in (ROOT / "lineage").iterdir() if path.is_dir())]
    promises = [path for package in sorted(packages) if (path := package / "__init__.py").exists()]

    assert [named(path) for path in promises if not path.read_text("utf-8").startswith('"""')] == []


def test_everything_public_in_the_domain_has_a_docstring() -> None:
    public = [
        (path, node)
        for path in sorted((ROOT / "lineage" / "domain").rglob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]

    assert len(public) > 50
    assert [f"{named(path)}: {node.name}" for path, node in public if ast.get_docstring(node) is None] == []


# ---- sizes


SOURCES: Final = ("lineage", "api", "cypher", "tools")
LONG_FILE, LONG_FUNCTION = 300, 45
LONGEST_FILE, LONGEST_FUNCTION = 400, 70
MAY_BE_LONGER: Final[dict[str, str]] = {}
"""A file or `file: function` above the hard bounds, and the reason."""


class Size(NamedTuple):
    """Lines of a file, or of a function in it."""

    place: str
    lines: int
    longest: int


def sizes() -> Iterator[Size]:
    """Everything above the guidance: 300 lines a file, 45 a function."""
    for path in tracked():
        if path.suffix != ".py":
            continue
        text = path.read_text("utf-8")
        if text.count("\n") > LONG_FILE:
            yield Size(named(path), text.count("\n"), LONGEST_FILE)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONG_FUNCTION:
                    yield Size(f"{named(path)}: {node.name}", lines, LONGEST_FUNCTION)


def test_what_is_long_is_reported_and_what_is_too_long_has_a_reason() -> None:
    """Tests are reported only: a table of cases may be long."""
    report = sorted(sizes(), key=lambda size: -size.lines)
    for size in report:
        print(f"{size.lines:5} lines  {size.place}")
    too_long = {s.place for s in report if s.lines > s.longest and s.place.split("/")[0] in SOURCES}

    assert too_long - MAY_BE_LONGER.keys() == set()
    assert MAY_BE_LONGER.keys() - too_long == set()


MOST_FILES: Final = 15
DATA: Final = ("cypher", "lineage/stores/sql", "tests/malformed", "tests/data")
"""Folders of queries and of test data, with everything below them: one file a case, found by its name."""
MAY_HOLD_MORE: Final[dict[str, str]] = {
    "docs": "one page a subject, all linked from the README; a reader looks for a page here by its name",
    "docs/decisions": "a numbered series, one page a decision; none is ever removed",
    "lineage/synthetic/fleet": "one simulation: a module for each stage in a vehicle's life, and its parameters",
}
"""A folder with more than 15 files, and the reason."""


def test_no_folder_holds_more_than_fifteen_files() -> None:
    counts = Counter(named(path.parent) for path in tracked())
    crowded = {
        folder
        for folder, count in counts.items()
        if count > MOST_FILES and not any(f"{folder}/".startswith(f"{data}/") for data in DATA)
    }

    assert crowded - MAY_HOLD_MORE.keys() == set()
    assert MAY_HOLD_MORE.keys() - crowded == set()


# ---- names


def classes_defined() -> dict[str, list[str]]:
    """Map each class name to the files of the packages that define it."""
    files: dict[str, list[str]] = defaultdict(list)
    for package in ("lineage", "api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    files[node.name].append(named(path))
    return files


def test_a_class_name_is_defined_once() -> None:
    assert {name: files for name, files in classes_defined().items() if len(files) > 1} == {}
