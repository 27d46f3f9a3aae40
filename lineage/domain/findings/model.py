"""What a finding is, and what a rule looks at: one item, its events and its neighbours (contract 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from lineage.domain.compliance.duties import Duty, DutyContext
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import Edge, Holding, ItemFacts, Mention
from lineage.domain.instants import BEGIN, OPEN
from lineage.domain.projection.effective_custody import CustodyContext

DAY: Final = 86_400_000
CHINA: Final = 8 * 3_600_000
MOST_EVIDENCE: Final = 20
"""Events, items and parties named by one finding at most: what is beyond is found by asking for the item."""
GRACE_PERIOD: Final = 30 * DAY
"""How long the other side of a hand-over, or the removal of a pack, may take before its absence is a finding."""


NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Finding(NamedTuple):
    """Something that cannot be as it was told.

    `items`: the one it hangs on first. `[since, until)`: when what is wrong is so, milliseconds UTC. `events`: what
    shows it. `rule`: the kind, or the kind and a variant. `due`: from when on it counts as a finding; until then a
    report may still come. `regions`: GB/T 2260 codes of the places that its events name. `said`: what its sentence
    needs beside these.
    """

    kind: str
    rule: str
    items: tuple[str, ...]
    parties: tuple[str, ...]
    since: int
    until: int
    events: tuple[str, ...]
    due: int = BEGIN
    regions: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], int, int, tuple[str, ...]]:
        """What tells it from every other, and the order in which those of one item are listed."""
        return self.kind, self.rule, self.items, self.since, self.until, self.parties


@dataclass(frozen=True)
class EventEvidence:
    """One event in force: its head, and its body as kept."""

    id: str
    recorded: int
    type: str
    step: str
    time: int
    reporter: str
    place: str
    body: Mapping[str, Any]

    def parties(self) -> list[str]:
        """The reporter, and whom it names as giver, taker or custodian."""
        named = [self.reporter, *(self.body.get(field) for field in ("giver", "taker", "custodian"))]
        return [p for p in dict.fromkeys(named) if p]

    def declared(self, item: str) -> Mapping[str, Any]:
        """What a making event says of the item; empty where it says nothing."""
        return self._declared.get(item, NOTHING)

    @cached_property
    def _declared(self) -> dict[str, Mapping[str, Any]]:
        listed = (*self.body.get("items", ()), *self.body.get("outputs", ()))
        return {one["id"]: one for one in listed if isinstance(one, dict)}


class RuleContext(NamedTuple):
    """What the rules of the day are asked with.

    `duties` of the item as they stand when every window has passed; `told`: the reports of its events.
    """

    book: RuleBook
    world: DutyContext
    duties: list[Duty]
    told: Mapping[str, StoredEvent]


@dataclass(slots=True)
class ItemEvidence:
    """An item with what its rules look at, all as known at one moment of knowledge.

    `mentions` ascend by (time, event). `reports`: of a lot those that only put some of it in may be missing. `wholes`
    and `parts` are its `PART_OF` edges; `inputs`: what it became from. `kinds`: of the far ends of `parts`. `around`:
    rows about everything that it was ever inside. `twins`: items whose codes differ from its own by O and 0, I and 1
    alone. `enrolled`: of the parties that its events name those that somebody enrolled. `ruled`: for rules of the day.
    """

    item: str
    facts: ItemFacts
    mentions: list[Mention]
    reports: Mapping[str, EventEvidence]
    wholes: list[Edge] = field(default_factory=list)
    parts: list[Edge] = field(default_factory=list)
    inputs: list[Edge] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    kinds: Mapping[str, str] = field(default_factory=dict)
    around: CustodyContext | None = None
    twins: tuple[str, ...] = ()
    enrolled: frozenset[str] = frozenset()
    ruled: RuleContext | None = None

    def told(self, *roles: str) -> list[Mention]:
        """Its mentions in these roles, by time."""
        return [m for m in self.mentions if m.role in roles]

    def report(self, event: str) -> EventEvidence | None:
        return self.reports.get(event)

    def step(self, event: str) -> str:
        report = self.reports.get(event)
        return "" if report is None else report.step

    def finding(  # noqa: PLR0913 - what a finding names
        self,
        kind: str,
        events: Iterable[str],
        span: tuple[int, int],
        *,
        items: Iterable[str] = (),
        parties: Iterable[str] = (),
        variant: str = "",
        due: int = BEGIN,
        said: Mapping[str, object] = NOTHING,
    ) -> Finding:
        """A finding that hangs on this item, with the parties and regions of its events."""
        shown = tuple(dict.fromkeys(events))[:MOST_EVIDENCE]
        reports = [r for e in shown if (r := self.reports.get(e)) is not None]
        regions = dict.fromkeys(r.place for r in reports if r.place)
        named = dict.fromkeys(p for p in (*parties, *(r.reporter for r in reports)) if p)
        return Finding(
            kind,
            f"{kind}.{variant}" if variant else kind,
            tuple(dict.fromkeys((self.item, *items)))[:MOST_EVIDENCE],
            tuple(named)[:MOST_EVIDENCE],
            *span,
            shown,
            due,
            tuple(regions),
            tuple((name, str(value)) for name, value in said.items()),
        )


def day_of(t: int) -> int:
    """The day at UTC+08:00, as a number of days since 1970."""
    return (t + CHINA) // DAY


def is_bare_date(t: int) -> bool:
    """Whether the moment is a midnight at UTC+08:00: what a bare date stands for."""
    return (t + CHINA) % DAY == 0


def day_end(t: int) -> int:
    """The end of the day that a bare date stands for; any other moment ends as it begins."""
    return t + DAY - 1 if is_bare_date(t) else t


__all__ = [
    "DAY",
    "GRACE_PERIOD",
    "MOST_EVIDENCE",
    "OPEN",
    "EventEvidence",
    "Finding",
    "ItemEvidence",
    "day_end",
    "day_of",
    "is_bare_date",
]  # fmt: skip
