"""The fleet: its enterprises first, then block after block of vehicles, each with the reports of its whole life.

Blocks know nothing of each other: what they hold in memory does not grow with the number of vehicles. Their lines are
not in the order of arrival of the fleet; sorting them all as texts puts them there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random
from typing import Final

import orjson

from lineage.synthetic.fleet.enterprises import Firm, Firms, make_firms
from lineage.synthetic.fleet.minutes import MINUTES, minute_of, text_of
from lineage.synthetic.fleet.operation import on_the_road
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import Parameters
from lineage.synthetic.fleet.report_stream import Truth
from lineage.synthetic.fleet.sales import build
from lineage.synthetic.fleet.simulation import Common, World
from lineage.synthetic.fleet.vehicle_mix import Mix

_ENROLLED: Final = date(2013, 7, 1)


@dataclass
class Block:
    """What one block adds: lines as they will stand in the file, and truth.

    `vehicles` that it holds; `types` counts its reports by type, repeats under `repeated`.
    """

    vehicles: int
    lines: list[str]
    truth: list[Truth]
    types: Counter[str] = field(default_factory=Counter)
    withdrawn_before_arrival: Counter[tuple[str, str]] = field(default_factory=Counter)


def cells_share(dials: FleetOptions, parameters: Parameters) -> float:
    """Return the share of packs whose cells are told one by one; by the size of the fleet (domain 6.2)."""
    told = parameters.cells
    if dials.cells is not None:
        return dials.cells
    if dials.vehicles <= told["full_up_to"]:
        return 1.0
    return float(told["some"]) if dials.vehicles <= told["some_up_to"] else 0.0


def make_fleet(dials: FleetOptions, parameters: Parameters) -> Iterator[Block]:
    """Yield the fleet in blocks: first the enterprises, at last what was never told. The same dials give the same."""
    dice = Random(f"firms {dials.seed}")
    firms = make_firms(parameters, dice)
    silent = _silent(firms, dials, dice)
    mix = Mix(parameters, dials.until)
    cases = {name: int(dials.rates[name]) for name, section in parameters.defects.items() if "cases" in section}
    share = cells_share(dials, parameters)
    common = Common(parameters, dials, firms, mix, silent, share, cases)
    yield _enrolments(common)
    size = parameters.fleet["block"]
    count = -(-dials.vehicles // size)
    unheard: Counter[tuple[str, str]] = Counter()
    for number in range(count):
        first, end = dials.vehicles * number // count, dials.vehicles * (number + 1) // count
        block = _vehicles(common, number + 1, first, end)
        unheard += block.withdrawn_before_arrival
        yield block
    yield _unheard(common, unheard)


def _silent(firms: Firms, dials: FleetOptions, dice: Random) -> frozenset[str]:
    """The firms that report nothing: so many of every role, but the platform and the registry."""
    able = [firm for firm in firms.all() if firm.roles[0] not in ("PLATFORM_OP", "AUTHORITY", "OWNER")]
    return frozenset(firm.id for firm in dice.sample(able, round(len(able) * dials.silent_firms)))


def _vehicles(common: Common, number: int, first: int, end: int) -> Block:
    """Vehicles `first` to `end`, spread over all years as the reference spreads them."""
    dice = Random(f"block {common.dials.seed} {number}")
    world = World(common, number, dice)
    for index in range(first, end):
        day = common.mix.day((index - first + dice.random()) / (end - first))
        world.at(day * 1440, partial(_build, world, day, index))
    world.run()
    teller = world.teller
    return Block(
        end - first,
        teller.lines,
        [_told(common, t) for t in teller.truth()],
        teller.types,
        teller.withdrawn_before_arrival,
    )


def _build(world: World, day: int, index: int, _: int) -> None:
    build(world, day, index, on_the_road)


def _told(common: Common, truth: Truth) -> Truth:
    """The truth with its kind: the word of contract 7, else its own."""
    name = truth["class"]
    kind = common.parameters.defects[name]["kind"] if name in common.parameters.defects else _OTHER[name]
    return {"kind": kind, **truth}


_OTHER: Final = {
    "uncoded_cells": "uncoded_cells",
    "silent_repair": "missing_report",
    "silent_firm": "missing_report",
    "unheard_report": "missing_report",
}
"""Kinds of what nobody planted, but nobody told either."""


def _enrolments(common: Common) -> Block:
    """Who everybody is, from before the first vehicle; and which makers ended."""
    world = World(common, 0, Random(f"enrolments {common.dials.seed}"))
    # the platform learns who is who on its first day
    reporter, first = common.firms.platform.id, minute_of(common.parameters.fleet["launch"])
    lines: list[str] = []
    for firm in common.firms.all():
        card = firm.card(_ENROLLED)
        lines.append(_enrolment(common, reporter, card, _ENROLLED, first, len(lines)))
    for firm in common.firms.makers:
        if firm.ceased is not None and firm.ceased < common.dials.until:
            lines.append(_ceased(common, world, firm, len(lines)))
    if common.cases.get("recycler_above_outflow"):
        _above_outflow(world)
    until = common.dials.until
    kept = [line for line in lines if minute_of(until) > first and line[13:23] < until.isoformat()]
    truth = [_told(common, t) for t in world.teller.truth()]
    types = world.teller.types + Counter({"enrolled": len(kept)})
    return Block(0, kept + world.teller.lines, truth, types)


def _enrolment(common: Common, reporter: str, card: dict[str, object], day: date, recorded: int, number: int) -> str:
    recorded_on = max(minute_of(day), recorded)
    document = {
        "recorded": text_of(recorded_on),
        "id": f"f{common.dials.seed}-e{number + 1}",
        "type": "enrolled",
        "time": day.isoformat(),
        "reporter": reporter,
        "party": card,
    }
    return orjson.dumps(document).decode()


def _ceased(common: Common, world: World, firm: Firm, number: int) -> str:
    """A maker ends: another takes its duties over, or (once in a fleet) nobody does."""
    assert firm.ceased is not None
    told, launch = common.parameters.producers, minute_of(common.parameters.fleet["launch"])
    is_orphan = firm.number == told["insolvent"] and common.cases.get("orphan_producer", 0) > 0
    heir = common.firms.makers[firm.number % told["heirs"]].id
    status = "insolvent" if is_orphan else f"ceased, duties taken over by {heir}"
    card = {**firm.card(_ENROLLED), "status": status}
    if is_orphan:
        id = f"f{common.dials.seed}-e{number + 1}"
        world.teller.true("orphan_producer", [], [firm.id], (minute_of(firm.ceased), None), [id])
    return _enrolment(common, common.firms.platform.id, card, firm.ceased, launch, number)


def _above_outflow(world: World) -> None:
    """A recycler takes in more packs of one small maker than ever came back."""
    firms, teller, common = world.firms, world.teller, world.common
    told = common.parameters.outflow
    minute = minute_of(told["on"]) + 600
    maker = firms.makers[common.parameters.producers["alive"] - 1]
    recycler = next(f for f in firms.recyclers if f.id not in common.silent)
    if not teller.has_passed(minute):
        return
    kg = min(told["kg"] + told["kg_a_vehicle"] * common.dials.vehicles, told["most_kg"])
    run = minute + told["run_days"] * MINUTES
    lot, metal, rest = (world.lot(recycler, what) for what in ("packs", "black-mass", "residue"))
    body = f'"items":[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"waste packs","mass_kg":{kg}}}]'
    taken = teller.tell(minute, "produced", recycler.id, body, "collection", about=[lot])
    body = (
        f'"inputs":[{{"id":"{lot}","mass_kg":{kg}}}],"outputs":['
        f'{{"id":"{metal}","kind":"lot","model":"black mass","mass_kg":{kg * told["black_mass"]:.1f}}},'
        f'{{"id":"{rest}","kind":"lot","model":"residue","mass_kg":{kg * told["residue"]:.1f}}}]'
    )
    done = teller.tell(run, "transformed", recycler.id, body, "recycling", about=[lot])
    teller.true("recycler_above_outflow", [lot], [recycler.id, maker.id], (minute, run), [taken, done])


def _unheard(common: Common, unheard: Counter[tuple[str, str]]) -> Block:
    """What silent firms never told: one truth for each firm, with how many reports of which type."""
    counts: dict[str, dict[str, int]] = {}
    for (firm, type), count in sorted(unheard.items()):
        counts.setdefault(firm, {})[type] = count
    truth: list[Truth] = []
    since = f"{common.parameters.fleet['launch'].isoformat()}T00:00:00+08:00"
    for firm in sorted(common.silent):
        about = {"items": [], "parties": [firm], "interval": [since, None], "events": []}
        truth.append({"kind": _OTHER["silent_firm"], "class": "silent_firm", **about, "reported": False,
                      "unheard": counts.get(firm, {})})  # fmt: skip
    return Block(0, [], truth)
