"""Reader of Catena-X as-built aspects as events. The mapping, and what is lost: `docs/catenax.md`."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, NamedTuple

import orjson

from lineage.exchange.catenax.aspects import BATCH, BOM, Aspect, CatenaxNotice, CatenaxReport, Json, aspects_in
from lineage.exchange.catenax.facts import BomEntry, Item, entries_in, item_in

# Folded names that state the kind without doubt; only the whole name counts ("Battery Pack 12V" is not one).
_NAMED: Final = {
    "cell": ("zb zelle", "batteriezelle", "hv zelle", "battery cell", "hv battery cell", "hv cell", "电芯", "电池单体"),
    "module": ("hv modul", "hv module", "batteriemodul", "battery module", "hv battery module", "电池模组", "电池模块"),
    "pack": (
        *("traktionsbatterie", "hochvoltbatterie", "hochvoltspeicher", "hv batterie", "动力电池包", "电池包"),
        *("traction battery", "traction battery pack", "high voltage battery", "hv battery", "hv battery pack"),
    ),
}
_KIND_OF_NAME: Final = {name: kind for kind, names in _NAMED.items() for name in names}
_PACK_IF_FILLED: Final = frozenset({"battery", "batterie", "battery pack", "电池"})


@dataclass(frozen=True)
class CatenaxReading:
    """Events as contract 2 expects them, the line of each, and the report.

    Every aspect and every entry of a BOM gives an event; repeated ones have equal ids and equal content.
    """

    events: list[Json]
    lines: list[int]
    report: CatenaxReport


class _Known(NamedTuple):
    """The facts of the whole document, by id."""

    described: dict[str, set[Item]]
    entries: dict[BomEntry, int]
    contents: dict[str, set[str]]
    partners: dict[str, set[str]]


def read_catenax(stream: BinaryIO, *, default_reporter: str | None = None) -> CatenaxReading:
    """Read aspects as events; input that cannot be read becomes errors in the report, no exception is raised.

    `default_reporter` reports items without a manufacturer and a business partner; without it they are errors.
    The whole file is held in memory, because the reporter of a batch is named in bills of material elsewhere in it.
    """
    report = CatenaxReport()
    items: list[tuple[Aspect, Item]] = []
    entries: list[tuple[Aspect, BomEntry]] = []
    for aspect in aspects_in(stream.read(), report):
        source = aspect._replace(payload={})  # the payload is not needed any more, and may be large
        if aspect.name == BOM:
            entries.extend((source, entry) for entry in entries_in(aspect, report))
        elif (item := item_in(aspect, report)) is not None:
            items.append((source, item))
    known = _known(items, entries)
    _warn_of_contradictions(known, {item: aspect.line for aspect, item in reversed(items)}, report)
    sent = [
        *_produced(items, known, default_reporter, report),
        *_assembled(entries, known, default_reporter, report),
    ]
    report.events.update(str(event["type"]) for _, event in sent)
    report.repeats = len(sent) - len({event["id"] for _, event in sent})
    return CatenaxReading(events=[event for _, event in sent], lines=[line for line, _ in sent], report=report)


def _known(items: list[tuple[Aspect, Item]], entries: list[tuple[Aspect, BomEntry]]) -> _Known:
    described: dict[str, set[Item]] = defaultdict(set)
    contents: dict[str, set[str]] = defaultdict(set)
    partners: dict[str, set[str]] = defaultdict(set)
    for _, item in items:
        described[item.id].add(item)
    for _, entry in entries:
        contents[entry.whole].add(entry.part)
        if entry.partner:
            partners[entry.part].add(entry.partner)
    return _Known(
        described=dict(described),
        entries={entry: aspect.line for aspect, entry in reversed(entries)},
        contents=dict(contents),
        partners=dict(partners),
    )


def _named_kind(item: Item) -> str | None:
    """Return the kind that the aspect itself states without doubt, else None."""
    if item.aspect == BATCH:
        return "lot"
    if any(scheme == "van" for scheme, _ in item.identifiers):
        return "vehicle"
    return _KIND_OF_NAME.get(_folded(item.name))


def _kind(item: Item, known: _Known) -> str:
    kind = _named_kind(item)
    if kind is None and _folded(item.name) in _PACK_IF_FILLED:
        inside = {part for inner in known.contents.get(item.id, ()) for part in known.described.get(inner, ())}
        if {_named_kind(part) for part in inside} & {"cell", "module"}:
            return "pack"
    return kind or "part"


def _folded(name: str | None) -> str:
    return " ".join(re.split(r"[\s_-]+", (name or "").casefold())).strip()


def _reporter(item_id: str, known: _Known) -> str | None:
    """Return the manufacturer in any aspect of the item, else the partner that bills of material name for it."""
    makers = {item.manufacturer for item in known.described.get(item_id, ()) if item.manufacturer}
    return min(makers or known.partners.get(item_id, set()), default=None)


def _produced(
    items: list[tuple[Aspect, Item]], known: _Known, default_reporter: str | None, report: CatenaxReport
) -> Iterator[tuple[int, Json]]:
    for aspect, item in items:
        reporter = item.manufacturer or _reporter(item.id, known) or default_reporter
        if item.time is None:
            continue  # the missing date is already an error in the report
        if reporter is None:
            report.refuse(_nobody(aspect.line, item.id))
            continue
        produced: Json = {
            "id": item.id,
            "kind": _kind(item, known),
            "maker": item.manufacturer,
            "model": " ".join(filter(None, (item.part_number, item.name))) or None,
            "batch": item.batch,
            "identifiers": [{"scheme": scheme, "id": value} for scheme, value in item.identifiers] or None,
        }
        fields: Json = {"time": item.time, "reporter": reporter, "place": item.site, "items": [_present(produced)]}
        yield aspect.line, _event("produced", aspect, fields)


def _assembled(
    entries: list[tuple[Aspect, BomEntry]], known: _Known, default_reporter: str | None, report: CatenaxReport
) -> Iterator[tuple[int, Json]]:
    for aspect, entry in entries:
        reporter = _reporter(entry.whole, known) or default_reporter
        if reporter is None and entry.partner is not None:
            message = "nobody is named for the whole; the supplier of the part reports"
            report.warn(CatenaxNotice(aspect.line, entry.whole, "businessPartner", "reporter_is_supplier", message))
            reporter = entry.partner
        if reporter is None:
            report.refuse(_nobody(aspect.line, entry.whole))
            continue
        fields: Json = {"time": entry.time, "reporter": reporter, "whole": entry.whole, "parts": [entry.part]}
        yield aspect.line, _event("assembled", aspect, fields)


def _nobody(line: int, item_id: str) -> CatenaxNotice:
    message = "neither a manufacturer nor a business partner is named"
    return CatenaxNotice(line, item_id, "manufacturerId", "missing_reporter", message)


def _event(event_type: str, aspect: Aspect, fields: Json) -> Json:
    """Return the event with an id made from its content: the same content again is a duplicate, not a new event."""
    evidence = [{"kind": "submodel", "ref": aspect.identification}] if aspect.identification else None
    event = _present({"type": event_type, **fields, "evidence": evidence})
    content = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return {"id": f"catenax:{hashlib.sha256(content).hexdigest()}", **event}


def _present(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def _warn_of_contradictions(known: _Known, lines: dict[Item, int], report: CatenaxReport) -> None:
    """Warn where the document contradicts itself; every contradicting fact still becomes an event."""
    for notice in [*_of_items(known, lines), *_of_entries(known), *_of_wholes(known)]:
        report.warn(notice)


def _of_items(known: _Known, lines: dict[Item, int]) -> Iterator[CatenaxNotice]:
    for item_id, items in known.described.items():
        if len(items) > 1:
            names = " and ".join(sorted(item.aspect for item in items))
            line = max(lines[item] for item in items)
            yield CatenaxNotice(line, item_id, "", "described_twice", f"{names} describe it differently")


def _of_entries(known: _Known) -> Iterator[CatenaxNotice]:
    for entry, line in known.entries.items():
        part, whole = (known.described.get(end, set()) for end in (entry.part, entry.whole))
        if not part:
            yield CatenaxNotice(line, entry.part, "", "not_described", "named as a part, and no aspect says what it is")
        if _made(part) and entry.time < min(_made(part)):
            yield CatenaxNotice(
                line, entry.part, "createdOn", "assembled_before_made", f"put in {entry.time}, made later"
            )
        if _made(whole) and entry.time > max(_made(whole)):
            message = f"put in {entry.time}, after the whole was made"
            yield CatenaxNotice(line, entry.part, "createdOn", "assembled_after_whole", message)
        makers = {item.manufacturer for item in part if item.manufacturer}
        if makers and entry.partner and entry.partner not in makers:
            message = f"{entry.partner} supplies what {min(makers)} makes"
            yield CatenaxNotice(line, entry.part, "businessPartner", "partner_is_not_maker", message)


def _of_wholes(known: _Known) -> Iterator[CatenaxNotice]:
    puts: dict[str, list[BomEntry]] = defaultdict(list)
    for entry in known.entries:
        puts[entry.part].append(entry)
    for part, entries in puts.items():
        line = max(known.entries[entry] for entry in entries)
        pairs = Counter(whole for whole, _ in {(entry.whole, entry.time) for entry in entries})
        if len(pairs) > 1:
            lot = any(item.aspect == BATCH for item in known.described.get(part, ()))
            code = "lot_in_several_wholes" if lot else "part_in_several_wholes"
            yield CatenaxNotice(line, part, "", code, f"put into {len(pairs)} wholes, taken out of none")
        if max(pairs.values()) > 1:
            yield CatenaxNotice(line, part, "", "put_in_twice", "put into the same whole at several times")


def _made(items: Iterable[Item]) -> list[str]:
    return [item.time for item in items if item.time]
