"""Cleaning of a record before anything else looks at it: personal data goes, then emptiness, then other fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from lineage.domain.canonical_json import number as canonical_number
from lineage.domain.errors import called
from lineage.domain.identifiers.check_digits import resident_number_is_plausible
from lineage.domain.identifiers.parsing import is_number_of_person
from lineage.exchange.conversion.report import count_name
from lineage.exchange.platform import names

Json = dict[str, Any]
_Rule = Callable[[Any, str, "Dropped"], Any]
EMPTY_LIST: Final = "[]"
"""A list whose emptiness a client writes as a text."""


class RefusedRecordError(Exception):
    """A record is refused as a whole; `path` is the field, `code` one of docs/platform.md.

    No value of the record is in it: it may be personal data.
    """

    def __init__(self, path: str, code: str, message: str) -> None:
        super().__init__(message)
        self.path, self.code, self.message = path, code, message

    def under(self, name: str | int) -> RefusedRecordError:
        """Return the same error of a value inside a field or an element of a list."""
        return RefusedRecordError(f"{name}.{self.path}" if self.path else str(name), self.code, self.message)


@dataclass
class Dropped:
    """Fields that were left out, by name: personal data, and what no event carries.

    `is_lenient`: a field of a wrong type is left out instead of refused, to show what is left of a refused record.
    """

    is_lenient: bool = False
    personal: Counter[str] = field(default_factory=Counter)
    not_carried: Counter[str] = field(default_factory=Counter)


class Cleaner:
    """Cleans records by the groups of their fields, and counts what it drops."""

    def __init__(self, table: names.Names) -> None:
        self._personal = table.personal
        rules: Mapping[str, _Rule] = {
            names.CODE: _code,
            names.PARTY: _party,
            names.TEXT: _text,
            names.TIME: _text,
            names.CODES: self._codes,
            names.RECORDS: self._records,
            names.RECORD: self._object,
        }
        self._rules = {name: rules[group] for name, group in table.groups.items()}

    def record(self, value: object, dropped: Dropped) -> Json:
        """Return a record with its carried fields only, empty ones left out. Raises RefusedRecordError."""
        if not isinstance(value, dict):
            raise wrong_type("An object", value)
        found: Json = {}
        for name, inner in value.items():
            rule = self._rules.get(name)
            if rule is None:
                self.drop(name, inner, dropped)
                continue
            try:
                cleaned = rule(inner, name, dropped)
            except RefusedRecordError as error:
                if dropped.is_lenient:
                    continue
                raise error.under(name) from None
            if cleaned is not None and cleaned not in ("", []):
                found[name] = cleaned
        return found

    def drop(self, name: str, value: object, dropped: Dropped) -> None:
        """Count a field that is not carried, and the personal data in it."""
        if name in self._personal:
            if not is_empty(value):
                dropped.personal[name] += 1
            return
        self.count_personal(value, dropped)
        if not is_empty(value):
            count_name(dropped.not_carried, name)

    def count_personal(self, value: object, dropped: Dropped) -> None:
        """Count the personal data in a value that is not carried."""
        if isinstance(value, list):
            for inner in value:
                self.count_personal(inner, dropped)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name not in self._personal:
                    self.count_personal(inner, dropped)
                elif not is_empty(inner):
                    dropped.personal[name] += 1

    def _object(self, value: object, _name: str, dropped: Dropped) -> Json | None:
        return None if value is None or value == "" else self.record(value, dropped)

    def _codes(self, value: object, name: str, dropped: Dropped) -> list[Any]:
        found = []
        for index, inner in enumerate(_listed(value)):
            try:
                cleaned = self.record(inner, dropped) if isinstance(inner, dict) else _code(inner, name, dropped)
            except RefusedRecordError as error:
                raise error.under(index) from None
            if cleaned is not None and cleaned != "":
                found.append(cleaned)
        return found

    def _records(self, value: object, _name: str, dropped: Dropped) -> list[Any]:
        found = []
        for index, inner in enumerate(_listed(value)):
            if inner is None:
                continue
            try:
                found.append(self.record(inner, dropped))
            except RefusedRecordError as error:
                raise error.under(index) from None
        return found


def _text(value: object, name: str, dropped: Dropped) -> str | None:
    text = value.strip() if isinstance(value, str) else plain_text(value)
    if len(text) == 18 and resident_number_is_plausible(text):
        dropped.personal[name] += 1
        return None
    return text


def _code(value: object, name: str, dropped: Dropped) -> str | None:
    text = _text(value, name, dropped)
    return None if text is None else text.upper()


def _party(value: object, name: str, dropped: Dropped) -> str | None:
    text = party_code(plain_text(value))
    if text is None:
        dropped.personal[name] += 1
    return text


@lru_cache(maxsize=16_384)
def party_code(text: str) -> str | None:
    """Return the code of an enterprise as it is compared; None for the number of a person.

    The nine digits of a DUNS number are written without hyphens.

    >>> party_code("12-345-6789")
    '123456789'
    """
    code = text.strip().upper()
    if is_number_of_person(code):
        return None
    digits = code.replace("-", "")
    return digits if len(digits) == 9 and digits.isdigit() and digits.isascii() else code


def _listed(value: object) -> list[Any]:
    if value is None or (isinstance(value, str) and value.strip() in ("", EMPTY_LIST)):
        return []
    if not isinstance(value, list):
        raise wrong_type("A list", value)
    return value


def plain_text(value: object) -> str:
    """Return a text without blanks around it, a number as text, and nothing for null. Raises RefusedRecordError."""
    if isinstance(value, str):
        return value.strip()
    if value is None or value == []:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("A text", value)
    return str(value) if isinstance(value, int) else canonical_number(value)


def wrong_type(wanted: str, value: object) -> RefusedRecordError:
    """Return the error for a value of another kind than the field's."""
    return RefusedRecordError("", "wrong_type", f"{wanted} is expected here, not {called(value)}.")


def is_empty(value: object) -> bool:
    """Return whether a value counts as absent: null, a blank text, an empty list, a list of such."""
    if isinstance(value, str):
        return not value.strip() or value.strip() == EMPTY_LIST
    return value is None or (isinstance(value, list) and all(is_empty(inner) for inner in value))
