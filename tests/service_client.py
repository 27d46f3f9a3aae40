"""The service behind the interface of the slow reference: the same methods, the same arguments, the same documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import orjson

from lineage.domain.errors import NotThereError
from lineage.domain.instants import parse_instant
from lineage.exchange.jsonl import read_lines
from lineage.reference.rule_files import rule_book
from lineage.service.answers import Context
from lineage.service.ingest.load import LoadReport, Rules, load
from lineage.service.questions import custody as custody_questions
from lineage.service.questions import findings as finding_questions
from lineage.service.questions import items as item_questions
from lineage.service.questions import journal as journal_questions
from lineage.service.questions import lineage as lineage_questions
from lineage.service.questions import paths as path_questions
from lineage.service.questions.compliance import conduct
from lineage.service.questions.compliance import duties as duties_questions
from lineage.service.questions.compliance import responsibility as responsibility_questions
from lineage.stores.interface import Store
from tests.builders import Json

NOW = parse_instant("2026-11-22T00:00:00Z")


class TickingClock:
    """A clock that goes on by itself, so that every commit has a time of its own."""

    def __init__(self, start: int = NOW) -> None:
        self.now = start

    def __call__(self) -> int:
        self.now += 10
        return self.now


def load_events(
    store: Store, events: Iterable[Json], clock: TickingClock | None = None, *, keep_recorded: bool = False
) -> LoadReport:
    """Load events as one batch."""
    lines = read_lines([b"\n".join(orjson.dumps(e) for e in events)])
    return load(store, lines, Rules(clock or TickingClock(), keep_recorded=keep_recorded))


def moment(text: str | None) -> int | None:
    return None if text is None else parse_instant(text)


class ServiceClient:
    """Return the answer of a store without the fields that every answer has."""

    def __init__(self, store: Store, known_at: str | None = None) -> None:
        self.store = store
        self.known_at = known_at

    def context(self, at: str | None = None) -> Context:
        return Context(NOW + 10**9, lambda: False, moment(at), moment(self.known_at))

    def lineage(
        self,
        item: str,
        direction: Literal["downstream", "upstream"] = "downstream",
        at: str | None = None,
        from_: str | None = None,
        until: str | None = None,
        mode: Literal["exposure"] | None = None,
    ) -> Json:
        bounds = lineage_questions.Bounds(moment(from_), moment(until))
        question = lineage_questions.TraceQuestion(item, direction, mode, bounds, max_items=1_000_000)
        return _own(self._there(lineage_questions.trace(self.store, question, self.context(at))))

    def composition(self, item: str, at: str) -> Json:
        return _own(lineage_questions.composition(self.store, item, self.context(at)))

    def path(
        self, source: str, destination: str, at: str | None = None, from_: str | None = None, until: str | None = None,
        max_paths: int = 10,
    ) -> Json:  # fmt: skip
        bounds = lineage_questions.Bounds(moment(from_), moment(until))
        question = path_questions.PathQuestion(source, destination, bounds, max_paths)
        return _own(path_questions.path(self.store, question, self.context(at)))

    def custody(self, item: str) -> Json:
        document = custody_questions.custody(self.store, item, self.context())
        return {"segments": [_without_events(s) for s in document["segments"]]}

    def holdings(self, party: str, at: str) -> dict[str, tuple[str | None, str]]:
        found: dict[str, tuple[str | None, str]] = {}
        cursor = None
        while True:
            question = custody_questions.HoldingsQuestion(party, limit=3, cursor=cursor)
            try:
                document = custody_questions.holdings(self.store, question, self.context(at))
            except NotThereError:
                return {}
            found.update({i["id"]: (i["since"], i["status"]) for i in document["items"]})
            cursor = document["next"]
            if cursor is None:
                assert document["count"] == len(found)
                return found

    def card(self, item: str, at: str) -> Json:
        document = item_questions.item(self.store, item, self.context(at))
        fields = ("kind", "born", "ended", "consumed", "inside")
        segment = document["custody"]
        return {f: document[f] for f in fields} | {"custody": segment and _without_events(segment)}

    def responsibility(self, item: str, at: str | None = None) -> Json:
        return responsibility_questions.responsibility(self.store, item, self.context(at), rule_book())

    def duties(self, party: str, limit: int = 3, most: int = 10_000, **chosen: Any) -> list[Json]:
        """Page after page of them, until there are so many."""
        found: list[Json] = []
        cursor = None
        while True:
            question = duties_questions.DutiesQuestion(party, **chosen, limit=limit, cursor=cursor)
            document = duties_questions.duties(self.store, question, self.context(), rule_book())
            found += document["duties"]
            cursor = document["next"]
            if cursor is None or len(found) >= most:
                return found

    def findings(self, limit: int = 1_000, now: int | None = None, **chosen: Any) -> list[Json]:
        """Page after page of them."""
        found: list[Json] = []
        cursor = None
        context = self.context() if now is None else self.context()._replace(now=now)
        while True:
            question = finding_questions.FindingsQuestion(**chosen, limit=limit, cursor=cursor)
            document = finding_questions.findings(self.store, question, context, rule_book())
            assert document["complete"] is True
            found += document["findings"]
            cursor = document["next"]
            if cursor is None:
                return found

    def conduct(self, party: str) -> Json:
        return conduct.conduct(self.store, party, self.context(), rule_book())

    def event_status(self, event: str) -> set[str]:
        return {journal_questions.event(self.store, event, self.context())["status"]}

    def _there(self, document: Json) -> Json:
        assert document["complete"] is True
        return document


def _own(document: Json) -> Json:
    return {
        k: v for k, v in document.items() if k not in ("as_of", "known_at", "position", "complete", "root", "direction")
    }


def _without_events(segment: Json) -> Json:
    return {k: v for k, v in segment.items() if k != "events"}


def everything(answers: Any, items: Sequence[str], moments: Sequence[str]) -> dict[str, Any]:
    """Every kind of answer about these items, from a store or from the reference."""
    found: dict[str, Any] = {}
    for item in items:
        for direction in ("downstream", "upstream"):
            found[f"{direction} {item}"] = plain_trace(answers.lineage(item, direction))
            for at in moments:
                found[f"{direction} {item} at {at}"] = plain_trace(answers.lineage(item, direction, at=at))
        found[f"exposure {item}"] = plain_trace(answers.lineage(item, mode="exposure"))
        found[f"custody {item}"] = answers.custody(item)
        for at in moments:
            found[f"composition {item} {at}"] = plain_tree(answers.composition(item, at)["tree"])
            found[f"card {item} {at}"] = answers.card(item, at)
    return found


EDGE_FIELDS = ("type", "source", "target", "since", "until", "at")


def plain_trace(document: Json) -> Json:
    """A trace without the order of proofs, which means nothing."""
    edges = sorted((*(str(e[f]) for f in EDGE_FIELDS), sorted(e["events"])) for e in document["edges"])
    unknown = sorted(document["unknown"], key=lambda u: u["item"])
    return {"items": document["items"], "edges": edges, "unknown": unknown}


def plain_tree(tree: Json | None) -> Any:
    if tree is None:
        return None
    return (tree["id"], tree["kind"], tree["since"], [plain_tree(p) for p in tree["parts"]])
