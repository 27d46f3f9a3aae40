"""Which message states an event: one anchor event for each message, the others are stated with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from lineage.exchange.platform.names import Fields, platform_names
from lineage.exchange.platform.sending import exchanges, hand_overs, production, recycling
from lineage.exchange.platform.sending.facts import Fact, Facts, Outgoing

Anchor = Callable[[Fact, Facts, Fields], Iterator[Outgoing]]


def _produced(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    match fact.event.get("step"):
        case "vehicle_production":
            return production.vehicles(fact, facts, n)
        case "second_life_production":
            return recycling.produced(fact, facts, n)
        case "cell_production" | "module_production" | "pack_production":
            return production.units(fact, facts, n)
    return iter(())


def _disassembled(fact: Fact, facts: Facts, n: Fields) -> Iterator[Outgoing]:
    return chain(exchanges.removed(fact, facts, n), recycling.taken_out(fact, facts, n))


_ANCHORS: Final[dict[str, Anchor]] = {
    "produced": _produced,
    "assembled": exchanges.entered,
    "disassembled": _disassembled,
    "transferred": hand_overs.handed_over,
    "inspected": hand_overs.retired_alone,
    "ended": recycling.scrapped,
}


def messages_of(fact: Fact, facts: Facts) -> Iterator[Outgoing]:
    """Yield the messages of which this event is the anchor; an event that no message states has none."""
    anchor = _ANCHORS.get(fact.event["type"])
    if anchor is not None:
        yield from anchor(fact, facts, platform_names().fields)
