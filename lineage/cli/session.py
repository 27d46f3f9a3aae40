"""What every command shares: the store it opens, how it asks, how it ends, and what it says when it cannot."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import InvalidQuestionError, LineageError, StoreError
from lineage.operations.catalogue import BY_NAME, ask, system_clock
from lineage.operations.json_encoding import Document, encode
from lineage.operations.parameters import InvalidParametersError, read_values
from lineage.operations.problems import problem_of
from lineage.settings import Settings, read_settings
from lineage.stores import open_store
from lineage.stores.interface import Store

DONE: Final = 0
REJECTED: Final = 1
WRONG_USAGE: Final = 2
STORE_UNREACHABLE: Final = 3

StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="sqlite:///path.db or neo4j://host:7687; else LINEAGE_STORE."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly the document that HTTP answers.")]
ZoneOption = Annotated[str, typer.Option("--tz", metavar="OFFSET", help="The clock of the tables: Z or an offset.")]
KnownAtOption = Annotated[str | None, typer.Option("--known-at", metavar="TIME", help="As known at that time.")]
CHINA: Final = "+08:00"


def exit_code(error: LineageError) -> int:
    """0 done, 1 rejected or unknown, 2 wrong usage, 3 store unreachable (contract 8)."""
    if isinstance(error, StoreError):
        return STORE_UNREACHABLE
    return WRONG_USAGE if isinstance(error, InvalidQuestionError | InvalidParametersError) else REJECTED


@contextmanager
def report_errors(*, as_json: bool = False) -> Iterator[None]:
    """Turn an error into a sentence on standard error, with --json its document, and the exit code."""
    try:
        yield
    except LineageError as error:
        if as_json:
            write_document(encode(problem_of(error)))
        for path, code, message in _told(error):
            complain(message, code, path)
        raise typer.Exit(exit_code(error)) from None
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left to flush has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(DONE) from None
    except OSError as error:
        complain(f"{error.filename or 'The file'}: {error.strerror or error}.", "file")
        raise typer.Exit(WRONG_USAGE) from None


def _told(error: LineageError) -> list[tuple[str, str, str]]:
    """Option, code and sentence of everything that is wrong."""
    if isinstance(error, InvalidParametersError):
        return [(n.path, n.code, n.message) for n in error.notices]
    return [(error.path if isinstance(error, InvalidQuestionError) else "", error.code, error.message)]


def complain(message: str, code: str, option: str = "") -> None:
    where = f"{option}: " if option else ""
    print(f"lineage: {where}{message} ({code})", file=sys.stderr)


def settings() -> Settings:
    return read_settings(os.environ)


@contextmanager
def opened(url: str | None) -> Iterator[Store]:
    """The store of --store, else of the environment."""
    said = settings()
    store = open_store(url or said.store, user=said.neo4j_user, password=said.neo4j_password, findings=said.findings)
    try:
        yield store
    finally:
        store.close()


def answer(
    store: Store,
    name: str,
    options: Mapping[str, str | None],
    id_text: str | None = None,
    book: RuleBook | None = None,
) -> Document:
    """The document that HTTP answers to the same question; `book`: by other rules. Raises LineageError."""
    question = BY_NAME[name]
    pairs = [(parameter, _text(text)) for parameter, text in options.items() if text is not None]
    values: dict[str, Any] = read_values(pairs, question.parameters)
    if id_text is not None:
        values["id"] = _text(id_text)
    if book is not None:
        values["book"] = book
    return ask(question, store, values, clock=system_clock, seconds=settings().read_seconds)


def _text(argument: str) -> str:
    """What stood on the command line, if it is text at all."""
    try:
        return argument.encode().decode()
    except UnicodeError:
        raise InvalidQuestionError("An argument is not UTF-8.", path="", code="not_utf8") from None


def write_document(document: bytes) -> None:
    """Print a document as it is, with the end of the line."""
    sys.stdout.flush()
    sys.stdout.buffer.write(document + b"\n")
    sys.stdout.buffer.flush()
