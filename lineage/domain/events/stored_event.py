"""One event in force with its place in the journal, and hand-overs that only one side reported."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal, NamedTuple

from lineage.domain.events.models import Assembled, Declared, Disassembled, Event, Transferred, Transformed
from lineage.domain.events.participants import declared_items_of, items_of, parties_of
from lineage.domain.graph import MOVED, Mention
from lineage.domain.instants import Instant

_REGION_DIGITS: Final = 6


@dataclass(frozen=True)
class StoredEvent:
    """An event, or the replacement that a correction brought, as the journal holds it.

    `position` and `recorded` are those of the journal entry (for a replacement: of its correction). `first_recorded` is
    when the report was first received: for a replacement the earliest `recorded` of the chain of events that it
    corrects. Instants are milliseconds since 1970, UTC.
    """

    event: Event
    position: int
    recorded: Instant
    first_recorded: Instant

    @property
    def id(self) -> str:
        """The event id; of a replacement `<correction id>#r`."""
        return self.event.id

    @property
    def type(self) -> str:
        """The event type, as `transferred`."""
        return self.event.type

    @property
    def step(self) -> str:
        """The business step, empty if none was reported."""
        return self.event.step or ""

    @property
    def time(self) -> Instant:
        """When the action happened."""
        return self.event.time

    @property
    def reporter(self) -> str:
        """The party that reported it."""
        return self.event.reporter

    @property
    def region(self) -> str:
        """The place as a GB/T 2260 code of six digits; empty where the place is a site or absent."""
        place = self.event.place or ""
        return place if len(place) == _REGION_DIGITS and place.isdigit() else ""

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The items by id, with the kind that this event itself declares, else an empty text.

        Declared items come first, then the others in the order of the fields.
        """
        kinds: dict[str, str] = {id: declared.kind for id, declared in self._declared.items()}
        for id in items_of(self.event):
            kinds.setdefault(id, "")
        return kinds

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of its items, in the order of `kinds`."""
        ids = items_of(self.event)
        return tuple(self.kinds) if self.event.type == "transformed" else ids

    @property
    def parties(self) -> list[str]:
        """Every party that it names, each once, the reporter first."""
        return parties_of(self.event)

    def declared(self, item: str) -> Declared | None:
        """Return what the event declares of an item that it brings into being; None if it declares nothing."""
        return self._declared.get(item)

    @cached_property
    def _declared(self) -> dict[str, Declared]:
        return {declared.id: declared for declared in declared_items_of(self.event)}

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the items that it consumes."""
        return tuple(i.id for i in self.event.inputs) if isinstance(self.event, Transformed) else ()

    @property
    def whole(self) -> str:
        """The whole of an `assembled` or `disassembled`, else an empty text."""
        return self.event.whole if isinstance(self.event, Assembled | Disassembled) else ""

    @property
    def made(self) -> tuple[str, ...]:
        """The ids of the outputs of a `transformed`, else none."""
        return tuple(o.id for o in self.event.outputs) if isinstance(self.event, Transformed) else ()

    @property
    def giver(self) -> str:
        """The giver of a hand-over that names one, else an empty text."""
        return (self.event.giver or "") if isinstance(self.event, Transferred) else ""

    @property
    def taker(self) -> str:
        """The taker of a hand-over that names one, else an empty text."""
        return (self.event.taker or "") if isinstance(self.event, Transferred) else ""

    @property
    def side(self) -> str:
        """The side that reports a hand-over (`giver`, `taker`, `both`), else an empty text."""
        return self.event.side if isinstance(self.event, Transferred) else ""

    @property
    def moves_custody(self) -> bool:
        """Whether it is a hand-over, not only of ownership (contract 5)."""
        return isinstance(self.event, Transferred) and self.event.rights != "ownership"

    @property
    def moves_ownership(self) -> bool:
        """Whether ownership passes with it."""
        return isinstance(self.event, Transferred) and self.event.rights in ("ownership", "both")

    def only_about(self, item: str) -> StoredEvent:
        """Return the same hand-over with this item as its only one."""
        return replace(self, event=self.event.model_copy(update={"items": (item,)}))


class OneSided(NamedTuple):
    """A hand-over that one side reported and the other did not.

    `missing` is `giver` or `taker`; `items` are those for which the other report is missing.
    """

    report: StoredEvent
    missing: str
    items: tuple[str, ...]


def one_sided(events: Iterable[StoredEvent], others: Iterable[Mention] = ()) -> list[OneSided]:
    """Return the hand-overs among these that one side only reported, by time, where the other side is named.

    The two reports of one hand-over have the item in common, and giver and taker as far as both name them; of several
    the earliest belong together. `others`: mentions of items by further hand-overs, which these may be matched with.
    """
    reports = in_order(e for e in events if is_one_sided(e))
    own = [_mention(e, item) for e in reports for item in e.item_ids]
    unmatched = unmatched_sides((*own, *others))
    found = []
    for report in reports:
        missing = other_side(report)
        items = tuple(item for item in report.item_ids if (report.id, item) in unmatched)
        if items and getattr(report, missing):
            found.append(OneSided(report, missing, items))
    return found


def is_one_sided(report: StoredEvent) -> bool:
    """Return whether it is the report of one side of a hand-over of custody."""
    return report.moves_custody and report.side in ("giver", "taker")


def other_side(report: StoredEvent) -> Literal["giver", "taker"]:
    """Return the side that a report of one side does not speak for."""
    return "taker" if report.side == "giver" else "giver"


def _mention(report: StoredEvent, item: str) -> Mention:
    return Mention(item, report.time, report.id, MOVED, report.giver or None, report.taker or None, report.side)


def unmatched_sides(hand_overs: Iterable[Mention]) -> set[tuple[str, str]]:
    """Return the (event, item) of each report of one side for which none of the other side is among these.

    `hand_overs` are mentions in the role `moved`, in any order, repeated ones too; those by both sides are passed over.
    """
    waiting: dict[tuple[str, str | None], _Waiting] = defaultdict(lambda: defaultdict(deque))
    unmatched: set[tuple[str, str]] = set()
    for report in sorted(set(hand_overs), key=lambda m: (m.time, m.event)):
        if report.detail not in ("giver", "taker"):
            continue
        match = _taken(waiting[report.item, "taker" if report.detail == "giver" else "giver"], report)
        if match is None:
            waiting[report.item, report.detail][report.other, report.party].append(report)
            unmatched.add((report.event, report.item))
        else:
            unmatched.remove((match.event, match.item))
    return unmatched


_Waiting = dict[tuple[str | None, str | None], deque[Mention]]
"""Reports of one side of hand-overs of an item, by the giver and taker that they name, earliest first."""


def _taken(waiting: _Waiting, report: Mention) -> Mention | None:
    """Take the earliest report of the other side out of those that wait; None if none is about the same two."""
    firsts = [queue[0] for queue in waiting.values() if queue and names_same_two(queue[0], report)]
    match = min(firsts, key=lambda m: (m.time, m.event), default=None)
    if match is not None:
        waiting[match.other, match.party].popleft()
    return match


def names_same_two(one: Mention, other: Mention) -> bool:
    """Return whether giver and taker are equal wherever both reports name them; absent is unknown."""
    return (one.other is None or other.other is None or one.other == other.other) and (
        one.party is None or other.party is None or one.party == other.party
    )


def in_order(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Return the events by the time at which they happened, then by id."""
    return sorted(events, key=lambda e: (e.time, e.id))
