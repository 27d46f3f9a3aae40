"""Catena-X documents: the aspects in a file, their known fields, and the report about everything else.

Field names of each version of the aspect models: `docs/catenax.md`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from lineage.domain.errors import shortened

Json = dict[str, object]

LISTED: Final = 20
"""The number of warnings, and of errors, of one code that are listed; all are counted."""

DIFFERENT: Final = 1_000
"""The number of different unknown names that are counted separately."""

SERIAL_PART: Final = "SerialPart"
BATCH: Final = "Batch"
JUST_IN_SEQUENCE: Final = "JustInSequencePart"
BOM: Final = "SingleLevelBomAsBuilt"

_NAMESPACES: Final = {
    SERIAL_PART: "io.catenax.serial_part",
    BATCH: "io.catenax.batch",
    JUST_IN_SEQUENCE: "io.catenax.just_in_sequence_part",
    BOM: "io.catenax.single_level_bom_as_built",
}
_ASPECT_TYPE: Final = re.compile(r"urn:[sb]amm:([\w.]+):((\d{1,4})\.\d{1,4}(?:\.\d{1,4})?)#(\w+)", re.ASCII)
_LAST_MAJOR: Final = 3

# A known field is carried over into an event (True), dropped (False), or holds further fields.
_SITES: Final[Json] = {"catenaXsiteId": True, "siteId": True, "function": True}
_ITEM: Final[Json] = {
    "catenaXId": True,
    "globalAssetId": True,
    "localIdentifiers": {"key": True, "value": True},
    "manufacturingInformation": {
        "date": True,
        "productionDate": True,
        "country": False,
        "sites": _SITES,
    },
    "sites": _SITES,
    "partTypeInformation": {
        "manufacturerPartId": True,
        "nameAtManufacturer": True,
        "customerPartId": False,
        "nameAtCustomer": False,
        "classification": False,
        "partClassification": False,
    },
}
_ENTRY: Final[Json] = {
    "catenaXId": True,
    "childCatenaXId": True,
    "globalAssetId": True,
    "createdOn": True,
    "assembledOn": True,
    "businessPartner": True,
    "hasAlternatives": True,
    "quantity": False,
    "lastModifiedOn": False,
    "lifecycleContext": False,
}
_BOM: Final[Json] = {"catenaXId": True, "globalAssetId": True, "childItems": _ENTRY, "childParts": _ENTRY}
_ENVELOPE: Final[Json] = {"identification": True, "aspectType": True, "payload": True, "contractAgreementId": False}


class CatenaxNotice(NamedTuple):
    """A warning or an error about the file; `line` is the line of NDJSON or the position in the list, from 1."""

    line: int
    id: str | None
    path: str
    code: str
    message: str


@dataclass
class CatenaxReport:
    """Counts of aspects, fields and events that were read or not, with warnings and errors.

    `warnings` are about input that still became an event, `errors` about input that did not. Of one code the first
    20 are listed; `warning_counts` and `error_counts` count all. `repeats` counts events equal to an earlier one.
    """

    aspects: Counter[str] = field(default_factory=Counter)
    unknown_aspects: Counter[str] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    not_carried: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    warnings: list[CatenaxNotice] = field(default_factory=list)
    warning_counts: Counter[str] = field(default_factory=Counter)
    errors: list[CatenaxNotice] = field(default_factory=list)
    error_counts: Counter[str] = field(default_factory=Counter)

    def warn(self, notice: CatenaxNotice) -> None:
        """Add a warning about input that still became an event."""
        self.warning_counts[notice.code] += 1
        if self.warning_counts[notice.code] <= LISTED:
            self.warnings.append(notice)

    def refuse(self, notice: CatenaxNotice) -> None:
        """Add an error about input that did not become an event."""
        self.error_counts[notice.code] += 1
        if self.error_counts[notice.code] <= LISTED:
            self.errors.append(notice)

    def counts(self) -> dict[str, Counter[str]]:
        """Return the counters of what was left out and of what was noticed, by name."""
        names = ("unknown_aspects", "unknown_fields", "not_carried", "warning_counts", "error_counts")
        return {name: getattr(self, name) for name in names}

    def document(self) -> dict[str, Any]:
        """Return the report as the answer of a load shows it."""
        counted = ("aspects", "unknown_aspects", "unknown_fields", "not_carried", "events")
        names = (*counted, "warning_counts", "error_counts")
        return {
            **{name: dict(getattr(self, name)) for name in names},
            "repeats": self.repeats,
            "warnings": [w._asdict() for w in self.warnings],
            "errors": [e._asdict() for e in self.errors],
        }


def count(counter: Counter[str], name: str) -> None:
    """Count a name of the sender, cut to 200 characters; beyond 1,000 different names as `(others)`."""
    name = name[:200]
    counter[name if name in counter or len(counter) < DIFFERENT else "(others)"] += 1


class Aspect(NamedTuple):
    """One aspect of a known model; `line` as in `CatenaxNotice`."""

    line: int
    name: str
    identification: str | None
    payload: Json


def aspects_in(content: bytes, report: CatenaxReport) -> Iterator[Aspect]:
    """Yield every aspect of a known model, in order, from a document, a list, one aspect, or NDJSON of these."""
    for line, value in _elements(content, report):
        aspect = _aspect(line, value, report)
        if aspect is not None:
            yield aspect


def _elements(content: bytes, report: CatenaxReport) -> Iterator[tuple[int, object]]:
    lines = [(number, line) for number, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    document = _parsed(content)
    if not isinstance(document, Exception):
        yield from enumerate(_unfolded(document, report), 1)
        return
    parsed = [(number, _parsed(line)) for number, line in lines]
    if lines and all(isinstance(value, Exception) or not isinstance(value, dict) for _, value in parsed):
        report.refuse(CatenaxNotice(1, None, "", "unreadable", f"not a JSON document: {document}"))
        return
    for number, value in parsed:
        if isinstance(value, Exception):
            report.refuse(CatenaxNotice(number, None, "", "unreadable", f"not JSON: {value}"))
        else:
            for element in _unfolded(value, report):
                yield number, element


def _unfolded(value: object, report: CatenaxReport) -> list[object]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and isinstance(value.get("submodels"), list):
        for name in value:
            if name != "submodels":
                count(report.unknown_fields, f"document.{name}")
        return list(value["submodels"])
    return [value]


def _aspect(line: int, value: object, report: CatenaxReport) -> Aspect | None:
    if not isinstance(value, dict) or not isinstance(value.get("aspectType"), str):
        report.refuse(
            CatenaxNotice(line, None, "aspectType", "not_an_aspect", "an object with an aspectType is expected")
        )
        return None
    aspect_type = value["aspectType"].strip()
    model = _ASPECT_TYPE.fullmatch(aspect_type)
    if model is None or _NAMESPACES.get(model[4]) != model[1]:
        count(report.unknown_aspects, aspect_type)
        return None
    name, known = model[4], f"{model[4]} {model[2]}"
    count(report.aspects, known)
    if int(model[3]) > _LAST_MAJOR and report.aspects[known] == 1:
        report.warn(
            CatenaxNotice(line, None, "aspectType", "newer_version", f"{known} is read by the fields of version 3")
        )
    payload, identification = value.get("payload"), value.get("identification")
    if not isinstance(payload, dict):
        report.refuse(CatenaxNotice(line, None, "payload", "bad_field", "an object is expected here"))
        return None
    _audit(value, _ENVELOPE, "aspect", report)
    _audit(payload, _BOM if name == BOM else _ITEM, name, report)
    if identification is not None and not isinstance(identification, str):
        report.warn(
            CatenaxNotice(line, None, "identification", "bad_field", "a text is expected here; the value is left out")
        )
        identification = None
    return Aspect(line, name, identification and identification.strip(), payload)


def _audit(value: object, known: Json, path: str, report: CatenaxReport) -> None:
    """Count the fields that are unknown, and those that no event has a field for."""
    for element in value if isinstance(value, list) else [value]:
        if not isinstance(element, dict):
            continue
        for name, inner in element.items():
            meaning = known.get(name)
            if inner is None or meaning is True:
                continue
            if isinstance(meaning, dict):
                _audit(inner, meaning, f"{path}.{name}", report)
            else:
                count(report.unknown_fields if meaning is None else report.not_carried, f"{path}.{name}")


def _parsed(content: bytes) -> object:
    """Return the JSON value, or the exception for what is no I-JSON (a repeated key, NaN, a surrogate)."""
    if not content.strip():
        return []
    try:
        value = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_no_number)
        orjson.dumps(value)
    except (ValueError, TypeError, RecursionError) as error:
        return error
    return value


def _unique(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {shortened(twice)} is there twice")
    return found


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is not a number")
