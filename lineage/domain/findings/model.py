"""A finding, and the evidence that a rule looks at: one item, its events and its edges (contract 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from lineage.domain.compliance.duties import Duty, DutyContext
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.events.stored_event import StoredEvent
from lineage.domain.graph import Edge, Holding, ItemFacts, Mention
from lineage.domain.instants import BEGIN, CHINA_OFFSET, DAY, OPEN, Instant
from lineage.domain.projection.effective_custody import CustodyContext

MOST_EVIDENCE: Final = 20
"""Events, items and parties that one finding names at most; the item's own answers list all of them."""
GRACE_PERIOD: Final = 30 * DAY
"""How long the report of the other side of a hand-over, or of the removal of a pack, may take, in milliseconds."""


NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Finding(NamedTuple):
    """A contradiction or an omission in what was reported.

    `items`: the item that the finding is about first. `[since, until)`: when what is wrong is so, milliseconds UTC.
    `events`: the ids that prove it. `rule`: the kind, or the kind and a variant. `due`: from when on it counts as a
    finding; until then a report may still come. `regions`: GB/T 2260 codes of the places of its events. `details`:
    further values of its message, as (name, text).
    """

    kind: str
    rule: str
    items: tuple[str, ...]
    parties: tuple[str, ...]
    since: Instant
    until: Instant
    events: tuple[str, ...]
    due: Instant = BEGIN
    regions: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, tuple[str, ...], Instant, Instant, tuple[str, ...], tuple[str, ...]]:
        """The identity of a finding, and the order in which those of one item are listed."""
        return self.kind, self.rule, self.items, self.since, self.until, self.parties, self.events

    def with_reports(self, events: Mapping[str, StoredEvent]) -> Finding:
        """Return the finding with the reporters of its events after its parties, and the regions of these events.

        `events` must hold everything that proves it: what is absent cannot be named.
        """
        reports = [e for i in self.events if (e := events.get(i)) is not None]
        parties = tuple(dict.fromkeys((*self.parties, *(e.reporter for e in reports))))[:MOST_EVIDENCE]
        return self._replace(parties=parties, regions=tuple(dict.fromkeys(e.region for e in reports if e.region)))


class RuleContext(NamedTuple):
    """The context in which rules of the day are evaluated.

    `duties` are those of the item, as they stand when every window has passed.
    """

    book: RuleBook
    duty_context: DutyContext
    duties: list[Duty]


@dataclass(slots=True)
class ItemEvidence:
    """An item with everything that its rules look at, all as known at one transaction time.

    `mentions` ascend by (time, event). `events`: by id; of a lot those that only install some of it are not
    looked at and may be missing.
    `wholes` and `parts` are its `PART_OF` edges; `inputs` are the `BECAME` edges that lead to it. `kinds`: of the
    sources of `parts`. `custody_context`: rows about the item and everything that it was ever inside. `twins`: items
    whose codes differ from its own by O and 0, I and 1 alone. `enrolled`: those of the parties named by its events that
    an event enrols. `is_remade`: made of used batteries. `rules`: None where no rule of the day concerns it. `check` is
    called again and again by rules that may take long, and raises to end them.
    """

    item: str
    facts: ItemFacts
    mentions: list[Mention]
    events: Mapping[str, StoredEvent]
    wholes: list[Edge] = field(default_factory=list)
    parts: list[Edge] = field(default_factory=list)
    inputs: list[Edge] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    kinds: Mapping[str, str] = field(default_factory=dict)
    custody_context: CustodyContext | None = None
    twins: tuple[str, ...] = ()
    enrolled: frozenset[str] = frozenset()
    rules: RuleContext | None = None
    is_remade: bool = False
    check: Callable[[], None] = lambda: None

    def mentions_as(self, *roles: str) -> list[Mention]:
        """Return its mentions in these roles, by time."""
        self.check()
        return [m for m in self.mentions if m.role in roles]

    def event(self, event_id: str) -> StoredEvent | None:
        """Return one of its events in force, if it was fetched."""
        return self.events.get(event_id)

    def step(self, event_id: str) -> str:
        """Return the business step of an event, empty if none was reported."""
        event = self.events.get(event_id)
        return "" if event is None else event.step

    def finding(  # noqa: PLR0913 - what a finding names
        self,
        kind: str,
        event_ids: Iterable[str],
        interval: tuple[Instant, Instant],
        *,
        items: Iterable[str] = (),
        parties: Iterable[str | None] = (),
        variant: str = "",
        due: Instant = BEGIN,
        details: Mapping[str, object] = NOTHING,
    ) -> Finding:
        """Return a finding about this item, as yet without the reporters and regions of its events."""
        self.check()
        proof = tuple(dict.fromkeys(event_ids))[:MOST_EVIDENCE]
        named = dict.fromkeys(p for p in parties if p)
        return Finding(
            kind,
            f"{kind}.{variant}" if variant else kind,
            tuple(dict.fromkeys((self.item, *items)))[:MOST_EVIDENCE],
            tuple(named)[:MOST_EVIDENCE],
            *interval,
            proof,
            due,
            details=tuple((name, str(value)) for name, value in details.items()),
        )


def day_of(t: Instant) -> int:
    """Return the day at UTC+08:00, as a number of days since 1970."""
    return (t + CHINA_OFFSET) // DAY


def is_bare_date(t: Instant) -> bool:
    """Return whether the instant is a midnight at UTC+08:00, for which a bare date stands."""
    return (t + CHINA_OFFSET) % DAY == 0


def day_end(t: Instant) -> Instant:
    """Return the last millisecond of the day that a bare date stands for; any other instant as it is."""
    return t + DAY - 1 if is_bare_date(t) else t


__all__ = [
    "GRACE_PERIOD",
    "MOST_EVIDENCE",
    "OPEN",
    "Finding",
    "ItemEvidence",
    "day_end",
    "day_of",
    "is_bare_date",
]  # fmt: skip
