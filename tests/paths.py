"""Folders of this tree that tests read, wherever the test itself lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = ROOT / "tests"
DOCS: Final = ROOT / "docs"
CATENAX: Final = TESTS / "data" / "catenax"
MALFORMED: Final = TESTS / "malformed"
