"""Load messages of another system, whose records become events, and build the answer, for both interfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from pydantic import Field

from lineage.domain.errors import Notice, UnreadableInputError
from lineage.domain.instants import CHINA
from lineage.exchange.conversion.interface import Conversion, ConversionOptions
from lineage.exchange.conversion.places import Place, place_of
from lineage.exchange.formats import CONVERSIONS
from lineage.exchange.jsonl import Line
from lineage.operations.ingest import bounded, loaded, outcome
from lineage.operations.parameters import Flag, Omittable, Parameters, Text
from lineage.operations.problems import BodyTooLargeError
from lineage.service.answers import Document
from lineage.service.ingest.load import MOST_LISTED, LoadReport, Refused, Rules, load
from lineage.service.ingest.stored_facts import FactsOfStore
from lineage.stores.interface import Store
from lineage.stores.scratch_folder import ScratchFolder

PLATFORM: Final = "platform"
LOGINS: Final = "gbt32960"


class PlatformParameters(Parameters):
    """Options of a load of messages of the national platform."""

    interface: Omittable[Text] = Field(None, description="The interface of messages that do not name it.")
    account: Omittable[Text] = Field(None, description="The account that sent messages that do not name it.")
    atomic: Flag = Field(default=False, description="Store all events or none.")


class LoginParameters(Parameters):
    """Options of a load of logins of vehicles."""

    reporter: Text = Field(description="The party that reports the logins: a login does not name it.")
    atomic: Flag = Field(default=False, description="Store all events or none.")


class InputFile(NamedTuple):
    """A file or body: its name and its pieces."""

    name: str
    pieces: Iterable[bytes]


class Loading(NamedTuple):
    """A load as it is wanted: the name of the format, its options, the rules of the load, and what is called."""

    format: str
    options: ConversionOptions
    rules: Rules
    refused: Refused | None = None
    progress: Callable[[int], None] | None = None


def day_of(rules: Rules) -> date:
    """Return the day in China by the clock of the load."""
    return datetime.fromtimestamp(rules.clock() / 1000, UTC).astimezone(CHINA).date()


def load_converted(store: Store, inputs: Iterable[InputFile], loading: Loading) -> tuple[LoadReport, Document]:
    """Read all inputs, then store their events; return the counts of the load, and the answer.

    Raises UnreadableInputError and BodyTooLargeError where the only input cannot be read at all, StoreError.
    """
    with (
        ScratchFolder() as scratch,
        closing(CONVERSIONS[loading.format](loading.options, FactsOfStore(store), scratch.path)) as conversion,
    ):
        names, unreadable = _read(conversion, inputs)
        lines = _with(unreadable, conversion)

        def refused(line: Line, notices: list[Notice]) -> None:
            for notice in notices:
                conversion.report.error_counts[notice.code] += 1
            if loading.refused is not None:
                loading.refused(line, notices)

        report = load(store, lines, loading.rules, refused=refused, progress=loading.progress)
    return report, _answer(conversion, report, loading.rules, names)


def load_platform_body(store: Store, pieces: Iterable[bytes], parameters: PlatformParameters, rules: Rules) -> Document:
    """Load a body of messages: the answer of `POST /v1/platform`.

    Raises RejectedEventsError where nothing of it was stored, and as `load_converted` does.
    """
    options = ConversionOptions(day_of(rules), parameters.interface, parameters.account)
    return _load_body(store, pieces, PLATFORM, options, rules)


def load_logins_body(store: Store, pieces: Iterable[bytes], parameters: LoginParameters, rules: Rules) -> Document:
    """Load a body of logins: the answer of `POST /v1/gbt32960`.

    Raises InvalidQuestionError, RejectedEventsError where nothing of it was stored, and as `load_converted` does.
    """
    options = ConversionOptions(day_of(rules), reporter=parameters.reporter)
    return _load_body(store, pieces, LOGINS, options, rules)


def _load_body(store: Store, pieces: Iterable[bytes], name: str, options: ConversionOptions, rules: Rules) -> Document:
    if rules.atomic:
        pieces = bounded(pieces)
    report, document = load_converted(store, (InputFile("", pieces),), Loading(name, options, rules))
    return outcome(report, document, is_atomic=rules.atomic)


def _read(conversion: Conversion, inputs: Iterable[InputFile]) -> tuple[list[str], list[Line]]:
    """Read every input; one of several that cannot be read is an error among others."""
    names: list[str] = []
    unreadable: list[tuple[int, UnreadableInputError]] = []
    for file, one in enumerate(inputs):
        names.append(one.name)
        try:
            conversion.read(file, one.pieces)
        except UnreadableInputError as error:
            unreadable.append((file, error))
    if unreadable and len(names) == 1:
        only = unreadable[0][1]
        if only.code == BodyTooLargeError.code:
            raise BodyTooLargeError(only.message) from only
        raise only
    lines = [
        Line(Place(file, why.line or 1).number(), b"", None, Notice(None, "", why.code, why.message))
        for file, why in unreadable
    ]
    return names, lines


def _with(unreadable: list[Line], conversion: Conversion) -> Iterator[Line]:
    yield from unreadable
    yield from conversion.lines()


def _answer(conversion: Conversion, load_report: LoadReport, rules: Rules, names: Sequence[str]) -> Document:
    """Return the counts of the reading and of the load as one document."""
    common = loaded(load_report, rules)
    reading = conversion.report
    accepted = [(place_of(int(str(w["line"]))), {"path": "", **w}) for w in load_report.warnings]
    warnings = sorted([*reading.warnings, *accepted], key=lambda found: found[0])
    errors = sorted(((place_of(int(str(e["line"]))), e) for e in load_report.errors), key=lambda found: found[0])
    left_out = reading.warnings_left_out + load_report.warnings_left_out + max(len(warnings) - MOST_LISTED, 0)
    own = {
        **reading.counts(),
        "warnings": [_listed(place, notice, names) for place, notice in warnings[:MOST_LISTED]],
        "errors": [_listed(place, notice, names) for place, notice in errors],
    }
    if left_out:
        own["warnings_left_out"] = left_out
    return {**common, **own}


def _listed(place: Place, notice: Mapping[str, Any], names: Sequence[str]) -> Document:
    """Return a warning or an error with its place; the file only where there are several."""
    shown: Document = {"line": place.line, "record": place.record}
    shown |= {name: notice[name] for name in ("id", "path", "code", "message")}
    return {**shown, "file": names[place.file]} if len(names) > 1 else shown
