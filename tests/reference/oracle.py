"""The questions of contract 8, answered slowly."""

from collections.abc import Sequence

from tests.reference import paths, trace
from tests.reference.containment import FOREVER, History
from tests.reference.corrections import Standing
from tests.reference.custody import Custody, Held
from tests.reference.events import Json, instant, read, shown, stored_id
from tests.reference.intervals import at_once, between, context


class Oracle:
    """All that was known at `known_at` (default: all there is).

    An event without `recorded` counts as known. Methods about an item that no standing
    event names raise KeyError; questions that the contract refuses raise ValueError.
    """

    def __init__(self, events: Sequence[Json], known_at: str | None = None) -> None:
        arrived = Standing(read(raw) for raw in events).known.values()
        limit = FOREVER if known_at is None else instant(known_at)
        known = [event for event in arrived if event.recorded is None or event.recorded <= limit]
        self._arrived = list(arrived)
        self._standing = Standing(known)
        self._history = History(self._standing.events())
        self._custody: Custody | None = None

    def named(self) -> set[str]:
        """Return every item that an event in force names, as a whole too, as known at the transaction time."""
        return set(self._history.items)

    def ever_named(self) -> set[str]:
        """The same with everything that ever arrived: what is here and not in `named` is `not_yet_known`."""
        return set(History(Standing(self._arrived).events()).items)

    def event_status(self, event: str) -> set[str]:
        return self._standing.status(event)

    def lineage(
        self,
        item: str,
        direction: str = "downstream",
        at: str | None = None,
        from_: str | None = None,
        until: str | None = None,
        mode: str | None = None,
    ) -> Json:
        if direction not in {"downstream", "upstream"} or mode not in {None, "exposure"}:
            raise ValueError(f"no such trace: {direction}, {mode}")
        if mode == "exposure" and direction == "upstream":
            raise ValueError("exposure is a downstream question")
        return trace.lineage(self._history, self._item(item), context(at, from_, until), direction, mode)

    def composition(self, item: str, at: str) -> Json:
        return trace.composition(self._history, self._item(item), instant(at))

    def path(
        self,
        source: str,
        destination: str,
        at: str | None = None,
        from_: str | None = None,
        until: str | None = None,
        max_paths: int = 10,
    ) -> Json:
        window = context(at, from_, until)
        return paths.path(self._history, self._item(source), self._item(destination), window, max_paths)

    def path_open(
        self, source: str, destination: str, at: str | None = None, from_: str | None = None, until: str | None = None
    ) -> bool:
        """Return whether the words of the contract leave `why_not` of this question open."""
        block = paths.blocked(self._history, self._item(source), self._item(destination), context(at, from_, until))
        return block is not None and block.open

    def custody(self, item: str) -> Json:
        return {"segments": [_segment(since, until, held) for since, until, held in self._timeline(item)]}

    def custody_open(self, item: str) -> bool:
        """Return whether the words of the contract leave some moment of the timeline open."""
        return any(held.open for held in self._moments(item))

    def holdings(self, party: str, at: str) -> dict[str, tuple[str | None, str]]:
        """Return the items that the party holds outside any whole or in conflict: item to (since, status) of it."""
        found = {}
        for item in sorted(self._history.items):
            for since, until, held in self._timeline(item):
                listed = stored_id(party) in held.holders and (not held.via or held.status == "conflict")
                if since <= instant(at) < until and listed:
                    found[item] = (shown(since), held.status)
        return found

    def card(self, item: str, at: str) -> Json:
        """Return the state on the item card; `custody` is `None` before anything names the item."""
        known, now = self._item(item), instant(at)
        past = [event for event in self._history.in_order(known) if event.time <= now]
        born = [event.time for event in past if event.roles[known] == "made"]
        ends = [event for event in past if event.type == "ended"]
        consumed = self._history.consumed(known, now)
        current = [row for row in self._timeline(known) if row[0] <= now < row[1]]
        return {
            "kind": self._history.kind(known),
            "born": shown(min(born)) if born else None,
            "ended": {"time": shown(ends[-1].time), "reason": ends[-1].body["reason"]} if ends else None,
            "consumed": None if consumed is None else shown(consumed),
            "inside": self._inside(known, now),
            "custody": _segment(*current[0]) if current else None,
        }

    def _item(self, item: str) -> str:
        if stored_id(item) not in self._history.items:
            raise KeyError(item)
        return stored_id(item)

    def _inside(self, item: str, now: int) -> list[Json]:
        """Direct wholes after all events of that instant, as custody sees them: `[t, t)` does not count."""
        since: dict[str, float] = {}
        for edge in self._history.edges:
            valid = between(edge.since, edge.until).meet(at_once(now))
            if edge.type == "PART_OF" and edge.source == item and valid and edge.since < edge.until:
                since[edge.target] = min(edge.since, since.get(edge.target, FOREVER))
        return [{"id": w, "kind": self._history.kind(w), "since": shown(s)} for w, s in sorted(since.items())]

    def _held(self) -> Custody:
        if self._custody is None:  # only questions of custody pay for it
            self._custody = Custody(self._history)
        return self._custody

    def _moments(self, item: str) -> list[Held]:
        known = self._item(item)
        return [held[known] for _, held in self._since_named(known)]

    def _since_named(self, item: str) -> list[tuple[float, dict[str, Held]]]:
        custody, first = self._held(), self._history.naming(item)[0].time
        rows = zip(custody.moments, custody.held, strict=True)
        return [(moment, held) for moment, held in rows if moment >= first]

    def _timeline(self, item: str) -> list[tuple[float, float, Held]]:
        """Return segments without gaps, ascending, with equal neighbours joined."""
        known = self._item(item)
        joined: list[tuple[float, float, Held]] = []
        for moment, everything in self._since_named(known):
            held = everything[known]
            if joined and joined[-1][2].same(held):
                continue
            if joined:
                joined[-1] = (joined[-1][0], moment, joined[-1][2])
            joined.append((moment, FOREVER, held))
        return joined


def _segment(since: float, until: float, held: Held) -> Json:
    return {
        "since": shown(since),
        "until": shown(until),
        "status": held.status,
        "holders": sorted(held.holders),
        "to": held.to,
        "via": list(held.via),
    }
