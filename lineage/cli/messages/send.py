"""`lineage send`: write events as messages of another system; nothing is sent to anybody."""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from lineage.cli.maintenance.journal import STANDARD_OUTPUT, partial_of, written
from lineage.cli.messages.key import KEY, KeyFileOption, seal_of
from lineage.cli.outputs import check_output
from lineage.cli.session import JsonOption, StoreOption, opened, report_errors, write_document
from lineage.domain.errors import InvalidQuestionError
from lineage.exchange.platform.envelope import Seal
from lineage.operations.json_encoding import encode
from lineage.operations.operation import system_clock
from lineage.service.answers import Context, Document
from lineage.service.outgoing import Form
from lineage.service.outgoing import send as send_events

FORMATS: Final = ("platform",)


def send(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="The file to write; .gz and .zst are compressed, - is standard output."),
    ] = STANDARD_OUTPUT,
    *,
    file_format: Annotated[
        str, typer.Option("--format", metavar="WORD", help=f"The format: {' or '.join(FORMATS)}.")
    ] = FORMATS[0],
    reporter: Annotated[
        str | None, typer.Option("--reporter", metavar="CODE", help="Only what this party reported.")
    ] = None,
    bare: Annotated[
        bool, typer.Option("--bare", help="Write the payload of each message alone, without interface and account.")
    ] = False,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Put each payload into the platform's envelope; it needs a key.")
    ] = False,
    key_file: KeyFileOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write what the events state as messages of the platform, and count what no message can state.

    With --json and without a file the messages are counted and not written.
    """
    with report_errors(as_json=as_json):
        if file_format not in FORMATS:
            message = f"{file_format!r} is no format: give {' or '.join(FORMATS)}."
            raise InvalidQuestionError(message, path="--format", code="not_a_choice")
        check_output(file, "FILE", store=store)
        check_output(file if file == STANDARD_OUTPUT else partial_of(file), "FILE", store=store)
        form = Form(bare=bare, seal=_seal(key_file) if sealed else None)
        context = Context(system_clock(), lambda: False)
        with opened(store) as open_one:
            if as_json and file == STANDARD_OUTPUT:
                document = send_events(open_one, context, None, reporter=reporter, form=form)
            else:
                with written(file) as target:
                    document = send_events(open_one, context, target.write, reporter=reporter, form=form)
        if as_json:
            write_document(encode(document))
        else:
            _print(document, to_error=file == STANDARD_OUTPUT)


def _seal(key_file: str | None) -> Seal:
    seal = seal_of(key_file)
    if seal is None:
        message = f"An envelope needs a key: name it in --key-file or {KEY}."
        raise InvalidQuestionError(message, path="--sealed", code="missing_key")
    return seal


def _print(document: Document, *, to_error: bool) -> None:
    target = sys.stderr if to_error else sys.stdout
    print(f"{document['messages']:,} messages written.", file=target)
    if document["unsent"]:
        listed = ", ".join(f"{name} {count:,}" for name, count in document["unsent"].items())
        print(f"No message states these events: {listed}.", file=target)
