"""The door for people at a terminal and for scripts: parse, one call, print."""

from __future__ import annotations


def main() -> None:
    """Run the command `lineage`."""
    from lineage.cli.commands import app  # noqa: PLC0415 - whoever imports the package does not load the command line

    app()
