"""Impact of a recall: where an item is now, where it was once, and what is not known (contract 4, Impact)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple

from lineage.domain.events.models import Declared
from lineage.domain.findings.model import GRACE_PERIOD, day_of
from lineage.domain.graph import PART_OF, ItemFacts
from lineage.domain.identifiers.parsing import parse_identifier
from lineage.domain.intervals import contains
from lineage.domain.traversal.neighbourhood import Neighbourhood
from lineage.domain.traversal.trace import Trace

Status = Literal["now", "once", "unknown"]
Change = Literal["added", "released"]
Fit = Literal["yes", "no", "in_part", "nothing"]
UNITS: Final = frozenset({"cell", "module", "pack"})
"""Kinds that end up in a vehicle: for one that is in none, its whereabouts were not reported."""
BELOW: Final[Mapping[str, frozenset[str]]] = {
    "vehicle": frozenset({"cell", "module", "pack"}),
    "pack": frozenset({"cell", "module"}),
    "module": frozenset({"cell"}),
}
"""The kinds that may be inside an item whose next layer was not reported."""


class ImpactLine(NamedTuple):
    """One line of an answer: `item` is, was or may be in `whole` over `[since, until)`; None is no reported whole.

    `layer` names what was not reported where the status is unknown: a layer (`pack`, `cell`), the `vehicle` that it
    went to, its `making`, a recalled field of its `declaration`, or the `item` itself, which no event names. `uncoded`:
    how many parts without a code were counted. `silent`: the parties that should have reported.
    """

    status: Status
    item: str
    whole: str | None
    since: int | None
    until: int
    layer: str | None = None
    uncoded: int | None = None
    silent: tuple[str, ...] = ()

    @property
    def remedied(self) -> bool | None:
        """Whether the item is no longer there; None where that is not known."""
        return None if self.status == "unknown" else self.status == "once"


def reached(source: str, trace: Trace, t: int) -> list[ImpactLine]:
    """Return a line for each stay up to `t`: each window of each item that the source is in or became, or was in."""
    return [
        ImpactLine("now" if contains(window, t) else "once", source, x, *window)
        for x in trace.order()
        for window in trace.windows(x)
        if x != source and window[0] <= t
    ]


def ends_of(source: str, trace: Trace, neighbourhood: Neighbourhood, t: int) -> list[str]:
    """Return the outermost items at `t` that the source is in or became, without vehicles and second-life units."""
    ends = []
    for x in trace.order():
        if not any(contains(w, t) for w in trace.windows(x)):
            continue
        is_inside = any(e.type == PART_OF and e.since <= t < e.until for e in neighbourhood.edges.get(x, ()))
        kind = neighbourhood.nodes[x].kind
        if not is_inside and kind != "vehicle" and not is_second_life(x) and (x == source or kind != "lot"):
            ends.append(x)
    return ends


def is_second_life(item: str) -> bool:
    """Return whether a code is that of a second-life unit, which is put in no vehicle (`domain.md` 1.4)."""
    return ":" not in item and len(item) in (19, 26)


def is_alive(facts: ItemFacts, t: int) -> bool:
    """Return whether the item has neither ended nor been consumed by `t`."""
    return not any(time <= t for time, *_ in facts.ends) and not any(c <= t for c in facts.consumptions)


def is_quiet(since: int, t: int) -> bool:
    """Return whether the last report, of `since`, is so old that a further one should have come by `t`."""
    return t - since > GRACE_PERIOD


class Recall(NamedTuple):
    """A recall by declared fields, of items made in `[since, until)`; None matches every value."""

    maker: str | None = None
    model: str | None = None
    batch: str | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None

    def made_then(self, item: str, facts: ItemFacts) -> bool:
        """Return whether it was made in the window, by its making event, else by its code; True if neither is known."""
        made = facts.kind_time
        if made is not None:
            return (self.since is None or self.since <= made) and (self.until is None or made < self.until)
        day = _day_of_code(item)
        if day is None:
            return True
        early = self.since is not None and day < day_of(self.since)
        return not early and (self.until is None or day <= day_of(self.until - 1))

    def may_hold(self, item: str, facts: ItemFacts) -> bool:
        """Return whether an item with unreported parts may contain a recalled one: by kind, and not made before it."""
        if self.kind is not None and self.kind not in BELOW.get(facts.kind, ()):
            return False
        later = self._replace(until=None)
        return later.made_then(item, facts)

    def fits(self, declared: Declared | None, reporter: str) -> Fit:
        """Return whether a declaration describes a recalled item, or leaves out some or all of the recalled fields."""
        maker = (None if declared is None else declared.maker) or reporter
        model, batch = (None, None) if declared is None else (declared.model, declared.batch)
        pairs = [(self.maker, maker), (self.model, model), (self.batch, batch)]
        recalled = [(value, reported) for value, reported in pairs if value is not None]
        if any(reported not in (None, value) for value, reported in recalled):
            return "no"
        missing = sum(reported is None for _, reported in recalled)
        if not missing:
            return "yes"
        return "nothing" if missing == len(recalled) else "in_part"


def _day_of_code(item: str) -> int | None:
    if ":" in item:
        return None
    made = parse_identifier(item, is_stored=True).made_on
    return None if made is None else made.toordinal() - _EPOCH


_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""


def changed(before: Iterable[ImpactLine], after: Iterable[ImpactLine]) -> list[tuple[Change, ImpactLine]]:
    """Return the lines that are added and those that are released (contract 4), matched by item and whole.

    Of several stays in one whole the one of most concern counts, of several of these the last one.
    """
    old, new = _of_most_concern(before), _of_most_concern(after)
    changes: list[tuple[Change, ImpactLine]] = []
    for key, line in new.items():
        was = old.get(key)
        rank, past = _CONCERNED[line.status], 0 if was is None else _CONCERNED[was.status]
        if rank > past:
            changes.append(("added", line))
        elif past > 0 and rank == 0:
            changes.append(("released", line))
    changes += [("released", line) for key, line in old.items() if key not in new and _CONCERNED[line.status]]
    return changes


def _of_most_concern(lines: Iterable[ImpactLine]) -> dict[tuple[str, str | None], ImpactLine]:
    chosen: dict[tuple[str, str | None], ImpactLine] = {}
    for line in lines:
        other = chosen.get((line.item, line.whole))
        if other is None or _CONCERNED[line.status] >= _CONCERNED[other.status]:
            chosen[line.item, line.whole] = line
    return chosen


_CONCERNED: Final[Mapping[Status, int]] = {"once": 0, "unknown": 1, "now": 2}
