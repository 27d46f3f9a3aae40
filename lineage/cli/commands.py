"""The command `lineage` with all its subcommands."""

from __future__ import annotations

from typing import Annotated

import typer

from lineage import __version__
from lineage.cli import compliance, demo, impact, incident, load, questions, serve
from lineage.cli.fleet import generate as fleet
from lineage.cli.fleet import score
from lineage.cli.maintenance import journal, migrate, restore
from lineage.cli.messages import send
from lineage.operations.catalogue import OPERATIONS
from lineage.operations.questions.compliance import DOSSIER

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("load")(load.load_files)
app.command("import")(load.import_files)
for operation in OPERATIONS:
    # The dossier can also be written as a page.
    app.command(operation.name)(
        compliance.dossier if operation.name == DOSSIER.name else questions.command_of(operation)
    )
for command in (
    compliance.check,
    incident.incident,
    journal.judge,
    impact.impact,
    serve.serve,
    send.send,
    journal.verify,
    journal.export,
    restore.restore,
    journal.rebuild,
    migrate.migrate,
    demo.demo,
    fleet.generate,
    fleet.stats,
    score.score,
):
    app.command(command.__name__)(command)


def _version(is_requested: bool) -> None:
    if is_requested:
        print(f"lineage {__version__}")
        raise typer.Exit


@app.callback()
def lineage(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the release number.")
    ] = False,
) -> None:
    """Trace every battery: where it came from, where it went, and who held it, at any time."""
