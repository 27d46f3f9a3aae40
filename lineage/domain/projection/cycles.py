"""Items that are part of themselves: contradictory, but stored and answered (contract 5: wholes in a circle)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Wholes = Callable[[Iterable[str]], dict[str, set[str]]]
"""For each item, every whole that it was ever directly inside."""


def items_on_cycles(put_in: Iterable[tuple[str, str]], wholes: Wholes) -> set[str]:
    """Return every item on or above a cycle that one of these (part, whole) steps closes, time ignored."""
    steps = list(put_in)
    above: dict[str, set[str]] = {}
    todo = {whole for _, whole in steps}
    while todo:
        fetched = wholes(sorted(todo))
        above.update({w: fetched.get(w, set()) for w in todo})
        todo = {w for enclosing in fetched.values() for w in enclosing} - above.keys()
    return {w for part, whole in steps if part in above for w in _all_above(part, whole, above)}


def _all_above(part: str, whole: str, above: dict[str, set[str]]) -> set[str]:
    """Return the whole and everything above it, if the part is among it; else nothing."""
    reached = {whole}
    todo = [whole]
    while todo:
        fresh = above.get(todo.pop(), set()) - reached
        reached |= fresh
        todo.extend(fresh)
    return reached if part in reached else set()
