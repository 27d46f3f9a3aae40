"""`lineage load` of formats whose records become events: messages of the platform, logins of vehicles."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import typer

from lineage.cli.messages.key import seal_of
from lineage.cli.rendering.renderer import strip_control_characters
from lineage.cli.session import REJECTED, complain, write_document
from lineage.domain.errors import InvalidQuestionError, Notice
from lineage.exchange.conversion.interface import ConversionOptions, Explain
from lineage.exchange.conversion.places import place_of
from lineage.exchange.jsonl import Line, open_events
from lineage.exchange.platform.sheets.columns import columns_of
from lineage.operations.ingest import outcome
from lineage.operations.json_encoding import encode
from lineage.operations.messages.conversion import PLATFORM, InputFile, Loading, day_of, load_converted
from lineage.operations.operation import system_clock
from lineage.operations.problems import RejectedEventsError
from lineage.service.answers import Document
from lineage.service.ingest.load import Rules
from lineage.stores.interface import Store

SHOWN: Final = 20
_PIECE: Final = 256 * 1024
_COUNTERS: Final = (
    "personal", "not_carried", "unknown_interfaces", "not_read", "warning_counts", "error_counts",
)  # fmt: skip

OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "platform": frozenset({"--interface", "--account", "--columns", "--regions", "--key-file", "--explain"}),
    "gbt32960": frozenset({"--reporter", "--explain"}),
}
"""The options that each of these formats has."""
Given = Mapping[str, Any]
"""Options of the command that some formats have, by their names; None where one is absent."""


def check_given(given: Given, file_format: str) -> None:
    """Refuse an option that the format does not have. Raises InvalidQuestionError."""
    for option, value in given.items():
        if value is not None:
            message = f"The format {file_format} has no such option."
            raise InvalidQuestionError(message, path=option, code="not_of_format")


@contextmanager
def refused_file(name: str | None) -> Iterator[BinaryIO | None]:
    """Open the file for refused lines, if one is wanted."""
    if name is None:
        yield None
        return
    with Path(name).open("wb") as file:
        yield file


def write_refused(file: BinaryIO, place: tuple[str, int], raw: bytes, notices: Iterable[Notice]) -> None:
    """Write a refused line as it was sent, under one comment for each error."""
    for notice in notices:
        reason = strip_control_characters(f"{notice.path}: {notice.code}: {notice.message}")
        file.write(f"# line {place[1]}: {reason}\n".encode())
    file.write(raw.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")


@dataclass
class ConvertedLoad:
    """One load of such a format."""

    format: str
    files: list[str]
    given: Given
    errors: str | None
    is_atomic: bool
    as_json: bool

    def __post_init__(self) -> None:
        check_given({o: v for o, v in self.given.items() if o not in OPTIONS[self.format]}, self.format)

    def load(self, store: Store) -> None:
        """Load the files and print the answer. Raises typer.Exit if a record was refused."""
        rules = Rules(system_clock, atomic=self.is_atomic)
        with refused_file(self.errors) as refused:
            loading = Loading(self.format, self._options(rules), rules, _Refusals(refused).write)
            report, document = load_converted(store, self._inputs(), loading)
        try:
            self._print(outcome(report, document, is_atomic=self.is_atomic))
        except RejectedEventsError:
            if not self.as_json:
                self._print(document)
            raise
        if report.rejected:
            raise typer.Exit(REJECTED)

    def _options(self, rules: Rules) -> ConversionOptions:
        return ConversionOptions(
            today=day_of(rules),
            interface=self.given["--interface"],
            account=self.given["--account"],
            reporter=self.given["--reporter"],
            columns=_columns(self.given["--columns"]),
            regions=_regions(self.given["--regions"]),
            explain=self._explanation() if self.given["--explain"] else None,
            seal=seal_of(self.given["--key-file"]) if self.format == PLATFORM else None,
        )

    def _inputs(self) -> Iterator[InputFile]:
        for name in self.files:
            with open_events(name) as stream:
                read = getattr(stream, "read1", stream.read)
                yield InputFile(name, iter(lambda read=read: read(_PIECE), b""))  # type: ignore[misc]

    def _explanation(self) -> Explain:
        def explain(record: Mapping[str, Any]) -> None:
            shown = {**record, "file": self.files[record["file"]]}
            if self.as_json:
                write_document(encode(shown))
            else:
                print("\n".join(_explained(shown)))

        return explain

    def _print(self, document: Document) -> None:
        if self.as_json:
            write_document(encode(document))
            return
        counts = (document["accepted"], document["duplicate"], document["rejected"], document["position"])
        print("{:,} accepted, {:,} there already, {:,} rejected. The journal holds {:,} events.".format(*counts))
        for name in _COUNTERS:
            counted = {word: count for word, count in document[name].items() if count}
            if counted:
                listed = ", ".join(f"{strip_control_characters(word)} {count:,}" for word, count in counted.items())
                print(f"{name.replace('_', ' ')}: {listed}")
        for kind, more in (("warnings", document.get("warnings_left_out", 0)), ("errors", 0)):
            self._print_notices(kind, document[kind], more)

    def _print_notices(self, kind: str, notices: list[Document], more: int) -> None:
        for notice in notices[:SHOWN]:
            where = f"{notice.get('file') or self.files[0]}:{notice['line']}"
            path = f"{notice['path']}: " if notice["path"] else ""
            record = f", record {notice['record']}" if notice["record"] else ""
            complain(f"{where}{record}: {path}{strip_control_characters(notice['message'])}", notice["code"])
        if len(notices) + more > SHOWN:
            hint = "; --errors FILE writes every refused record" if kind == "errors" else ""
            print(f"lineage: {len(notices) + more - SHOWN:,} more {kind}{hint}.", file=sys.stderr)


class _Refusals:
    """Writes refused records to a file, without personal data, ready to be mended and sent again."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def write(self, line: Line, notices: list[Notice]) -> None:
        if self._file is None:
            return
        place = place_of(line.number)
        where = f"line {place.line}" + (f", record {place.record}" if place.record else "")
        for notice in notices:
            reason = strip_control_characters(f"{notice.path}: {notice.code}: {notice.message}")
            self._file.write(f"# {where}: {reason}\n".encode())
        if line.raw and line.error is None:
            # Its record was accepted before with another content: sent again it would be refused again.
            self._file.write(b"# the event: " + line.raw + b"\n")
        elif line.raw:
            self._file.write(line.raw + b"\n")
        else:
            self._file.write(b"# the line itself is not written: what cannot be read may hold personal data\n")


def _explained(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines that show what a record became."""
    named = record.get("interface")
    number = f", record {record['record']}" if record["record"] else ""
    yield f"{record['file']}:{record['line']}{number}" + (f", {named}" if named else "")
    for event in record["events"]:
        step = f" {event['step']}" if "step" in event else ""
        yield f"  {event['id']}  {event['type']}{step} at {event['time']}: {_about(event)}"
    if not record["events"]:
        yield f"  {record['id']}: no event"
    for warning in record["warnings"]:
        yield f"  {warning['path']}: {warning['message']} ({warning['code']})"


def _about(event: Mapping[str, Any]) -> str:
    """Return the items of an event, the first few of many."""
    listed = event.get("items") or event.get("parts") or []
    ids = [item if isinstance(item, str) else item["id"] for item in listed]
    more = f" and {len(ids) - 3} more" if len(ids) > 3 else ""
    into = {"assembled": "into", "disassembled": "out of"}.get(event["type"])
    return ", ".join(ids[:3]) + more + (f" {into} {event['whole']}" if into else "")


def _columns(name: str | None) -> dict[str, Any] | None:
    """Return the table of columns of an operator. Raises InvalidQuestionError where it cannot be used."""
    if name is None:
        return None
    try:
        table = tomllib.loads(Path(name).read_text("utf-8"))
        columns_of(table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        message = f'{name} is no table of columns: write lines "header" = "field" ({error}).'
        raise InvalidQuestionError(message, path="--columns", code="bad_columns") from None
    return table


def _regions(name: str | None) -> dict[str, str]:
    """Return the table of an operator: areas as messages write them, with codes of GB/T 2260."""
    if name is None:
        return {}
    try:
        table = tomllib.loads(Path(name).read_text("utf-8"))["regions"]
        return {str(area).strip(): str(code) for area, code in table.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, AttributeError) as error:
        message = f'{name} is no table of regions: write [regions] and lines "area" = "code" ({error}).'
        raise InvalidQuestionError(message, path="--regions", code="bad_regions") from None
