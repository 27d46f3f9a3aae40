"""The rules of contract 2 that span several fields of an event, and its warnings.

The rules of single fields are in `field_reading.py`. A rule yields a `Notice` with the path of the
field that breaks it; a soft breach is a warning, stored with the event.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from lineage.domain.errors import Notice, shortened
from lineage.domain.events.corrections import correction_of
from lineage.domain.events.models import (
    Assembled,
    Declared,
    Disassembled,
    Enrolled,
    Event,
    Plain,
    Transferred,
    Transformed,
)
from lineage.domain.events.participants import Path, references_of
from lineage.domain.identifiers.parsing import kind_of_id, made_in_future, parse_identifier

MOST_IDS: Final = 10_000
"""Ids in the lists of one event (contract 2)."""

MOST_WARNINGS: Final = 100


def validated(event: Event, today: date | None) -> tuple[list[Notice], list[Notice]]:
    """Return what makes a well-formed event refused, and what is merely odd about it.

    Oddities (contract 1: soft breaches) are at most 100. Paths of a replacement begin with
    its name. Dates in codes are compared with `today`, unless it is `None`.
    """
    problems, warnings = _validated_alone(event, today)
    if correction_of(event.id) is not None:
        message = "An id that ends in #r is that of a replacement. Choose another."
        problems.append(_notice(("id",), "id_reserved", message))
    if event.type == "corrected":
        if event.id and event.target == event.id:
            problems.append(_notice(("target",), "targets_itself", "A correction cannot target itself."))
        if event.replacement is not None:
            inner_problems, inner_warnings = _validated_alone(event.replacement, today)
            inner_problems += _replacement_problems(event.replacement)
            problems += map(_in_replacement, inner_problems)
            warnings += map(_in_replacement, inner_warnings)
    return problems, warnings[:MOST_WARNINGS]


def _in_replacement(notice: Notice) -> Notice:
    return notice._replace(path=f"replacement.{notice.path}")


def _validated_alone(event: Event, today: date | None) -> tuple[list[Notice], list[Notice]]:
    problems = _rule_problems(event)
    warnings: list[Notice] = []
    for path, id in references_of(event):
        identity = parse_identifier(id, is_stored=True)
        if made_in_future(identity, today):
            message = f"The date in battery code {id} ({identity.made_on}) lies after {today}."
            problems.append(_notice(path, "battery_code_future", message))
        if identity.warnings:
            warnings += [_notice(path, code, message) for code, message in identity.warnings]
    if event.type == "produced":
        warnings += _kind_warnings("items", event.items)
    elif event.type == "transformed":
        warnings += _kind_warnings("outputs", event.outputs)
    elif event.type == "enrolled":
        warnings += _permit_warnings(event)
    return problems, warnings


def _rule_problems(event: Event) -> list[Notice]:
    if event.type == "produced":
        return _repeated("items", [item.id for item in event.items], suffix=("id",))
    if event.type == "assembled":
        return list(_parts_problems(event, may_be_empty=bool(event.uncoded)))
    if event.type == "disassembled":
        return list(_parts_problems(event, may_be_empty=False))
    if event.type == "transformed":
        return list(_inputs_and_outputs(event))
    if event.type == "enrolled" or event.type == "corrected":  # noqa: PLR1714 - mypy narrows by ==
        return []
    problems = _repeated("items", event.items)
    if event.type == "transferred":
        problems += _side_problems(event)
    return problems


def _side_problems(event: Transferred) -> Iterator[Notice]:
    """Yield a missing party of a hand-over: only the side that does not report it may be left out."""
    needed = [event.side] if event.side != "both" else ["giver", "taker"]
    for field in needed:
        if getattr(event, field) is None:
            yield _notice((field,), "missing_field", "Who reports a hand-over names itself: this field is required.")
    if event.giver is not None and event.giver == event.taker:
        yield _notice(("taker",), "giver_is_taker", "The giver cannot be the taker as well.")


def _replacement_problems(event: Plain) -> Iterator[Notice]:
    if event.id:
        yield _notice(("id",), "replacement_id", "A replacement brings no id: it is the correction's with #r.")
    if event.recorded is not None:
        yield _notice(
            ("recorded",),
            "recorded_not_allowed",
            "A replacement has the `recorded` of its correction. Leave it out.",
        )


def _parts_problems(event: Assembled | Disassembled, *, may_be_empty: bool) -> Iterator[Notice]:
    if not event.parts and not may_be_empty:
        message = "This list may be empty only where `uncoded` says what went in."
        yield _notice(("parts",), "empty_list", message)
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
        yield too_many_ids("outputs", len(inputs) + len(outputs))
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


def _repeated(field: str, ids: Sequence[str], *, suffix: Path = ()) -> list[Notice]:
    if len(ids) > MOST_IDS:
        return [too_many_ids(field, len(ids))]
    if len(set(ids)) == len(ids):
        return []
    first = {id: index for index, id in reversed(list(enumerate(ids)))}
    return [
        _notice((field, index, *suffix), "repeated_id", f"{shortened(id)} is in this list before.")
        for index, id in enumerate(ids)
        if first[id] != index
    ]


def too_many_ids(field: str, count: int) -> Notice:
    """Return the problem of an event that names more than 10,000 items."""
    return _notice(
        (field,),
        "too_many_ids",
        f"{count} ids in one event; at most {MOST_IDS}. Send several events.",
    )


def _kind_warnings(field: str, items: Sequence[Declared]) -> Iterator[Notice]:
    for index, item in enumerate(items):
        kind = kind_of_id(item.id)
        if kind not in ("unknown", item.kind):
            yield _notice(
                (field, index, "kind"),
                "kind_mismatch",
                f"{shortened(item.id)} is declared a {item.kind}, but its id is that of a {kind}.",
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
