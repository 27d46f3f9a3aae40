"""Events in force: corrections, corrections of corrections, waiting ones and cycles (contract 2)."""

from collections.abc import Iterable

from tests.reference.events import Event, read


class Standing:
    """The events that are known, each id once, and what corrections make of them."""

    def __init__(self, known: Iterable[Event]) -> None:
        self.known: dict[str, Event] = {}
        for event in known:
            self.known.setdefault(event.id, event)  # of two contents under one id the first stays
        self.corrections = {event.id: event for event in self.known.values() if event.type == "corrected"}
        self.replacements = {
            f"{correction.id}#r": self._replacement(correction)
            for correction in self.corrections.values()
            if correction.body.get("replacement")
        }

    @staticmethod
    def _replacement(correction: Event) -> Event:
        raw = {**correction.body["replacement"], "id": f"{correction.id}#r"}
        if correction.body.get("recorded"):
            raw["recorded"] = correction.body["recorded"]
        return read(raw)

    def events(self) -> list[Event]:
        """Every event that has an effect, corrections themselves left out."""
        ordinary = [e for e in self.known.values() if e.type != "corrected" and not self._withdrawn(e.id)]
        put_in = [e for e in self.replacements.values() if self._put_in(e.id) and not self._withdrawn(e.id)]
        return ordinary + put_in

    def status(self, event: str) -> set[str]:
        """The words that the contract allows for this event; raises KeyError if it is not known."""
        if event in self.replacements:
            return self._status_of_replacement(event)
        if event in self.corrections:
            return self._status_of_correction(event)
        return {"withdrawn" if self._withdrawn(self.known[event].id) else "standing"}

    def target(self, correction: str) -> str:
        return self._target(correction)

    def stands(self, correction: str) -> bool:
        """Whether the correction itself has an effect: nothing withdraws it, and it is in no circle."""
        return self._acts(correction)

    def rivals(self, target: str) -> list[str]:
        """The standing corrections of one target, by id."""
        return sorted(correction for correction in self._aimed_at(target) if self._acts(correction))

    def circle(self, correction: str) -> list[str]:
        """The corrections that target each other in a circle, from this one on; empty if it is in none."""
        if not self._in_circle(correction):
            return []
        found = [correction]
        while self._target(found[-1]) != correction:
            found.append(self._target(found[-1]))
        return found

    def _target(self, correction: str) -> str:
        return str(self.corrections[correction].body["target"])

    def _aimed_at(self, target: str) -> list[str]:
        return [correction for correction in self.corrections if self._target(correction) == target]

    def _in_circle(self, correction: str) -> bool:
        seen: list[str] = []
        here = correction
        while here in self.corrections and here not in seen:
            seen.append(here)
            here = self._target(here)
        return here == correction

    def _acts(self, correction: str) -> bool:
        """It stands, and is in no circle."""
        return not self._in_circle(correction) and not self._withdrawn(correction)

    def _withdrawn(self, event: str) -> bool:
        return any(self._acts(correction) for correction in self._aimed_at(event))

    def _waits(self, correction: str) -> bool:
        target = self._target(correction)
        return target not in self.known and target not in self.replacements

    def _put_in(self, replacement: str, context: frozenset[str] = frozenset()) -> bool:
        """Return whether it took the place of a target; it may have been withdrawn since."""
        correction = replacement.removesuffix("#r")
        target = self._target(correction)
        if replacement in context or not self._acts(correction) or self._waits(correction):
            return False
        if target in self.replacements and not self._put_in(target, context | {replacement}):
            return False
        rivals = [self.corrections[rival] for rival in self._aimed_at(target) if self._acts(rival)]
        return max(rivals, key=lambda rival: (rival.time, rival.id)).id == correction

    def _status_of_correction(self, correction: str) -> set[str]:
        target = self._target(correction)
        words: set[str] = set()
        if self._in_circle(correction):
            words.add("no_effect")
        if self._withdrawn(correction):
            words.add("withdrawn")
        if self._waits(correction):
            words.add("waiting")
            if target.removesuffix("#r") in self.known:  # a replacement that was never brought
                words.add("no_effect")
        if target in self.replacements and not self._put_in(target):
            words.add("no_effect")
            if self._waits(target.removesuffix("#r")):
                words.add("waiting")
        return words or {"standing"}

    def _status_of_replacement(self, replacement: str) -> set[str]:
        correction = replacement.removesuffix("#r")
        withdrawn = {"withdrawn"} if self._withdrawn(replacement) else set()
        if self._put_in(replacement):
            return withdrawn or {"standing"}
        if not self._waits(correction):
            return {"no_effect"} | withdrawn
        if not self._acts(correction):
            return {"no_effect", "waiting"} | withdrawn
        alone = len([rival for rival in self._aimed_at(self._target(correction)) if self._acts(rival)]) == 1
        return {"waiting"} | (set() if alone else {"no_effect"}) | withdrawn
