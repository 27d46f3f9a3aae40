"""Extreme histories that a fleet does not have.

A hub with very many custody edges, a lot of very many cells, a very deep chain, and a diamond of trails.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lineage.domain.instants import CHINA

Json = dict[str, Any]

FIRST: Final = datetime(2015, 1, 1, tzinfo=CHINA)
ARRIVAL: Final = datetime(2026, 11, 1, tzinfo=CHINA)
"""After all reports of the fleet, so that these reports are not backdated."""
HUB: Final = "urn:bench:hub"
OTHER: Final = "urn:bench:carrier"
CHAIN_START: Final = "lot:bench:chain-0"
DIAMOND_START: Final = "lot:bench:diamond-0-0"
LARGE_LOT: Final = "lot:bench:large"
CELLS_A_PACK: Final = 100
CELLS_A_GENERATION: Final = 10


@dataclass(frozen=True)
class Shapes:
    """The sizes of the histories. Each item of the hub stays there `stays` times, the last time until now."""

    hub_items: int = 10_000
    stays: int = 20
    generations: int = 40
    layers: int = 10
    width: int = 8
    lot_cells: int = 20_000

    @property
    def chain_end(self) -> str:
        return f"lot:bench:chain-{self.generations}"

    @property
    def diamond_end(self) -> str:
        return f"lot:bench:diamond-{self.layers}-0"


def events(shapes: Shapes) -> Iterator[Json]:
    """Yield all events in the order of arrival, one a second."""
    for n, event in enumerate([*_hub(shapes), *_chain(shapes), *_diamond(shapes), *_lot(shapes)]):
        yield {**event, "reporter": HUB, "id": f"bench-{n}", "recorded": (ARRIVAL + timedelta(seconds=n)).isoformat()}


def _on(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


def _hub(shapes: Shapes) -> Iterator[Json]:
    """Yield packs that arrive and leave: `stays` custody edges for each, of which the last is open."""
    for first in range(0, shapes.hub_items, 1_000):
        ids = [f"urn:bench:pack:{n:06}" for n in range(first, min(first + 1_000, shapes.hub_items))]
        items = [{"id": id, "kind": "pack"} for id in ids]
        yield {"type": "produced", "time": _on(0), "items": items, "custodian": HUB}
        for stay in range(1, shapes.stays):
            for giver, taker, day in ((HUB, OTHER, stay * 200), (OTHER, HUB, stay * 200 + 20)):
                yield {"type": "transferred", "time": _on(day), "items": ids, "giver": giver, "taker": taker}


def _chain(shapes: Shapes) -> Iterator[Json]:
    """Yield the chain lot → cells → module → pack → lot …: four levels and 22 edges for each generation."""
    yield {"type": "produced", "time": _on(0), "items": [{"id": CHAIN_START, "kind": "lot"}]}
    for n in range(shapes.generations):
        day = 1 + n * 90
        cells = [f"urn:bench:chain:cell:{n}:{i}" for i in range(CELLS_A_GENERATION)]
        module, pack = f"urn:bench:chain:module:{n}", f"urn:bench:chain:pack:{n}"
        yield _made_of([f"lot:bench:chain-{n}"], cells, "cell", day)
        yield {"type": "assembled", "time": _on(day + 5), "whole": module, "parts": cells}
        yield {"type": "assembled", "time": _on(day + 10), "whole": pack, "parts": [module]}
        yield _made_of([pack], [f"lot:bench:chain-{n + 1}"], "lot", day + 60)


def _diamond(shapes: Shapes) -> Iterator[Json]:
    """Yield layers of lots, each lot made of every lot of the layer before: `width ** layers` trails."""
    above = [DIAMOND_START]
    yield {"type": "produced", "time": _on(0), "items": [{"id": DIAMOND_START, "kind": "lot"}]}
    for layer in range(1, shapes.layers + 1):
        below = [f"lot:bench:diamond-{layer}-{n}" for n in range(shapes.width)]
        yield _made_of(above, below, "lot", layer * 30)
        above = below


def _lot(shapes: Shapes) -> Iterator[Json]:
    """Yield one lot → cells → packs of a hundred cells, each pack in a vehicle of its own."""
    yield {"type": "produced", "time": _on(0), "items": [{"id": LARGE_LOT, "kind": "lot"}]}
    for first in range(0, shapes.lot_cells, 1_000):
        cells = [f"urn:bench:large:cell:{n}" for n in range(first, min(first + 1_000, shapes.lot_cells))]
        yield _made_of([LARGE_LOT], cells, "cell", 10)
        for n in range(0, len(cells), CELLS_A_PACK):
            number = (first + n) // CELLS_A_PACK
            pack, vehicle = f"urn:bench:large:pack:{number}", f"urn:bench:large:vehicle:{number}"
            yield {"type": "assembled", "time": _on(20), "whole": pack, "parts": cells[n : n + CELLS_A_PACK]}
            yield {"type": "assembled", "time": _on(30), "whole": vehicle, "parts": [pack]}


def _made_of(inputs: list[str], outputs: list[str], kind: str, day: int) -> Json:
    return {
        "type": "transformed",
        "time": _on(day),
        "inputs": [{"id": id} for id in inputs],
        "outputs": [{"id": id, "kind": kind} for id in outputs],
    }
