"""A generated fleet as messages of the national platform: what its reports state, in the order of arrival."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from lineage.exchange.platform.identifiers import CODE_URN
from lineage.exchange.platform.sending.facts import Fact, KnownEvents
from lineage.exchange.platform.sending.messages import messages_of
from lineage.service.outgoing import line_of
from lineage.synthetic.fleet.generator import Block

_OLD_ID: Final = re.compile(r"urn:fictitious:([^:\"]+):([^:\"]+):([^:\"]+)")
"""Units older than the coding standard: the platform has a code of their maker for them."""
_RECORDED: Final = "recorded"


def as_messages(blocks: Iterable[Block], unsent: Counter[str]) -> Iterator[Block]:
    """Yield the blocks with messages in place of events; events that no message states are counted in `unsent`.

    A line begins with `sent`, the arrival of the last report that it states, so that sorting lines as text gives the
    order of arrival. The truth names no events: those of the messages have other ids.
    """
    roles: dict[str, set[str]] = {}
    for block in blocks:
        events = [orjson.loads(_coded(line)) for line in block.lines]
        for event in events:
            if event["type"] == "enrolled":
                roles.setdefault(event["party"]["id"], set()).update(event["party"]["roles"])
        interfaces: Counter[str] = Counter()
        lines = list(_lines(events, roles, interfaces, unsent))
        truth = [{**orjson.loads(_coded(orjson.dumps(found).decode())), "events": []} for found in block.truth]
        yield Block(block.vehicles, lines, truth, interfaces, block.unreported)


def _coded(line: str) -> str:
    return _OLD_ID.sub(rf"{CODE_URN}\1-\2-\3", line)


def _lines(
    events: list[dict[str, Any]], roles: dict[str, set[str]], interfaces: Counter[str], unsent: Counter[str]
) -> Iterator[str]:
    """Yield the lines of one block. A report that was sent twice makes its message arrive twice."""
    events.sort(key=lambda event: str(event[_RECORDED]))
    arrived: dict[str, list[str]] = {}
    for event in events:
        arrived.setdefault(event["id"], []).append(event[_RECORDED])
    withdrawn = {event["target"] for event in events if event["type"] == "corrected"}
    once = {event["id"]: event for event in events if event["id"] not in withdrawn}
    known = KnownEvents(once.values(), roles)
    stated: set[int] = set()
    for fact in known.facts:
        for outgoing in messages_of(fact, known):
            stated.update(found.number for found in outgoing.events)
            interfaces[outgoing.interface] += 1
            line = line_of(outgoing)
            for sent in _arrivals(fact, outgoing.events, arrived):
                yield orjson.dumps({"sent": sent, **line}).decode()
    unsent.update(fact.event["type"] for fact in known.facts if fact.number not in stated)


def _arrivals(anchor: Fact, events: tuple[Fact, ...], arrived: dict[str, list[str]]) -> list[str]:
    first = max(arrived[fact.event["id"]][0] for fact in (anchor, *events))
    return [first, *(again for again in arrived[anchor.event["id"]][1:] if again > first)]
