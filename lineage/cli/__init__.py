"""The command line, for people and for scripts: parse arguments, make one call, print the answer."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command `lineage`."""
    from lineage.cli.commands import app  # noqa: PLC0415 - importing the package does not load every command

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a name shows its code points, rather than nothing of the answer.
            stream.reconfigure(errors="backslashreplace")
    app()
