"""What is known about the items of an event that is to be sent: the other events in force that name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from lineage.exchange.platform.record import ID

Json = dict[str, Any]


class Fact(NamedTuple):
    """An event in force, with its number among all events of the source; below 0 where it is not counted."""

    number: int
    event: Json


class Facts(Protocol):
    """The events in force that name some items, and the roles of parties."""

    def about(self, item: str) -> Sequence[Fact]:
        """Return the events that name an item, as whole too, in the order of time."""
        ...

    def roles(self, party: str) -> Collection[str]:
        """Return the roles of a party, empty where no event enrols it."""
        ...


class Outgoing(NamedTuple):
    """A message with one record; `events` are those that it states completely.

    `interface` is a name of the first generation, `account` and `record` are as messages have them.
    """

    interface: str
    account: str
    record: Json
    events: tuple[Fact, ...]


def items_of(event: Json) -> list[str]:
    """Return the ids of the items that an event names, as whole too."""
    found = [event["whole"]] if "whole" in event else []
    for field in ("items", "parts", "inputs", "outputs"):
        found += [item if isinstance(item, str) else item["id"] for item in event.get(field, ())]
    return found


class KnownEvents:
    """The facts of events that are all at hand."""

    def __init__(self, events: Iterable[Json], roles: Mapping[str, Collection[str]]) -> None:
        self._roles = roles
        self._about: dict[str, list[Fact]] = defaultdict(list)
        self.facts = [Fact(number, event) for number, event in enumerate(events)]
        for fact in self.facts:
            for item in dict.fromkeys(items_of(fact.event)):
                self._about[item].append(fact)
        for found in self._about.values():
            found.sort(key=lambda fact: fact.event["time"])

    def about(self, item: str) -> Sequence[Fact]:
        return self._about.get(item, ())

    def roles(self, party: str) -> Collection[str]:
        return self._roles.get(party, ())


def of_type(facts: Iterable[Fact], event_type: str, step: str | None = None) -> Iterator[Fact]:
    """Yield the events of a type and, if given, a step."""
    for fact in facts:
        if fact.event["type"] == event_type and step in (None, fact.event.get("step")):
            yield fact


def is_of_one_record(event: Json, other: Json) -> bool:
    """Return whether two events came by one record of the platform, or both from elsewhere."""
    record, other_record = (e["id"].rpartition(":")[0] if e["id"].startswith(ID) else "" for e in (event, other))
    return bool(record == other_record)


def stated_interface(event: Json) -> str | None:
    """Return the interface by which an event came from the platform, None for any other event."""
    for evidence in event.get("evidence", ()):
        if evidence["kind"] == "platform":
            return str(evidence["ref"])
    return None


def messages(
    interface: str, account: str, records: Iterable[Json | None], events: tuple[Fact, ...]
) -> Iterator[Outgoing]:
    """Yield a message for each record; the events are stated with the last one, if no record is missing."""
    found = list(records)
    sent = [record for record in found if record is not None]
    for number, record in enumerate(sent, 1):
        yield Outgoing(interface, account, record, events if number == len(found) else ())
