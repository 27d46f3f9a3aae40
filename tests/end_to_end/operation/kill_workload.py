"""A history that is sent piece by piece while what takes it is killed, and what must be true of it afterwards."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

from car_histories import Cars
from lineage.stores.interface import QuestionReader, State, Store
from tests.builders import Json
from tests.end_to_end.processes import document, lines, opened
from tests.service_client import ServiceClient, everything

SAMPLE = 12
MOMENTS = ("2019-01-05", "2019-03-01")


class Sending:
    """`sent` is everything that anybody may have taken, in its order."""

    def __init__(self, seed: int) -> None:
        self._coming = Cars(items=100_000, seed=seed).events()
        self.sent: list[Json] = []
        self.dice = Random(seed)

    def more(self, count: int) -> list[Json]:
        """The next events."""
        some = list(islice(self._coming, count))
        assert len(some) == count, "the history is too short for so many rounds"
        self.sent += some
        return some


def state_of(store: Store) -> State:
    return store.read(lambda reader: reader.state())


def check_stored(store: Store, sending: Sending, acknowledged: int, before: int = 0) -> int:
    """The journal is a beginning of what was sent, all that was acknowledged is in it, and all of it is projected.

    Looks at what came after position `before`; gives the position.
    """
    position = state_of(store).position
    assert acknowledged <= position <= len(sending.sent)
    fresh = sending.sent[before:position]
    assert journal_after(store, before) == [event["id"] for event in fresh]
    missing = unsaid(store, fresh[-200:])
    assert not missing, f"in the journal and not in the projection: {missing}"
    verified = document("verify", "--store", store.url)
    assert (verified["intact"], verified["checked"]) == (True, position)
    return position


def journal_after(store: Store, position: int) -> list[str]:
    """The ids of all rows that follow."""

    def read(reader: QuestionReader) -> list[str]:
        found: list[str] = []
        while page := reader.entries(position + len(found), 1_000):
            found += [row.id for row in page]
        return found

    return store.read(read)


def unsaid(store: Store, events: list[Json]) -> set[tuple[str, str]]:
    """Event and item, where the projection does not know that the one names the other."""
    # What may have been corrected proves nothing any more.
    want = {(e["id"], item) for e in events if e["type"] not in ("inspected", "corrected") for item in items_of(e)}
    items = {item for _, item in want}
    return want - {(m.event, m.item) for m in store.read(lambda reader: reader.mentions(items))}


def items_of(event: Json) -> set[str]:
    """The items that an event names."""
    found = {event["whole"]} if "whole" in event else set()
    for field in ("items", "parts", "inputs", "outputs"):
        found |= {one["id"] if isinstance(one, dict) else one for one in event.get(field, ())}
    return found


def check_complete(store: Store, sending: Sending, tmp_path: Path) -> None:
    """All of it sent once more is all there, and answers are those of a store that nothing happened to."""
    file = tmp_path / "again.jsonl"
    file.write_bytes(lines(sending.sent))
    missing = len(sending.sent) - state_of(store).position
    again = document("load", str(file), "--store", store.url)
    assert (again["accepted"], again["duplicate"], again["rejected"]) == (missing, len(sending.sent) - missing, 0)
    assert document("verify", "--store", store.url)["intact"] is True
    some = sending.dice.sample(sorted({item for event in sending.sent for item in items_of(event)}), SAMPLE)
    answers = everything(ServiceClient(store), some, MOMENTS)
    with opened(f"sqlite:///{tmp_path / 'undisturbed.db'}") as undisturbed:
        document("load", str(file), "--store", undisturbed.url)
        assert everything(ServiceClient(undisturbed), some, MOMENTS) == answers
    if store.url.startswith("sqlite:"):  # a rebuild of so much takes Neo4j minutes
        document("rebuild", "--store", store.url)
        assert everything(ServiceClient(store), some, MOMENTS) == answers
