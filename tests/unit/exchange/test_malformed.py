"""Malformed events and files: each is stored with the error that it must give."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lineage.domain.errors import InvalidEventError
from lineage.domain.events.reading import read_event
from lineage.exchange.formats import FORMATS, JSONL
from lineage.exchange.jsonl import Line, open_events
from tests.paths import MALFORMED

TODAY = date(2026, 11, 22)

EXPECTED = sorted([*MALFORMED.glob("events/*.expected.json"), *MALFORMED.glob("files/*.expected.json")])


def sample_of(expected: Path) -> Path:
    name = expected.name.removesuffix(".expected.json")
    return expected.with_name(name if expected.parent.name == "files" else f"{name}.jsonl")


def lines_in(path: Path) -> Iterator[Line]:
    """The lines of a sample, read in the format that its suffix names, else as JSON."""
    suffix = Path(path.name.removesuffix(".gz").removesuffix(".zst")).suffix
    with open_events(path) as stream:
        yield from FORMATS.get(suffix[1:], JSONL).read(stream, strict=False).lines


def errors_in(path: Path) -> Iterator[dict[str, object]]:
    for line in lines_in(path):
        if line.error is not None:
            yield {"line": line.number, "path": line.error.path, "code": line.error.code}
            continue
        try:
            read_event(line.document, today=TODAY, allow_recorded=False)
        except InvalidEventError as error:
            for notice in error.notices:
                yield {"line": line.number, "path": notice.path, "code": notice.code}


@pytest.mark.parametrize("expected", EXPECTED, ids=[path.name.removesuffix(".expected.json") for path in EXPECTED])
def test_a_malformed_sample_gives_the_error_stored_with_it(expected: Path) -> None:
    wanted = json.loads(expected.read_text())["errors"]

    assert list(errors_in(sample_of(expected))) == wanted


def test_every_malformed_sample_has_an_expectation_and_there_are_many() -> None:
    samples = {path for path in MALFORMED.glob("*/*") if path.parent.name in ("events", "files")}

    reported = {sample_of(path) for path in EXPECTED}

    assert samples == reported | set(EXPECTED)
    assert len(reported) >= 45


@pytest.mark.parametrize("expected", EXPECTED, ids=[path.name.removesuffix(".expected.json") for path in EXPECTED])
def test_a_refusal_is_a_whole_sentence_without_words_of_the_program(expected: Path) -> None:
    for message in messages_in(sample_of(expected)):
        assert message.endswith((".", "?"))
        assert "pydantic" not in message
        assert "Input should" not in message
        assert len(message) < 600


def messages_in(path: Path) -> Iterator[str]:
    for line in lines_in(path):
        if line.error is not None:
            yield line.error.message
            continue
        try:
            read_event(line.document, today=TODAY, allow_recorded=False)
        except InvalidEventError as error:
            yield from (notice.message for notice in error.notices)
