"""Reading of JSON lines and arrays: formats, limits, strictness, bounded memory."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import UnreadableInputError
from lineage.exchange.ijson import read_document
from lineage.exchange.jsonl import (
    MOST_ARRAY,
    MOST_LINE,
    Line,
    open_events,
    read_array,
    read_each,
    read_lines,
    read_start,
)
from lineage.exchange.zst import ZstReader

A, B = b'{"type":"ended","n":1}', b'{"type":"ended","n":2}'


def documents(raw: bytes) -> list[object]:
    return [line.document if line.error is None else line.error.code for line in read_lines([raw])]


def numbers(lines: Iterator[Line]) -> list[int]:
    return [line.number for line in lines]


def test_each_line_is_one_document() -> None:
    assert documents(A + b"\n" + B) == documents(A + b"\n" + B + b"\n") == [json.loads(A), json.loads(B)]


@pytest.mark.parametrize("raw", [b"", b"\n\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"[]", b" [ ] \n"])
def test_nothing_holds_no_lines(raw: bytes) -> None:
    assert documents(raw) == []


def test_a_mark_and_carriage_returns_are_accepted_and_blank_lines_are_counted() -> None:
    lines = list(read_lines([b"\xef\xbb\xbf" + A + b"\r\n\r\n  \r\n" + B + b"\r\n"]))

    assert [(line.number, line.raw) for line in lines] == [(1, A), (4, B)]


def test_an_array_gives_its_elements_by_their_place() -> None:
    lines = list(read_lines([b"\xef\xbb\xbf\n [ " + A + b" ,\n" + B + b"]\n"]))

    assert [(line.number, line.raw, line.document) for line in lines] == [(1, A, json.loads(A)), (2, B, json.loads(B))]


def test_a_bad_line_is_reported_and_the_others_are_read() -> None:
    assert documents(A + b"\n{\n" + B) == [json.loads(A), "bad_json", json.loads(B)]


def test_a_bad_line_is_given_back_as_it_was_sent() -> None:
    (line,) = read_lines([b' {"a": \xff}\r\n'])

    assert line.raw == b' {"a": \xff}'
    assert line.error is not None
    assert line.error.code == "not_utf8"


@given(st.binary(max_size=60) | st.just(A + b"\n\n" + B + b"\r\n{"), st.integers(1, 7))
def test_it_does_not_matter_in_which_pieces_the_bytes_come(raw: bytes, size: int) -> None:
    pieces = [raw[i : i + size] for i in range(0, len(raw), size)]

    assert list(read_lines(pieces)) == list(read_lines([raw])) == list(read_lines(io.BytesIO(raw)))


@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    for line in read_lines([raw]):
        assert line.number >= 1
        assert line.error is None or line.document is None


def upper_cased(raw: bytes) -> str:
    if not raw.isascii():
        raise UnreadableInputError("This is not ASCII.", code="not_ascii")
    return raw.decode().upper()


def test_each_line_of_another_format_is_read_by_itself_with_the_bounds_and_errors_of_lines_of_json() -> None:
    long = b"x" * (MOST_LINE + 1)
    raw = b"\xef\xbb\xbf[a\r\n\n" + b"\n".join([b"#b", b"\xff", long, b"c"])

    lines = list(read_each(io.BytesIO(raw), upper_cased))

    assert [(line.number, line.document, line.error and line.error.code) for line in lines] == [
        (1, "[A", None),
        (3, "#B", None),
        (4, None, "not_ascii"),
        (5, None, "line_too_long"),
        (6, "C", None),
    ]


def test_lines_of_another_format_end_with_the_error_of_their_compression(tmp_path: Path) -> None:
    path = tmp_path / "lines.gz"
    path.write_bytes(gzip.compress(b"a\n" * 1_000)[:-9])
    with open_events(path) as stream:
        *lines, last = read_each(stream, upper_cased)

    assert {line.document for line in lines} <= {"A"}
    assert last.error is not None
    assert (last.error.code, last.number) == ("bad_compression", len(lines) + 1)


# --- I-JSON


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":1}', "repeated_key"),
        (b'{"a" :1,"a":2}', "repeated_key"),
        (b'{"a":1,"\\u0061":2}', "repeated_key"),
        (b'{"x":{"a":1,"b":2,"a":3}}', "repeated_key"),
        (b'{"x":[{"a":1},{"a":"\\":","a" :1}]}', "repeated_key"),
        (b'{"a":NaN}', "not_finite"),
        (b'{"a":-Infinity}', "not_finite"),
        (b'{"a":1e309}', "not_finite"),
        (b'{"a":' + b"9" * 400 + b"}", "not_finite"),
        (b'{"a":9007199254740993}', "number_inexact"),
        (b"[9007199254740993]", "number_inexact"),
        (b'{"a":[1, 12345678901234567890123]}', "number_inexact"),
        (b'{"a":"\\ud800"}', "lone_surrogate"),
        (b'{"\\udc00":1}', "lone_surrogate"),
        (b'{"a":"\xff"}', "not_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
        (b'{"a":' * 64 + b"{}" + b"}" * 64, "too_deep"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":"\x00"}', "bad_json"),
        (b"{'a':1}", "bad_json"),
        (b'{"a":1}}', "bad_json"),
        (b'{"a":+1}', "bad_json"),
        (b"nul", "bad_json"),
    ],
)
def test_what_is_not_i_json_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read_document(raw)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":9007199254740992,"b":[1152921504606846976,67120028813908750]}',
        b'{"a":"91350900587527783","b":"x:1234567890123456789"}',
        b'{"a":{"b":1},"c":{"b":2},"d":[{"b":3},{"b":4}]}',
        b'{"a":"b\\":","c":"\\"x\\" :1"}',
        b'{ "a" : 1 , "b" : 2 }',
        b'{"a":"\\ud83d\\ude00","b":"\\\\ud800"}',
        b'{"a":' * 63 + b"{}" + b"}" * 63,
        b"null",
        b'"x"',
        b"1.5e3",
    ],
)
def test_what_is_i_json_is_read_as_the_standard_library_reads_it(raw: bytes) -> None:
    assert read_document(raw) == json.loads(raw)


pairs = st.lists(st.tuples(st.text(max_size=3), st.integers(0, 9) | st.text(max_size=5)), max_size=5)


@given(pairs, st.sampled_from([":", " :", ": ", "\t: "]), st.booleans())
def test_a_key_twice_is_found_however_it_is_written(
    members: list[tuple[str, object]],
    colon: str,
    escaped: bool,
) -> None:
    texts = [json.dumps(key, ensure_ascii=escaped) + colon + json.dumps(value) for key, value in members]
    raw = ("{" + ",".join(texts) + "}").encode()

    if len({key for key, _ in members}) == len(members):
        assert read_document(raw) == dict(members)
    else:
        with pytest.raises(UnreadableInputError) as caught:
            read_document(raw)
        assert caught.value.code == "repeated_key"


# --- arrays


@pytest.mark.parametrize(
    ("raw", "code", "line", "column"),
    [
        (b"[1,]", "bad_json", 1, 4),
        (b"[1\n 2]", "bad_json", 2, 2),
        (b"[1] x", "bad_json", 1, 5),
        (b"[", "bad_json", 1, 2),
        (b"{}", "bad_json", 1, 1),
        (b"", "bad_json", 1, 1),
        (b"[1,\n\xff]", "not_utf8", 2, None),
        (b"[" * 9_999, "too_deep", None, None),
    ],
)
def test_an_array_that_cannot_be_parsed_is_refused_whole_with_its_place(
    raw: bytes, code: str, line: int | None, column: int | None
) -> None:
    with pytest.raises(UnreadableInputError) as caught:
        read_array(raw)
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, line, column)


def test_an_element_that_is_not_i_json_is_an_error_of_its_own() -> None:
    lines = list(read_array(b'[{"a":1},{"a":1,"a":2},NaN,["\\ud800"],null]'))

    assert [line.error and line.error.code for line in lines] == [
        None,
        "repeated_key",
        "not_finite",
        "lone_surrogate",
        None,
    ]


def test_an_array_above_64_mib_is_refused() -> None:
    raw = b"[" + b" " * MOST_ARRAY + b"]"

    (line,) = read_lines([raw])

    assert line.error is not None
    assert line.error.code == "too_large"
    with pytest.raises(UnreadableInputError):
        read_array(raw)


# --- limits and memory


def test_a_line_of_8_mib_is_read_and_one_byte_more_is_refused() -> None:
    text = b'"' + b"x" * (MOST_LINE - 2) + b'"'

    taken, refused, after = read_lines(io.BytesIO(text + b"\r\n" + text + b" \n" + A))

    assert taken.error is None
    assert refused.error is not None
    assert refused.error.code == "line_too_long"
    assert refused.raw == text[:1_000]
    assert (after.number, after.raw) == (3, A)


def test_a_line_without_end_is_not_held_in_memory() -> None:
    pieces = (b"x" * 1_000_000 for _ in range(200))

    tracemalloc.start()
    (line,) = read_lines(pieces)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert line.error is not None
    assert line.error.code == "line_too_long"
    assert peak < 40_000_000


def test_memory_does_not_grow_with_the_number_of_lines() -> None:
    pieces = (A + b"\n" for _ in range(50_000))

    tracemalloc.start()
    count = sum(1 for _ in read_lines(pieces))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 50_000
    assert peak < 1_000_000


# --- files


def packed(raw: bytes, suffix: str) -> bytes:
    if suffix.lower().endswith("gz"):
        return gzip.compress(raw[:30]) + gzip.compress(raw[30:])
    if suffix.endswith("zst"):
        return zstandard.ZstdCompressor().compress(raw[:30]) + zstandard.ZstdCompressor().compress(raw[30:])
    return raw


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz", ".jsonl.zst", ".JSONL.GZ", ".json.zst"])
def test_a_file_is_unpacked_by_its_suffix_in_all_its_parts(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"events{suffix}"
    path.write_bytes(packed(A + b"\n" + B + b"\n", suffix))

    with open_events(path) as stream:
        assert [line.raw for line in read_lines(stream)] == [A, B]


def test_a_minus_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(A + b"\n")))

    with open_events("-") as stream:
        assert [line.raw for line in read_lines(stream)] == [A]


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_events(tmp_path / "nothing.jsonl"):
        pass


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_what_stands_before_a_break_in_a_compressed_file_is_read(tmp_path: Path, suffix: str) -> None:
    raw = b"".join(b'{"n":%d,"text":"%064x"}\n' % (n, n * 0x9E3779B97F4A7C15) for n in range(20_000))
    path = tmp_path / f"events.jsonl{suffix}"
    whole = gzip.compress(raw) if suffix == ".gz" else zstandard.ZstdCompressor().compress(raw)
    path.write_bytes(whole[: len(whole) // 2])

    with open_events(path) as stream:
        lines = list(read_lines(stream))

    assert len(lines) > 1_000
    assert [line.error and line.error.code for line in lines[-2:]] == [None, "bad_compression"]
    assert numbers(iter(lines)) == list(range(1, len(lines) + 1))


def test_a_small_file_that_unpacks_to_much_is_read_in_bounded_memory() -> None:
    bomb = zstandard.ZstdCompressor().compress(b"x" * 200_000_000)

    tracemalloc.start()
    (line,) = read_lines(io.BufferedReader(ZstReader(io.BytesIO(bomb))))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert line.error is not None
    assert line.error.code == "line_too_long"
    assert peak < 80_000_000


def test_a_byte_order_mark_at_the_start_of_a_later_joined_file_is_skipped() -> None:
    mark = b"\xef\xbb\xbf"

    lines = list(read_lines([mark + A + b"\n" + mark + B + b"\n" + mark + b"\n"]))

    assert [(line.number, line.raw, line.error) for line in lines] == [(1, A, None), (2, B, None)]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_an_empty_compressed_file_is_reported(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"events.jsonl{suffix}"
    path.write_bytes(b"")

    with open_events(path) as stream:
        lines = list(read_lines(stream))

    assert [line.error.code for line in lines if line.error] == ["bad_compression"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_the_start_of_a_damaged_file_is_no_start(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"events.jsonl{suffix}"
    path.write_bytes(b"")

    with open_events(path) as stream, pytest.raises(UnreadableInputError) as error:
        read_start(stream, 10)

    assert error.value.code == "bad_compression"
