"""`lineage load` and `lineage import`: store the events of files, and report or write out refused lines."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from lineage.cli.messages.key import KeyFileOption
from lineage.cli.messages.load import ConvertedLoad, check_given, refused_file, write_refused
from lineage.cli.outputs import check_output
from lineage.cli.rendering.renderer import strip_control_characters
from lineage.cli.session import (
    REJECTED,
    JsonOption,
    StoreOption,
    complain,
    opened_or_made,
    report_errors,
    write_document,
)
from lineage.domain.errors import InvalidQuestionError, Notice
from lineage.exchange.formats import CONVERSIONS, FORMATS, JSONL, ConversionReport, Format, FormatReading
from lineage.exchange.jsonl import Line, open_events
from lineage.operations.ingest import loaded, outcome, read_strictly, with_reports
from lineage.operations.json_encoding import encode
from lineage.operations.operation import system_clock
from lineage.operations.problems import RejectedEventsError
from lineage.service.answers import Document
from lineage.service.gc_tuning import tune_gc
from lineage.service.ingest.load import LoadReport, Refused, Rules, load, load_all
from lineage.service.ingest.readiness import ahead_of_clock

SHOWN: Final = 20
STANDARD_INPUT: Final = "-"
_PIECE: Final = 256 * 1024


def load_files(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Files of one format, also .gz or .zst; - is standard input."),
    ],
    *,
    atomic: Annotated[bool, typer.Option("--atomic", help="Store all events or none.")] = False,
    keep_recorded: Annotated[
        bool, typer.Option("--keep-recorded", help="Store the `recorded` of each event: for trusted imports.")
    ] = False,
    errors: Annotated[
        str | None,
        typer.Option("--errors", metavar="FILE", help="Write every refused line to this file, with the reason."),
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", metavar="WORD", help=f"The format: {' or '.join((*FORMATS, *CONVERSIONS))}.")
    ] = JSONL.name,
    interface: Annotated[
        str | None,
        typer.Option("--interface", metavar="NAME", help="platform: the interface of messages that do not name it."),
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="CODE", help="platform: the account that sent what does not name it."),
    ] = None,
    reporter: Annotated[
        str | None, typer.Option("--reporter", metavar="CODE", help="gbt32960: the party that reports the logins.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="FILE", help="platform: TOML of headers of sheets with their fields."),
    ] = None,
    regions: Annotated[
        str | None,
        typer.Option("--regions", metavar="FILE", help="platform: TOML of areas as messages write them, with codes."),
    ] = None,
    key_file: KeyFileOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="platform, gbt32960: print what each record became, with ids.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Load events. Lines of JSON that begin with # are ignored."""
    with report_errors(as_json=as_json):
        check_files(files, errors, file_format, store)
        tune_gc()
        given = {
            "--interface": interface,
            "--account": account,
            "--reporter": reporter,
            "--columns": columns,
            "--regions": regions,
            "--key-file": key_file,
            "--explain": explain or None,
        }
        if file_format in CONVERSIONS:
            conversion = ConvertedLoad(file_format, files, given, errors, is_atomic=atomic, as_json=as_json)
            with opened_or_made(store) as open_one:
                conversion.load(open_one)
            return
        check_given(given, file_format)
        sources = Sources(files, FORMATS[file_format])
        rules = Rules(system_clock, keep_recorded=keep_recorded, atomic=atomic, restoring=keep_recorded)
        with opened_or_made(store) as open_one, refused_file(errors) as refused, sources.progress() as progress:
            report = load(
                open_one, sources.lines(), rules, refused=_refusal_writer(sources, refused), progress=progress
            )
            document = sources.placed(loaded(report, rules))
        _report(report, document, sources, is_atomic=atomic, as_json=as_json)


def import_files(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="JSON lines or an array, also .gz or .zst; - is standard input."),
    ],
    *,
    keep_recorded: Annotated[
        bool, typer.Option("--keep-recorded", help="Store the `recorded` of each event: for trusted imports.")
    ] = False,
    errors: Annotated[
        str | None,
        typer.Option("--errors", metavar="FILE", help="Write every refused line to this file, with the reason."),
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import a whole register into an empty store, all at once: quicker than load, with the same result."""
    with report_errors(as_json=as_json):
        check_files(files, errors, JSONL.name, store)
        tune_gc()
        sources = Sources(files, JSONL)
        rules = Rules(system_clock, keep_recorded=keep_recorded, restoring=keep_recorded)
        with opened_or_made(store) as open_one, refused_file(errors) as refused, sources.progress() as progress:
            report = load_all(
                open_one, sources.lines(), rules, refused=_refusal_writer(sources, refused), progress=progress
            )
            document = sources.placed(loaded(report, rules))
        _report(report, document, sources, is_atomic=False, as_json=as_json)


def _refusal_writer(sources: Sources, refused: BinaryIO | None) -> Refused:
    def write(line: Line, notices: list[Notice]) -> None:
        if refused is not None:
            write_refused(refused, sources.place(line.number), line.raw, notices)

    return write


def _report(report: LoadReport, document: Document, sources: Sources, *, is_atomic: bool, as_json: bool) -> None:
    """Print the answer of the load. Raises typer.Exit if a line was refused, RejectedEventsError if all were."""
    try:
        print_load(outcome(report, document, is_atomic=is_atomic), sources, as_json=as_json)
    except RejectedEventsError:
        if not as_json:
            print_load(document, sources, as_json=False)
        raise
    warn_if_ahead(report)
    if report.rejected or any(r.error_counts for r in sources.reports):
        raise typer.Exit(REJECTED)


def check_files(files: list[str], errors: str | None, file_format: str, store: str | None) -> None:
    """Check the arguments before a file is read. Raises InvalidQuestionError, OSError."""
    formats = (*FORMATS, *CONVERSIONS)
    if file_format not in formats:
        message = f"{file_format!r} is no format: give {' or '.join(formats)}."
        raise InvalidQuestionError(message, path="--format", code="not_a_choice")
    for name in files:
        if name == STANDARD_INPUT:
            continue
        Path(name).open("rb").close()
    if errors is not None:
        check_output(errors, "--errors", inputs=files, store=store)


@dataclass
class Sources:
    """The files of one load as one sequence of lines, numbered through all files and reported by file and line."""

    names: list[str]
    format: Format
    reports: list[ConversionReport] = field(default_factory=list)
    _offsets: list[tuple[int, str, int]] = field(default_factory=list)
    _bytes: int = 0
    _number: int = 0

    def lines(self) -> Iterator[Line]:
        """Yield the lines of all files, numbered without repetition."""
        for name in self.names:
            with open_events(name) as stream:
                yield from self._numbered(name, self._read(name, stream))

    def _numbered(self, name: str, reading: FormatReading) -> Iterator[Line]:
        before, comment = self._number, self.format.comment
        if reading.report is not None:
            self.reports.append(reading.report)
        for line in reading.lines:
            self._bytes += len(line.raw) + 1
            self._number = max(self._number + 1, before + line.number)
            offset = (name, self._number - line.number)
            if not self._offsets or self._offsets[-1][1:] != offset:
                self._offsets.append((self._number, *offset))
            if not comment or not line.raw.startswith(comment):
                yield line._replace(number=self._number)

    def _read(self, name: str, stream: BinaryIO) -> FormatReading:
        """Read one file alone as strictly as a body over HTTP; of several, a broken one is an error among others."""
        read = getattr(stream, "read1", stream.read)
        pieces = iter(lambda: read(_PIECE), b"")
        if len(self.names) > 1 or name.lower().endswith((".gz", ".zst")):
            return self.format.read(pieces, strict=False)
        return read_strictly(self.format, pieces)

    def place(self, number: int) -> tuple[str, int]:
        """Return the file and the line in it of a line's number."""
        _, name, offset = self._offsets[bisect_right(self._offsets, number, key=itemgetter(0)) - 1]
        return name, number - offset

    def placed(self, document: Document) -> Document:
        """Number the lines of errors and warnings by their file, and name the file where there are several."""
        for notice in (*document["errors"], *document["warnings"]):
            name, notice["line"] = self.place(notice["line"])
            if len(self.names) > 1:
                notice["file"] = name
        return with_reports(document, self.format, *self.reports)

    @contextmanager
    def progress(self) -> Iterator[Any]:
        """Yield the callback that a load calls after each batch: it draws a bar where standard error is a terminal."""
        if not sys.stderr.isatty():
            yield None
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task: TaskID = bar.add_task("reading", total=self._size())

            def progress(done: int) -> None:
                bar.update(task, completed=self._bytes, description=f"{done:,} lines")

            yield progress

    def _size(self) -> int | None:
        """Return the bytes to read; `None` where they are unknown or compressed."""
        if any(name == STANDARD_INPUT or name.lower().endswith((".gz", ".zst")) for name in self.names):
            return None
        return sum(Path(name).stat().st_size for name in self.names)


def print_load(document: Document, sources: Sources, *, as_json: bool) -> None:
    """Print the answer of a load."""
    if as_json:
        write_document(encode(document))
        return
    counts = (document["accepted"], document["duplicate"], document["rejected"], document["position"])
    print("{:,} accepted, {:,} there already, {:,} rejected. The journal holds {:,} events.".format(*counts))
    for report in sources.reports:
        _print_counts(report)
    for kind, more in (("warnings", document.get("warnings_left_out", 0)), ("errors", 0)):
        notices = document[kind]
        for notice in notices[:SHOWN]:
            where = f"{notice.get('file') or sources.names[0]}:{notice['line']}"
            path = f"{notice['path']}: " if notice.get("path") else ""
            complain(f"{where}: {path}{strip_control_characters(notice['message'])}", notice["code"])
        if len(notices) + more > SHOWN:
            rest = len(notices) + more - SHOWN
            hint = "; --errors FILE writes every refused line" if kind == "errors" else ""
            print(f"lineage: {rest:,} more {kind}{hint}.", file=sys.stderr)


def warn_if_ahead(report: LoadReport) -> None:
    """Warn on standard error where the journal runs ahead of the clock."""
    if (message := ahead_of_clock(report.state, system_clock())) is not None:
        complain(message, "journal_ahead")


def _print_counts(report: ConversionReport) -> None:
    for name, counts in report.counts().items():
        if counts:
            listed = ", ".join(f"{strip_control_characters(word)} {count:,}" for word, count in counts.most_common(10))
            print(f"{name.replace('_', ' ')}: {listed}")
