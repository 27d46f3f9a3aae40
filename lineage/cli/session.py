"""The parts that every command shares: its store, its question, its exit code and its reports of errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, Final

import typer

from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import InvalidQuestionError, LineageError, StoreError
from lineage.operations.deadline import BoundedStore, Deadline
from lineage.operations.json_encoding import encode
from lineage.operations.operation import Operation, system_clock
from lineage.operations.parameters import InvalidParametersError, read_parameters
from lineage.operations.problems import problem_of
from lineage.service.answers import Document
from lineage.settings import Settings, read_settings
from lineage.stores import open_store, without_password
from lineage.stores.interface import Store

DONE: Final = 0
REJECTED: Final = 1
WRONG_USAGE: Final = 2
STORE_UNREACHABLE: Final = 3

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", metavar="URL", help="The store: sqlite:///path.db or neo4j://host:7687. Default: LINEAGE_STORE."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the JSON document that HTTP answers.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print the list as CSV, with a header row.")]
ZoneOption = Annotated[str, typer.Option("--tz", metavar="OFFSET", help="The time zone of the tables: Z or an offset.")]
KnownAtOption = Annotated[str | None, typer.Option("--known-at", metavar="TIME", help="Answer as known at this time.")]
CHINA: Final = "+08:00"


def exit_code(error: LineageError) -> int:
    """Return the exit code: 1 rejected or unknown, 2 wrong usage, 3 store unreachable (contract 8)."""
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
        for path, code, message in _notices(error):
            complain(message, code, path)
        raise typer.Exit(exit_code(error)) from None
    except BrokenPipeError:
        # The reader of the output has closed it; the rest of the buffer is flushed to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(DONE) from None
    except OSError as error:
        complain(f"{error.filename or 'The file'}: {error.strerror or error}.", "file")
        raise typer.Exit(WRONG_USAGE) from None


def _notices(error: LineageError) -> list[tuple[str, str, str]]:
    """Return option, code and sentence of each error."""
    if isinstance(error, InvalidParametersError):
        return [(n.path, n.code, n.message) for n in error.notices]
    return [(error.path if isinstance(error, InvalidQuestionError) else "", error.code, error.message)]


def complain(message: str, code: str, option: str = "") -> None:
    where = f"{option}: " if option else ""
    print(f"lineage: {where}{printable(message)} ({code})", file=sys.stderr)


def printable(text: str) -> str:
    """Escape every character that a terminal would interpret, or that changes the direction of writing.

    A file name may hold any; the ends of lines stay.
    """
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def settings() -> Settings:
    return read_settings(os.environ)


@contextmanager
def opened(url: str | None, *, create: bool = False) -> Iterator[Store]:
    """Open the store of `url`, else that of the environment, and close it at the end.

    Only with `create` a store that is not there is made; else InvalidQuestionError (`store_missing`).
    """
    given = settings()
    store = open_store(
        url or given.store,
        user=given.neo4j_user,
        password=given.neo4j_password,
        findings=given.findings,
        create=create,
    )
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened_or_made(url: str | None) -> Iterator[Store]:
    """Open a store as `opened` does, make it where there is none, and state that on standard error."""
    with opened(url, create=True) as store:
        if store.is_new:
            print(f"lineage: A new store was made: {printable(without_password(store.url))}", file=sys.stderr)
        yield store


def answer(
    store: Store,
    operation: Operation[Any],
    options: Mapping[str, str | None],
    id_text: str | None = None,
    rules: RuleBook | None = None,
) -> Document:
    """Return the document that HTTP answers to the same question, by `rules` if given. Raises LineageError."""
    pairs = [(name, _text(text)) for name, text in options.items() if text is not None]
    deadline = Deadline(settings().read_seconds)
    question = operation.question(
        read_parameters(operation.parameters, pairs),
        clock=system_clock,
        deadline=deadline,
        id="" if id_text is None else _text(id_text),
        rules=rules,
    )
    return operation.call(BoundedStore(store, deadline), question)


def _text(argument: str) -> str:
    """Return an argument of the command line. Raises InvalidQuestionError where it is not UTF-8."""
    try:
        return argument.encode().decode()
    except UnicodeError:
        raise InvalidQuestionError("An argument is not UTF-8.", path="", code="not_utf8") from None


def write_document(document: bytes) -> None:
    """Print a document and the end of the line."""
    sys.stdout.flush()
    sys.stdout.buffer.write(document + b"\n")
    sys.stdout.buffer.flush()


def refuse_both(*, as_json: bool, as_csv: bool) -> None:
    """Raise BadParameter where both forms of output are requested."""
    if as_json and as_csv:
        raise typer.BadParameter("give --json or --csv, not both")


def write_csv(rows: bytes) -> None:
    """Print rows that end their own lines."""
    sys.stdout.flush()
    sys.stdout.buffer.write(rows)
    sys.stdout.buffer.flush()
