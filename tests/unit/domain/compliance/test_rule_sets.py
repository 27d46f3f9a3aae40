"""Rule sets: what is in them, when they hold, and when what they require is due."""

from datetime import date, timedelta

import pytest

from lineage.domain.compliance.rule_sets import RuleBook, after, day_of, due_of, longest_window, lower, start_of
from lineage.domain.errors import InvalidRulesError
from lineage.domain.instants import parse_instant
from lineage.reference.rule_files import read_rules, rule_book
from lineage.reference.working_days import WORKING_DAYS

BOOK = rule_book()


def due(trigger: str, window: int, unit: str = "WD") -> str:
    return after(date.fromisoformat(trigger), window, unit, WORKING_DAYS).day.isoformat()  # type: ignore[arg-type]


# First and last day off, and the first day that is worked afterwards, by the notices of the State Council.
SPRING = {
    2019: ("2019-02-04", "2019-02-10", "2019-02-11"),
    2020: ("2020-01-24", "2020-02-02", "2020-02-03"),
    2021: ("2021-02-11", "2021-02-17", "2021-02-18"),
    2022: ("2022-01-31", "2022-02-06", "2022-02-07"),
    2023: ("2023-01-21", "2023-01-27", "2023-01-28"),
    2024: ("2024-02-10", "2024-02-17", "2024-02-18"),
    2025: ("2025-01-28", "2025-02-04", "2025-02-05"),
    2026: ("2026-02-15", "2026-02-23", "2026-02-24"),
}
NATIONAL = {
    2019: ("2019-10-01", "2019-10-07", "2019-10-08"),
    2020: ("2020-10-01", "2020-10-08", "2020-10-09"),
    2021: ("2021-10-01", "2021-10-07", "2021-10-08"),
    2022: ("2022-10-01", "2022-10-07", "2022-10-08"),
    2023: ("2023-09-29", "2023-10-06", "2023-10-07"),
    2024: ("2024-10-01", "2024-10-07", "2024-10-08"),
    2025: ("2025-10-01", "2025-10-08", "2025-10-09"),
    2026: ("2026-10-01", "2026-10-07", "2026-10-08"),
}


@pytest.mark.parametrize("week", [*SPRING.values(), *NATIONAL.values()], ids=lambda week: week[0])
def test_no_day_of_a_festival_is_worked_and_the_day_after_it_is(week: tuple[str, str, str]) -> None:
    first, last, back = map(date.fromisoformat, week)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]

    assert [d for d in days if WORKING_DAYS.is_working_day(d)] == []
    assert WORKING_DAYS.is_working_day(back)


@pytest.mark.parametrize("week", [*SPRING.values(), *NATIONAL.values()], ids=lambda week: week[0])
def test_one_working_day_from_the_eve_of_a_festival_ends_after_it(week: tuple[str, str, str]) -> None:
    eve = date.fromisoformat(week[0]) - timedelta(days=1)

    assert due(eve.isoformat(), 1) == week[2]


@pytest.mark.parametrize(
    "sunday",
    ["2019-02-03", "2019-09-29", "2020-01-19", "2020-09-27", "2021-02-07", "2021-09-26", "2022-01-30", "2022-10-09",
     "2023-01-29", "2024-02-04", "2024-09-29", "2025-01-26", "2025-09-28", "2026-02-28", "2026-09-20", "2026-10-10"],
)  # fmt: skip
def test_weekends_that_are_worked_instead_are_working_days(sunday: str) -> None:
    assert date.fromisoformat(sunday).weekday() >= 5
    assert WORKING_DAYS.is_working_day(date.fromisoformat(sunday))


@pytest.mark.parametrize(
    ("trigger", "window", "unit", "last"),
    [
        ("2023-03-01", 15, "WD", "2023-03-22"),
        ("2024-01-25", 15, "WD", "2024-02-20"),  # a worked Sunday before, eight days off, a worked Sunday after
        ("2024-09-20", 30, "WD", "2024-11-06"),
        ("2019-01-21", 15, "WD", "2019-02-14"),  # both days of a weekend are worked before seven days off
        ("2026-03-31", 30, "WD", "2026-05-15"),
        ("2026-03-31", 30, "DAY", "2026-04-30"),
        ("2026-04-01", 30, "DAY", "2026-05-01"),
        ("2024-01-31", 30, "DAY", "2024-03-01"),
    ],
)
def test_windows_counted_by_hand(trigger: str, window: int, unit: str, last: str) -> None:
    assert due(trigger, window, unit) == last


def test_the_set_changes_with_the_day_of_the_trigger() -> None:
    names = [BOOK.on(date.fromisoformat(d)) for d in ("2018-07-31", "2018-08-01", "2026-03-31", "2026-04-01")]

    assert [s.id for s in names if s] == ["BEFORE", "R2018", "R2018", "R2026"]


def test_days_are_those_of_china() -> None:
    eve = parse_instant("2026-03-31T23:59:59.999+08:00")

    assert (day_of(eve), day_of(eve + 1)) == (date(2026, 3, 31), date(2026, 4, 1))
    assert start_of(date(2026, 4, 1)) == eve + 1
    assert BOOK.changes() == sorted(
        {start_of(date.fromisoformat(d)) for d in ("1990-01-01", "2018-08-01", "2026-04-01")} | set(BOOK.changes())
    )


def test_beyond_the_announced_years_a_due_date_is_not_sure() -> None:
    assert after(date(2026, 12, 1), 15, "WD", WORKING_DAYS).sure
    assert not after(date(2026, 12, 25), 15, "WD", WORKING_DAYS).sure
    assert after(date(2026, 12, 25), 15, "DAY", WORKING_DAYS).sure


def test_every_row_of_the_reference_is_there_with_its_window_and_confidence() -> None:
    r2018 = {r.id: (r.window, r.unit, r.confidence) for s in BOOK.sets if s.id == "R2018" for r in s.duties}
    expected = {
        "T18-08a": (15, "WD", "C"), "T18-08b": (15, "WD", "C"), "T18-09": (30, "WD", "M"), "T18-10": (30, "WD", "A"),
        "T18-11-in": (30, "WD", "A"), "T18-11-out": (30, "WD", "A"), "T18-13a": (15, "WD", "A"),
        "T18-13b": (15, "WD", "A"), "T18-14a": (15, "WD", "A"), "T18-14b": (15, "WD", "A"),
        "T18-15a": (30, "WD", "A"), "T18-15b": (30, "WD", "A"),
    }  # fmt: skip

    assert {i: r2018[i] for i in expected} == expected
    assert {(r.window, r.unit) for s in BOOK.sets if s.id == "R2026" for r in s.duties} == {(30, "DAY")}
    assert {r.confidence for s in BOOK.sets if s.id == "R2026" for r in s.duties if r.assumed} == {"M"}
    before = next(r for s in BOOK.sets if s.id == "BEFORE" for r in s.duties)
    assert due_of(before, date(2015, 5, 5), WORKING_DAYS).day == date(2019, 8, 1)


def test_the_longest_window_of_a_day_bounds_every_report_of_it() -> None:
    assert longest_window(BOOK.sets, date(2024, 9, 20), WORKING_DAYS) == date(2024, 11, 6)
    assert longest_window(BOOK.sets, date(2015, 1, 1), WORKING_DAYS) == date(2019, 8, 1)


def test_the_least_sure_confidence_counts() -> None:
    assert lower("A", "M", "C") == "M"


OWN = """
[set]
id = "MINE"
version = "1"
title = "Stricter"
valid_from = 2020-01-01
[[duty]]
id = "X-1"
name = "A sale within five days"
article = "draft"
types = ["transferred"]
steps = ["sale"]
actor = "reporter"
window = 5
unit = "DAY"
confidence = "M"
"""


def test_a_set_of_ones_own_goes_before_the_others_where_it_is_valid() -> None:
    book = BOOK.with_first(read_rules(OWN.encode(), "mine.toml"))

    assert isinstance(book, RuleBook)
    assert [s.id for d in ("2019-12-31", "2020-01-01", "2026-05-01") if (s := book.on(date.fromisoformat(d)))] == [
        "R2018",
        "MINE",
        "MINE",
    ]


@pytest.mark.parametrize(
    ("old", "new", "reported"),
    [
        ('window = 5', "", "either `window` or `due`"),
        ('window = 5', "window = 0", "whole number of days"),
        ('window = 5', 'window = "5"', "whole number of days"),
        ('unit = "DAY"', 'unit = "WEEK"', "one of WD, DAY"),
        ('actor = "reporter"', 'actor = "seller"', "one of reporter, giver, taker"),
        ('types = ["transferred"]', 'types = ["sold"]', "'sold'"),
        ('types = ["transferred"]', 'types = "transferred"', "list of texts"),
        ('confidence = "M"', 'confidence = "D"', "one of A, B, C, M"),
        ('confidence = "M"', 'confidence = "M"\nwindows = 3', "nothing is called `windows`"),
        ('confidence = "M"', 'confidence = "M"\nstrict = "no"', "true or false"),
        ('name = "A sale within five days"', "", "`name` is a text"),
        ("valid_from = 2020-01-01", 'valid_from = "2020-01-01"', "is a date"),
        ("valid_from = 2020-01-01", "", "`valid_from` is missing"),
        ("valid_from = 2020-01-01", "valid_from = 2020-01-01\nvalid_until = 2020-01-01", "not after"),
        ("[[duty]]", "[duty]", "two brackets"),
        ("[[duty]]", "[[duties]]", "no table 'duties'"),
        ("[set]", "[sets]", "table is missing"),
        ("[set]", "[set", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_with_the_place(old: str, new: str, reported: str) -> None:
    with pytest.raises(InvalidRulesError, match="mine") as refused:
        read_rules(OWN.replace(old, new).encode(), "mine.toml")

    assert reported in refused.value.message
    assert refused.value.code == "bad_rules"


def test_two_rows_of_one_id_are_refused() -> None:
    twice = OWN + OWN[OWN.index("[[duty]]") :]

    with pytest.raises(InvalidRulesError, match="two rows"):
        read_rules(twice.encode(), "mine.toml")
