"""The stored form of values in Neo4j: times, keys, names for people, and rows as parameters of query files.

Every time is a ZONED DATETIME at +08:00, so that equal instants are equal; an open end is the one instant
9999-12-31T23:59:59.999Z, stored as UTC because at +08:00 it would be in the year 10000. Keys begin with the ids by
which rows are looked up, separated by a line feed (an id contains no control character): one index serves both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import orjson

from lineage.domain.events.corrections import replacement_id
from lineage.domain.graph import (
    PART_OF,
    CustodyDependency,
    Edge,
    Enrolment,
    Holding,
    ItemFacts,
    Mention,
    Node,
    PartyEvent,
    Term,
)
from lineage.domain.instants import BEGIN, CHINA, OPEN, parse_instant
from lineage.stores.interface import Entry, ItemRow, Row
from lineage.stores.row_encoding import checkpoint_text, facts_from, facts_text, reversed_term, reversed_text

Params = dict[str, Any]

OPEN_END: Final = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
FIRST: Final = datetime(1, 1, 1, tzinfo=UTC)
LABELS: Final = {k.lower(): k for k in ("Cell", "Module", "Pack", "Vehicle", "Lot", "Part")}
"""The second label of an item, by kind; an item of any other kind has none."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).astimezone(CHINA)
_LONGEST_NAME: Final = 12
_SHORTEST_CODE: Final = 17


def zoned(instant: int) -> datetime:
    """The instant as a parameter that compares with stored times."""
    return _EPOCH + timedelta(milliseconds=instant)


def moment(instant: int) -> datetime:
    """`zoned` for a bound of an interval, which may be open."""
    if instant >= OPEN:
        return OPEN_END
    return zoned(instant) if instant > BEGIN else FIRST


def digits(instant: int) -> str:
    """The instant in 13 digits, so that texts sort as times do."""
    return f"{instant:013d}"


def short_name(id: str) -> str:
    """The caption of a node: the number of a lot, the last word of a URI, the end of a code.

    >>> short_name("urn:x:cell:c1"), short_name("001PE0A0000001D3B0000042")
    ('c1', '…B0000042')
    """
    tail = re.split(r"[:/#]", id.rstrip(":/#"))[-1] or id
    return tail if len(tail) <= _LONGEST_NAME else "…" + tail[-8:]


def item_name(id: str, kind: str | None) -> str:
    """The caption of an item: for a code its kind and running number, else its short name.

    >>> item_name("001PE0A0000001D3B0000042", "pack"), item_name("urn:x:cell:c1", "cell")
    ('pack 0000042', 'c1')
    """
    if ":" in id or len(id) < _SHORTEST_CODE:
        return short_name(id)
    return f"{kind or 'item'} {id[-7:]}"


def _open_as_none(instant: int) -> int | None:
    return None if instant >= OPEN else instant


# ---- keys


def joined(*parts: str) -> str:
    return "\n".join(parts)


def begins(*parts: str) -> str:
    """The beginning of every key that starts with these parts."""
    return joined(*parts) + "\n"


def became_key(source: str, target: str, at: int) -> str:
    return joined(source, target, digits(at))


def past_key(key: str, known_from: int) -> str:
    """The key of a superseded row, as `archive_*.cypher` makes it."""
    return joined(key, str(known_from))


def _hashed(*parts: str, size: int = 16) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=size).hexdigest()


# ---- rows


def row_of(row: Row) -> tuple[str, Params]:
    """The kind of a row, by which its query files end, and the row as their parameters."""
    if isinstance(row, Edge):
        return _edge(row)
    if isinstance(row, Holding):
        key = joined(row.item, digits(row.since), row.holder, digits(row.until))
        return "held_by", {
            "key": key, "item": row.item, "party": row.holder, "since": row.since, "until": _open_as_none(row.until),
            "status": row.status, "to": row.to, "events": list(row.events),
        }  # fmt: skip
    if isinstance(row, Mention):
        key = joined(row.item, digits(row.time), _hashed(row.event, row.role, row.other or "", size=8))
        return "names", {
            "key": key, "about": row.item, "event": row.event, "time": row.time, "role": row.role, "other": row.other,
            "party": row.party, "detail": row.detail,
        }  # fmt: skip
    if isinstance(row, Term):
        return "term", {
            **row._asdict(),
            "reversed": reversed_term(row),
            "key": _hashed(row.text, row.subject, row.field, row.event),
        }
    assert isinstance(row, Enrolment)
    return "enrols", {**row._asdict(), "key": joined(row.party, digits(row.time), row.event), "name": None}


def _edge(row: Edge) -> tuple[str, Params]:
    ends: Params = {"source": row.source, "target": row.target, "since": row.since, "events": list(row.events)}
    if row.type == PART_OF:
        key = joined(row.source, row.target, digits(row.since), digits(row.until))
        return "part_of", {**ends, "key": key, "until": _open_as_none(row.until)}
    return "became", {**ends, "key": became_key(row.source, row.target, row.since)}


def dependency_row(dependency: CustodyDependency) -> Params:
    key = joined(dependency.whole, digits(dependency.at), dependency.part)
    return {**dependency._asdict(), "key": key, "name": short_name(dependency.part)}


def party_event_row(row: PartyEvent) -> Params:
    return {"key": joined(row.party, digits(row.time), row.event), "name": short_name(row.event)}


def party_row(id: str) -> Params:
    return {"id": id, "name": short_name(id), "reversed": reversed_text(id)}


def item_row(row: ItemRow) -> Params:
    facts = row.facts
    return {
        "id": row.id, "name": item_name(row.id, facts.kind if facts else None),
        "known_from": row.known_from, "checkpoint": checkpoint_text(row.checkpoint), "reversed": reversed_text(row.id),
        "kind": facts.kind if facts else None, "labels": [LABELS[facts.kind]] if facts and facts.kind in LABELS else [],
        "first": facts.first if facts else None, "born": facts.kind_time if facts else None,
        "consumed": facts.consumed if facts else None, "facts": facts_text(facts) if facts else None,
        # Absent when false, so that the indexes of these two hold only the few items for which they exist.
        "contested": row.contested or None, "on_cycle": row.on_cycle or None,
    }  # fmt: skip


def entry_row(entry: Entry) -> Params:
    return {**entry._asdict(), "name": _event_name(entry.type, entry.time)}


def replacement_rows(entries: Iterable[Entry]) -> list[Params]:
    """The replacement events in these corrections, as nodes that mentions and proofs can refer to."""
    rows = []
    for entry in entries:
        event = orjson.loads(entry.event).get("replacement") if entry.type == "corrected" else None
        if event is not None:
            time = parse_instant(event["time"])
            rows.append(
                {
                    "id": replacement_id(entry.id), "correction": entry.id, "name": _event_name(event["type"], time),
                    "type": event["type"], "time": time, "recorded": entry.recorded, "reporter": event["reporter"],
                    "event": orjson.dumps(event).decode(),
                }
            )  # fmt: skip
    return rows


def _event_name(type_: str, time: int) -> str:
    return f"{type_} {zoned(time).date().isoformat()}"


# ---- superseded facts: texts `["known_from","known_until","kind",consumed,[facts]]`, the first two of 13 digits


def past_text(facts: ItemFacts, known_from: int, known_until: int) -> str:
    """One superseded version of facts. Query files cut the times and the kind out of it by position."""
    consumed = "null" if facts.consumed is None else facts.consumed
    return f'["{digits(known_from)}","{digits(known_until)}","{facts.kind}",{consumed},{facts_text(facts)}]'


def past_facts(text: str) -> ItemFacts:
    return facts_from(text.split(",", 4)[4][:-1])


def past_node(text: str) -> Node:
    _, _, kind, consumed, _ = text.split(",", 4)
    return Node(kind.strip('"'), None if consumed == "null" else int(consumed))
