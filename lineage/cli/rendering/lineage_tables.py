"""Tables, trees and sentences of lineage: traces, compositions and paths."""

from __future__ import annotations

from typing import Final

from rich.text import Text
from rich.tree import Tree

from lineage.cli.rendering.renderer import Renderer, counted, strip_control_characters
from lineage.service.answers import Document


def trace(renderer: Renderer, answer: Document) -> None:
    title = "Destinations of" if answer["direction"] == "downstream" else "Contents and origins of"
    renderer.print_line(f"{title} {answer['root']}:")
    if not answer["items"] and answer["complete"]:
        renderer.print_line("The item does not exist in this window.")
    rows = ((i["distance"], i["id"], i["kind"], _windows(renderer, i["windows"])) for i in answer["items"])
    renderer.table(("steps", "item", "kind", "when"), rows)
    items, edges = counted(len(answer["items"]), "item"), counted(len(answer["edges"]), "edge")
    renderer.print_line(f"{items}, {edges}; --json names the events that prove each.")
    if answer["direction"] == "downstream" and not answer["edges"] and answer["items"] and answer["complete"]:
        renderer.print_line(
            f"It went into nothing else. What is in it and where that comes from: lineage trace {answer['root']} "
            "--direction upstream"
        )


def _windows(renderer: Renderer, windows: list[list[str | None]]) -> str:
    return "; ".join(renderer.window(*w) for w in windows)


def composition(renderer: Renderer, answer: Document) -> None:
    root = answer["tree"]
    if "not_yet_born" in answer:
        renderer.print_line(renderer.not_yet_born(answer))
    if root is None:
        renderer.print_line("The item was consumed before this time: it has no contents.")
        return
    top = Tree(_label(renderer, root))
    todo = [(root, top)]
    for document, branch in todo:
        todo += [(part, branch.add(_label(renderer, part))) for part in document["parts"]]
    renderer.draw(top)


def _label(renderer: Renderer, node: Document) -> Text:
    since = f"  since {renderer.time(node['since'])}" if node["since"] else ""
    return Text(strip_control_characters(f"{node['kind']} {node['id']}{since}"))


def path(renderer: Renderer, answer: Document) -> None:
    for number, chain in enumerate(answer["paths"], 1):
        renderer.print_line(
            f"Path {number}, {counted(len(chain['steps']), 'step')}, exists {renderer.window(*chain['window'])}:"
        )
        renderer.table(("from", "", "to", "when", "events"), (_step(renderer, edge) for edge in chain["steps"]))
    if answer["more"]:
        renderer.print_line("There are more paths of the same length: --max-paths shows more.")
    if answer["paths"]:
        return
    if answer["why_not"] is None:
        renderer.print_line("There is no path from one item to the other, at any time.")
        return
    for blocked in answer["why_not"]:
        renderer.print_line("There is no path whose steps follow each other in time. The first impossible step:")
        renderer.table(("from", "", "to", "when", "events"), [_step(renderer, blocked["edge"])])
        reached = renderer.window(blocked["since"], blocked["until"])
        renderer.print_line(f"The path reaches {blocked['edge']['source']} {reached}. {_REASONS[blocked['reason']]}")


_REASONS: Final = {
    "ended_before": "The step had already ended.",
    "starts_after": "The step began only afterwards.",
    "consumed": "The item was consumed before the step.",
}


def _step(renderer: Renderer, edge: Document) -> tuple[str, ...]:
    is_instant = edge["type"] == "BECAME"
    when = f"at {renderer.time(edge['at'])}" if is_instant else renderer.window(edge["since"], edge["until"])
    return edge["source"], edge["type"], edge["target"], when, ", ".join(edge["events"])
