"""Reader of rule sets from TOML files, with an error for every way in which such a file can be wrong."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar, get_args

from lineage.domain.compliance.rule_sets import (
    CONFIDENCES,
    STAGES,
    Actor,
    AnswerRule,
    DutyRule,
    Obligation,
    ReceiverRule,
    RuleBook,
    RuleSet,
    Unit,
)  # fmt: skip
from lineage.domain.errors import InvalidRulesError
from lineage.domain.events.models import TYPES
from lineage.reference.working_days import WORKING_DAYS

_FILES: Final = ("R2026.toml", "R2018.toml", "before.toml")
PARTIES: Final = ("battery_maker", "vehicle_maker", "holder", "owner", "remaker", "last_holder")
HANDED_OVER: Final = ("waste", "vehicle", "second_life")
MOST_WINDOW: Final = 3_660
T = TypeVar("T")


@cache
def rule_book() -> RuleBook:
    """Return the rule sets of this release, newest first, with the working days."""
    folder = files("lineage.reference") / "rules"
    return RuleBook(tuple(read_rules((folder / name).read_bytes(), name) for name in _FILES), WORKING_DAYS)


def read_rules(content: bytes, name: str) -> RuleSet:
    """Return the rule set of one file. Raises `InvalidRulesError`, which names the row and the mistake."""
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRulesError(name, "", f"this cannot be read: {error}") from None
    head = _Row(name, "[set]", document.pop("set", None))
    tables = {word: document.pop(word, []) for word in ("duty", "answer", "receiver", "obligation")}
    if document:
        raise InvalidRulesError(name, "", f"there is no table {next(iter(document))!r} in a rule set")
    rows = {word: _rows(name, word, listed) for word, listed in tables.items()}
    found = RuleSet(
        head.text("id"),
        head.text("version"),
        head.text("title"),
        head.day("valid_from"),
        head.maybe_day("valid_until"),
        tuple(_made(row, _duty) for row in rows["duty"]),
        tuple(_made(row, _answer) for row in rows["answer"]),
        tuple(_made(row, _receiver) for row in rows["receiver"]),
        tuple(_made(row, _obligation) for row in rows["obligation"]),
    )
    head.done()
    _check(found, name)
    return found


def _rows(name: str, word: str, rows: object) -> list[_Row]:
    if not isinstance(rows, list):
        raise InvalidRulesError(name, word, f"write [[{word}]], with two brackets")
    return [_Row(name, f"[[{word}]] {n}", row) for n, row in enumerate(rows, 1)]


class _Row:
    """One table of the file: every field is read once; `done` refuses fields that were not read."""

    def __init__(self, file: str, place: str, table: object) -> None:
        self._file, self.place = file, place
        if not isinstance(table, dict):
            raise self.wrong("this table is missing")
        self._left: dict[str, Any] = dict(table)
        self.place = f"{place} {table.get('id', '')}".strip()

    def wrong(self, message: str) -> InvalidRulesError:
        return InvalidRulesError(self._file, self.place, message)

    def text(self, field: str, words: Sequence[str] = (), default: str | None = None) -> str:
        value = self._left.pop(field, default)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"`{field}` is a text, and has to be there")
        if words and value not in words:
            raise self.wrong(f"`{field}` is one of {', '.join(words)}, not {value!r}")
        return value

    def texts(self, field: str, words: Sequence[str] = ()) -> tuple[str, ...]:
        value = self._left.pop(field, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(f"`{field}` is a list of texts")
        unknown = [v for v in value if words and v not in words]
        if unknown:
            raise self.wrong(f"`{field}` holds {unknown[0]!r}, which is none of {', '.join(words)}")
        return tuple(value)

    def flag(self, field: str, *, default: bool) -> bool:
        value = self._left.pop(field, default)
        if not isinstance(value, bool):
            raise self.wrong(f"`{field}` is true or false")
        return value

    def maybe_day(self, field: str) -> date | None:
        value = self._left.pop(field, None)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.wrong(f"`{field}` is a date, written 2018-08-01 without quotation marks")
        return value

    def day(self, field: str) -> date:
        value = self.maybe_day(field)
        if value is None:
            raise self.wrong(f"`{field}` is missing")
        return value

    def days(self, field: str) -> int | None:
        value = self._left.pop(field, None)
        if value is not None and (type(value) is not int or not 1 <= value <= MOST_WINDOW):
            raise self.wrong(f"`{field}` is a whole number of days, 1 to {MOST_WINDOW}")
        return value

    def done(self) -> None:
        if self._left:
            raise self.wrong(f"nothing is called `{next(iter(self._left))}` here")


def _made(row: _Row, make: Callable[[_Row], T]) -> T:
    rule = make(row)
    row.done()
    return rule


def _named(row: _Row) -> tuple[str, str, str, str]:
    return row.text("id"), row.text("name"), row.text("article"), row.text("confidence", CONFIDENCES)


def _duty(row: _Row) -> DutyRule:
    unit: Any = row.text("unit", get_args(Unit), default="DAY")
    window, due = row.days("window"), row.maybe_day("due")
    if (window is None) == (due is None):
        raise row.wrong("either `window` or `due` says when it is due, and not both")
    actor: Any = row.text("actor", get_args(Actor))
    return DutyRule(
        *_named(row),
        types=row.texts("types", tuple(TYPES)),
        steps=row.texts("steps"),
        kinds=row.texts("kinds"),
        actor=actor,
        roles=row.texts("roles"),
        strict=row.flag("strict", default=True),
        holder=row.text("holder", ("actor", "vehicle_maker"), default="actor"),
        window=window or 0,
        unit=unit,
        due=due,
        witness=row.texts("witness"),
        assumed=row.flag("assumed", default=False),
    )


def _answer(row: _Row) -> AnswerRule:
    return AnswerRule(
        *_named(row), row.texts("stages", STAGES), row.text("party", PARTIES), row.texts("roles"), row.text("as")
    )


def _receiver(row: _Row) -> ReceiverRule:
    return ReceiverRule(
        *_named(row), row.texts("things", HANDED_OVER), row.texts("roles"), row.texts("permits"), row.texts("never")
    )


def _obligation(row: _Row) -> Obligation:
    return Obligation(*_named(row))


def _check(found: RuleSet, name: str) -> None:
    """Check the rules that concern several rows. Raises `InvalidRulesError`."""
    if found.valid_until is not None and found.valid_until <= found.valid_from:
        raise InvalidRulesError(name, "[set]", "`valid_until` is not after `valid_from`")
    rows: list[DutyRule | AnswerRule | ReceiverRule | Obligation] = [*found.duties, *found.answers, *found.receivers]
    ids = [row.id for row in (*rows, *found.obligations)]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        raise InvalidRulesError(name, twice, "two rows have this id")
