"""Folders and files of this tree that tests read, wherever the test itself lies."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = ROOT / "tests"
DOCS: Final = ROOT / "docs"
PLATFORM: Final = TESTS / "data" / "platform"
LOGINS: Final = TESTS / "data" / "logins"
CATENAX: Final = TESTS / "data" / "catenax"
MALFORMED: Final = TESTS / "malformed"


def named(path: Path) -> str:
    """Return the path from the root of the tree, as a document would write it."""
    return path.relative_to(ROOT).as_posix()


def tracked() -> list[Path]:
    """Return every file that is in the repository or is about to be, in order of its path."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for line in sorted(listed.splitlines()) if (path := ROOT / line).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Yield each tracked text file with its content; binary files are left out."""
    for path in tracked():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
