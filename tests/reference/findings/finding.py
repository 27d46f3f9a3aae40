"""What a finding names, and how answers write it (docs/findings.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.reference.containment import FOREVER
from tests.reference.events import Json, shown
from tests.reference.intervals import between
from tests.reference.world import DAY, World

MOST_NAMED = 20
GRACE = 30 * DAY
ALWAYS = float("-inf")


@dataclass(frozen=True, order=True)
class Finding:
    """`due`: from when on it counts as one; until then a report may still come. Without its sentence."""

    kind: str
    rule: str
    items: tuple[str, ...]
    since: float
    until: float
    parties: tuple[str, ...]
    events: tuple[str, ...]
    regions: tuple[str, ...] = ()
    due: float = ALWAYS

    def document(self) -> Json:
        return {
            "kind": self.kind,
            "rule": self.rule,
            "items": list(self.items),
            "parties": list(self.parties),
            "interval": [shown(self.since), shown(self.until)],
            "events": list(self.events),
            "regions": list(self.regions),
        }

    def holds_in(self, since: float, until: float) -> bool:
        """Whether it is so at some time of `[since, until)`."""
        return between(self.since, self.until).meet(between(since, until)) is not None


def distinct(names: Iterable[str | None], most: int = MOST_NAMED) -> tuple[str, ...]:
    """Each once, in order; at most so many, and those that are absent left out."""
    return tuple(dict.fromkeys(name for name in names if name))[:most]


def finding(  # noqa: PLR0917 - what a finding names
    world: World,
    rule: str,
    items: Iterable[str],
    events: Iterable[str],
    since: float,
    until: float = FOREVER,
    parties: Iterable[str | None] = (),
    due: float = ALWAYS,
) -> Finding:
    """The parties of the rule go before the reporters of the events; `rule` is the kind, or `kind.variant`."""
    shown_events = distinct(events)
    reports = [event for i in shown_events if (event := world.arrived(i)) is not None]
    return Finding(
        rule.partition(".")[0],
        rule,
        distinct(items),
        since,
        until,
        distinct([*parties, *(event.reporter for event in reports)]),
        shown_events,
        tuple(dict.fromkeys(event.region for event in reports if event.region)),
        due,
    )
