"""Messages of other systems, loaded as both interfaces load them, and the events that they became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import orjson

from lineage.exchange.conversion.interface import ConversionOptions
from lineage.operations.conversion import Input, Loading, load_converted
from lineage.service.answers import Document
from lineage.service.ingest.load import Rules
from lineage.stores.interface import Store
from tests.builders import Json
from tests.service_client import TickingClock

TODAY: Final = date(2026, 11, 22)
NOT_STATED: Final = "urn:tbrat:not-told"


def as_lines(messages: Iterable[Json]) -> bytes:
    return b"".join(orjson.dumps(message) + b"\n" for message in messages)


def load_messages(
    store: Store, *bodies: bytes, file_format: str = "platform", clock: TickingClock | None = None, **options: Any
) -> Document:
    """Load bodies as the files of one load; return the answer."""
    inputs = [Input(f"file {number}", [body]) for number, body in enumerate(bodies, 1)]
    chosen = ConversionOptions(**{"today": TODAY, **options})
    return load_converted(store, inputs, Loading(file_format, chosen, Rules(clock or TickingClock())))[1]


def stored_events(store: Store) -> dict[str, Json]:
    """The journal's events by id, without their evidence."""
    entries = store.read(lambda reader: reader.entries(0, 1_000_000))
    events: Sequence[Json] = [orjson.loads(entry.event) for entry in entries]
    return {event["id"]: {k: v for k, v in event.items() if k != "evidence"} for event in events}
