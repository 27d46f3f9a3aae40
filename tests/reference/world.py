"""All that is known at one moment, as findings, duties and the other judgements look at it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tests.reference.containment import FOREVER, Edge, History
from tests.reference.corrections import Standing
from tests.reference.custody import NOBODY, Custody, Held
from tests.reference.events import Event, Json, instant, read
from tests.reference.intervals import ALL_TIME, Piece, between

HOUR = 3_600_000
DAY = 24 * HOUR
CHINA = 8 * HOUR
BATTERIES = ("cell", "module", "pack")


def day_number(time: float) -> int:
    """The day at UTC+08:00 as a number of days since 1970."""
    return int((time + CHINA) // DAY)


def is_date(time: float) -> bool:
    """Whether the moment is the start of a day at UTC+08:00, as a bare date is."""
    return (time + CHINA) % DAY == 0


def end_of_day(time: float) -> float:
    """The last millisecond of the day that a bare date names; any other moment itself."""
    return time + DAY - 1 if is_date(time) else time


class Holding(NamedTuple):
    """Effective custody at a moment. `last`: who answered last for what has ended."""

    held: Held
    last: frozenset[str] = NOBODY


class Ride(NamedTuple):
    """A way up to a vehicle. `stays`: of each step when it ended, when it began, and its whole."""

    time: float
    stays: tuple[tuple[float, float, str], ...]
    vehicle: str


class World:
    """Everything known at K. `now` is the clock's, K where one is asked for: an instant as events write it."""

    def __init__(self, events: Sequence[Json], known_at: str | None = None, now: str | None = None) -> None:
        arrived = Standing(read(raw) for raw in events).known.values()
        limit = FOREVER if known_at is None else instant(known_at)
        known = [e for e in arrived if e.recorded is None or e.recorded <= limit]
        clock = now if known_at is None else known_at
        self.now: float = FOREVER if clock is None else instant(clock)
        self.standing = Standing(known)
        self.history = History(self.standing.events())
        self.events = self.history.events
        self.by_id = {event.id: event for event in self.events}
        self._custody: Custody | None = None
        self._kinds = {item: self.history.kind(item) for item in self.history.items}

    # Events

    def arrived(self, event: str) -> Event | None:
        """An event or a replacement that is in the journal, standing or not."""
        return self.standing.known.get(event) or self.standing.replacements.get(event)

    def of(self, item: str) -> list[Event]:
        """The standing events that name the item, as whole too, by time, then id."""
        return self.history.naming(item)

    def in_role(self, item: str, *roles: str) -> list[Event]:
        return [event for event in self.of(item) if event.roles[item] in roles]

    def makings(self, item: str) -> list[Event]:
        return self.in_role(item, "made")

    def deciding(self, item: str) -> Event | None:
        """The making that decides its kind: the earliest, then the smallest id."""
        return next(iter(self.makings(item)), None)

    def hand_overs(self, item: str) -> list[Event]:
        """Those that move its custody."""
        return [event for event in self.in_role(item, "item") if event.moves_custody]

    def first(self, item: str) -> int:
        """The time of the first standing event that names it."""
        return self.of(item)[0].time

    def reported(self, event: Event) -> int:
        """When it was first reported: what a correction puts in counts as reported when what it mends was."""
        recorded = event.recorded or 0
        if event.id not in self.standing.replacements:
            return recorded
        correction = self.standing.corrections[event.id.removesuffix("#r")]
        mended = self.arrived(correction.body["target"])
        return recorded if mended is None else min(recorded, self.reported(mended))

    # Items

    def kind(self, item: str) -> str:
        return self._kinds.get(item, "unknown")

    def lot(self, item: str) -> bool:
        return self.kind(item) == "lot"

    def is_remade(self, item: str) -> bool:
        """Whether it is a cell, module or pack made of used batteries."""
        making = self.deciding(item)
        if making is None or self.kind(item) not in BATTERIES:
            return False
        used = [other for other, role in making.roles.items() if role == "input"]
        is_coded_so = ":" not in item and len(item) in (19, 26)
        is_stated = making.step == "second_life_production"
        return is_stated or is_coded_so or any(self.kind(other) in BATTERIES for other in used)

    def wholes_at(self, item: str, time: float) -> list[Edge]:
        """The edges to the wholes it is directly in, after all events of that moment."""
        return [edge for edge in self.history.wholes(item) if edge.since <= time < edge.until]

    def around(self, item: str, time: float) -> list[str]:
        """Every whole around it, nearest first, then by id; itself only where it is in a circle."""
        found: list[str] = []
        level = [item]
        while level:
            level = sorted({e.target for x in level for e in self.wholes_at(x, time)} - set(found))
            found += level
        return found

    def was_inside(self, item: str, whole: str, window: Piece) -> bool:
        """Whether it was in the whole, directly or not, at some moment of the window."""
        todo, seen = [(item, window)], {(item, window)}
        for here, piece in todo:
            for edge in self.history.wholes(here):
                shared = piece.meet(between(edge.since, edge.until))
                if shared is None:
                    continue
                if edge.target == whole:
                    return True
                if (edge.target, shared) not in seen:
                    seen.add((edge.target, shared))
                    todo.append((edge.target, shared))
        return False

    def last_vehicle(self, item: str, time: float) -> str | None:
        """The vehicle that it is in at `time`, stays that end just then included, or was in last; None if in none.

        A whole counts only for the time in which the item was in it. Of several vehicles of one moment that of the
        stay which ends last, then begins last, then has the greatest id.
        """
        best = max(self._rides(item, time, (item,)), default=None)
        return None if best is None else best.vehicle

    def _rides(self, item: str, limit: float, chain: tuple[str, ...]) -> list[Ride]:
        """Every way from the item up to a vehicle; `time` is the last moment, up to `limit`, that all steps share."""
        if self.kind(item) == "vehicle":
            return [Ride(limit, (), item)]
        found = []
        for edge in self.history.wholes(item):
            if edge.since <= limit and edge.target not in chain:
                end = min(edge.until, limit)
                rides = self._rides(edge.target, end, (*chain, edge.target))
                step = (end, edge.since, edge.target)
                found += [ride._replace(stays=(step, *ride.stays)) for ride in rides if ride.time >= edge.since]
        return found

    # Custody

    @property
    def custody(self) -> Custody:
        if self._custody is None:
            self._custody = Custody(self.history)
        return self._custody

    def holding(self, item: str, time: float) -> Holding:
        """Effective custody after all events of that moment."""
        place = bisect_right(self.custody.moments, time) - 1
        if place < 0 or time < self.first(item):
            return Holding(Held("gap"))
        return Holding(self.custody.held[place][item], self.custody.last[place].get(item, NOBODY))

    def timeline(self, item: str) -> list[tuple[float, float, Held]]:
        """The custody timeline: without holes from the first event, neighbours that agree joined."""
        rows: list[tuple[float, float, Held]] = []
        for moment, everything in zip(self.custody.moments, self.custody.held, strict=True):
            held = everything[item]
            if moment < self.first(item) or (rows and rows[-1][2].same(held)):
                continue
            if rows:
                rows[-1] = (rows[-1][0], moment, rows[-1][2])
            rows.append((moment, FOREVER, held))
        return rows

    def is_open(self, item: str) -> bool:
        """Whether the contract leaves some moment of its custody open."""
        return any(held[item].open for held in self.custody.held)

    def is_last_open(self, item: str) -> bool:
        """Whether the contract leaves open who held it last, of what has ended in something that changed just then."""
        return any(own[item].status == "ended" and own[item].last_open for own in self.custody.owns)


__all__ = ["ALL_TIME", "BATTERIES", "DAY", "HOUR", "Holding", "World", "day_number", "end_of_day", "is_date"]
