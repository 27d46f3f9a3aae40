"""Whom a recall concerns: every stay of every item recalled, and what cannot be known (contract 4, docs/http.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.compliance.parties import party_at
from tests.reference.containment import FOREVER
from tests.reference.events import Event, Json, instant, shown, stored_id
from tests.reference.findings.finding import GRACE
from tests.reference.findings.identity import day_in_code, is_code
from tests.reference.intervals import ALL_TIME
from tests.reference.trace import lineage, unknown_layers
from tests.reference.world import BATTERIES, World, day_number

BELOW = {"vehicle": ("cell", "module", "pack"), "pack": ("cell", "module"), "module": ("cell",)}


@dataclass(frozen=True)
class Line:
    status: str
    item: str
    whole: str | None
    since: float | None
    until: float = FOREVER
    layer: str | None = None
    uncoded: int | None = None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Recall:
    """By what the making declared; an instant as events write it. Made in `[since, until)`."""

    maker: str | None = None
    model: str | None = None
    batch: str | None = None
    kind: str | None = None
    since: str | None = None
    until: str | None = None

    def is_of_that_time(self, world: World, item: str) -> bool:
        """By its making, else by the day in its code; what is not known counts as yes."""
        since = float("-inf") if self.since is None else instant(self.since)
        until = FOREVER if self.until is None else instant(self.until)
        making, day = world.deciding(item), day_in_code(item)
        if making is not None:
            return since <= making.time < until
        if day is None:
            return True
        early = self.since is not None and day < day_number(since)
        return not early and (self.until is None or day <= day_number(until - 1))

    def fits(self, making: Event, item: str) -> str:
        """`yes`, `no`; `in_part` or `nothing` where the making leaves out some or all of what is asked by."""
        declared = making.declaration(item)
        maker = declared.get("maker")
        said = {
            "maker": stored_id(maker) if maker else making.reporter,
            "model": declared.get("model"),
            "batch": declared.get("batch"),
        }
        wanted = {f: v for f in said if (v := getattr(self, f)) is not None}
        if any(said[f] not in (None, value) for f, value in wanted.items()):
            return "no"
        absent = [f for f in wanted if said[f] is None]
        if not absent:
            return "yes"
        return "nothing" if len(absent) == len(wanted) else "in_part"


class Impact:
    """Of items by id, or of what a recall describes, at `at` (default now)."""

    def __init__(
        self, world: World, items: Sequence[str] | None = None, recall: Recall | None = None, at: str | None = None
    ) -> None:
        self.world = world
        self.time = world.now if at is None else instant(at)
        self.undeclared = 0
        if items is not None:
            ids = list(dict.fromkeys(map(stored_id, items)))
            self.recalled = [item for item in ids if item in world.history.items]
            strangers = [Line("unknown", x, None, None, layer="item") for x in ids if x not in world.history.items]
            self.lines = [*self._concerned(), *strangers]
        else:
            self.recalled, unclear = self._declared(recall or Recall())
            named = {*self.recalled, *(line.item for line in unclear)}
            unseen = [line for line in self._unseen(recall or Recall()) if line.item not in named]
            self.lines = [*self._concerned(), *unclear, *unseen]

    def documents(self) -> list[Json]:
        return [self._document(line) for line in self.lines]

    def totals(self) -> Json:
        counts = Counter(line.status for line in self.lines)
        documents = self.documents()
        return {
            **{status: counts[status] for status in ("now", "once", "unknown")},
            "items": len(self.recalled),
            "wholes": len({d["whole"] for d in documents} - {None}),
            "uncoded": sum(line.uncoded or 0 for line in self.lines),
            "undeclared": self.undeclared,
        }

    # What is recalled

    def _declared(self, recall: Recall) -> tuple[list[str], list[Line]]:
        world, fitting, unclear = self.world, [], []
        for item in sorted(world.history.items):
            making = world.deciding(item)
            if recall.kind not in (None, world.kind(item)) or not recall.is_of_that_time(world, item):
                continue
            first = world.first(item)
            if making is None:
                if world.kind(item) in BATTERIES and self._is_alive(item):
                    unclear.append(Line("unknown", item, None, first, layer="making"))
                continue
            fits = recall.fits(making, item)
            self.undeclared += fits == "nothing"
            if fits == "yes":
                fitting.append(item)
            elif fits == "in_part" and self._is_alive(item):
                silent = (making.reporter,)
                unclear.append(Line("unknown", item, None, first, layer="declaration", silent=silent))
        return fitting, unclear

    def _unseen(self, recall: Recall) -> list[Line]:
        """What may hold what is recalled, because the layer inside was not reported; a lot inside stands for it."""
        world, found = self.world, []
        open_ended = Recall(kind=recall.kind, since=recall.since)
        holders = [
            item
            for item in sorted(world.history.items)
            if (recall.kind in BELOW.get(world.kind(item), ()) or (recall.kind is None and world.kind(item) in BELOW))
            and open_ended.is_of_that_time(world, item)
            and self._is_alive(item)
        ]
        for row in unknown_layers(world.history, holders):
            item = row["item"]
            near = [item, *(edge.target for edge in world.wholes_at(item, self.time))]
            if any(world.lot(part) for whole in near for part in self._ever_put_in(whole)):
                continue
            making = world.deciding(item)
            silent = () if making is None else (making.reporter,)
            found.append(Line("unknown", item, None, world.first(item), FOREVER, row["layer"], row["uncoded"], silent))
        return found

    def _ever_put_in(self, whole: str) -> list[str]:
        events = [e for e in self.world.in_role(whole, "whole") if e.type == "assembled"]
        return [part for event in events for part, role in event.roles.items() if role == "part"]

    def _is_alive(self, item: str) -> bool:
        ends = [e for e in self.world.in_role(item, "item") if e.type == "ended" and e.time <= self.time]
        used = [] if self.world.lot(item) else [e for e in self.world.in_role(item, "input") if e.time <= self.time]
        return not ends and not used

    # Where it is and was

    def _concerned(self) -> list[Line]:
        return [line for item in self.recalled for line in self._of(item)]

    def _of(self, item: str) -> list[Line]:
        """Every stay of the downstream trace that has begun, then where its ways end, else the item by itself."""
        reached = lineage(self.world.history, item, ALL_TIME, "downstream", None)["items"]
        stays = {row["id"]: [_numbers(window) for window in row["windows"]] for row in reached}
        lines = [
            Line("now" if _holds(window, self.time) else "once", item, whole, *window)
            for whole, windows in stays.items()
            for window in windows
            if whole != item and window[0] <= self.time
        ]
        ends = [x for x, windows in stays.items() if any(_holds(w, self.time) for w in windows) and self._ends(x, item)]
        loose = [line for end in ends if self._is_alive(end) and (line := self._loose(item, end)) is not None]
        if not lines and not loose and self.world.first(item) <= self.time:
            loose = [self._by_itself(item)]
        return lines + loose

    def _ends(self, item: str, source: str) -> bool:
        """In nothing, and neither a vehicle nor a second-life unit; a lot only if it is itself recalled."""
        world = self.world
        is_unit = is_code(item) and len(item) != 24
        is_counted = item == source or not world.lot(item)
        return not world.wholes_at(item, self.time) and world.kind(item) != "vehicle" and not is_unit and is_counted

    def _loose(self, item: str, end: str) -> Line | None:
        """In somebody's hands for 30 days at most, or gone where nobody reported."""
        segments = [row for row in self.world.timeline(end) if row[0] <= self.time < row[1]]
        if not segments:
            return None
        since, until, held = segments[0]
        last = max([since, *(edge.since for edge in self.world.history.wholes(end))])
        if held.status == "held" and self.time - last <= GRACE:
            return Line("now", item, None, since, until) if end == item else None
        silent = tuple(dict.fromkeys([*([held.to] if held.to else []), *sorted(held.holders)]))
        return Line("unknown", item, None if end == item else end, since, layer="vehicle", silent=silent)

    def _by_itself(self, item: str) -> Line:
        first = self.world.first(item)
        ends = [e.time for e in self.world.of(item) if e.type == "ended" and e.roles[item] == "item"]
        ends += [] if self.world.lot(item) else [e.time for e in self.world.in_role(item, "input")]
        past = [time for time in ends if time <= self.time]
        return Line("once", item, None, first, min(past)) if past else Line("now", item, None, first)

    # Lines as answers write them

    def _document(self, line: Line) -> Json:
        about, whole = line.whole or line.item, line.whole
        holders: list[str] = []
        if about in self.world.history.items:
            holding = self.world.holding(about, self.time)
            holders = sorted(holding.held.holders or holding.last)
            if whole is None and line.layer in ("making", "declaration", "pack", "cell"):
                whole = self._top(about)
        regions = [party_at(self.world, party, self.time).region for party in holders]
        document: Json = {
            "status": line.status,
            "item": line.item,
            "whole": whole,
            "since": None if line.since is None else shown(line.since),
            "until": shown(line.until),
            "holders": holders,
            "region": next((region for region in regions if region), None),
            "remedied": None if line.status == "unknown" else line.status == "once",
        }
        if line.status == "unknown":
            silent = list(line.silent) or holders
            document |= {"layer": line.layer, "uncoded": line.uncoded, "silent": silent}
        return document

    def _top(self, item: str) -> str | None:
        """The outermost whole around it, of several the smallest id."""
        around = self.world.around(item, self.time)
        above = {whole: set(self.world.around(whole, self.time)) for whole in around}
        return min((w for w in around if all(w in above[up] for up in above[w])), default=None)


def _numbers(window: list[str | None]) -> tuple[float, float]:
    since, until = window
    return float("-inf") if since is None else instant(since), FOREVER if until is None else instant(until)


def _holds(window: tuple[float, float], time: float) -> bool:
    since, until = window
    return since <= time < until or since == until == time
