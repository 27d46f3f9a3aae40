"""Reads of a Neo4j store: every method runs query files and makes rows of the results.

A statement returns one record of columns or of lists, never one record for each row: that is five times faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson

from lineage.domain.events.corrections import Correction
from lineage.domain.graph import (
    BECAME,
    PART_OF,
    CustodyDependency,
    Edge,
    Enrolment,
    Holding,
    ItemFacts,
    Mention,
    PartyEvent,
)
from lineage.domain.intervals import Interval
from lineage.domain.traversal.neighbourhood import ALL_TIME, Direction, Fetched
from lineage.stores.interface import (
    SHORTEST_ENDING,
    ContestedItem,
    CustodyRows,
    Entry,
    EntryFilter,
    HeldItem,
    Hit,
    HoldingsPage,
    InTransit,
    ItemRow,
    PartyRow,
)
from lineage.stores.neo4j.result_decoding import (
    closure_for,
    edges_from,
    facts_by_id,
    holdings_from,
    mentions_from,
    nodes_from,
    steps_from,
    uncoded_from,
)
from lineage.stores.neo4j.row_encoding import Params, became_key, begins, digits, joined, zoned
from lineage.stores.neo4j.statements import Statements
from lineage.stores.row_encoding import checkpoint_from, facts_from, party_from, reversed_text

LAST = "\U0010ffff"
PAST_DIGITS = ":"
"""The character after the digits in the order of texts: the end of a range of keys that go on with digits."""
EVERY = EntryFilter()


def _when(known_at: int | None) -> Params:
    """The parameters of a transaction time; none for now, for which there are statements of their own."""
    return {} if known_at is None else {"known_at": zoned(known_at), "known_text": digits(known_at)}


class Neo4jReader(Statements):
    """Reads of one state. Implements `interface.ProjectionReader`; see there for what each method means."""

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Entry]:
        return {row[2]: Entry(*row) for row in self._rows("entries_by_id", ids=list(ids))}

    def entries(self, after: int, limit: int, chosen: EntryFilter = EVERY) -> list[Entry]:
        params = {**chosen._asdict(), "after": after, "most": limit}
        if chosen.item is not None:
            name = "entries_by_item"
        elif chosen.reporter is not None:
            name = "entries_by_reporter"
        else:
            name = "entries" if chosen.type is None else "entries_by_type"
        return [Entry(*row) for row in self._rows(name, **params)]

    def events_of_party(self, party: str, after: tuple[int, str], limit: int) -> list[PartyEvent]:
        begin = begins(party)
        params: Params = {"after": begin + joined(digits(max(after[0], 0)), after[1]), "end": begin + PAST_DIGITS}
        keys: list[str] = self._rows("events_of_party", **params, most=limit)  # type: ignore[assignment]
        return [PartyEvent(id, int(time), event) for id, time, event in (key.split("\n") for key in keys)]

    def corrections_about(self, ids: Iterable[str]) -> list[Correction]:
        return [Correction(*row) for row in self._rows("corrections_about", ids=list(ids))]

    def items(self, ids: Iterable[str]) -> dict[str, ItemRow]:
        return {
            id: ItemRow(
                id,
                facts_from(facts) if facts else None,
                known_from,
                checkpoint_from(checkpoint),
                bool(contested),
                bool(on_cycle),
            )
            for id, facts, known_from, checkpoint, contested, on_cycle in self._rows("items", ids=list(ids))
        }

    def item_ids(self, after: str, limit: int) -> list[str]:
        found: list[str] = self._rows("item_ids", after=after, most=limit)  # type: ignore[assignment]
        return found

    def facts(self, ids: Iterable[str], known_at: int | None) -> dict[str, ItemFacts]:
        if known_at is None:
            return facts_by_id(self._rows("facts", ids=list(ids)))
        return facts_by_id(self._rows("facts_known", ids=list(ids), **_when(known_at)))

    def mentions(self, items: Iterable[str], known_at: int | None = None) -> list[Mention]:
        name = "mentions" if known_at is None else "mentions_known"
        return mentions_from(self._rows(name, ids=list(items), **_when(known_at)))

    def seen_inside(self, whole: str, known_at: int | None) -> list[str]:
        name = "seen_inside" if known_at is None else "seen_inside_known"
        found: list[str] = self._rows(name, whole=whole, **_when(known_at))  # type: ignore[assignment]
        return found

    def hand_overs(self, items: Iterable[str], known_at: int | None) -> list[Mention]:
        name = "hand_overs" if known_at is None else "hand_overs_known"
        return mentions_from(self._rows(name, ids=list(items), **_when(known_at)))

    def recent_mentions(self, item: str, until: int, limit: int, known_at: int | None) -> list[Mention]:
        name = "mentions_recent" if known_at is None else "mentions_recent_known"
        begin = begins(item)
        found = mentions_from(
            self._rows(name, begin=begin, end=begin + digits(until + 1), most=limit, **_when(known_at))
        )
        found.sort(key=lambda m: (m.role, m.other or ""))
        found.sort(key=lambda m: (m.time, m.event), reverse=True)
        return found[:limit]

    def mentions_at(self, moments: Iterable[tuple[str, int]]) -> list[Mention]:
        return mentions_from(
            self._rows("mentions_at", prefixes=[begins(i, digits(t)) for i, t in dict.fromkeys(moments)])
        )

    def mentions_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Mention]:
        return mentions_from(self._rows("mentions_of_pairs", pairs=[list(p) for p in pairs]))

    def part_edges(self, parts: Iterable[str]) -> list[Edge]:
        return edges_from(PART_OF, self._rows("part_edges", ids=list(parts)))

    def edges_of_pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Edge]:
        return edges_from(PART_OF, self._rows("part_edges_of_pairs", prefixes=[begins(*pair) for pair in pairs]))

    def became_edges(self, keys: Iterable[tuple[str, str, int]]) -> list[Edge]:
        return edges_from(BECAME, self._rows("became_edges", keys=[became_key(*key) for key in keys]))

    def holdings_of(self, items: Iterable[str]) -> list[Holding]:
        return holdings_from(self._rows("holdings_of", ids=list(items)))

    def dependencies(self, since: Iterable[tuple[str, int]]) -> list[CustodyDependency]:
        ranges = [[begins(w) + digits(max(t, 0)), begins(w) + PAST_DIGITS] for w, t in since]
        return [CustodyDependency(*row) for row in self._rows("custody_dependencies", ranges=ranges)]

    def neighbours(  # noqa: PLR0913 - each option of a walk is named on its own
        self,
        items: Sequence[str],
        direction: Direction,
        known_at: int | None,
        *,
        part_of_only: bool = False,
        ahead: int = 0,
        window: Interval = ALL_TIME,
        are_met: bool = False,  # noqa: ARG002 - they come with the edges
    ) -> Fetched:
        """One item with `ahead`: its closure in one round trip, nearest first; else one level.

        The window only bounds a closure: edges that begin too late, and `PART_OF` edges that end too early, may be
        left out.
        """
        suffix, when = ("", {}) if known_at is None else ("_known", _when(known_at))
        way = "down" if direction == "downstream" else "up"
        closure = closure_for(direction, window, part_of_only=part_of_only)
        if ahead <= 0 or len(items) != 1 or closure is None:
            parts = "_parts" if part_of_only else ""
            columns = self._run(f"level_{way}{parts}{suffix}", {"ids": list(items), **when})
            covered: frozenset[str] = frozenset()
        else:
            name, bounds = closure
            columns = self._run(f"{name}{suffix}", {"id": items[0], "most": ahead + 1, **bounds, **when})
            count, *columns = columns
            covered = frozenset(columns[0][:count])
        width = 3 if known_at is None else 4
        described, edges = columns[:-6], columns[-6:]
        nodes = nodes_from(*described[:width])
        uncoded = uncoded_from(described[width], columns[0], *described[3:width]) if len(described) > width else {}
        return Fetched(steps_from(edges, downstream=direction == "downstream"), nodes, covered, uncoded)

    def between(self, source: str, destination: str, known_at: int | None, most: int) -> Fetched | None:
        name, width = ("shortest_chains", 3) if known_at is None else ("shortest_chains_known", 4)
        params: Params = {"source": source, "destination": destination, "most": most + 1}
        columns = self._run(name, {**params, **_when(known_at)})
        if not columns:
            return Fetched([], {})
        chains, *columns = columns
        if chains > most:
            return None
        described, edges = columns[:width], columns[-6:]
        uncoded = uncoded_from(columns[width], described[0], *described[3:])
        layers: dict[str, set[str]] = {whole: set() for whole in uncoded}
        for whole, kind in columns[width + 1]:
            layers.setdefault(whole, set()).add(kind)
        nodes = nodes_from(*described)
        return Fetched(steps_from(edges, downstream=True), nodes, frozenset(nodes), uncoded, layers)

    def custody_rows(self, items: Sequence[str], known_at: int | None) -> CustodyRows:
        """One item in one round trip; several level by level, because most of their wholes are the same."""
        suffix, when = ("", {}) if known_at is None else ("_known", _when(known_at))
        if len(items) == 1:
            edges, holdings, facts = self._run(f"surroundings{suffix}", {"ids": list(items), **when})
            return edges_from(PART_OF, edges), holdings_from(holdings), facts_by_id(facts)
        edges_so_far: list[Edge] = []
        met = dict.fromkeys(items)
        level = list(met)
        while level:
            fresh = edges_from(PART_OF, self._rows(f"part_edges{suffix}", ids=level, **when))
            edges_so_far += fresh
            level = list(dict.fromkeys(e.target for e in fresh if e.target not in met))
            met.update(dict.fromkeys(level))
        holding_rows = self._rows(f"holdings_of{suffix}", ids=list(met), **when)
        return edges_so_far, holdings_from(holding_rows), self.facts(met, known_at)

    def own_custody_rows(
        self, items: Sequence[str], pairs: Sequence[tuple[str, str]], known_at: int | None
    ) -> tuple[list[Edge], list[Holding]] | None:
        return (self.edges_of_pairs(pairs), self.holdings_of(items)) if known_at is None else None

    def layers_reported(self, items: Iterable[str], known_at: int | None) -> dict[str, set[str]]:
        kinds: dict[str, set[str]] = {}
        name = "layers_reported" if known_at is None else "layers_reported_known"
        for whole, kind in self._rows(name, ids=list(items), **_when(known_at)):
            kinds.setdefault(whole, set()).add(kind)
        return kinds

    def holdings(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[HeldItem]:
        name = "holdings" if known_at is None else "holdings_known"
        rows = self._rows(name, party=party, at=zoned(at), after=after, most=limit, **_when(known_at))
        return [HeldItem(*row) for row in rows]

    def contested_holdings(self, party: str, at: int, known_at: int | None) -> list[ContestedItem]:
        name = "contested_holdings" if known_at is None else "contested_holdings_known"
        context: Params = {"party": party, "quoted": orjson.dumps(party).decode(), "at": zoned(at)}
        return sorted(ContestedItem(*row) for row in self._rows(name, **context, **_when(known_at)))

    def holdings_page(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> HoldingsPage:
        name = "holdings_page" if known_at is None else "holdings_page_known"
        quoted = orjson.dumps(party).decode()
        params: Params = {"party": party, "quoted": quoted, "at": zoned(at), "after": after, "most": limit}
        named, total, rows, contested, edges, holdings, facts = self._run(name, {**params, **_when(known_at)})
        custody_rows = edges_from(PART_OF, edges), holdings_from(holdings), facts_by_id(facts)
        party_row = None if named is None else party_from(*named)
        return HoldingsPage(party_row, [HeldItem(*row) for row in rows], total, sorted(contested), custody_rows)

    def holdings_count(self, party: str, at: int, known_at: int | None) -> int:
        name = "holdings_count" if known_at is None else "holdings_count_known"
        (items,) = self._run(name, {"party": party, "at": zoned(at), **_when(known_at)})
        return int(items)

    def in_transit_to(self, party: str, at: int, known_at: int | None, after: str, limit: int) -> list[InTransit]:
        context: Params = {"party": party, "at": zoned(at), "after": after, "most": limit}
        if known_at is None:
            rows = self._rows("in_transit_to", **context)
        else:
            rows = self._rows("in_transit_to_known", **context, known_at=zoned(known_at))
        return [InTransit(*row) for row in rows]

    def search(self, text: str, known_at: int | None, after: tuple[int, str, str, str] | None, limit: int) -> list[Hit]:
        hits: list[Hit] = []
        if after is None or after[0] == 0:
            subject, field = ("", "") if after is None else after[2:]
            hits = self._exact(text, known_at, subject, field, limit)
        missing = limit - len(hits)
        if missing > 0 and (after is None or after[0] <= 1):
            last = after[1:] if after is not None and after[0] == 1 else ("", "", "")
            hits += self._prefixed(text, known_at, last, missing)
        missing = limit - len(hits)
        if missing > 0 and len(text) >= SHORTEST_ENDING:
            last = after[1:] if after is not None and after[0] == 2 else ("", "", "")
            hits += self._ending(text, known_at, last, missing)
        return hits

    def _exact(self, text: str, known_at: int | None, subject: str, field: str, limit: int) -> list[Hit]:
        name = "search_exact" if known_at is None else "search_exact_known"
        rows = self._rows(
            name, text=text.casefold(), ids=list({text, text.upper()}), after_subject=subject, after_field=field,
            most=limit, **_when(known_at),
        )  # fmt: skip
        return [Hit(0, *row) for row in rows]

    def _prefixed(self, text: str, known_at: int | None, after: tuple[str, str, str], limit: int) -> list[Hit]:
        """Ranges of ids begin at the cursor, whose own id may come again: the statement returns two rows more."""
        folded = text.casefold()
        ranges = [[max(raw, after[0]), raw + LAST] for raw in {text, text.upper()}]
        name = "search_prefix" if known_at is None else "search_prefix_known"
        rows = self._rows(
            name, text=folded, ranges=ranges, low=max(folded, after[0]), high=folded + LAST, after_text=after[0],
            after_subject=after[1], after_field=after[2], most=limit + 2, **_when(known_at),
        )  # fmt: skip
        exact = {text, text.upper()}
        found = {Hit(1, *row) for row in rows if row[2] != "id" or row[0] not in exact}
        ordered = sorted(found, key=lambda h: (h.text, h.subject, h.field, h.is_party))
        return [h for h in ordered if (h.text, h.subject, h.field) > after][:limit]

    def _ending(self, text: str, known_at: int | None, after: tuple[str, str, str], limit: int) -> list[Hit]:
        folded, reversed_ = text.casefold(), reversed_text(text)
        name = "search_ending" if known_at is None else "search_ending_known"
        rows = self._rows(
            name, text=folded, raw=text, upper=text.upper(), low=max(reversed_, after[0]), high=reversed_ + LAST,
            after_text=after[0], after_subject=after[1], after_field=after[2], most=limit, **_when(known_at),
        )  # fmt: skip
        return [Hit(2, *row) for row in rows]

    def enrolments(self, parties: Iterable[str], known_at: int | None) -> list[Enrolment]:
        name = "enrolments" if known_at is None else "enrolments_known"
        return sorted(Enrolment(*row) for row in self._rows(name, ids=list(parties), **_when(known_at)))

    def parties(self, ids: Iterable[str]) -> dict[str, PartyRow]:
        return {id: party_from(id, first, text) for id, first, text in self._rows("parties", ids=list(ids))}
