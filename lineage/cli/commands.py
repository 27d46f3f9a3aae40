"""Every command, by name."""

from __future__ import annotations

import typer

from lineage.cli.serving import serve

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve)


@app.callback()
def lineage() -> None:
    """Where every battery came from, where it went, and in whose hands it was, at any time."""
