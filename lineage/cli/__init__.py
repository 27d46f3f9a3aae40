"""The door for people at a terminal and for scripts: parse, one call, print."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command `lineage`."""
    from lineage.cli.commands import app  # noqa: PLC0415 - whoever imports the package does not load the command line

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a name shows its code points, rather than nothing of the answer.
            stream.reconfigure(errors="backslashreplace")
    app()
