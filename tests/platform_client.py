"""Messages of other systems, loaded as both interfaces load them, and the events that they became."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from lineage.exchange.conversion.interface import ConversionOptions, NothingStored, StoredFacts
from lineage.exchange.conversion.places import place_of
from lineage.exchange.formats import CONVERSIONS
from lineage.operations.messages.conversion import InputFile, Loading, load_converted
from lineage.service.answers import Document
from lineage.service.ingest.load import Rules
from lineage.stores.interface import Store
from tests.builders import Json
from tests.service_client import TickingClock

TODAY: Final = date(2026, 11, 22)
ACCOUNT: Final = "91990000TT7101011B"
NOT_STATED: Final = "urn:tbrat:not-told"


def as_lines(messages: Iterable[Json]) -> bytes:
    return b"".join(orjson.dumps(message) + b"\n" for message in messages)


def load_messages(
    store: Store, *bodies: bytes, file_format: str = "platform", clock: TickingClock | None = None, **options: Any
) -> Document:
    """Load bodies as the files of one load; return the answer."""
    inputs = [InputFile(f"file {number}", [body]) for number, body in enumerate(bodies, 1)]
    chosen = ConversionOptions(**{"today": TODAY, **options})
    return load_converted(store, inputs, Loading(file_format, chosen, Rules(clock or TickingClock())))[1]


def stored_events(store: Store) -> dict[str, Json]:
    """The journal's events by id, without their evidence."""
    entries = store.read(lambda reader: reader.entries(0, 1_000_000))
    events: Sequence[Json] = [orjson.loads(entry.event) for entry in entries]
    return {event["id"]: {k: v for k, v in event.items() if k != "evidence"} for event in events}


class Read(NamedTuple):
    """What messages became without a store: events in order, refused records, the counts."""

    events: list[Json]
    errors: list[tuple[int, int, str, str]]
    """Line, record, path and code."""
    counts: Json
    warnings: list[tuple[str, str]]
    """Path and code."""


def read_bodies(
    *bodies: bytes, file_format: str = "platform", stored: StoredFacts | None = None, **options: Any
) -> Read:
    """Read bodies as the files of one load."""
    events: list[Json] = []
    errors: list[tuple[int, int, str, str]] = []
    chosen = ConversionOptions(**{"today": TODAY, **options})
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(CONVERSIONS[file_format](chosen, stored or NothingStored(), Path(folder))) as conversion,
    ):
        for number, body in enumerate(bodies):
            conversion.read(number, [body])
        for line in conversion.lines():
            if line.error is None:
                assert isinstance(line.document, dict)
                events.append(line.document)
            else:
                place = place_of(line.number)
                errors.append((place.line, place.record, line.error.path, line.error.code))
        report = conversion.report
    return Read(events, errors, report.counts(), [(notice["path"], notice["code"]) for _, notice in report.warnings])


def read_messages(*messages: Json, **options: Any) -> Read:
    """Read messages as the lines of one file."""
    return read_bodies(as_lines(messages), **options)


def read_record(interface: str, record: Json, **options: Any) -> Read:
    """Read one record of a message."""
    return read_messages({"interface": interface, "account": ACCOUNT, "message": [record]}, **options)


def stated(event: Json) -> Json:
    """What an event states, without what every event of the platform has."""
    return {k: v for k, v in event.items() if k not in ("id", "reporter", "evidence")}
