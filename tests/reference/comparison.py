"""The service next to the slow reference: what differs, question by question.

A difference names the question, what is wrong with the service's answer in a few words, and both answers. Items whose
custody the contract leaves open are left out where custody is asked about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from lineage.domain.errors import NotThereError
from lineage.domain.findings import KINDS
from lineage.domain.instants import format_instant, parse_instant
from lineage.domain.traversal.impact import Recall as ServiceRecall
from lineage.exchange.jsonl import read_lines
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.questions.compliance.precheck import check
from lineage.service.questions.dossier import dossier
from lineage.service.questions.impact import ImpactQuestion, impact
from lineage.stores.interface import Store
from tests.builders import Json
from tests.reference.compliance import check as reference_check
from tests.reference.compliance.conduct import conduct
from tests.reference.compliance.duties import concerned, party_duties
from tests.reference.compliance.responsibility import responsibility
from tests.reference.compliance.rules import rule_sets
from tests.reference.dossier import dossier as reference_dossier
from tests.reference.events import shown, stored_id
from tests.reference.findings import OF_CUSTODY, Finding, all_findings
from tests.reference.impact import Impact, Recall
from tests.reference.world import World
from tests.service_client import NOW, ServiceClient

CLOCK = NOW + 10**9
NOW_TEXT = format_instant(CLOCK)
REGIONS = ("440000", "440300", "110000")
_BY_HANDS = {row["id"] for rules in rule_sets() for row in rules.answers if row["party"] in ("holder", "last_holder")}


@dataclass(frozen=True)
class Difference:
    """`what`: `missing`, `extra`, or the fields that differ; `about`: a kind of finding, a field, a status."""

    question: str
    what: str
    about: str
    service: Any
    reference: Any

    @property
    def key(self) -> tuple[str, str, str]:
        return self.question, self.what, self.about


def parties_of(world: World) -> list[str]:
    """Every party that a standing event names."""
    named = {party for event in world.events for party in event.parties}
    return sorted(named | {stored_id(e.body["party"]["id"]) for e in world.events if e.type == "enrolled"})


def is_open(world: World) -> bool:
    """Whether the contract leaves open who holds something."""
    return any(world.is_open(item) for item in world.history.items)


def unpaired(got: Iterable[Json], want: Iterable[Json]) -> tuple[list[Json], list[Json]]:
    """What only one of both has, each as often as it does."""
    mine, theirs = (Counter(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows) for rows in (got, want))
    return [orjson.loads(row) for row in (mine - theirs).elements()], [
        orjson.loads(row) for row in (theirs - mine).elements()
    ]


def compared(question: str, got: Sequence[Json], want: Sequence[Json], about: str = "kind") -> Iterator[Difference]:
    """Rows that differ; a row of either that is the same report's is paired with its like."""
    extra, missing = unpaired(got, want)
    for row in extra:
        alike = [other for other in missing if other[about] == row[about] and _proofs(other) & _proofs(row)]
        if alike:
            other = alike[0]
            missing.remove(other)
            fields = ",".join(field for field in row if row[field] != other.get(field))
            yield Difference(question, fields, str(row[about]), row, other)
        else:
            yield Difference(question, "extra", str(row[about]), row, None)
    for other in missing:
        yield Difference(question, "missing", str(other[about]), None, other)
    if list(got) != list(want) and not unpaired(got, want)[0]:
        yield Difference(question, "order", "", got, want)


def _proofs(row: Json) -> set[str]:
    return set(row["events"]) if "events" in row else {row["trigger"]["event"]}


def plain_findings(store: Store, known_at: str | None = None, **chosen: Any) -> list[Json]:
    """Without their sentences."""
    listed = ServiceClient(store, known_at).findings(**chosen)
    return [{field: value for field, value in finding.items() if field != "text"} for finding in listed]


def findings(store: Store, world: World, known_at: str | None = None) -> Iterator[Difference]:
    """The whole list, as known then, in its order."""
    unsure = {item for item in world.history.items if world.is_open(item)}

    def is_decided(finding: Json) -> bool:
        return finding["kind"] not in OF_CUSTODY or unsure.isdisjoint(finding["items"])

    got = [finding for finding in plain_findings(store, known_at) if is_decided(finding)]
    want = [finding for f in all_findings(world) if is_decided(finding := f.document())]
    yield from compared("findings", got, want)


def finding_filters(store: Store, world: World) -> Iterator[Difference]:
    """A filtered list is what fits of the whole list, and all pages are the list (contract 9, laws 3 and 4)."""
    whole = plain_findings(store)
    yield from compared("findings by page", plain_findings(store, limit=1), whole)
    for item in sorted(world.history.items):
        want = [f for f in whole if item in f["items"]]
        yield from compared("findings by item", plain_findings(store, item=item), want)
    for party in parties_of(world):
        want = [f for f in whole if party in f["parties"]]
        yield from compared("findings by party", plain_findings(store, party=party), want)
    for region in REGIONS:
        begins = {"440000": "44", "110000": "11"}.get(region, "4403")
        want = [f for f in whole if any(place.startswith(begins) for place in f["regions"])]
        yield from compared("findings by region", plain_findings(store, region=region), want)
    for kind in sorted({f["kind"] for f in whole}):
        want = [f for f in whole if f["kind"] == kind]
        yield from compared("findings by kind", plain_findings(store, kind=kind), want)


def duties(store: Store, world: World) -> Iterator[Difference]:
    """Of every party, makers that nothing else names too, in the order of the list; page by page, too."""
    client = ServiceClient(store)
    for party in sorted({*parties_of(world), *(p for event in world.events for p in concerned(event))}):
        try:
            got, pages = client.duties(party, limit=1_000), client.duties(party, limit=1)
        except NotThereError:
            got, pages = [], []
        want = party_duties(world, party)
        for difference in compared("duties", got, want, "rule"):
            if difference.what == "missing":
                yield Difference("duties", "missing", _why_missing(world, party, difference.reference), None, want)
            elif difference.what == "extra":
                is_twice = difference.service in want
                yield Difference("duties", "twice" if is_twice else "extra", "", difference.service, want)
            else:
                yield difference
        yield from compared("duties by page", pages, got, "rule")


def _why_missing(world: World, party: str, duty: Json) -> str:
    """What the party has to do with the event that triggered the duty."""
    event = world.by_id[duty["trigger"]["event"]]
    if event.reporter != party:
        return "reported by another"
    return "reported by a replacement" if event.id.endswith("#r") else "reported by itself"


def responsibilities(store: Store, world: World, most: int = 4) -> Iterator[Difference]:
    """Of every item, now and at some moments; custody segments without their proofs."""
    client = ServiceClient(store)
    moments = [None, *sorted({event.time for event in world.events})[:most]]
    for item in sorted(world.history.items) if not is_open(world) else ():
        for at in moments:
            text = None if at is None else format_instant(at)
            got, want = client.responsibility(item, text), responsibility(world, item, at)
            yield from _fields("responsibility", {f: got[f] for f in want}, want)


def _fields(question: str, got: Json, want: Json) -> Iterator[Difference]:
    mine, theirs = _without_proofs(got), _without_proofs(want)
    for field, value in theirs.items():
        if mine[field] != value:
            yield Difference(question, "differs", field, mine[field], value)


def _without_proofs(answer: Json) -> Json:
    """Without the events of custody segments, and of the answers that such a segment proves."""
    found = dict(answer)
    if found.get("holder"):
        found["holder"] = {f: v for f, v in found["holder"].items() if f != "events"}
    for field in ("custody",):
        if field in found:
            found[field] = [{f: v for f, v in row.items() if f != "events"} for row in found[field]]
    rows = found["answerable"]
    found["answerable"] = [{**row, "events": []} if row["rule"] in _BY_HANDS else row for row in rows]
    return found


def conducts(store: Store, world: World) -> Iterator[Difference]:
    for party in parties_of(world) if not is_open(world) else ():
        got, want = ServiceClient(store).conduct(party), conduct(world, party)
        for field, value in want.items():
            if got[field] != value:
                yield Difference("conduct", "differs", field, got[field], value)


def checks(store: Store, events: Sequence[Json], event: Json, now: str) -> Iterator[Difference]:
    """The findings that are new once the event is loaded, and no others (contract 9, law 6)."""
    lines = read_lines([orjson.dumps(event)])
    document = check(store, lines, Context(parse_instant(now), lambda: False), rule_book())
    if is_open(World([*events, {**event, "recorded": now}], now=now)) or document["errors"]:
        return
    (row,) = document["judgements"]
    want = reference_check.check(events, event, now)
    got = [f for f in row["findings"] if f["kind"] in KINDS]
    missing = list(want.findings)
    for f in got:
        found = next((other for other in missing if _is_about(f, other)), None)
        if found is None:
            yield Difference("check", "extra", f["kind"], f, [found.document() for found in want.findings])
        else:
            missing.remove(found)
    for found in missing:
        yield Difference("check", "missing", found.kind, got, found.document())
    owed = [{**duty.document(), "recorded": None, "proof": []} for duty in want.duties]
    if any(unpaired(row["duties"], owed)):
        yield Difference("check", "differs", "duties", row["duties"], owed)


def _is_about(said: Json, found: Finding) -> bool:
    """Whether a line of a check is that finding; a line names the first item, and may name no party."""
    return (
        said["kind"] == found.kind
        and said["item"] == (found.items[0] if found.items else None)
        and said["party"] in (None, *found.parties)
    )


def impacts(store: Store, world: World) -> Iterator[Difference]:
    """Of every item at once, and by what was declared."""
    if is_open(world):
        return
    items = [*sorted(world.history.items), "urn:x:absent"]
    for question, service, reference in (
        ("impact of items", ImpactQuestion(items=tuple(items)), Impact(world, items)),
        ("impact of a batch", _recall(batch="B-1"), Impact(world, recall=Recall(batch="B-1"))),
        ("impact of a kind", _recall(kind="module"), Impact(world, recall=Recall(kind="module"))),
    ):
        *got, last = map(orjson.loads, impact(store, service, Context(CLOCK, lambda: False)))
        want = reference.documents()
        extra, missing = unpaired(got, want)
        for line in extra:
            yield Difference(question, "extra", line["status"], line, None)
        for line in missing:
            is_earlier = any((g["item"], g["whole"]) == (line["item"], line["whole"]) for g in got)
            yield Difference(question, "missing", "an earlier stay" if is_earlier else line["status"], got, line)
        if not extra and not missing and got != want:
            yield Difference(question, "order", "", got, want)
        for word, count in reference.totals().items():
            if last["totals"].get(word) != count and not extra and not missing:
                yield Difference(question, "totals", word, last["totals"], reference.totals())


def _recall(**chosen: Any) -> ImpactQuestion:
    return ImpactQuestion(recall=ServiceRecall(**chosen))


def dossiers(store: Store, world: World, events: Sequence[Json], most: int = 3) -> Iterator[Difference]:
    """Of some items, now and at the last moment; trees and segments without their proofs."""
    moments = [None, *sorted({event.time for event in world.events})[-1:]]
    for item in sorted(world.history.items)[:most] if not is_open(world) else ():
        for at in moments:
            text = None if at is None else shown(at)
            got = dossier(store, item, ServiceClient(store).context(text), rule_book())
            got["findings"] = [{f: v for f, v in row.items() if f != "text"} for row in got["findings"]]
            want = reference_dossier(events, world, item, text)
            for field in ("findings", "history"):
                if got[field] != (expected := want.pop(field)):
                    yield Difference("dossier", "differs", field, got[field], expected)
            yield from _fields("dossier", _plain_dossier({f: got[f] for f in want}), _plain_dossier(want))


def _plain_dossier(answer: Json) -> Json:
    refusal = answer["first_refusable"]
    if refusal is not None:
        kinds = refusal.get("kinds") or [f["kind"] for f in refusal["findings"]]
        refusal = {"event": refusal["event"], "kinds": sorted(set(kinds))}
    return {**answer, "first_refusable": refusal, "composition": _plain_tree(answer["composition"])}


def _plain_tree(tree: Json | None) -> Any:
    if tree is None:
        return None
    return tree["id"], tree["kind"], tree["since"], [_plain_tree(part) for part in tree["parts"]]
