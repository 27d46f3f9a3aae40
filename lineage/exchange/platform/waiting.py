"""Records that wait until everything is read: in which whole was a unit, when was an undated pack taken in?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from lineage.domain.instants import format_instant
from lineage.exchange.conversion.interface import StoredFacts
from lineage.exchange.conversion.places import Place
from lineage.exchange.merge_sort import Runs
from lineage.exchange.platform.cleaning import Json
from lineage.exchange.platform.record import MessageRecord, WholeQuestion
from lineage.exchange.platform.wholes import Wholes

CHUNK: Final = 20_000
"""Records whose wholes are looked for at once: they determine the memory that this takes."""
LOOKED_UP: Final = 1_000
"""Events that are looked up in the store at once."""
_RUN_BYTES: Final = 8 * 1024 * 1024


class Source(NamedTuple):
    """A record before it becomes events; `interface` is the name in the first generation."""

    place: Place
    interface: str
    account: str
    sent: str | None
    fields: Json


class Answers(NamedTuple):
    """What a record is read with when everything is known."""

    whole: Callable[[WholeQuestion], str | None] | None = None
    sent: str | None = None


Read = Callable[[Source, Answers], MessageRecord | None]
"""Reads a record again and takes it; returns None where it is refused then."""


class WaitingRecords:
    """Records on disk, in the order in which they are answered: by time, then by their ids.

    The order of lines has no influence on an answer.
    """

    def __init__(self, folder: Path) -> None:
        self._questions = Runs(folder, _RUN_BYTES, "questions")
        self._undated = Runs(folder, _RUN_BYTES, "undated")
        self._has_questions = False

    def add(self, source: Source, reading: MessageRecord) -> None:
        """Add a record whose events are not final."""
        if reading.question is not None:
            self._has_questions = True
            key = f"{reading.question.time} {reading.id}"
            self._questions.add((_line(key, [*reading.question], source),))
        else:
            self._undated.add((_line(f"{reading.id} {source.sent}", reading.events[-1]["id"], source),))

    def answer(self, read: Read, stored: StoredFacts, taken: Callable[[], Iterable[list[Json]]]) -> None:
        """Read every record again, with its answer. `taken` gives the events of every record taken so far."""
        for batch in _grouped(map(_parsed, self._undated.sorted()), LOOKED_UP):
            self._answer_undated(batch, read, stored)
        if self._has_questions:
            for chunk in _grouped(map(_parsed, self._questions.sorted()), CHUNK):
                _answer_questions(chunk, read, stored, taken)

    def _answer_undated(self, batch: list[_Waiting], read: Read, stored: StoredFacts) -> None:
        """Date packs that came into a pool by the first sending that was accepted, or is accepted now."""
        first: dict[str, str | None] = {}
        for waiting in batch:
            first.setdefault(waiting.question, waiting.source.sent)
        known = stored.times([*first])
        for waiting in batch:
            time = known.get(waiting.question)
            sent = first[waiting.question] if time is None else format_instant(time)
            read(waiting.source, Answers(sent=sent))


class _Waiting(NamedTuple):
    """A record that waits: the moment of its question, or its id if it is undated; the question; the record."""

    key: str
    question: Any
    source: Source


def _answer_questions(
    chunk: list[_Waiting], read: Read, stored: StoredFacts, taken: Callable[[], Iterable[list[Json]]]
) -> None:
    wholes = Wholes(waiting.question[0] for waiting in chunk)
    for events in taken():
        for event in events:
            wholes.add(event)
    wholes.add_stored(stored)
    answers = Answers(wholes.whole)
    for _, group in groupby(chunk, key=lambda waiting: waiting.key):
        pending = [*group]
        while pending:
            # What enters at this moment may leave at it: such records follow each other, whatever their order.
            known: list[_Waiting] = []
            unknown: list[_Waiting] = []
            for waiting in pending:
                (unknown if wholes.whole(WholeQuestion(*waiting.question)) is None else known).append(waiting)
            for waiting in known or unknown:
                if (reading := read(waiting.source, answers)) is not None:
                    for event in reading.events:
                        wholes.add(event)
            pending = unknown if known else []


def _line(key: str, question: Any, source: Source) -> str:  # noqa: ANN401 - any JSON
    return f"{key}\t{orjson.dumps([question, [[*source.place], *source[1:]]]).decode()}"


def _parsed(line: bytes) -> _Waiting:
    key, _, document = line.partition(b"\t")
    question, (place, *rest) = orjson.loads(document)
    return _Waiting(key.decode().partition(" ")[0], question, Source(Place(*place), *rest))


def _grouped(waiting: Iterable[_Waiting], most: int) -> Iterator[list[_Waiting]]:
    """Yield records in lists of about `most`; neighbours with one key stay together."""
    found: list[_Waiting] = []
    for _, group in groupby(waiting, key=lambda w: w.key):
        found += group
        if len(found) >= most:
            yield found
            found = []
    if found:
        yield found
