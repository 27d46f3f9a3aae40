"""An event in force as a report that somebody made: who told what of which things, and when that was learned."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lineage.domain.instants import Instant, parse_instant


class StoredEvent(NamedTuple):
    """`items`: id and the kind that the event itself declares, else empty; a whole comes first. `recorded`: when it was
    first reported, for what a correction put in that of the report it mends. `side` and `rights` are empty but for
    hand-overs; `made` holds the makers that it declares, by item."""

    id: str
    type: str
    step: str
    time: Instant
    recorded: Instant
    reporter: str
    items: tuple[tuple[str, str], ...]
    giver: str = ""
    taker: str = ""
    side: str = ""
    rights: str = ""
    inside: str = ""
    made: tuple[tuple[str, str], ...] = ()
    inputs: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Every thing that the report names."""
        return tuple(i for i, _ in self.items)

    @property
    def moves_custody(self) -> bool:
        """Whether it is a hand-over, not only of ownership (contract 5)."""
        return self.type == "transferred" and self.rights != "ownership"

    @property
    def moves_ownership(self) -> bool:
        """Whether ownership passes with it."""
        return self.type == "transferred" and self.rights in ("ownership", "both")


def stored_event_of(event: Mapping[str, Any], event_id: str, recorded: Instant) -> StoredEvent:
    """The report that an event as kept is; `recorded` is when it was first reported."""
    declared = [*event.get("items", ()), *event.get("outputs", ())]
    made = tuple((d["id"], d["maker"]) for d in declared if isinstance(d, dict) and d.get("maker"))
    inputs = tuple(i["id"] for i in event.get("inputs", ()))
    named = [(event["whole"], "")] if "whole" in event else []
    named += [(d["id"], d["kind"]) if isinstance(d, dict) else (d, "") for d in declared]
    named += [(p, "") for p in event.get("parts", ())] + [(i, "") for i in inputs]
    is_transfer = event["type"] == "transferred"
    return StoredEvent(
        event_id,
        event["type"],
        event.get("step") or "",
        parse_instant(event["time"]),
        recorded,
        event["reporter"],
        tuple(named),
        event.get("giver") or "",
        event.get("taker") or "",
        event.get("side", "both") if is_transfer else "",
        event.get("rights", "custody") if is_transfer else "",
        event.get("inside") or "",
        made,
        inputs,
    )


class OneSided(NamedTuple):
    """A hand-over that one side told and the other did not: `missing` is giver or taker; `items` what it was about."""

    report: StoredEvent
    missing: str
    items: tuple[str, ...]


def one_sided(reports: Sequence[StoredEvent]) -> list[OneSided]:
    """Hand-overs told by one side only, in the order of time.

    The sides of one hand-over have giver, taker and thing in common; of several the earliest belong together.
    """
    waiting: dict[tuple[str, str, str, str], deque[StoredEvent]] = defaultdict(deque)
    open_items: dict[str, list[str]] = {}
    told = sorted((r for r in reports if r.moves_custody and r.side in ("giver", "taker")), key=_when)
    for report in told:
        other = "taker" if report.side == "giver" else "giver"
        open_items[report.id] = []
        for item in report.ids:
            matches = waiting[item, report.giver, report.taker, other]
            if matches:
                open_items[matches.popleft().id].remove(item)
            else:
                waiting[item, report.giver, report.taker, report.side].append(report)
                open_items[report.id].append(item)
    return [
        OneSided(r, "taker" if r.side == "giver" else "giver", tuple(open_items[r.id]))
        for r in told
        if open_items[r.id]
    ]


def _when(report: StoredEvent) -> tuple[int, str]:
    return report.time, report.id


def in_order(reports: Iterable[StoredEvent]) -> list[StoredEvent]:
    """By the time at which it happened, then by id."""
    return sorted(reports, key=_when)
