"""Custody moment by moment, over all items together (contract 5)."""

from dataclasses import dataclass, replace

from tests.reference.containment import Edge, History, Place, first_that_fits
from tests.reference.events import Event

NOBODY: frozenset[str] = frozenset()
NOWHERE = Place()


@dataclass(frozen=True)
class Own:
    """The own custody of an item, as its events leave it."""

    status: str = "gap"
    holders: frozenset[str] = NOBODY
    to: str | None = None
    last: frozenset[str] = NOBODY  # who held it just before it ended
    given: bool = False  # some event gave it a holder
    transferred_while_installed: bool = False  # handed over while inside, and not outside since
    place: Place = NOWHERE
    open: bool = False  # the contract does not decide it
    last_open: bool = False  # nor, who the last holder is
    ended_inside: bool = False  # the last holder is not its own: the contract states only for removals which one counts

    @property
    def last_in_doubt(self) -> bool:
        """For what still lies in it."""
        return self.last_open or self.ended_inside


@dataclass(frozen=True)
class Held:
    """Effective custody over some time."""

    status: str
    holders: frozenset[str] = NOBODY
    to: str | None = None
    via: tuple[str, ...] = ()
    open: bool = False

    def same(self, other: "Held") -> bool:
        return replace(self, open=False) == replace(other, open=False)


def by_count(holders: frozenset[str]) -> str:
    return ("gap", "held")[len(holders)] if len(holders) < 2 else "conflict"


class Custody:
    """`held[i][item]` holds from `moments[i]` to the next one, after all events of that moment."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.moments = sorted({event.time for event in history.events})
        self.held: list[dict[str, Held]] = []
        # own custody, and who answered last for what has ended, at the same moments
        self.owns: list[dict[str, Own]] = []
        self.last: list[dict[str, frozenset[str]]] = []
        self._lots = {item for item in history.items if history.lot(item)}
        self._before: dict[str, Own] = {item: Own() for item in history.items}
        self._answered: dict[str, frozenset[str]] = dict.fromkeys(history.items, NOBODY)
        self._now = 0
        self._after: dict[str, Own] = {}
        self._circular: set[str] = set()
        for moment in self.moments:
            self._go_to(moment)

    # The world at one moment

    def _go_to(self, moment: int) -> None:
        self._now, self._after = moment, {}
        self._circular = self._in_circles()
        for item in sorted(self.history.items):
            self._own(item)
        held = {item: self.effective(item) for item in self.history.items}
        self._answered |= {item: h.holders for item, h in held.items() if h.status != "ended"}
        self.held.append(held)
        self.owns.append(self._after)
        self.last.append({item: self._last_of(item) for item, h in held.items() if h.status == "ended"})
        self._before = self._after

    def _last_of(self, item: str) -> frozenset[str]:
        """Who answered last for an item that has ended, or lies in what was consumed."""
        if self.around(item) and item not in self._lots:
            return self.effective(item, consumption_counts=False).holders
        return self._own(item).last

    def _own(self, item: str) -> Own:
        """After all events of this moment."""
        if item not in self._after:
            own = self._before[item]
            left = [event for event in self.history.of(item) if event.time == self._now]
            several, unsure = len(left) > 1, False
            while left:
                unsure = unsure or (own.open and several)  # even their order may hang on it
                lot = item in self._lots
                event = first_that_fits(item, left, own.place, own.holders, lot=lot)
                left.remove(event)
                own = self._changed(item, own, event)
                place = own.place.after(event, event.roles[item], lot=lot)
                own = replace(
                    own, place=place, transferred_while_installed=own.transferred_while_installed and bool(place.inside)
                )
            self._after[item] = replace(own, open=own.open or unsure)
        return self._after[item]

    def _wholes(self, item: str, *, before: bool) -> list[str]:
        def valid(edge: Edge) -> bool:
            return edge.since < self._now <= edge.until if before else edge.since <= self._now < edge.until

        return sorted({e.target for e in self.history.edges if e.type == "PART_OF" and e.source == item and valid(e)})

    def around(self, item: str, *, before: bool = False) -> list[str]:
        """Every whole around it, nearest first, then by id; in a circle the item is one of them."""
        found: list[str] = []
        level = self._wholes(item, before=before)
        while level:
            found += level
            level = sorted({up for w in level for up in self._wholes(w, before=before)} - set(found))
        return found

    def _outermost(self, around: list[str]) -> list[str]:
        """With nothing around them, or only what they are themselves around."""
        above = {whole: set(self.around(whole)) for whole in around}
        return [whole for whole in around if all(whole in above[up] for up in above[whole])]

    def _answering(self, item: str) -> set[str]:
        """Return the items whose own custody may decide: the outermost wholes, and items that were ever handed over."""
        around = self.around(item)
        if not around or item in self._lots:
            return {item}
        handed = {
            subject for subject in (item, *around) if any(event.moves_custody for event in self.history.of(subject))
        }
        return handed.union(self._outermost(around))

    # Own custody

    def _changed(self, item: str, own: Own, event: Event) -> Own:
        match event.type, event.roles[item]:
            case _, "made":
                return own if own.given else self._given(own, event.party("custodian") or event.party("reporter"))
            case "transferred", _ if event.moves_custody:
                return self._handed_over(own, event)
            case "disassembled", _:
                return self._removed(item, own, event)
            case ("ended", _) | (_, "input") if event.type == "ended" or item not in self._lots:
                return self._ended(item, own)
            case _:
                return own

    @staticmethod
    def _given(own: Own, *holders: str | None) -> Own:
        parties = frozenset(holder for holder in holders if holder is not None)
        given = replace(own, status=by_count(parties), holders=parties, to=None, given=own.given or bool(parties))
        return replace(given, open=False, last_open=False, ended_inside=False)

    def _handed_over(self, own: Own, event: Event) -> Own:
        giver, taker = event.party("giver"), event.party("taker")
        handed = own.transferred_while_installed or bool(own.place.inside)
        if (event.body.get("side") or "both") != "giver":
            return replace(self._given(own, taker), transferred_while_installed=handed)
        if giver not in own.holders:
            return own
        return replace(
            self._given(own, giver), status="in_transit", to=taker, transferred_while_installed=handed, open=own.open
        )

    def _removed(self, item: str, own: Own, event: Event) -> Own:
        custodian = event.party("custodian")
        if custodian is not None:
            return self._given(own, custodian)
        if event.whole not in own.place.inside or own.transferred_while_installed or item in self._lots:
            return own
        if item in self._circular:
            return replace(own, open=True)
        holders, unsure = self._holder_of(event.whole)
        return replace(self._given(own, *holders), open=unsure)

    def _holder_of(self, whole: str) -> tuple[frozenset[str], bool]:
        """Return the custody that a removal at this moment inherits, and whether the contract leaves it open."""
        held = self.effective(whole)
        if held.status != "ended":
            return held.holders, held.open
        if not held.via:
            own = self._own(whole)
            return own.last, own.open or own.last_open
        # Ended inside a whole that was consumed: the last holder is found as for an item that ended.
        last = self.effective(whole, consumption_counts=False)
        return last.holders, held.open or last.open or last.holders != self._answered[whole]

    def _ended(self, item: str, own: Own) -> Own:
        ended = replace(own, status="ended", holders=NOBODY, to=None)
        if own.place.inside:
            around = [*own.place.inside, *self.around(item, before=True), *self.around(item)]
            stirred = any(event.time == self._now for whole in around for event in self.history.of(whole))
            last, unsure = self._answered[item], bool(self.held) and self.held[-1][item].open
            return replace(ended, last=last, ended_inside=last != own.holders, last_open=unsure or stirred)
        if own.status == "ended":
            return ended
        return replace(ended, last=own.holders, last_open=own.open, ended_inside=False)

    # Removals of one moment that need each other's result

    def _in_circles(self) -> set[str]:
        needs: dict[str, set[str]] = {}
        for item, event in self.history.removals:
            if event.time == self._now and event.party("custodian") is None and item not in self._lots:
                needs.setdefault(item, set()).update(self._answering(event.whole))
        return {item for item in needs if item in _reached(needs, item)}

    # Effective custody

    def effective(self, item: str, *, consumption_counts: bool = True) -> Held:
        """After all events of this moment."""
        around = self.around(item)
        via = tuple(whole for whole in around if whole != item)
        if not around or item in self._lots:
            own = self._own(item)
            return Held(own.status, own.holders, own.to, via, own.open)
        consumed = [whole for whole in around if self.history.consumed(whole, self._now) is not None]
        # The contract leaves open whether a lot that was consumed in part ends its contents.
        unsure = any(whole in self._lots for whole in consumed)
        if consumption_counts and any(whole not in self._lots for whole in consumed):
            return Held("ended", via=via)
        outermost = self._outermost(around)
        candidates = {subject: self._own(subject) for subject in self._answering(item)}
        answering = [
            own for subject, own in candidates.items() if subject in outermost or own.transferred_while_installed
        ]
        unsure = unsure or any(own.open or (own.status == "ended" and own.last_in_doubt) for own in answering)
        return self._together(answering, via, unsure)

    @staticmethod
    def _together(answering: list[Own], via: tuple[str, ...], unsure: bool) -> Held:
        holders = NOBODY.union(*(own.last if own.status == "ended" else own.holders for own in answering))
        moving = [own.to for own in answering if own.status == "in_transit"]
        if len(holders) == 1 and moving:
            return Held("in_transit", holders, moving[0] if len(set(moving)) == 1 else None, via, unsure)
        return Held(by_count(holders), holders, None, via, unsure)


def _reached(needs: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    level = set(needs.get(start, ()))
    while level:
        found |= level
        level = {other for here in level for other in needs.get(here, ())} - found
    return found
