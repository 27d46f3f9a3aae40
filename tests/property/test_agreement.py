"""Answers agree with each other (contract 9, law 6); on every store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from hypothesis import given

from lineage.domain.errors import NotThereError
from lineage.reference.rule_files import rule_book
from lineage.service.questions import custody, impact, lineage
from lineage.service.questions.dossier import dossier
from lineage.stores.interface import Store
from tests.builders import Json
from tests.property.examples import histories_of
from tests.property.test_reference_of_findings import ANY, Loaded, loaded
from tests.reference.comparison import parties_of
from tests.reference.world import World
from tests.service_client import ServiceClient

__all__ = ["loaded"]


def things_of(events: list[Json]) -> tuple[list[str], list[str], list[str | None]]:
    """Items and parties that the events name, and some moments; None is now."""
    world = World(events, now="2030-01-01")
    times = sorted({event["time"] for event in events})
    return sorted(world.history.items), parties_of(world), [None, times[len(times) // 2], times[-1]]


@histories_of(10)
@given(events=ANY)
def test_the_windows_of_an_impact_are_those_of_the_trace(loaded: Loaded, events: list[Json]) -> None:
    store = loaded(events)
    items, _, _ = things_of(events)
    for item in items:
        for at in (None, events[-1]["time"]):
            context = ServiceClient(store).context(at)
            lines = [*impact.impact(store, impact.ImpactQuestion(items=(item,)), context)][:-1]
            got = sorted(_stays(map(orjson.loads, lines), item))
            trace = ServiceClient(store).lineage(item)
            assert got == sorted(_windows(trace, item, context.moment)), (item, at)


def _stays(lines: Iterator[Json], item: str) -> Iterator[tuple[str, str, str | None]]:
    for line in lines:
        if line["status"] != "unknown" and line["whole"] is not None:
            assert line["item"] == item
            yield line["whole"], line["since"] or "", line["until"] or ""


def _windows(trace: Json, item: str, moment: int) -> Iterator[tuple[str, str, str | None]]:
    """The windows of everything that the item reached by then."""
    from lineage.domain.instants import parse_instant

    for row in trace["items"]:
        for since, until in row["windows"]:
            if row["id"] != item and (since is None or parse_instant(since) <= moment):
                yield row["id"], since or "", until or ""


@histories_of(10)
@given(events=ANY)
def test_holdings_are_the_items_whose_custody_names_the_holder(loaded: Loaded, events: list[Json]) -> None:
    store = loaded(events)
    items, parties, moments = things_of(events)
    for at in moments:
        context = ServiceClient(store).context(at)
        segments = {item: _segment_at(store, item, context) for item in items}
        for party in parties:
            want = {
                item: (segment["since"], segment["status"])
                for item, segment in segments.items()
                if segment and party in segment["holders"] and (not segment["via"] or segment["status"] == "conflict")
            }
            assert _held(store, party, at) == want, (party, at)


def _segment_at(store: Store, item: str, context: Any) -> Json | None:
    from lineage.domain.instants import OPEN, parse_instant

    for segment in custody.custody(store, item, context._replace(at=None))["segments"]:
        until = OPEN if segment["until"] is None else parse_instant(segment["until"])
        if parse_instant(segment["since"]) <= context.moment < until:
            found: Json = segment
            return found
    return None


def _held(store: Store, party: str, at: str | None) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    cursor = None
    while True:
        question = custody.HoldingsQuestion(party, limit=2, cursor=cursor)
        try:
            page = custody.holdings(store, question, ServiceClient(store).context(at))
        except NotThereError:
            return {}
        found |= {row["id"]: (row["since"], row["status"]) for row in page["items"]}
        cursor = page["next"]
        if cursor is None:
            assert page["count"] == len(found)
            return found


@histories_of(10)
@given(events=ANY)
def test_a_dossier_holds_every_finding_of_its_item_and_of_what_is_in_it(loaded: Loaded, events: list[Json]) -> None:
    store = loaded(events)
    items, _, moments = things_of(events)
    listed = ServiceClient(store).findings()
    for item in items[:4]:
        for at in moments[:2]:
            found = dossier(store, item, ServiceClient(store).context(at), rule_book())
            own = [f for f in listed if item in f["items"]]
            within = [f for f in listed if not _ids(found["composition"]).isdisjoint(f["items"])]
            assert found["findings_complete"]
            assert [f for f in (*own, *within) if f not in found["findings"]] == []
            assert [f for f in found["findings"] if f not in listed] == []


def _ids(tree: Json | None) -> set[str]:
    todo = [] if tree is None else [tree]
    found = set()
    while todo:
        node = todo.pop()
        found.add(node["id"])
        todo += node["parts"]
    return found


@histories_of(10)
@given(events=ANY)
def test_a_composition_is_the_part_of_the_trace_at_that_time(loaded: Loaded, events: list[Json]) -> None:
    store = loaded(events)
    items, _, moments = things_of(events)
    for item in items:
        for at in moments[1:]:
            context = ServiceClient(store).context(at)
            tree = lineage.composition(store, item, context)["tree"]
            trace = lineage.trace(store, lineage.TraceQuestion(item, "upstream"), context)
            steps = {(e["source"], e["target"], e["since"]) for e in trace["edges"] if e["type"] == "PART_OF"}
            drawn, reached = _edges(tree), _reached_by(steps, item)
            assert drawn <= reached, (item, at)
            # a tree ends where an item would be inside itself
            assert all(_is_on_cycle(steps, step) for step in reached - drawn), (item, at)


def _edges(tree: Json | None) -> set[tuple[str, str, str]]:
    todo = [] if tree is None else [tree]
    found = set()
    while todo:
        node = todo.pop()
        found |= {(part["id"], node["id"], part["since"]) for part in node["parts"]}
        todo += node["parts"]
    return found


def _is_on_cycle(steps: set[tuple[str, str, str]], step: tuple[str, str, str]) -> bool:
    """Whether the whole of the step is inside the part of it."""
    source, target, _ = step
    return source == target or target in {part for part, _, _ in _reached_by(steps, source)}


def _reached_by(steps: set[tuple[str, str, str]], item: str) -> set[tuple[str, str, str]]:
    """The steps that lead from the item down by parts alone."""
    found: set[tuple[str, str, str]] = set()
    level = {item}
    while level:
        fresh = {step for step in steps if step[1] in level} - found
        found |= fresh
        level = {source for source, _, _ in fresh}
    return found
