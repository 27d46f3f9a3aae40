"""Events of each item in a consistent order, and the edges that follow (contract 2 and 3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from tests.reference.events import Event, Json, kind_by_identifier, shown

FOREVER = float("inf")
_WORDS = ("produced", "disassembled", "transferred", "assembled", "transformed", "inspected", "ended")
_RANK = {word: rank for rank, word in enumerate(_WORDS)}


@dataclass(frozen=True)
class Place:
    """The place of an item while its events are applied: its direct wholes, and whether it exists."""

    inside: frozenset[str] = frozenset()
    alive: bool = True

    def after(self, event: Event, role: str, *, lot: bool) -> "Place":
        if event.type == "assembled":
            return Place(self.inside | {event.whole}, self.alive)
        if event.type == "disassembled":
            return Place(self.inside - {event.whole}, self.alive)
        if event.type == "ended" or (role == "input" and not lot):
            return Place(frozenset(), alive=False)
        return self


def possible(event: Event, place: Place, custodians: Collection[str], *, lot: bool) -> bool:
    """Contract 2, order of happening."""
    if event.type == "disassembled":
        return event.whole in place.inside
    if event.type == "assembled":
        return place.alive and (lot or not place.inside)
    if event.type == "transferred":
        return place.alive and event.party("giver") in custodians
    return place.alive


def first_that_fits(item: str, left: Sequence[Event], place: Place, custodians: Collection[str], *, lot: bool) -> Event:
    """The next of the events of one moment that are left."""
    queue = sorted(left, key=lambda event: (_RANK[event.type], event.id))
    making = [event for event in queue if event.roles[item] == "made"]
    fitting = [event for event in queue if possible(event, place, custodians, lot=lot)]
    return [*making, *fitting, *queue][0]


class Edge(NamedTuple):
    """`BECAME` has the same instant in both ends."""

    type: str
    source: str
    target: str
    since: float
    until: float
    events: tuple[str, ...]

    def document(self) -> Json:
        instant_only = self.type == "BECAME"
        return {
            "type": self.type,
            "source": self.source,
            "target": self.target,
            "since": None if instant_only else shown(self.since),
            "until": None if instant_only else shown(self.until),
            "at": shown(self.since) if instant_only else None,
            "events": list(self.events),
        }


class History:
    """Kinds, orders of happening, consumptions and edges, from the events that stand."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.events = sorted(events, key=lambda event: (event.time, event.id))
        self.items = {item for event in self.events for item in event.roles}
        # (item, event) of each removal that took the item out of the whole that the event names
        self.removals: list[tuple[str, Event]] = []
        # the event that opened each edge: of several in one place the first to happen
        self._opening: dict[tuple[str, str, float, float], str] = {}
        self.edges = sorted(self._joined([*self._became(), *self._parts()]))

    def kind(self, item: str) -> str:
        declared = [event.declared[item] for event in self.events if item in event.declared]
        return declared[0] if declared else kind_by_identifier(item)

    def lot(self, item: str) -> bool:
        return self.kind(item) == "lot"

    def of(self, item: str) -> list[Event]:
        """The events that name it otherwise than as whole, by time."""
        return [event for event in self.events if event.roles.get(item, "whole") != "whole"]

    def naming(self, item: str) -> list[Event]:
        return [event for event in self.events if item in event.roles]

    def consumed(self, item: str, at: float = FOREVER) -> float | None:
        """Its last consumption up to `at`; a lot has them too, but goes on."""
        times = [event.time for event in self.events if event.roles.get(item) == "input" and event.time <= at]
        return max(times, default=None)

    def in_order(self, item: str) -> list[Event]:
        """Contract 2; hand-overs move nothing in or out, so that where they stand is left to custody."""
        lot, place, order = self.lot(item), Place(), []
        for _, moment in groupby(self.of(item), key=lambda event: event.time):
            left = [event for event in moment if event.type != "transferred"]
            while left:
                event = first_that_fits(item, left, place, (), lot=lot)
                left.remove(event)
                order.append(event)
                place = place.after(event, event.roles[item], lot=lot)
        return order

    def wholes(self, item: str) -> list[Edge]:
        """Its `PART_OF` edges, earliest first."""
        return [e for e in self._by_start() if e.type == "PART_OF" and e.source == item]

    def parts(self, item: str) -> list[Edge]:
        """The `PART_OF` edges into it, earliest first."""
        return [e for e in self._by_start() if e.type == "PART_OF" and e.target == item]

    def inputs(self, item: str) -> list[Edge]:
        """What it became of."""
        return [e for e in self._by_start() if e.type == "BECAME" and e.target == item]

    def opening(self, edge: Edge) -> str:
        """The event that opened a `PART_OF` edge."""
        return self._opening[edge.source, edge.target, edge.since, edge.until]

    def _by_start(self) -> list[Edge]:
        return sorted(self.edges, key=lambda e: (e.since, e.until, e.target, e.source))

    def _became(self) -> list[Edge]:
        return [
            Edge("BECAME", source, target, event.time, event.time, (event.id,))
            for event in self.events
            for source, role in event.roles.items()
            for target in (event.declared if role == "input" else ())
        ]

    def _parts(self) -> list[Edge]:
        return [edge for item in sorted(self.items) for edge in self._wholes_of(item)]

    def _wholes_of(self, item: str) -> list[Edge]:
        closed: list[Edge] = []
        opened: dict[str, tuple[float, list[str]]] = {}

        def close(wholes: Iterable[str], event: Event) -> None:
            for whole in wholes:
                since, proofs = opened.pop(whole)
                self._opening.setdefault((item, whole, since, event.time), proofs[0])
                closed.append(Edge("PART_OF", item, whole, since, event.time, (*proofs, event.id)))

        for event in self.in_order(item):
            if event.type == "assembled":
                opened.setdefault(event.whole, (event.time, []))[1].append(event.id)
            elif event.type == "disassembled" and event.whole in opened:
                self.removals.append((item, event))
                close([event.whole], event)
            elif event.type == "ended" or (event.roles[item] == "input" and not self.lot(item)):
                close(list(opened), event)
        for whole, (since, ids) in opened.items():
            self._opening[item, whole, since, FOREVER] = ids[0]
        still = [Edge("PART_OF", item, whole, since, FOREVER, tuple(ids)) for whole, (since, ids) in opened.items()]
        return closed + still

    @staticmethod
    def _joined(edges: Iterable[Edge]) -> list[Edge]:
        """Merge edges that state the same into one edge with all their proofs."""
        proofs: dict[Edge, set[str]] = defaultdict(set)
        for edge in edges:
            proofs[edge._replace(events=())] |= set(edge.events)
        return [edge._replace(events=tuple(sorted(ids))) for edge, ids in proofs.items()]
