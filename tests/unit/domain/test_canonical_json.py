"""Canonical JSON: the vectors of RFC 8785 and its properties."""

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.canonical_json import canonical, integer, number


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_a_double_of_the_appendix_is_written_as_there(bits: str, text: str) -> None:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))

    assert number(value) == text
    assert canonical(value) == text.encode()
    assert canonical({"a": [value, "x"]}) == f'{{"a":[{text},"x"]}}'.encode()


def test_the_example_of_section_3_2_2_is_written_as_there() -> None:
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }

    wanted = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(value).decode() == wanted


def test_keys_are_in_the_order_of_section_3_2_3() -> None:
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    assert list(json.loads(canonical(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, b"5"),
        ({"a": 5.0}, b'{"a":5}'),
        ([-0.0], b"[0]"),
        ([0.00001, 1e-7], b"[0.00001,1e-7]"),
        ([1e16, 123456789012345680.0], b"[10000000000000000,123456789012345680]"),
        ([2**53, -(2**53)], b"[9007199254740992,-9007199254740992]"),
        ([67120028813908750, 6.712002881390875e16], b"[67120028813908750,67120028813908750]"),
        ([2**60, 10**21], b"[1152921504606847000,1e+21]"),
        ((1, (2,)), b"[1,[2]]"),
        ({"b": {"d": 1, "c": 2}, "a": []}, b'{"a":[],"b":{"c":2,"d":1}}'),
        ("\u2028</\u007f\b\f\t", '"\u2028</\u007f\\b\\f\\t"'.encode()),
        ({"lot": "x:91350900587527783:1.0,1e-07]"}, b'{"lot":"x:91350900587527783:1.0,1e-07]"}'),
    ],
)
def test_one_value_has_one_spelling(value: object, text: bytes) -> None:
    assert canonical(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf], 2**53 + 1, {"a": 10**400}, "\ud800", {"\udfff": 1}])
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


@pytest.mark.parametrize("value", [object(), {"a": {1, 2}}, b"x"])
def test_what_json_does_not_have_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value), parse_int=as_double) == value


def as_double(digits: str) -> float:
    """JSON has doubles only; Python compares whole numbers with them exactly."""
    return float(digits)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), scalars, max_size=8), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, object], chance: object) -> None:
    shuffled = dict(sorted(value.items(), key=lambda _: chance.random()))  # type: ignore[attr-defined]

    assert canonical(shuffled) == canonical(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_written_alike_alone_and_inside(value: float) -> None:
    assert canonical({"a": value}) == b'{"a":' + number(value).encode() + b"}"
    assert float(number(value)) == value


@given(st.integers(-(10**25), 10**25))
def test_a_whole_number_is_written_as_the_same_double_or_refused(value: int) -> None:
    try:
        text = integer(value)
    except ValueError:
        assert int(float(value)) != value
        return
    assert float(text) == float(value)
    assert integer(int(float(text))) == text
