"""Lineage, composition and exposure: steps from window to window until nothing new (contract 4)."""

from tests.reference.containment import FOREVER, Edge, History
from tests.reference.events import Json, shown
from tests.reference.intervals import Piece, at_once, between, union

# What is missing where nothing of these kinds was ever reported to have been put in (contract 8).
_LAYERS = {"vehicle": ("pack", {"pack"}), "pack": ("cell", {"cell", "module"}), "module": ("cell", {"cell"})}


def carried(history: History, item: str, piece: Piece) -> Piece | None:
    """The window cut at the item's last consumption; lots go on."""
    last = None if history.lot(item) else history.consumed(item)
    return piece if last is None else piece.meet(Piece(float("-inf"), last, True))


def stepped(history: History, edge: Edge, piece: Piece, direction: str, mode: str | None) -> tuple[str, Piece] | None:
    """Return the far end of the edge and the part of this window that is left there; `None` if nothing is."""
    far = edge.target if direction == "downstream" else edge.source
    reached = arrived(edge, piece, direction, mode)
    left = None if reached is None else carried(history, far, reached)
    return None if left is None else (far, left)


def arrived(edge: Edge, piece: Piece, direction: str, mode: str | None) -> Piece | None:
    """The window at the far end before that end's own consumption cuts it."""
    if edge.type == "PART_OF":
        met = piece.meet(between(edge.since, edge.until))
        return between(met.since, FOREVER) if met and mode == "exposure" else met
    if direction == "downstream":
        return between(edge.since, FOREVER) if piece.holds(edge.since) else None
    return at_once(edge.since) if piece.meet(between(edge.since, FOREVER)) else None


def lineage(history: History, item: str, window: Piece, direction: str, mode: str | None) -> Json:
    start = carried(history, item, window)
    level = set() if start is None else {(item, start)}
    seen = set(level)
    distances = {found: 0 for found, _ in level}
    taken: set[Edge] = set()
    steps = 0
    while level:
        steps += 1
        reached = set()
        for here, piece in level:
            for edge in history.edges:
                if here == (edge.source if direction == "downstream" else edge.target):
                    step = stepped(history, edge, piece, direction, mode)
                    if step:
                        taken.add(edge)
                        reached.add(step)
        level = reached - seen
        seen |= level
        for found, _ in sorted(level):
            distances.setdefault(found, steps)
    items = [
        {
            "id": found,
            "kind": history.kind(found),
            "distance": distance,
            "windows": union(piece for other, piece in seen if other == found),
        }
        for found, distance in sorted(distances.items(), key=lambda row: (row[1], row[0]))
    ]
    missing = unknown_layers(history, list(distances)) if direction == "upstream" else []
    return {"items": items, "edges": [edge.document() for edge in sorted(taken)], "unknown": missing}


def unknown_layers(history: History, items: list[str]) -> list[Json]:
    """By id: those of the items whose next layer was never reported."""
    found = []
    for item in sorted(items):
        layer, kinds = _LAYERS.get(history.kind(item), ("", set()))
        filled = [event for event in history.events if event.type == "assembled" and event.whole == item]
        parts = {history.kind(part) for event in filled for part, role in event.roles.items() if role == "part"}
        if layer and not parts & kinds:
            uncoded = [row for event in filled for row in event.body.get("uncoded") or []]
            counts = [row["count"] for row in uncoded if row["kind"] == layer]
            found.append({"item": item, "layer": layer, "uncoded": sum(counts) if counts else None})
    return found


def composition(history: History, item: str, time: int) -> Json:
    if carried(history, item, at_once(time)) is None:
        return {"tree": None}
    return {"tree": _node(history, item, time, [], ())}


def _node(history: History, item: str, time: int, edges: list[Edge], branch: tuple[str, ...]) -> Json:
    within: dict[str, list[Edge]] = {}
    for edge in history.edges:
        new = edge.type == "PART_OF" and edge.target == item and edge.source not in {*branch, item}
        if new and stepped(history, edge, at_once(time), "upstream", None):
            within.setdefault(edge.source, []).append(edge)
    return {
        "id": item,
        "kind": history.kind(item),
        "since": shown(min(edge.since for edge in edges)) if edges else None,
        "events": sorted({event for edge in edges for event in edge.events}),
        "parts": [_node(history, part, time, within[part], (*branch, item)) for part in sorted(within)],
    }
