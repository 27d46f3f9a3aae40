"""Tables and sentences of answers, one function for each question; nothing is queried or decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import orjson

from lineage.cli.rendering import compliance_tables, lineage_tables
from lineage.cli.rendering.renderer import Renderer, counted
from lineage.service.answers import Document


def custody(renderer: Renderer, answer: Document) -> None:
    rows = (
        (renderer.window(s["since"], s["until"]), *_hands(renderer, s), ", ".join(s["via"]), ", ".join(s["events"]))
        for s in answer["segments"]
    )
    renderer.table(("when", "status", "who", "to", "inside", "events"), rows)


def _hands(renderer: Renderer, segment: Document) -> tuple[str, str, str]:
    return segment["status"], renderer.parties(segment["holders"]), renderer.party(segment["to"])


def item(renderer: Renderer, answer: Document) -> None:
    if "not_yet_born" in answer:
        renderer.print_line(renderer.not_yet_born(answer))
    ended = answer["ended"]
    renderer.facts(
        [
            ("id", answer["id"]),
            ("kind", answer["kind"]),
            ("scheme", answer["scheme"]),
            ("maker", renderer.party(answer["maker"])),
            *((field, answer[field]) for field in ("model", "batch", "chemistry", "mass_kg", "capacity_kwh")),
            ("other ids", ", ".join(f"{i['scheme']} {i['id']}" for i in answer["identifiers"])),
            ("decoded", _decoded(answer["decoded"])),
            ("born", renderer.time(answer["born"])),
            ("consumed", renderer.time(answer["consumed"])),
            ("ended", ended and f"{ended['reason']} {renderer.time(ended['time'])}"),
            ("inside", "; ".join(f"{i['kind']} {i['id']} since {renderer.time(i['since'])}" for i in answer["inside"])),
            ("custody", _custody_line(renderer, answer["custody"])),
        ]
    )
    rows = (
        (renderer.time(e["time"]), e["type"], e["step"], renderer.party(e["reporter"]), e["id"])
        for e in answer["events"]
    )
    renderer.table(("time", "event", "step", "reporter", "id"), rows)


def _decoded(decoded: Mapping[str, object] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (decoded or {}).items() if value is not None)


def _custody_line(renderer: Renderer, segment: Document | None) -> str:
    if segment is None:
        return ""
    status, who, to = _hands(renderer, segment)
    passing = f", on its way to {to}" if to else ""
    return f"{status}{': ' if who else ''}{who}{passing}, {renderer.window(segment['since'], segment['until'])}"


def party(renderer: Renderer, answer: Document) -> None:
    if not answer["enrolled"]:
        renderer.print_line(f"{answer['id']} was not enrolled by then: events only name it.")
        return
    names = ("id", "name", "region", "status")
    renderer.facts([*((n, answer[n]) for n in names), ("roles", ", ".join(answer["roles"]))])
    columns = ("permit", "number", "from", "until", "kg a year")
    rows = [
        (
            p["kind"],
            p.get("number"),
            renderer.time(p.get("valid_from")),
            renderer.time(p.get("valid_until")),
            _capacity(p),
        )
        for p in answer["permits"]
    ]
    if rows:
        renderer.table(columns, rows)
    history = ((renderer.time(h["since"]), h["name"], ", ".join(h["roles"]), h["event"]) for h in answer["history"])
    renderer.table(("enrolled", "as", "roles", "event"), history)


def _capacity(permit: Document) -> object:
    return permit.get("capacity_kg_per_year")


def holdings(renderer: Renderer, answer: Document) -> None:
    renderer.table(
        ("item", "kind", "since", "status"),
        ((i["id"], i["kind"], renderer.time(i["since"]), i["status"]) for i in answer["items"]),
    )
    renderer.print_line(f"{counted(answer['count'], 'item')} held.")
    _next(renderer, answer)


def findings(renderer: Renderer, answer: Document) -> None:
    renderer.table(
        ("kind", "when", "description", "说明", "events"),
        (
            (f["kind"], renderer.window(*f["interval"]), f["text"]["en"], f["text"]["zh"], ", ".join(f["events"]))
            for f in answer["findings"]
        ),
    )
    if not answer["findings"] and answer["complete"]:
        renderer.print_line("There are no findings.")
    _next(renderer, answer)


def search(renderer: Renderer, answer: Document) -> None:
    rows = ((h["id"], h.get("kind") or h.get("party") or "party", h["matched"]) for h in answer["hits"])
    renderer.table(("id", "kind or name", "matched"), rows)
    _next(renderer, answer)


def events(renderer: Renderer, answer: Document) -> None:
    renderer.table(
        ("position", "recorded", "status", "event", "time", "reporter", "id"),
        (
            (row["position"], renderer.time(row["recorded"]), row["status"], *_event_cells(renderer, row["event"]))
            for row in answer["events"]
        ),
    )
    _next(renderer, answer)


def _event_cells(renderer: Renderer, event: Document) -> tuple[str, ...]:
    return event["type"], renderer.time(event["time"]), renderer.party(event["reporter"]), event["id"]


def event(renderer: Renderer, answer: Document) -> None:
    renderer.facts(
        [
            ("status", answer["status"]),
            ("recorded", renderer.time(answer["recorded"])),
            ("corrected by", ", ".join(answer["corrected_by"])),
            ("reporter", renderer.party(answer["event"]["reporter"])),
        ]
    )
    for line in orjson.dumps(answer["event"], option=orjson.OPT_INDENT_2).decode().splitlines():
        renderer.print_line(line)
    for warning in answer["warnings"]:
        renderer.print_line(f"Warning: {warning['message']} ({warning['code']})")


def dossier(renderer: Renderer, answer: Document) -> None:
    """Print a dossier section by section: responsibility, custody, composition, batch siblings, events."""
    if "not_yet_born" in answer:
        renderer.print_line(renderer.not_yet_born(answer))
    compliance_tables.responsibility(renderer, answer)
    compliance_tables.refusable(renderer, answer["first_refusable"])
    if not answer["findings"] and answer["findings_complete"]:
        renderer.print_line("Nothing is known to be wrong.")
    for finding in answer["findings"]:
        renderer.print_line(f"{finding['kind']}: {finding['text']['en']}")
    custody(renderer, {"segments": answer["custody"]})
    lineage_tables.composition(renderer, {"tree": answer["composition"]})
    rows = ((s["kind"], s["id"], ", ".join(s["shared"])) for s in answer["siblings"])
    if answer["siblings"]:
        renderer.table(("kind", "batch sibling", "shared batches"), rows)
    lines = (
        (
            renderer.time(e["time"]),
            renderer.time(e["recorded"]),
            e["type"],
            e["step"],
            renderer.party(e["reporter"]),
            e["id"],
        )
        for e in answer["timeline"]
    )
    renderer.table(("time", "recorded", "event", "step", "reporter", "id"), lines)
    renderer.print_line(f"Proved by {counted(len(answer['evidence']), 'event')}; --html writes a page to print.")
    renderer.print_line(f"Journal of {counted(answer['position'], 'row')}, digest {answer['digest']}.")


def _next(renderer: Renderer, answer: Document) -> None:
    if answer["next"] is not None:
        renderer.print_line(f"There is more: --cursor {answer['next']}")


DRAWINGS: Final[Mapping[str, Callable[[Renderer, Document], None]]] = {
    "trace": lineage_tables.trace,
    "composition": lineage_tables.composition,
    "path": lineage_tables.path,
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


_OF_EVERY_ANSWER: Final = ("as_of", "known_at", "position", "complete", "cut", "unknown")


def plain(renderer: Renderer, answer: Document) -> None:
    """Print an answer without a table of its own: single values below each other, each list of rows as a table."""
    own = {name: value for name, value in answer.items() if name not in _OF_EVERY_ANSWER}
    renderer.facts((name, value) for name, value in own.items() if not isinstance(value, list | dict))
    for rows in own.values():
        if isinstance(rows, list) and rows and isinstance(rows[0], dict):
            renderer.table(tuple(rows[0]), (tuple(row.values()) for row in rows))


def draw(name: str, renderer: Renderer, answer: Document) -> None:
    """Print an answer; first that it is incomplete, so that a short list is not taken for all, last what is unknown."""
    if not answer["complete"]:
        renderer.print_line(_cut(answer["cut"], "event" if name == "check" else "item"))
    DRAWINGS.get(name, plain)(renderer, answer)
    for unknown in answer["unknown"]:
        renderer.print_line(_unknown(unknown))


_CUTS: Final = {
    "max_items": "more items than --max-items allows",
    "max_hops": "more steps than --max-hops allows",
    "time_limit": "the time limit of a read was reached",
}


def _cut(cut: Document, noun: str) -> str:
    left = "" if cut["left_out"] is None else f" Left out: {counted(cut['left_out'], noun)}."
    at = ", ".join(cut["frontier"][:3])
    frontier = f" It would continue from {at}{' …' if len(cut['frontier']) > 3 else ''}." if at else ""
    return f"This answer is incomplete: {_CUTS[cut['reason']]}.{left}{frontier}"


def _unknown(unknown: Document) -> str:
    count = "" if unknown["uncoded"] is None else f"; parts without a code: {unknown['uncoded']:,}"
    return f"Unknown, not absent: no {unknown['layer']} of {unknown['item']} was ever reported{count}."


_NAMES_A_PARTY: Final = frozenset({"reporter", "maker", "holders", "holder", "to", "party", "giver", "taker", "actor"})
"""Fields of answers and events that hold the id of a party, or a list of such ids."""


def party_ids(answer: Document) -> set[str]:
    """Return every id in an answer that may be a party's, to be shown by name: each such field at any depth."""
    ids: set[str] = set()
    unread: list[object] = [answer]
    while unread:
        part = unread.pop()
        if isinstance(part, list):
            unread += part
        elif isinstance(part, dict):
            unread += part.values()
            for name in _NAMES_A_PARTY & part.keys():
                value = part[name]
                ids.update(x for x in (value if isinstance(value, list) else [value]) if x and isinstance(x, str))
    return ids
