"""Items that are part of themselves: contradictory, but stored and answered (contract 5: wholes in a circle)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

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


def last_components(above: Mapping[str, Collection[str]]) -> set[str]:
    """Return the items that are in nothing but one another: outermost ones, and all of an outermost cycle.

    `above` gives the direct wholes of every item, all of them among its keys. Each step is taken twice, however many
    items are on a cycle.
    """
    below: dict[str, list[str]] = {x: [] for x in above}
    for part, wholes in above.items():
        for whole in wholes:
            below[whole].append(part)
    component: dict[str, str] = {}
    last: set[str] = set()
    for first in reversed(_finished(below)):
        if first in component:
            continue
        component[first] = first
        members, is_last = [first], True
        for x in members:
            for whole in above[x]:
                if whole not in component:
                    component[whole] = first
                    members.append(whole)
                elif component[whole] != first:
                    is_last = False
        if is_last:
            last.update(members)
    return last


def _finished(below: Mapping[str, list[str]]) -> list[str]:
    """Return the items in the order in which a walk downwards, depth first, leaves them."""
    met: set[str] = set()
    finished: list[str] = []
    for first in below:
        if first in met:
            continue
        met.add(first)
        path = [(first, iter(below[first]))]
        while path:
            x, parts = path[-1]
            part = next((p for p in parts if p not in met), None)
            if part is None:
                path.pop()
                finished.append(x)
            else:
                met.add(part)
                path.append((part, iter(below[part])))
    return finished
