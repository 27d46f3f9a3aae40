"""One record of a message on its way to events: its fields, its events so far, its warnings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from lineage.domain.canonical_json import canonical
from lineage.domain.errors import InvalidIdentifierError
from lineage.domain.events.field_reading import MOST_KG, MOST_TEXT
from lineage.domain.events.validation import MOST_IDS
from lineage.domain.identifiers.parsing import check_event_id
from lineage.exchange.platform import identifiers
from lineage.exchange.platform.cleaning import Json, RefusedRecordError
from lineage.exchange.platform.identifiers import ItemCode
from lineage.exchange.platform.names import Fields

ID: Final = "platform:"

WARNINGS: Final[Mapping[str, str]] = {
    "code_not_gbt34014": "This is no code of GB/T 34014-2017: the item has an id made of the text.",
    "vin_form": "This is no VIN: the vehicle has an id made of the text.",
    "party_form": "This is neither a credit code nor a DUNS number: the party has an id made of the text.",
    "twice_in_list": "This code is in the list before: it counts once.",
    "time_from_whole": "Neither a date of production nor a date in the code: the time of the whole is taken.",
    "time_from_sending": "There is no date of storage: the time of sending is taken.",
    "species_mismatch": "The letter in the code is that of another kind of unit: the code counts.",
    "pack_not_told": "No message states in which pack this unit was: the vehicle is taken as the whole.",
    "whole_not_told": "No message states what this unit was in: its removal is left out.",
    "whereabouts_not_told": "The receiver is not named.",
    "same_party": "Giver and receiver are the same: there is no hand-over.",
    "weight_form": "This is no mass in kg above 0: it is left out.",
    "energy_form": "This is no energy in kWh: it is left out.",
    "size_form": "This is no whole number: it is left out.",
    "battery_type_form": "This is none of the letters of battery types: it is left out.",
}
"""Warnings about a record that is taken, by code."""


class WholeQuestion(NamedTuple):
    """In what is an item at a time (docs/platform.md, Wholes)? The answer needs everything that was read."""

    item: str
    time: str


class MessageRecord:
    """A record that becomes events; `become` makes them.

    `today` is an ISO day: a code with a later date is refused. `whole` answers a `WholeQuestion` with a whole, or None
    for none; where it is None itself, the question is noted in `question`, and the events are not final. Nor are they
    where `is_timed_by_sending`.
    """

    def __init__(  # noqa: PLR0913 - what a record has
        self,
        names: Fields,
        interface: str,
        account: str,
        fields: Json,
        *,
        today: str,
        sent: str | None = None,
        regions: Mapping[str, str] | None = None,
        whole: Callable[[WholeQuestion], str | None] | None = None,
    ) -> None:
        self.names, self.interface, self.fields, self.sent = names, interface, fields, sent
        self._today, self._regions, self._whole = today, regions or {}, whole
        content = canonical({"account": account, "interface": interface, "record": fields})
        self.id = ID + sha256(content).hexdigest()
        self.events: list[Json] = []
        self.warnings: dict[tuple[str, str], Json] = {}
        self.question: WholeQuestion | None = None
        self.is_timed_by_sending = False
        self._evidence = [{"kind": "platform", "ref": interface}]
        self._code = account
        self.account = ""

    def become(self, message: Callable[[MessageRecord], None]) -> MessageRecord:
        """Add the events of a message, and return the record. Raises RefusedRecordError."""
        self.account = self.party_of(self._code, "account")
        message(self)
        return self

    # ---- events and warnings

    def add(self, event_type: str, step: str, time: str, **own: object) -> None:
        """Add an event; fields that are None are left out."""
        self.events.append(
            {
                "id": f"{self.id}:{len(self.events) + 1}",
                "type": event_type,
                "step": step,
                "time": time,
                "reporter": self.account,
                "evidence": self._evidence,
                **{name: value for name, value in own.items() if value is not None},
            }
        )

    def add_assembled(
        self, step: str, time: str, whole: str, parts: list[str], uncoded: list[Json] | None = None
    ) -> None:
        """Add that parts were put into a whole: several events for more parts than one may name."""
        *others, last = pieces(parts)
        for some in others:
            self.add("assembled", step, time, whole=whole, parts=some)
        self.add("assembled", step, time, whole=whole, parts=last, uncoded=uncoded or None)

    def warn(self, code: str, path: str, about: str = "") -> None:
        """Warn once about a subject, by default the path."""
        key = (code, about or path)
        if key not in self.warnings:
            self.warnings[key] = {"id": self.id, "path": path, "code": code, "message": WARNINGS[code]}

    # ---- fields

    def text(self, name: str, fields: Mapping[str, Any] | None = None) -> str | None:
        """Return the text of a field, None where it is absent."""
        value: str | None = (self.fields if fields is None else fields).get(name)
        return value

    def required(self, name: str) -> str:
        value: str | None = self.fields.get(name)
        if value is None:
            raise missing(name)
        return value

    def time(self, name: str) -> str:
        return self.time_of(self.required(name), name)

    def time_of(self, text: str, path: str) -> str:
        """Return a time as events have it. Raises RefusedRecordError."""
        found = identifiers.instant_text(text)
        if found is None:
            message = "This is no time: write yyyy-MM-dd, or yyyy-MM-dd HH:mm:ss, by the clock of China."
            raise RefusedRecordError(path, "time_form", message)
        return found

    def vehicle(self) -> ItemCode:
        name = self.names.vehicle
        return self._warned(identifiers.vehicle, self.required(name), name)

    def item(self, name: str) -> ItemCode:
        return self.item_of(self.required(name), name)

    def item_of(self, code: str, path: str) -> ItemCode:
        """Return the item of a battery code. Raises RefusedRecordError, also for a date that lies after today."""
        found = self._warned(identifiers.battery, code, path)
        if found.day is not None and found.day > self._today:
            message = f"The date in this battery code ({found.day}) lies after {self._today}."
            raise RefusedRecordError(path, "battery_code_future", message)
        return found

    def _warned(self, read: Callable[[str], ItemCode], code: str, path: str) -> ItemCode:
        try:
            found = read(code)
        except RefusedRecordError as error:
            raise error.under(path) from None
        if found.warning is not None:
            self.warn(found.warning, path, found.id)
        return found

    def party(self, name: str) -> str:
        return self.party_of(self.required(name), name)

    def optional_party(self, name: str) -> str | None:
        code: str | None = self.fields.get(name)
        return None if code is None else self.party_of(code, name)

    def party_of(self, code: str, path: str) -> str:
        try:
            found = identifiers.party(code)
        except RefusedRecordError as error:
            raise error.under(path) from None
        if found.warning is not None:
            self.warn(found.warning, path, found.id)
        return found.id

    def number(self, name: str, warning: str, most: float = MOST_KG) -> float | None:
        """Return a number above 0, None where the field is absent or, with a warning, where it is no such number."""
        text: str | None = self.fields.get(name)
        if text is None:
            return None
        try:
            value = float(text) if text.isascii() and "_" not in text else 0.0
        except ValueError:
            value = 0.0
        if 0 < value <= most:
            return int(value) if value.is_integer() else value
        self.warn(warning, name)
        return None

    def count(self, name: str, fields: Mapping[str, Any], path: str) -> int:
        """Return a whole number from 0, 0 where the field is absent or, with a warning, where it is no such number."""
        text: str | None = fields.get(name)
        if text is None:
            return 0
        if text.isascii() and text.isdigit() and len(text) <= 7:
            return int(text)
        self.warn("size_form", f"{path}{name}")
        return 0

    def place(self) -> str | None:
        """Return the region code of the area of a sale, where the table of the operator has the whole text."""
        area: str | None = self.fields.get(self.names.area)
        return None if area is None else self._regions.get(area)

    def whole_of(self, item: ItemCode, time: str) -> str | None:
        """Return the innermost whole of an item at a time, None where there is none or it is not known yet."""
        question = WholeQuestion(item.id, time)
        if self._whole is None:
            self.question = question
            return None
        return self._whole(question)


def missing(path: str) -> RefusedRecordError:
    return RefusedRecordError(path, "missing_field", "This field is required.")


def model_text(text: str | None, path: str) -> str | None:
    """Return a text of any form. Raises RefusedRecordError for one above 4,000 characters."""
    if text is not None and len(text) > MOST_TEXT:
        raise RefusedRecordError(path, "text_too_long", f"This text has {len(text)} characters; at most {MOST_TEXT}.")
    return text


def identifier(scheme: str, text: str | None, path: str) -> Json | None:
    """Return a further identifier of an item, None for none. Raises RefusedRecordError."""
    if text is None:
        return None
    try:
        return {"scheme": scheme, "id": check_event_id(text)}
    except InvalidIdentifierError as error:
        raise RefusedRecordError(path, error.code, "This text cannot be an identifier.") from None


def pieces(ids: list[Any]) -> Iterator[list[Any]]:
    """Yield a list in pieces that one event can name; an empty list is one piece."""
    for start in range(0, len(ids) or 1, MOST_IDS):
        yield ids[start : start + MOST_IDS]
