"""Raw SQL statements as an expert in SQLite would write them: `CROSS JOIN` fixes the order of the joins."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from bench.data.hand_written_walk import OPEN
from bench.questions import PAGE


class _Arm(NamedTuple):
    """A table of edges walked in one direction; `since` and `until` are its time columns."""

    table: str
    near: str
    far: str
    inside: int
    since: str
    until: str


@cache
def _arms(*, downstream: bool, is_known: bool) -> tuple[_Arm, ...]:
    ends = (("part", "whole"), ("input", "output"))
    (part, whole), (source, sink) = ends if downstream else ((b, a) for a, b in ends)
    past = ("", "_past") if is_known else ("",)
    return tuple(
        arm
        for suffix in past
        for arm in (
            _Arm(f"part_of{suffix}", part, whole, 1, "since", "until"),
            _Arm(f"became{suffix}", source, sink, 0, "at", "at"),
        )
    )


def _test(arm: _Arm, *, is_known: bool, is_bounded: bool) -> str:
    test = f" AND e.{arm.since} <= :hi" if is_bounded else ""
    if is_known:
        test += " AND e.known_from <= :k" + (" AND :k < e.known_until" if arm.table.endswith("_past") else "")
    return test


_CONSUMED: Final = """CASE WHEN y.known_from <= :k THEN y.consumed ELSE
  (SELECT p.consumed FROM item_past p WHERE p.item = y.num AND p.known_from <= :k AND :k < p.known_until) END"""


def _columns(arms: tuple[_Arm, ...], *, is_known: bool, is_bounded: bool) -> str:
    """Return the query for the edges of all reached items, with the consumption times of their far ends."""
    consumed = _CONSUMED if is_known else "y.consumed"
    return "\nUNION ALL ".join(
        f"""SELECT x.id, y.id, {arm.inside}, e.{arm.since}, e.{arm.until}, e.events, {consumed}
FROM reach r CROSS JOIN {arm.table} e ON e.{arm.near} = r.num CROSS JOIN item x ON x.num = r.num
  CROSS JOIN item y ON y.num = e.{arm.far} WHERE true{_test(arm, is_known=is_known, is_bounded=is_bounded)}"""
        for arm in arms
    )


@cache
def closure(*, downstream: bool, is_known: bool, is_limited: bool, is_bounded: bool, lateral: bool = False) -> str:
    """Return the query for the edges of all reachable items, breadth-first; upstream the end of a window prunes.

    `lateral`: for PostgreSQL, which allows a single recursive term, and no limit inside it.
    """
    arms = _arms(downstream=downstream, is_known=is_known)
    tests = {arm: _test(arm, is_known=is_known, is_bounded=is_bounded) for arm in arms}
    if lateral:
        either = " UNION ALL ".join(
            f"SELECT e.{arm.far} AS far FROM {arm.table} e WHERE e.{arm.near} = r.num{tests[arm]}" for arm in arms
        )
        steps, inner, outer = f"UNION SELECT s.far FROM reached r CROSS JOIN LATERAL ({either}) s", "", " LIMIT :most"
    else:
        steps = "\n  ".join(
            f"UNION SELECT e.{arm.far} FROM reached r CROSS JOIN {arm.table} e ON e.{arm.near} = r.num "
            f"WHERE true{tests[arm]}"
            for arm in arms
        )
        inner, outer = (" LIMIT :most" if is_limited else ""), ""
    return f"""WITH RECURSIVE reached (num) AS (
  SELECT num FROM item WHERE id = :id
  {steps}{inner}),
reach (num) AS (SELECT num FROM reached{outer if is_limited else ""})
{_columns(arms, is_known=is_known, is_bounded=is_bounded)}"""


_OVER_ALL: Final = _columns(_arms(downstream=True, is_known=False), is_known=False, is_bounded=False)
CARRYING: Final = f"""
WITH RECURSIVE carried (num, lo, hi) AS (
  SELECT num, :lo, :hi FROM item WHERE id = :id
  UNION SELECT e.whole, max(e.since, r.lo), min(e.until, r.hi) FROM carried r CROSS JOIN part_of e ON e.part = r.num
    WHERE e.since <= r.hi AND r.lo <= e.until
  UNION SELECT e.output, e.at, {OPEN} FROM carried r CROSS JOIN became e ON e.input = r.num
    WHERE r.lo <= e.at AND e.at <= r.hi),
reach (num) AS (SELECT DISTINCT num FROM carried)
{_OVER_ALL}"""
"""Downstream in a window: rows carry the interval, so that edges outside of it are not fetched."""
CARRYING_LATERAL: Final = f"""
WITH RECURSIVE carried (num, lo, hi) AS (
  SELECT num, CAST(:lo AS BIGINT), CAST(:hi AS BIGINT) FROM item WHERE id = :id
  UNION SELECT s.* FROM carried r CROSS JOIN LATERAL (
    SELECT e.whole, greatest(e.since, r.lo), least(e.until, r.hi) FROM part_of e
      WHERE e.part = r.num AND e.since <= r.hi AND r.lo <= e.until
    UNION ALL SELECT e.output, e.at, CAST({OPEN} AS BIGINT) FROM became e
      WHERE e.input = r.num AND r.lo <= e.at AND e.at <= r.hi) s),
reach (num) AS (SELECT DISTINCT num FROM carried)
{_OVER_ALL}"""

START: Final = "SELECT consumed FROM item WHERE id = :id"
START_KNOWN: Final = f"SELECT {_CONSUMED} FROM item y WHERE y.id = :id"

PARTS: Final = """
WITH RECURSIVE reach (num) AS (
  SELECT num FROM item WHERE id = :id
  UNION SELECT e.part FROM reach r CROSS JOIN part_of e ON e.whole = r.num WHERE e.since <= :t AND :t < e.until)
SELECT w.id, p.id, e.since, p.consumed FROM reach r CROSS JOIN part_of e ON e.whole = r.num
  CROSS JOIN item p ON p.num = e.part CROSS JOIN item w ON w.num = r.num
WHERE e.since <= :t AND :t < e.until"""

_WHOLES: Final = """
WITH RECURSIVE reach (num) AS (
  SELECT num FROM item WHERE id = :id
  UNION SELECT e.whole FROM reach r CROSS JOIN part_of e ON e.part = r.num)"""
CUSTODY_EDGES: Final = f"""{_WHOLES}
SELECT p.id, w.id, e.since, e.until, e.events FROM reach r CROSS JOIN part_of e ON e.part = r.num
  CROSS JOIN item p ON p.num = e.part CROSS JOIN item w ON w.num = e.whole"""
CUSTODY_HANDS: Final = f"""{_WHOLES}
SELECT i.id, h.holder, h.since, h.until, h.status, h.taker, h.events
FROM reach r CROSS JOIN held_by h ON h.item = r.num CROSS JOIN item i ON i.num = r.num"""
CUSTODY_FACTS: Final = f"{_WHOLES} SELECT i.id, i.facts FROM reach r CROSS JOIN item i ON i.num = r.num"

_HELD: Final = """
FROM held_by h CROSS JOIN item i ON i.num = h.item WHERE h.holder = :id AND h.until > :t AND h.since <= :t
  AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND e.since <= :t AND :t < e.until)"""
HELD_PAGE: Final = f"SELECT i.id, i.kind, h.since, h.status {_HELD} ORDER BY i.id LIMIT {PAGE}"
HELD_COUNT: Final = f"SELECT count(*) {_HELD}"


# ---- the same as known at a transaction time: current rows known by then, and rows that were superseded later

_BY: Final = "e.known_from <= :k"
_STILL: Final = "e.known_from <= :k AND :k < e.known_until"
_TEST: Final = "e.since <= :t AND :t < e.until"

PARTS_KNOWN: Final = f"""
WITH RECURSIVE reached (num) AS (
  SELECT num FROM item WHERE id = :id
  UNION SELECT e.part FROM reached r CROSS JOIN part_of e ON e.whole = r.num WHERE {_TEST} AND {_BY}
  UNION SELECT e.part FROM reached r CROSS JOIN part_of_past e ON e.whole = r.num WHERE {_TEST} AND {_STILL}),
reach (num) AS (SELECT num FROM reached)
SELECT w.id, y.id, e.since, {_CONSUMED} FROM reach r CROSS JOIN part_of e ON e.whole = r.num
  CROSS JOIN item y ON y.num = e.part CROSS JOIN item w ON w.num = r.num WHERE {_TEST} AND {_BY}
UNION ALL SELECT w.id, y.id, e.since, {_CONSUMED} FROM reach r CROSS JOIN part_of_past e ON e.whole = r.num
  CROSS JOIN item y ON y.num = e.part CROSS JOIN item w ON w.num = r.num WHERE {_TEST} AND {_STILL}"""
PARTS_KNOWN_LATERAL: Final = PARTS_KNOWN.replace(
    f"""UNION SELECT e.part FROM reached r CROSS JOIN part_of e ON e.whole = r.num WHERE {_TEST} AND {_BY}
  UNION SELECT e.part FROM reached r CROSS JOIN part_of_past e ON e.whole = r.num WHERE {_TEST} AND {_STILL})""",
    f"""UNION SELECT s.part FROM reached r CROSS JOIN LATERAL (
    SELECT e.part FROM part_of e WHERE e.whole = r.num AND {_TEST} AND {_BY}
    UNION ALL SELECT e.part FROM part_of_past e WHERE e.whole = r.num AND {_TEST} AND {_STILL}) s)""",
)

_WHOLES_KNOWN: Final = f"""
WITH RECURSIVE reached (num) AS (
  SELECT num FROM item WHERE id = :id
  UNION SELECT e.whole FROM reached r CROSS JOIN part_of e ON e.part = r.num WHERE {_BY}
  UNION SELECT e.whole FROM reached r CROSS JOIN part_of_past e ON e.part = r.num WHERE {_STILL}),
reach (num) AS (SELECT num FROM reached)"""
_WHOLES_KNOWN_LATERAL: Final = f"""
WITH RECURSIVE reached (num) AS (
  SELECT num FROM item WHERE id = :id
  UNION SELECT s.whole FROM reached r CROSS JOIN LATERAL (
    SELECT e.whole FROM part_of e WHERE e.part = r.num AND {_BY}
    UNION ALL SELECT e.whole FROM part_of_past e WHERE e.part = r.num AND {_STILL}) s),
reach (num) AS (SELECT num FROM reached)"""


@cache
def custody_known(*, lateral: bool) -> tuple[str, str, str]:
    """Return the queries for the edges, holdings and facts of an item and its wholes."""
    wholes = _WHOLES_KNOWN_LATERAL if lateral else _WHOLES_KNOWN
    tables = (("", _BY), ("_past", _STILL))
    edges = " UNION ALL ".join(
        f"""SELECT p.id, w.id, e.since, e.until, e.events FROM reach r CROSS JOIN part_of{past} e ON e.part = r.num
  CROSS JOIN item p ON p.num = e.part CROSS JOIN item w ON w.num = e.whole WHERE {test}"""
        for past, test in tables
    )
    hands = " UNION ALL ".join(
        f"""SELECT i.id, e.holder, e.since, e.until, e.status, e.taker, e.events
FROM reach r CROSS JOIN held_by{past} e ON e.item = r.num CROSS JOIN item i ON i.num = r.num WHERE {test}"""
        for past, test in tables
    )
    facts = """SELECT i.id, CASE WHEN i.known_from <= :k AND i.facts IS NOT NULL THEN i.facts ELSE
  (SELECT p.facts FROM item_past p WHERE p.item = i.num AND p.known_from <= :k AND :k < p.known_until) END
FROM reach r CROSS JOIN item i ON i.num = r.num"""
    return f"{wholes} {edges}", f"{wholes} {hands}", f"{wholes} {facts}"


_NOWHERE: Final = f"""
  AND NOT EXISTS (SELECT 1 FROM part_of e WHERE e.part = h.item AND {_TEST} AND {_BY})
  AND NOT EXISTS (SELECT 1 FROM part_of_past e WHERE e.part = h.item AND {_TEST} AND {_STILL})"""
_HELD_KNOWN: Final = " UNION ALL ".join(
    f"""SELECT i.id AS id, {_CONSUMED.replace("consumed", "kind").replace("y.", "i.")} AS kind, h.since, h.status
FROM held_by{past} h CROSS JOIN item i ON i.num = h.item WHERE h.holder = :id AND h.until > :t AND h.since <= :t
  AND {test.replace("e.", "h.")}{_NOWHERE}"""
    for past, test in (("", _BY), ("_past", _STILL))
)
HELD_PAGE_KNOWN: Final = f"SELECT * FROM ({_HELD_KNOWN}) AS held ORDER BY id LIMIT {PAGE}"
HELD_COUNT_KNOWN: Final = (
    "SELECT sum(n) FROM ("
    + " UNION ALL ".join(
        f"""SELECT count(*) AS n FROM held_by{past} h WHERE h.holder = :id AND h.until > :t AND h.since <= :t
  AND {test.replace("e.", "h.")}{_NOWHERE}"""
        for past, test in (("", _BY), ("_past", _STILL))
    )
    + ") AS counts"
)
