"""Facts from single Catena-X aspects: about an item, and about its parts. Field names: `docs/catenax.md`."""

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
    """The facts of one SerialPart, Batch or JustInSequencePart."""

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
    """The facts of one entry of a bill of material."""

    whole: str
    part: str
    time: str
    partner: str | None


class JsonNode(NamedTuple):
    """An object inside an aspect, read field by field; a value of the wrong type counts as absent, with a warning."""

    aspect: Aspect
    item: str | None
    value: Json
    path: str
    report: CatenaxReport

    def notice(self, name: str, code: str, message: str) -> CatenaxNotice:
        """Return a notice about a field of this object."""
        return CatenaxNotice(self.aspect.line, self.item, f"{self.path}{name}", code, message)

    def _pick(self, names: tuple[str, ...]) -> tuple[str, object]:
        there = [name for name in names if self.value.get(name) is not None]
        if len({str(self.value[name]) for name in there}) > 1:
            message = f"{' and '.join(there)} differ; {there[0]} is used"
            self.report.warn(self.notice(there[0], "names_differ", message))
        return (there[0], self.value[there[0]]) if there else (names[0], None)

    def text(self, *names: str) -> str | None:
        """Return the first of these fields that is present, trimmed; None if there is none or it is empty."""
        name, value = self._pick(names)
        if value is not None and not isinstance(value, str):
            self.report.warn(self.notice(name, "bad_field", "a text is expected here; the value is left out"))
            return None
        return value.strip() or None if value is not None else None

    def identifier(self, *names: str) -> str | None:
        """Return an id; a UUID in any spelling becomes `urn:uuid:` in lower case, the same id by RFC 9562."""
        text = self.text(*names)
        if text is None:
            self.report.refuse(self.notice(names[0], "missing_id", "an event needs the id of an item"))
            return None
        match = _UUID.fullmatch(text)
        if match is None:
            return text
        urn = f"urn:uuid:{match[1].lower()}"
        if urn != text:
            self.report.warn(self.notice(names[0], "id_rewritten", f"{shortened(text)} is written {urn}"))
        return urn

    def time(self, *names: str) -> str | None:
        """Return a time in UTC, to the millisecond; without an offset it is read as UTC, with a warning."""
        text = self.text(*names)
        if text is None:
            self.report.refuse(self.notice(names[0], "missing_date", "an event needs a time; none is made up"))
            return None
        bare = _WITHOUT_OFFSET.fullmatch(text)
        try:
            moment = parse_instant(f"{bare[1]}{bare[2] or 'T00:00:00'}Z" if bare else text)
        except InvalidInstantError as error:
            self.report.refuse(self.notice(names[0], error.code, error.message))
            return None
        if bare:
            self.report.warn(self.notice(names[0], "time_without_offset", f"{text} is taken as UTC"))
        return format_instant(moment)

    def child(self, name: str) -> JsonNode:
        """Return the object in a field; an empty one if there is none."""
        value = self.value.get(name)
        if value is not None and not isinstance(value, dict):
            self.report.warn(self.notice(name, "bad_field", "an object is expected here; the value is left out"))
        return self._replace(value=value if isinstance(value, dict) else {}, path=f"{self.path}{name}.")

    def children(self, *names: str, each_is_an_event: bool = False) -> list[JsonNode] | None:
        """Return the objects in a list, None if there is no list; an element that is no object gets a notice.

        The notice is an error where each element would have become an event, otherwise a warning.
        """
        add_notice = self.report.refuse if each_is_an_event else self.report.warn
        name, value = self._pick(names)
        if value is None:
            return None
        nodes = []
        for place, element in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(element, dict):
                nodes.append(self._replace(value=element, path=f"{self.path}{name}.{place}."))
            else:
                add_notice(self.notice(f"{name}.{place}", "bad_field", "an object is expected here"))
        return nodes


def item_in(aspect: Aspect, report: CatenaxReport) -> Item | None:
    """Return the facts of an aspect about an item; None if it has no id. A missing date is an error in the report."""
    node = JsonNode(aspect, None, aspect.payload, "", report)
    item_id = node.identifier(*_ID_FIELDS)
    if item_id is None:
        return None
    node = node._replace(item=item_id)
    made, kind_of_part = node.child("manufacturingInformation"), node.child("partTypeInformation")
    identifiers = _identifiers(node)
    manufacturers = [value for key, value in identifiers if key == "manufacturerId"]
    batches = [value for key, value in identifiers if key == "batchId"]
    manufacturer, batch = min(manufacturers, default=None), min(batches, default=None)
    # A value with its own field is not repeated as an identifier; a batch number identifies the item only if the item
    # is the batch.
    apart = {("manufacturerId", manufacturer), ("batchId", None if aspect.name == BATCH else batch)}
    return Item(
        aspect=aspect.name,
        id=item_id,
        time=made.time("date", "productionDate"),
        manufacturer=manufacturer,
        name=kind_of_part.text("nameAtManufacturer"),
        part_number=kind_of_part.text("manufacturerPartId"),
        batch=batch,
        identifiers=tuple(pair for pair in identifiers if pair not in apart),
        site=_site(node, made),
    )


def _identifiers(node: JsonNode) -> list[tuple[str, str]]:
    """Return pairs of scheme and value, sorted, because the list in the model is a set."""
    found = set()
    for pair in node.children("localIdentifiers") or ():
        key, value = pair.text("key"), pair.text("value")
        if key and value:
            found.add((_KEYS.get(key.lower(), key), value))
        else:
            node.report.warn(pair.notice("", "bad_identifier", "an identifier needs a key and a value; left out"))
    for key in ("manufacturerId", "batchId"):
        if sum(scheme == key for scheme, _ in found) > 1:
            node.report.warn(
                node.notice("localIdentifiers", "several_values", f"more than one {key}; the first counts")
            )
    return sorted(found)


def _site(node: JsonNode, made: JsonNode) -> str | None:
    """Return the site of production; the field moved into the manufacturing information after version 2."""
    sites = [*(node.children("sites") or ()), *(made.children("sites") or ())]
    producing = [site for site in sites if site.text("function") == "production"]
    if len(producing) < len(sites):
        node.report.warn(node.notice("sites", "site_not_carried", "only a site of production becomes the place"))
    found = {place for site in producing if (place := site.text("catenaXsiteId", "siteId"))}
    if len(found) > 1:
        node.report.warn(node.notice("sites", "several_values", "more than one site of production; the first counts"))
    return min(found, default=None)


def entries_in(aspect: Aspect, report: CatenaxReport) -> Iterator[BomEntry]:
    """Yield the entries of a bill of material that can become events; the others are errors in the report."""
    node = JsonNode(aspect, None, aspect.payload, "", report)
    whole = node.identifier(*_ID_FIELDS)
    if whole is None:
        return
    node = node._replace(item=whole)
    children = node.children("childItems", "childParts", each_is_an_event=True)
    if children is None:
        report.refuse(node.notice("childItems", "missing_children", "a bill of material without its list"))
    elif not children:
        report.warn(node.notice("childItems", "empty_bom", "the bill of material names no parts"))
    for child in children or ():
        part, time = child.identifier(*_PART_ID_FIELDS), child.time("createdOn", "assembledOn")
        if part is None or time is None:
            continue
        if part == whole:
            report.refuse(child.notice("catenaXId", "self_containment", "a whole among its own parts"))
            continue
        alternatives = child.value.get("hasAlternatives")
        if alternatives is not None and alternatives is not False:
            report.warn(child.notice("hasAlternatives", "alternative", f"{part} may not be the one that was built in"))
        yield BomEntry(whole, part, time, child.text("businessPartner"))
