"""The shape of the code base: what its tree, its names and its imports promise."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("lineage", "api")


def classes_defined() -> dict[str, list[str]]:
    """Every file of the packages that defines a class of a name."""
    files: dict[str, list[str]] = defaultdict(list)
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    files[node.name].append(str(path.relative_to(ROOT)))
    return files


def test_a_class_name_is_defined_once() -> None:
    assert {name: files for name, files in classes_defined().items() if len(files) > 1} == {}
