"""Instants: what contract 2 takes as a time, and how contract 8 writes it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.domain.errors import InvalidInstantError
from lineage.domain.instants import BEGIN, OPEN, format_instant, format_local, format_or_none, parse_instant

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-05-01T00:00:00Z", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01t00:00:00z", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01T08:00:00+08:00", "2024-05-01T00:00:00.000Z"),
        ("2024-04-30T19:30:00-04:30", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01T00:00:00-00:00", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01", "2024-04-30T16:00:00.000Z"),
        ("2024-02-29", "2024-02-28T16:00:00.000Z"),
        ("2024-05-01T00:00:00.5Z", "2024-05-01T00:00:00.500Z"),
        ("2024-05-01T00:00:00.1239Z", "2024-05-01T00:00:00.123Z"),
        ("2024-05-01T23:59:59.9999999999Z", "2024-05-01T23:59:59.999Z"),
        ("1990-01-01", "1989-12-31T16:00:00.000Z"),
        ("1989-12-31T16:00:00.000Z", "1989-12-31T16:00:00.000Z"),
        ("2200-12-31T23:59:59.999Z", "2200-12-31T23:59:59.999Z"),
        ("2200-12-31", "2200-12-30T16:00:00.000Z"),
    ],
)
def test_a_time_is_read_as_an_instant_in_utc_cut_to_the_millisecond(text: str, wanted: str) -> None:
    assert format_instant(parse_instant(text)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T08:00:00",
        "2024-05-01T08:00Z",
        "2024-05-01 08:00:00Z",
        "20240501",
        "20240501T080000Z",
        "2024-W18-3",
        "2024-122",
        "2024-5-1",
        "2024-05-01Z",
        "2024-05-01+08:00",
        "2024-05-01T08:00:00+0800",
        "2024-05-01T08:00:00+08",
        "2024-05-01T08:00:00,5Z",
        "2024-05-01T08:00:00.Z",
        "+2024-05-01",
        " 2024-05-01",
        "2024-05-01\n",
        "２０２４-05-01",
        "",
        "now",
        1714521600,
        1714521600.5,
        True,
        None,
        ["2024-05-01"],
    ],
)
def test_what_has_not_the_form_of_a_time_is_refused(text: object) -> None:
    with pytest.raises(InvalidInstantError) as caught:
        parse_instant(text)
    assert caught.value.code == "time_form"


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:59:60Z",
        "2024-05-01T24:00:00Z",
        "2024-05-01T00:60:00Z",
        "2023-02-29",
        "2024-04-31T00:00:00Z",
        "2024-13-01",
        "2024-00-10",
        "2024-01-00",
        "2024-05-01T08:00:00+24:00",
        "2024-05-01T08:00:00+08:60",
        "0000-01-01",
    ],
)
def test_a_time_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstantError) as caught:
        parse_instant(text)
    assert caught.value.code == "time_impossible"


@pytest.mark.parametrize(
    "text", ["1989-12-31", "1989-12-31T15:59:59.999Z", "2201-01-01T00:00:00Z", "2201-01-02", "0001-01-01", "9999-12-31"]
)
def test_years_outside_1990_to_2200_are_refused(text: str) -> None:
    with pytest.raises(InvalidInstantError) as caught:
        parse_instant(text)
    assert caught.value.code == "time_out_of_range"


@given(st.dates(min_value=datetime(1990, 1, 1).date(), max_value=datetime(2200, 12, 31).date()))  # noqa: DTZ001
def test_every_date_is_read_and_what_is_written_back_is_read_as_the_same_instant(day: object) -> None:
    instant = parse_instant(str(day))

    assert parse_instant(format_instant(instant)) == instant
    assert format_local(instant, CHINA) == str(day)


@given(
    st.datetimes(
        min_value=datetime(1990, 1, 2),  # noqa: DTZ001
        max_value=datetime(2200, 12, 30),  # noqa: DTZ001
        timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_reading_agrees_with_the_standard_library(moment: datetime) -> None:
    instant = parse_instant(moment.isoformat())

    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    assert instant == since // timedelta(milliseconds=1)
    assert datetime.fromisoformat(format_instant(instant)) <= moment


def test_open_ends_are_written_as_nothing() -> None:
    assert format_or_none(OPEN) is None
    assert format_or_none(BEGIN) is None
    assert format_or_none(0) == "1970-01-01T00:00:00.000Z"
    assert (format_local(OPEN, CHINA), format_local(BEGIN, CHINA)) == ("", "")


def test_open_ends_are_the_first_and_last_instants_of_the_calendar() -> None:
    assert format_instant(OPEN) == "9999-12-31T23:59:59.999Z"
    assert format_instant(BEGIN) == "0001-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2024-05-01T08:30:00+08:00", "2024-05-01 08:30:00"),
        ("2024-05-01T00:00:00.007+08:00", "2024-05-01 00:00:00.007"),
        ("2024-05-01T00:00:00Z", "2024-05-01 08:00:00"),
    ],
)
def test_people_see_their_own_clock_and_midnight_as_a_bare_date(text: str, shown: str) -> None:
    assert format_local(parse_instant(text), CHINA) == shown
