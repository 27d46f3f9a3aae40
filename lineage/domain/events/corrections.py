"""Which events are in force: corrections, corrections of corrections, replacements (contract 2, Corrections)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from lineage.domain.identifiers.parsing import REPLACEMENT_SUFFIX

Status = Literal["standing", "withdrawn", "waiting", "no_effect"]


class Correction(NamedTuple):
    """The fields of a `corrected` event that decide which events are in force; times in milliseconds UTC."""

    id: str
    target: str
    time: int
    recorded: int
    replaces: bool


def replacement_id(correction: str) -> str:
    """Return the id of the event that a correction puts in place of its target."""
    return correction + REPLACEMENT_SUFFIX


def correction_of(event_id: str) -> str | None:
    """Return the correction that a replacement belongs to; None for any other event."""
    return event_id.removesuffix(REPLACEMENT_SUFFIX) if event_id.endswith(REPLACEMENT_SUFFIX) else None


class CorrectionStatus:
    """Which events of a closed set are in force: corrections that target one another, and their targets.

    `arrived` returns, for an id that is no replacement, whether such an event is in the journal as known then. The
    order in which corrections arrived never matters.
    """

    def __init__(self, corrections: Iterable[Correction], arrived: Callable[[str], bool]) -> None:
        self.corrections: Mapping[str, Correction] = {c.id: c for c in corrections}
        self._arrived = arrived
        self.targeting: dict[str, list[Correction]] = defaultdict(list)
        for c in self.corrections.values():
            self.targeting[c.target].append(c)
        self.circular = self._cycles()
        self.standing = self._standing_corrections()

    def _cycles(self) -> set[str]:
        """Return the corrections that target each other in a cycle: they have no effect."""
        state: dict[str, int] = {}
        circular: set[str] = set()
        for n, start in enumerate(self.corrections):
            trail: list[str] = []
            at = start
            while at in self.corrections and at not in state:
                state[at] = n
                trail.append(at)
                at = self.corrections[at].target
            if at in self.corrections and state[at] == n and at in trail:
                circular.update(trail[trail.index(at) :])
        return circular

    def _standing_corrections(self) -> set[str]:
        """Return the corrections that no standing correction withdraws, beginning with the uncorrected ones."""
        open_count = {c: len(self.targeting.get(c, ())) for c in self.corrections}
        struck: set[str] = set(self.circular)
        standing: set[str] = set()
        ready = [c for c, n in open_count.items() if n == 0 or c in self.circular]
        done: set[str] = set()
        while ready:
            c = ready.pop()
            if c in done:
                continue
            done.add(c)
            if c not in struck:
                standing.add(c)
            target = self.corrections[c].target
            if target in self.corrections and target not in self.circular:
                open_count[target] -= 1
                if c in standing:
                    struck.add(target)
                if open_count[target] == 0:
                    ready.append(target)
        return standing

    def withdrawn(self, event_id: str) -> bool:
        """Return whether a standing correction targets it."""
        return any(c.id in self.standing for c in self.targeting.get(event_id, ()))

    def corrected_by(self, event_id: str) -> list[str]:
        """Return the standing corrections of an event, by id."""
        return sorted(c.id for c in self.targeting.get(event_id, ()) if c.id in self.standing)

    def _exists(self, event_id: str) -> bool:
        owner = correction_of(event_id)
        if owner is None:
            return self._arrived(event_id)
        return owner in self.corrections and self.corrections[owner].replaces

    def _wins(self, c: Correction) -> bool:
        """Return whether its replacement is the one in force: of several the latest, then the greatest id, wins."""
        rivals = [(r.time, r.id) for r in self.targeting[c.target] if r.id in self.standing]
        return bool(rivals) and max(rivals) == (c.time, c.id)

    def put_in(self, correction: str) -> bool:
        """Return whether the replacement of this correction is put in (whether or not something withdraws it again)."""
        met: set[str] = set()
        while correction not in met:
            met.add(correction)
            c = self.corrections.get(correction)
            if c is None or not c.replaces or not self._wins(c):
                return False
            owner = correction_of(c.target)
            if owner is None:
                return self._exists(c.target)
            if not self._exists(c.target):
                return False
            correction = owner
        return False

    def in_force(self, event_id: str) -> bool:
        """Return whether an event other than a correction, or a replacement, is in force."""
        owner = correction_of(event_id)
        exists = self._arrived(event_id) if owner is None else self.put_in(owner)
        return exists and not self.withdrawn(event_id)

    def _waits(self, event_id: str) -> bool:
        """Return whether it belongs to a standing correction whose target has not arrived, or waits itself."""
        met: set[str] = set()
        while event_id not in met:
            met.add(event_id)
            c = self.corrections.get(correction_of(event_id) or event_id)
            if c is None or c.id not in self.standing:
                return False
            if not self._exists(c.target):
                return True
            if correction_of(c.target) is None:
                return False
            event_id = c.target
        return False

    def status(self, event_id: str) -> Status:
        """Return the status of contract 8 of an event that is in the journal, or of a replacement."""
        if self.withdrawn(event_id):
            return "withdrawn"
        if event_id in self.circular:
            return "no_effect"
        owner = correction_of(event_id)
        if owner is not None:
            if self.put_in(owner):
                return "standing"
            return "waiting" if self._waits(event_id) else "no_effect"
        c = self.corrections.get(event_id)
        if c is None:
            return "standing"
        if not self._exists(c.target):
            return "waiting"
        target_owner = correction_of(c.target)
        if target_owner is not None and not self.put_in(target_owner):
            return "waiting" if self._waits(event_id) else "no_effect"
        return "standing"
