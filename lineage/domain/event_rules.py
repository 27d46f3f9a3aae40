"""The rules of contract 2 that span several fields of an event, and its warnings.

What a single field may hold is in `fields.py`. A rule yields a `Notice` with the path of the
field that breaks it; a soft breach is a warning, kept with the event.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from lineage.domain.errors import Notice, shortened
from lineage.domain.event_types import (
    Assembled,
    Corrected,
    Declared,
    Disassembled,
    Enrolled,
    Event,
    Inspected,
    Produced,
    Transferred,
    Transformed,
)
from lineage.domain.identity import kind_of_id, made_in_future, read_id

MOST_IDS: Final = 10_000
"""Ids in the lists of one event (contract 2)."""

MOST_WARNINGS: Final = 100

Path = tuple[str | int, ...]


def named_ids(event: Event) -> Iterator[tuple[Path, str]]:
    """Yield every thing and party that the event itself names, each with its path.

    What a replacement names is not among them; event ids neither.
    """
    yield ("reporter",), event.reporter
    if isinstance(event, Produced):
        yield from _declared("items", event.items)
    elif isinstance(event, Assembled | Disassembled):
        yield ("whole",), event.whole
        yield from _listed("parts", event.parts)
    elif isinstance(event, Transformed):
        for index, taken in enumerate(event.inputs):
            yield ("inputs", index, "id"), taken.id
        yield from _declared("outputs", event.outputs)
    elif isinstance(event, Enrolled):
        yield ("party", "id"), event.party.id
    elif not isinstance(event, Corrected):
        yield from _listed("items", event.items)
    if isinstance(event, Transferred):
        yield ("giver",), event.giver
        yield ("taker",), event.taker
    if isinstance(event, Inspected) and event.inside is not None:
        yield ("inside",), event.inside
    if isinstance(event, Produced | Disassembled | Transformed) and event.custodian is not None:
        yield ("custodian",), event.custodian


def _listed(field: str, ids: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for index, id in enumerate(ids):
        yield (field, index), id


def _declared(field: str, items: Sequence[Declared]) -> Iterator[tuple[Path, str]]:
    for index, item in enumerate(items):
        yield (field, index, "id"), item.id


def problems_of(event: Event, today: date | None) -> list[Notice]:
    """Return what makes a well-formed event refused; paths of a replacement begin with its name."""
    found = list(_problems(event, today))
    if event.id.endswith("#r"):
        message = "An id that ends in #r is that of a replacement. Choose another."
        found.append(_notice(("id",), "id_reserved", message))
    if isinstance(event, Corrected):
        if event.target == event.id and event.id:
            found.append(_notice(("target",), "targets_itself", "A correction targets itself."))
        if event.replacement is not None:
            inner = [*_replacement_problems(event.replacement), *_problems(event.replacement, today)]
            found += [notice._replace(path=f"replacement.{notice.path}") for notice in inner]
    return found


def _replacement_problems(event: Event) -> Iterator[Notice]:
    if event.id:
        yield _notice(("id",), "replacement_id", "A replacement brings no id: it is the correction's with #r.")
    if event.recorded is not None:
        yield _notice(
            ("recorded",),
            "recorded_not_allowed",
            "A replacement has the `recorded` of its correction. Leave it out.",
        )


def _problems(event: Event, today: date | None) -> Iterator[Notice]:
    for path, id in named_ids(event):
        if made_in_future(read_id(id), today):
            yield _notice(
                path,
                "battery_code_future",
                f"The date in battery code {id} ({read_id(id).made_on}) lies after {today}.",
            )
    if isinstance(event, Assembled | Disassembled):
        yield from _whole_and_parts(event)
    elif isinstance(event, Transformed):
        yield from _inputs_and_outputs(event)
    elif isinstance(event, Produced):
        yield from _repeated("items", [item.id for item in event.items], suffix=("id",))
    elif isinstance(event, Transferred) and event.giver == event.taker:
        yield _notice(("taker",), "giver_is_taker", "The giver cannot be the taker as well.")
    if not isinstance(event, Assembled | Disassembled | Transformed | Produced | Enrolled | Corrected):
        yield from _repeated("items", event.items)


def _whole_and_parts(event: Assembled | Disassembled) -> Iterator[Notice]:
    if not event.parts and not (isinstance(event, Assembled) and event.uncoded):
        yield _notice(("parts",), "empty_list", "This list may be empty only where `uncoded` says what went in.")
    if event.whole in event.parts:
        yield _notice(
            ("parts", event.parts.index(event.whole)),
            "whole_in_parts",
            f"{shortened(event.whole)} cannot be a part of itself.",
        )
    yield from _repeated("parts", event.parts)


def _inputs_and_outputs(event: Transformed) -> Iterator[Notice]:
    inputs = [taken.id for taken in event.inputs]
    outputs = [made.id for made in event.outputs]
    if len(inputs) + len(outputs) > MOST_IDS:
        yield _too_many("outputs", len(inputs) + len(outputs))
    yield from _repeated("inputs", inputs, suffix=("id",))
    yield from _repeated("outputs", outputs, suffix=("id",))
    if not set(inputs).isdisjoint(outputs):
        for index, id in enumerate(outputs):
            if id in inputs:
                yield _notice(
                    ("outputs", index, "id"),
                    "input_is_output",
                    f"{shortened(id)} is among the inputs too. What stays the same is no output.",
                )
                return


def _repeated(field: str, ids: Sequence[str], *, suffix: Path = ()) -> Iterator[Notice]:
    if len(ids) > MOST_IDS:
        yield _too_many(field, len(ids))
    if len(set(ids)) == len(ids):
        return
    seen: set[str] = set()
    for index, id in enumerate(ids):
        if id in seen:
            yield _notice((field, index, *suffix), "repeated_id", f"{shortened(id)} is in this list before.")
        seen.add(id)


def _too_many(field: str, count: int) -> Notice:
    return _notice(
        (field,),
        "too_many_ids",
        f"{count} ids in one event; at most {MOST_IDS}. Send several events.",
    )


def warnings_of(event: Event) -> list[Notice]:
    """Return what is odd about an accepted event, at most 100 (contract 1: soft breaches)."""
    found = list(_warnings(event))
    if isinstance(event, Corrected) and event.replacement is not None:
        found += [notice._replace(path=f"replacement.{notice.path}") for notice in _warnings(event.replacement)]
    return found[:MOST_WARNINGS]


def _warnings(event: Event) -> Iterator[Notice]:
    for path, id in named_ids(event):
        for code, message in read_id(id).warnings:
            yield _notice(path, code, message)
    if isinstance(event, Produced):
        yield from _kind_warnings("items", event.items)
    elif isinstance(event, Transformed):
        yield from _kind_warnings("outputs", event.outputs)
    elif isinstance(event, Enrolled):
        yield from _permit_warnings(event)


def _kind_warnings(field: str, items: Sequence[Declared]) -> Iterator[Notice]:
    for index, item in enumerate(items):
        told = kind_of_id(item.id)
        if told not in ("unknown", item.kind):
            yield _notice(
                (field, index, "kind"),
                "kind_mismatch",
                f"{shortened(item.id)} is declared a {item.kind}, but its id is that of a {told}.",
            )


def _permit_warnings(event: Enrolled) -> Iterator[Notice]:
    for index, permit in enumerate(event.party.permits):
        if permit.valid_until is not None and permit.valid_until <= permit.valid_from:
            yield _notice(
                ("party", "permits", index, "valid_until"),
                "permit_never_valid",
                "This permit ends before it begins.",
            )


def _notice(path: Path, code: str, message: str) -> Notice:
    return Notice(None, ".".join(map(str, path)), code, message)
