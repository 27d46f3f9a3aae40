"""Draw answers for people, one function for each question; nothing is queried or decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from rich.text import Text
from rich.tree import Tree

from lineage.cli.rendering import compliance_tables
from lineage.cli.rendering.renderer import Renderer, counted, strip_control_characters

Document = dict[str, Any]


def trace(paper: Renderer, answer: Document) -> None:
    word = "Where it went" if answer["direction"] == "downstream" else "What it is made of, and where that comes from"
    paper.say(f"{word}: {answer['root']}")
    if not answer["items"]:
        paper.say("It does not exist in that time.")
    rows = ((i["distance"], i["id"], i["kind"], _windows(paper, i["windows"])) for i in answer["items"])
    paper.table(("steps", "item", "kind", "when"), rows)
    items, edges = counted(len(answer["items"]), "item"), counted(len(answer["edges"]), "edge")
    paper.say(f"{items}, {edges}; --json names the events that prove each.")


def _windows(paper: Renderer, windows: list[list[str | None]]) -> str:
    return "; ".join(paper.window(*w) for w in windows)


def composition(paper: Renderer, answer: Document) -> None:
    root = answer["tree"]
    if root is None:
        paper.say("It was consumed before that time: nothing is in it.")
        return
    top = Tree(_label(paper, root))
    todo = [(root, top)]
    for document, branch in todo:
        todo += [(part, branch.add(_label(paper, part))) for part in document["parts"]]
    paper.draw(top)


def _label(paper: Renderer, node: Document) -> Text:
    since = f"  since {paper.time(node['since'])}" if node["since"] else ""
    return Text(strip_control_characters(f"{node['kind']} {node['id']}{since}"))


def path(paper: Renderer, answer: Document) -> None:
    for number, chain in enumerate(answer["paths"], 1):
        paper.say(f"Path {number}, {counted(len(chain['steps']), 'step')}, there {paper.window(*chain['window'])}:")
        paper.table(("from", "", "to", "when", "events"), (_step(paper, edge) for edge in chain["steps"]))
    if answer["more"]:
        paper.say("There are further paths as short as these: --max-paths shows more.")
    if answer["paths"]:
        return
    if answer["why_not"] is None:
        paper.say("There is no path from one to the other, at any time.")
        return
    for blocked in answer["why_not"]:
        paper.say("There is no path in time. The first step that cannot be taken:")
        paper.table(("from", "", "to", "when", "events"), [_step(paper, blocked["edge"])])
        reached = paper.window(blocked["since"], blocked["until"])
        paper.say(f"The path reaches {blocked['edge']['source']} {reached}. {_REASONS[blocked['reason']]}")


_REASONS: Final = {
    "ended_before": "The step had ended before.",
    "starts_after": "The step began only after.",
    "consumed": "It was consumed before the step.",
}


def _step(paper: Renderer, edge: Document) -> tuple[str, ...]:
    is_instant = edge["type"] == "BECAME"
    when = f"at {paper.time(edge['at'])}" if is_instant else paper.window(edge["since"], edge["until"])
    return edge["source"], edge["type"], edge["target"], when, ", ".join(edge["events"])


def custody(paper: Renderer, answer: Document) -> None:
    rows = (
        (paper.window(s["since"], s["until"]), *_hands(paper, s), ", ".join(s["via"]), ", ".join(s["events"]))
        for s in answer["segments"]
    )
    paper.table(("when", "status", "who", "to", "inside", "events"), rows)


def _hands(paper: Renderer, segment: Document) -> tuple[str, str, str]:
    return segment["status"], paper.parties(segment["holders"]), paper.party(segment["to"])


def item(paper: Renderer, answer: Document) -> None:
    ended = answer["ended"]
    paper.facts(
        [
            ("id", answer["id"]),
            ("kind", answer["kind"]),
            ("scheme", answer["scheme"]),
            ("maker", paper.party(answer["maker"])),
            *((field, answer[field]) for field in ("model", "batch", "chemistry", "mass_kg", "capacity_kwh")),
            ("also", ", ".join(f"{i['scheme']} {i['id']}" for i in answer["identifiers"])),
            ("in the code", _decoded(answer["decoded"])),
            ("born", paper.time(answer["born"])),
            ("consumed", paper.time(answer["consumed"])),
            ("ended", ended and f"{ended['reason']} {paper.time(ended['time'])}"),
            ("inside", "; ".join(f"{i['kind']} {i['id']} since {paper.time(i['since'])}" for i in answer["inside"])),
            ("custody", _custody_line(paper, answer["custody"])),
        ]
    )
    rows = (
        (paper.time(e["time"]), e["type"], e["step"], paper.party(e["reporter"]), e["id"]) for e in answer["events"]
    )
    paper.table(("time", "event", "step", "reporter", "id"), rows)


def _decoded(decoded: Mapping[str, object] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (decoded or {}).items() if value is not None)


def _custody_line(paper: Renderer, segment: Document | None) -> str:
    if segment is None:
        return ""
    status, who, to = _hands(paper, segment)
    passing = f", on its way to {to}" if to else ""
    return f"{status}{': ' if who else ''}{who}{passing}, {paper.window(segment['since'], segment['until'])}"


def party(paper: Renderer, answer: Document) -> None:
    if not answer["enrolled"]:
        paper.say(f"{answer['id']} was never enrolled by then: it is only named in events.")
        return
    names = ("id", "name", "region", "status")
    paper.facts([*((n, answer[n]) for n in names), ("roles", ", ".join(answer["roles"]))])
    columns = ("permit", "number", "from", "until", "kg a year")
    rows = [
        (p["kind"], p.get("number"), paper.time(p.get("valid_from")), paper.time(p.get("valid_until")), _capacity(p))
        for p in answer["permits"]
    ]
    if rows:
        paper.table(columns, rows)
    history = ((paper.time(h["since"]), h["name"], ", ".join(h["roles"]), h["event"]) for h in answer["history"])
    paper.table(("enrolled", "as", "roles", "event"), history)


def _capacity(permit: Document) -> object:
    return permit.get("capacity_kg_per_year")


def holdings(paper: Renderer, answer: Document) -> None:
    paper.table(
        ("item", "kind", "since", "status"),
        ((i["id"], i["kind"], paper.time(i["since"]), i["status"]) for i in answer["items"]),
    )
    paper.say(f"{answer['count']} held.")
    _next(paper, answer)


def findings(paper: Renderer, answer: Document) -> None:
    paper.table(
        ("kind", "when", "what", "是什么", "events"),
        (
            (f["kind"], paper.window(*f["interval"]), f["text"]["en"], f["text"]["zh"], ", ".join(f["events"]))
            for f in answer["findings"]
        ),
    )
    if not answer["findings"]:
        paper.say("Nothing was found.")
    _next(paper, answer)


def search(paper: Renderer, answer: Document) -> None:
    rows = ((h["id"], h.get("kind") or h.get("party") or "party", h["matched"]) for h in answer["hits"])
    paper.table(("id", "what", "matched"), rows)
    _next(paper, answer)


def events(paper: Renderer, answer: Document) -> None:
    paper.table(
        ("position", "recorded", "status", "event", "time", "reporter", "id"),
        (
            (row["position"], paper.time(row["recorded"]), row["status"], *_event_cells(paper, row["event"]))
            for row in answer["events"]
        ),
    )
    _next(paper, answer)


def _event_cells(paper: Renderer, event: Document) -> tuple[str, ...]:
    return event["type"], paper.time(event["time"]), paper.party(event["reporter"]), event["id"]


def event(paper: Renderer, answer: Document) -> None:
    paper.facts(
        [
            ("status", answer["status"]),
            ("recorded", paper.time(answer["recorded"])),
            ("corrected by", ", ".join(answer["corrected_by"])),
            ("reporter", paper.party(answer["event"]["reporter"])),
        ]
    )
    for line in orjson.dumps(answer["event"], option=orjson.OPT_INDENT_2).decode().splitlines():
        paper.say(line)
    for warning in answer["warnings"]:
        paper.say(f"Warning: {warning['message']} ({warning['code']})")


def dossier(paper: Renderer, answer: Document) -> None:
    """Draw a dossier section by section: responsibility, custody, composition, batch siblings, reports."""
    compliance_tables.responsibility(paper, answer)
    compliance_tables.refusable(paper, answer["first_refusable"])
    custody(paper, {"segments": answer["custody"]})
    composition(paper, {"tree": answer["composition"]})
    rows = ((s["kind"], s["id"], ", ".join(s["shared"])) for s in answer["siblings"])
    if answer["siblings"]:
        paper.table(("kind", "shares a batch", "which"), rows)
    lines = (
        (paper.time(e["time"]), paper.time(e["recorded"]), e["type"], e["step"], paper.party(e["reporter"]), e["id"])
        for e in answer["timeline"]
    )
    paper.table(("time", "recorded", "event", "step", "reporter", "id"), lines)
    paper.say(f"Proved by {counted(len(answer['evidence']), 'event')}; --html writes a page to print.")
    paper.say(f"Journal of {counted(answer['position'], 'row')}, digest {answer['digest']}.")


def _next(paper: Renderer, answer: Document) -> None:
    if answer["next"] is not None:
        paper.say(f"There is more: --cursor {answer['next']}")


DRAWINGS: Final[Mapping[str, Callable[[Renderer, Document], None]]] = {
    "trace": trace,
    "composition": composition,
    "path": path,
    "custody": custody,
    "responsibility": compliance_tables.responsibility,
    "duties": compliance_tables.duties,
    "dossier": dossier,
    "check": compliance_tables.check,
    "conduct": compliance_tables.conduct,
    "item": item,
    "party": party,
    "holdings": holdings,
    "findings": findings,
    "search": search,
    "events": events,
    "event": event,
}


def draw(name: str, paper: Renderer, answer: Document) -> None:
    """Draw an answer and state what is missing in it."""
    DRAWINGS[name](paper, answer)
    if not answer["complete"]:
        paper.say(_cut(answer["cut"]))
    for unknown in answer["unknown"]:
        paper.say(_unknown(unknown))


_CUTS: Final = {
    "max_items": "more items than --max-items allows",
    "max_hops": "more steps than --max-hops allows",
    "time_limit": "the time limit of one read was reached",
}


def _cut(cut: Document) -> str:
    left = "" if cut["left_out"] is None else f" Left out: {counted(cut['left_out'], 'item')}."
    at = ", ".join(cut["frontier"][:3])
    going_on = f" It would continue from {at}{' …' if len(cut['frontier']) > 3 else ''}." if at else ""
    return f"This answer is incomplete: {_CUTS[cut['reason']]}.{left}{going_on}"


def _unknown(unknown: Document) -> str:
    count = "" if unknown["uncoded"] is None else f"; {unknown['uncoded']} without a code were counted"
    return f"Unknown, not absent: no {unknown['layer']} in {unknown['item']} was ever reported{count}."


def party_ids(answer: Document) -> set[str]:
    """Return every id in an answer that may be a party's, to be shown by name."""
    custody_field = answer.get("custody") or []
    segments = [*answer.get("segments", ()), *(custody_field if isinstance(custody_field, list) else [custody_field])]
    lines = [e for row in answer.get("events", ()) for e in [row.get("event", row)]] + answer.get("timeline", [])
    reports = [answer["event"]] if isinstance(answer.get("event"), dict) else []
    ids = {holder for s in segments for holder in [*s["holders"], s["to"]]}
    ids |= {e.get("reporter") for e in [*lines, *reports]} | {answer.get("maker")}
    return {id for id in ids if id} | compliance_tables.party_ids(answer)
