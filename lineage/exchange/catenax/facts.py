"""What single Catena-X aspects say: of an item, and of what was put into it. Field names: `docs/catenax.md`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lineage.domain.errors import InvalidInstantError, shortened
from lineage.domain.instants import format_instant, parse_instant
from lineage.exchange.catenax.aspects import BATCH, Aspect, CatenaxNotice, CatenaxReport, Json

_ID_FIELDS: Final = ("catenaXId", "globalAssetId")
_PART_ID_FIELDS: Final = ("childCatenaXId", *_ID_FIELDS)
_KEYS: Final = {
    key.lower(): key
    for key in ("manufacturerId", "partInstanceId", "batchId", "van", "jisNumber", "jisCallDate", "parentOrderNumber")
}
_UUID: Final = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII | re.IGNORECASE)
_WITHOUT_OFFSET: Final = re.compile(r"(\d{4}-\d\d-\d\d)(T[\d:.]+)?", re.ASCII | re.IGNORECASE)


class Item(NamedTuple):
    """What one SerialPart, Batch or JustInSequencePart says."""

    aspect: str
    id: str
    time: str | None
    manufacturer: str | None
    name: str | None
    part_number: str | None
    batch: str | None
    identifiers: tuple[tuple[str, str], ...]
    site: str | None


class BomEntry(NamedTuple):
    """What one entry of a bill of material says."""

    whole: str
    part: str
    time: str
    partner: str | None


class JsonNode(NamedTuple):
    """An object inside an aspect, read field by field; a value of the wrong type is told and counts as absent."""

    aspect: Aspect
    item: str | None
    value: Json
    path: str
    report: CatenaxReport

    def told(self, name: str, code: str, message: str) -> CatenaxNotice:
        """What is to be told about a field of this object."""
        return CatenaxNotice(self.aspect.line, self.item, f"{self.path}{name}", code, message)

    def _pick(self, names: tuple[str, ...]) -> tuple[str, object]:
        there = [name for name in names if self.value.get(name) is not None]
        if len({str(self.value[name]) for name in there}) > 1:
            message = f"{' and '.join(there)} differ; {there[0]} is used"
            self.report.warn(self.told(there[0], "names_differ", message))
        return (there[0], self.value[there[0]]) if there else (names[0], None)

    def text(self, *names: str) -> str | None:
        """The first of these fields that is there, trimmed; None if there is none or it is empty."""
        name, value = self._pick(names)
        if value is not None and not isinstance(value, str):
            self.report.warn(self.told(name, "bad_field", "a text is expected here; the value is left out"))
            return None
        return value.strip() or None if value is not None else None

    def thing(self, *names: str) -> str | None:
        """An id; a UUID in any spelling as `urn:uuid:` and lower case, which RFC 9562 makes the same id."""
        text = self.text(*names)
        if text is None:
            self.report.refuse(self.told(names[0], "missing_id", "without an id there is nothing to tell of"))
            return None
        match = _UUID.fullmatch(text)
        if match is None:
            return text
        urn = f"urn:uuid:{match[1].lower()}"
        if urn != text:
            self.report.warn(self.told(names[0], "id_rewritten", f"{shortened(text)} is written {urn}"))
        return urn

    def time(self, *names: str) -> str | None:
        """A time in UTC, to the millisecond; without an offset it is taken as UTC, and told."""
        text = self.text(*names)
        if text is None:
            self.report.refuse(self.told(names[0], "missing_date", "an event needs a time; none is made up"))
            return None
        bare = _WITHOUT_OFFSET.fullmatch(text)
        try:
            moment = parse_instant(f"{bare[1]}{bare[2] or 'T00:00:00'}Z" if bare else text)
        except InvalidInstantError as error:
            self.report.refuse(self.told(names[0], error.code, error.message))
            return None
        if bare:
            self.report.warn(self.told(names[0], "time_without_offset", f"{text} is taken as UTC"))
        return format_instant(moment)

    def child(self, name: str) -> JsonNode:
        """The object in a field; an empty one if it is not there."""
        value = self.value.get(name)
        if value is not None and not isinstance(value, dict):
            self.report.warn(self.told(name, "bad_field", "an object is expected here; the value is left out"))
        return self._replace(value=value if isinstance(value, dict) else {}, path=f"{self.path}{name}.")

    def children(self, *names: str, each_is_an_event: bool = False) -> list[JsonNode] | None:
        """The objects in a list; None if there is no list. What is no object is an error where it had been an event."""
        tell = self.report.refuse if each_is_an_event else self.report.warn
        name, value = self._pick(names)
        if value is None:
            return None
        nodes = []
        for place, element in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(element, dict):
                nodes.append(self._replace(value=element, path=f"{self.path}{name}.{place}."))
            else:
                tell(self.told(f"{name}.{place}", "bad_field", "an object is expected here"))
        return nodes


def item_in(aspect: Aspect, report: CatenaxReport) -> Item | None:
    """What an aspect of an item says; None if it does not say of which. A date that is missing is told here."""
    node = JsonNode(aspect, None, aspect.payload, "", report)
    thing = node.thing(*_ID_FIELDS)
    if thing is None:
        return None
    node = node._replace(item=thing)
    made, kind_of_part = node.child("manufacturingInformation"), node.child("partTypeInformation")
    identifiers = _identifiers(node)
    manufacturers = [value for key, value in identifiers if key == "manufacturerId"]
    batches = [value for key, value in identifiers if key == "batchId"]
    manufacturer, batch = min(manufacturers, default=None), min(batches, default=None)
    # What has a field of its own is no identifier as well; a batch number names the item only where it is the batch.
    apart = {("manufacturerId", manufacturer), ("batchId", None if aspect.name == BATCH else batch)}
    return Item(
        aspect=aspect.name,
        id=thing,
        time=made.time("date", "productionDate"),
        manufacturer=manufacturer,
        name=kind_of_part.text("nameAtManufacturer"),
        part_number=kind_of_part.text("manufacturerPartId"),
        batch=batch,
        identifiers=tuple(pair for pair in identifiers if pair not in apart),
        site=_site(node, made),
    )


def _identifiers(node: JsonNode) -> list[tuple[str, str]]:
    """Scheme and value, sorted: the model's list is a set, and the order in which it was sent says nothing."""
    found = set()
    for pair in node.children("localIdentifiers") or ():
        key, value = pair.text("key"), pair.text("value")
        if key and value:
            found.add((_KEYS.get(key.lower(), key), value))
        else:
            node.report.warn(pair.told("", "bad_identifier", "an identifier needs a key and a value; left out"))
    for key in ("manufacturerId", "batchId"):
        if sum(scheme == key for scheme, _ in found) > 1:
            node.report.warn(node.told("localIdentifiers", "several_values", f"more than one {key}; the first counts"))
    return sorted(found)


def _site(node: JsonNode, made: JsonNode) -> str | None:
    """Where it was produced; sites stood beside the manufacturing information in version 2, within it later."""
    sites = [*(node.children("sites") or ()), *(made.children("sites") or ())]
    producing = [site for site in sites if site.text("function") == "production"]
    if len(producing) < len(sites):
        node.report.warn(node.told("sites", "site_not_carried", "only a site of production is kept"))
    found = {place for site in producing if (place := site.text("catenaXsiteId", "siteId"))}
    if len(found) > 1:
        node.report.warn(node.told("sites", "several_values", "more than one site of production; the first counts"))
    return min(found, default=None)


def entries_in(aspect: Aspect, report: CatenaxReport) -> Iterator[BomEntry]:
    """The entries of a bill of material that can become events; the others are told."""
    node = JsonNode(aspect, None, aspect.payload, "", report)
    whole = node.thing(*_ID_FIELDS)
    if whole is None:
        return
    node = node._replace(item=whole)
    children = node.children("childItems", "childParts", each_is_an_event=True)
    if children is None:
        report.refuse(node.told("childItems", "missing_children", "a bill of material without its list"))
    elif not children:
        report.warn(node.told("childItems", "empty_bom", "nothing is told of what is inside"))
    for child in children or ():
        part, time = child.thing(*_PART_ID_FIELDS), child.time("createdOn", "assembledOn")
        if part is None or time is None:
            continue
        if part == whole:
            report.refuse(child.told("catenaXId", "self_containment", "a whole among its own parts"))
            continue
        alternatives = child.value.get("hasAlternatives")
        if alternatives is not None and alternatives is not False:
            report.warn(child.told("hasAlternatives", "alternative", f"{part} may not be the one that was built in"))
        yield BomEntry(whole, part, time, child.text("businessPartner"))
