"""Things that are part of themselves: nonsense that is kept, and answered (contract 5: wholes in a circle)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Wholes = Callable[[Iterable[str]], dict[str, set[str]]]
"""For each item, everything that it was ever directly inside."""


def items_on_cycles(put_in: Iterable[tuple[str, str]], wholes: Wholes) -> set[str]:
    """Everything on or above a ring that one of these (part, whole) steps closes, time ignored."""
    steps = list(put_in)
    above: dict[str, set[str]] = {}
    todo = {whole for _, whole in steps}
    while todo:
        found = wholes(sorted(todo))
        above.update({w: found.get(w, set()) for w in todo})
        todo = {w for some in found.values() for w in some} - above.keys()
    return {w for part, whole in steps if part in above for w in _trail_to(part, whole, above)}


def _trail_to(part: str, whole: str, above: dict[str, set[str]]) -> set[str]:
    """Everything above the whole, if the part is among it."""
    met = {whole}
    todo = [whole]
    while todo:
        fresh = above.get(todo.pop(), set()) - met
        met |= fresh
        todo.extend(fresh)
    return met if part in met else set()
