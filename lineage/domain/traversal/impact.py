"""Whom a recall concerns: where a thing is now, where it was once, and what cannot be known (contract 4, Impact)."""

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
"""Kinds that end up in a vehicle: of one that is in none, nobody told where it went."""
BELOW: Final[Mapping[str, frozenset[str]]] = {
    "vehicle": frozenset({"cell", "module", "pack"}),
    "pack": frozenset({"cell", "module"}),
    "module": frozenset({"cell"}),
}
"""What may lie unseen in a thing whose next layer nobody told."""


class Line(NamedTuple):
    """One concern. `item` is, was or may be in `whole` over `[since, until)`; no whole: in nothing that was told.

    `layer`, of what is unknown: which layer nobody told (`pack`, `cell`), `vehicle` where it went, `making` what it is,
    `declaration` a field that was asked by, `item` where no event names it at all. `uncoded`: parts without a code that
    were counted. `silent`: who ought to have told.
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
        """Whether it is out of there again; None where nobody knows."""
        return None if self.status == "unknown" else self.status == "once"


def reached(source: str, trace: Trace, t: int) -> list[Line]:
    """Everything that the source is in or became at `t`, or was in before; what begins later is left out."""
    lines = []
    for x in trace.order():
        windows = [w for w in trace.windows(x) if w[0] <= t]
        if x == source or not windows:
            continue
        held = next((w for w in windows if contains(w, t)), None)
        since, until = held or windows[-1]
        lines.append(Line("now" if held else "once", source, x, since, until))
    return lines


def ends_of(source: str, trace: Trace, around: Neighbourhood, t: int) -> list[str]:
    """Where the ways of the source end at `t`: in nothing, and neither vehicle nor second-life unit; itself as well."""
    ends = []
    for x in trace.order():
        if not any(contains(w, t) for w in trace.windows(x)):
            continue
        is_inside = any(e.type == PART_OF and e.since <= t < e.until for e in around.edges.get(x, ()))
        kind = around.nodes[x].kind
        if not is_inside and kind != "vehicle" and not is_second_life(x) and (x == source or kind != "lot"):
            ends.append(x)
    return ends


def is_second_life(item: str) -> bool:
    """Whether a code is that of a second-life unit, which is put in no vehicle (`domain.md` 1.4)."""
    return ":" not in item and len(item) in (19, 26)


def is_alive(facts: ItemFacts, t: int) -> bool:
    """Whether it has neither ended nor been consumed by then."""
    return not any(time <= t for time, *_ in facts.ends) and not any(c <= t for c in facts.consumptions)


def is_quiet(since: int, t: int) -> bool:
    """Whether what was told last is so old that more should have been told since."""
    return t - since > GRACE_PERIOD


class Recall(NamedTuple):
    """What is recalled, by what its making declared; None is not asked by. Made in `[since, until)`."""

    maker: str | None = None
    model: str | None = None
    batch: str | None = None
    kind: str | None = None
    since: int | None = None
    until: int | None = None

    def made_then(self, item: str, facts: ItemFacts) -> bool:
        """Whether it was made in the window, by its making, else by the date in its code; unknown counts as yes."""
        made = facts.kind_time
        if made is not None:
            return (self.since is None or self.since <= made) and (self.until is None or made < self.until)
        day = _day_of_code(item)
        if day is None:
            return True
        early = self.since is not None and day < day_of(self.since)
        return not early and (self.until is None or day <= day_of(self.until - 1))

    def may_hold(self, item: str, facts: ItemFacts) -> bool:
        """Whether a thing whose inside nobody told may hold what is recalled: by kind, and not made before it."""
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
    made = parse_identifier(item).made_on
    return None if made is None else made.toordinal() - _EPOCH


_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""


def changed(before: Iterable[Line], after: Iterable[Line]) -> list[tuple[Change, Line]]:
    """Who is concerned only now, and who is not any more (contract 4): by item and whole."""
    old = {(x.item, x.whole): x for x in before}
    new = {(x.item, x.whole): x for x in after}
    found: list[tuple[Change, Line]] = []
    for key, line in new.items():
        was = old.get(key)
        rank, past = _CONCERNED[line.status], 0 if was is None else _CONCERNED[was.status]
        if rank > past:
            found.append(("added", line))
        elif past > 0 and rank == 0:
            found.append(("released", line))
    found += [("released", line) for key, line in old.items() if key not in new and _CONCERNED[line.status]]
    return found


_CONCERNED: Final[Mapping[Status, int]] = {"once": 0, "unknown": 1, "now": 2}
