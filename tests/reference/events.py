"""Events of a client as the reference reads them: times in milliseconds, ids as the service stores them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_CHINA = timezone(timedelta(hours=8))
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FRACTION = re.compile(r"\.(\d+)")
_BATTERY_KINDS = {"C": "cell", "M": "module", "P": "pack"}


def instant(text: str) -> int:
    """Milliseconds since 1970; a date is the start of that day at UTC+08:00, finer fractions are cut (contract 2)."""
    if _DATE.fullmatch(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=_CHINA)
    else:
        cut = _FRACTION.sub(lambda found: "." + found[1][:3].ljust(3, "0"), text.upper())
        moment = datetime.fromisoformat(cut)
    return (moment - _EPOCH) // _MILLISECOND


def shown(time: float) -> str | None:
    """As answers write it (contract 8); the endless past and future are `None`."""
    if time in {float("-inf"), float("inf")}:
        return None
    text = (_EPOCH + int(time) * _MILLISECOND).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def stored_id(identifier: str) -> str:
    """The id that answers use: trimmed; upper-cased where no colon makes it a URI (contract 1)."""
    trimmed = identifier.strip()
    return trimmed if ":" in trimmed else trimmed.upper()


def is_party_id(text: str) -> bool:
    """Whether it looks like the id of a party: a URI, a credit code, or a partner number."""
    return (":" in text and not text.startswith("lot:")) or len(text) == 18 or text.startswith("BPN")


def kind_by_identifier(item: str) -> str:
    """Return the kind that the id alone shows (contract 2)."""
    if item.startswith("lot:"):
        return "lot"
    if ":" not in item and len(item) == 17:
        return "vehicle"
    if ":" not in item and len(item) in {19, 24, 26}:
        return _BATTERY_KINDS.get(item[3], "unknown")
    return "unknown"


@dataclass(frozen=True, eq=False)
class Event:
    """One report; `roles` holds the role in which it names each item: `made`, `item`, `part`, `input` or `whole`."""

    id: str
    type: str
    time: int
    recorded: int | None
    body: Mapping[str, Any]
    roles: Mapping[str, str] = field(default_factory=dict)

    def party(self, name: str) -> str | None:
        """Return the id of the party in this field as stored; `None` where no party is named."""
        value = self.body.get(name)
        return None if value is None else stored_id(value)

    @property
    def whole(self) -> str:
        return stored_id(self.body["whole"])

    @property
    def reporter(self) -> str:
        return stored_id(self.body["reporter"])

    @property
    def step(self) -> str:
        """The business step; empty where none is named."""
        return self.body.get("step") or ""

    @property
    def side(self) -> str:
        """Who reports a hand-over: `giver`, `taker` or `both`."""
        return self.body.get("side") or "both"

    @property
    def region(self) -> str:
        """The place where it is a region of GB/T 2260; empty for a site and for none."""
        place = str(self.body.get("place") or "")
        return place if len(place) == 6 and place.isdigit() else ""

    @property
    def concerned(self) -> tuple[str, ...]:
        """The same in the order in which corrections of it name them: a whole, items, parts, inputs, outputs."""
        made_last = self.type == "transformed"
        order = ("whole", "item", "part", "input", "made") if made_last else ("whole", "made", "item", "part")
        return tuple(item for role in order for item, has in self.roles.items() if has == role)

    @property
    def named(self) -> tuple[str, ...]:
        """Every item that it names: a whole first, then what it makes or is about, parts, inputs."""
        order = ("whole", "made", "item", "part", "input")
        return tuple(item for role in order for item, has in self.roles.items() if has == role)

    @property
    def parties(self) -> tuple[str, ...]:
        """The reporter, then the giver, the taker and the custodian that it names."""
        found = [self.party(name) for name in ("reporter", "giver", "taker", "custodian")]
        return tuple(dict.fromkeys(party for party in found if party))

    def declaration(self, item: str) -> Mapping[str, Any]:
        """What a making event declares of the item; empty where it makes it not."""
        rows = [*(self.body.get("items") or ()), *(self.body.get("outputs") or ())]
        return next((row for row in rows if isinstance(row, dict) and stored_id(row["id"]) == item), {})

    def maker(self, item: str) -> str | None:
        """The maker that it declares of the item: the id of a party, or a text as it was sent."""
        named = self.declaration(item).get("maker")
        return stored_id(named) if named and is_party_id(stored_id(named)) else named

    @property
    def moves_custody(self) -> bool:
        return self.type == "transferred" and (self.body.get("rights") or "custody") != "ownership"

    @property
    def declared(self) -> dict[str, str]:
        """The kind of each item that this event makes."""
        rows = self.body.get({"produced": "items", "transformed": "outputs"}.get(self.type, "")) or []
        return {stored_id(row["id"]): row["kind"] for row in rows}


def same_two(one: Event, other: Event) -> bool:
    """The same giver and taker, as far as both reports name them."""
    pairs = [(one.party(name), other.party(name)) for name in ("giver", "taker")]
    return all(mine == theirs or None in (mine, theirs) for mine, theirs in pairs)


def read(raw: Json) -> Event:
    """Refuses an event without an id: the reference makes none."""
    if not raw.get("id"):
        raise ValueError(f"an event without an id: {raw}")
    recorded = raw.get("recorded")
    return Event(
        id=raw["id"],
        type=raw["type"],
        time=instant(raw["time"]),
        recorded=None if recorded is None else instant(recorded),
        body=raw,
        roles=dict(_roles(raw)),
    )


def _roles(raw: Json) -> list[tuple[str, str]]:
    def named(name: str, role: str) -> list[tuple[str, str]]:
        rows = raw.get(name) or []
        return [(stored_id(row["id"] if isinstance(row, dict) else row), role) for row in rows]

    match raw["type"]:
        case "produced":
            return named("items", "made")
        case "assembled" | "disassembled":
            return [*named("parts", "part"), (stored_id(raw["whole"]), "whole")]
        case "transformed":
            return named("inputs", "input") + named("outputs", "made")
        case "transferred" | "inspected" | "ended":
            return named("items", "item")
        case _:
            return []
