"""The fleet in blocks: first its enterprises, then blocks of vehicles, each with all reports about its vehicles.

Blocks are independent: memory does not grow with the number of vehicles. The lines of a block are not in the fleet's
order of arrival; sorting all lines as text gives that order.
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
from lineage.synthetic.fleet.operation import plan_operation
from lineage.synthetic.fleet.options import FleetOptions
from lineage.synthetic.fleet.parameters import FleetParameters
from lineage.synthetic.fleet.report_stream import Truth
from lineage.synthetic.fleet.sales import build
from lineage.synthetic.fleet.simulation import FleetContext, Simulation
from lineage.synthetic.fleet.vehicle_mix import Mix

_ENROLLED: Final = date(2013, 7, 1)


@dataclass
class Block:
    """The lines of one block as they are written to the file, and its ground truth.

    `vehicles` is their number. `types` counts reports by type, repeats under `repeated`; `unreported` counts what
    silent firms did not report, by firm and type.
    """

    vehicles: int
    lines: list[str]
    truth: list[Truth]
    types: Counter[str] = field(default_factory=Counter)
    unreported: Counter[tuple[str, str]] = field(default_factory=Counter)


def cells_share(options: FleetOptions, parameters: FleetParameters) -> float:
    """Return the share of packs whose cells are reported one by one, by the size of the fleet (domain 6.2)."""
    section = parameters.cells
    if options.cells is not None:
        return options.cells
    if options.vehicles <= section["full_up_to"]:
        return 1.0
    return float(section["some"]) if options.vehicles <= section["some_up_to"] else 0.0


def make_fleet(options: FleetOptions, parameters: FleetParameters) -> Iterator[Block]:
    """Yield the fleet in blocks: the enterprises, the vehicles, then the truth about silent firms.

    The same options give the same bytes.
    """
    rng = Random(f"firms {options.seed}")
    firms = make_firms(parameters, rng)
    silent = _silent(firms, options, rng)
    mix = Mix(parameters, options.until)
    cases = {name: int(options.rates[name]) for name, section in parameters.defects.items() if "cases" in section}
    share = cells_share(options, parameters)
    context = FleetContext(parameters, options, firms, mix, silent, share, cases)
    yield _enrolments(context)
    size = parameters.fleet["block"]
    count = -(-options.vehicles // size)
    unreported: Counter[tuple[str, str]] = Counter()
    for number in range(count):
        first, end = options.vehicles * number // count, options.vehicles * (number + 1) // count
        block = _vehicles(context, number + 1, first, end)
        unreported += block.unreported
        yield block
    yield _silent_firm_truths(context, unreported)


def _silent(firms: Firms, options: FleetOptions, rng: Random) -> frozenset[str]:
    """Return the ids of the firms that report nothing; the platform, the registry and the park always report."""
    able = [firm for firm in firms.all() if firm.roles[0] not in ("PLATFORM_OP", "AUTHORITY", "OWNER")]
    return frozenset(firm.id for firm in rng.sample(able, round(len(able) * options.silent_firms)))


def _vehicles(context: FleetContext, number: int, first: int, end: int) -> Block:
    """Return vehicles `first` to `end` (exclusive), spread over the years as sales in the reference are."""
    rng = Random(f"block {context.options.seed} {number}")
    simulation = Simulation(context, number, rng)
    for index in range(first, end):
        day = context.mix.day((index - first + rng.random()) / (end - first))
        simulation.at(day * 1440, partial(_build, simulation, day, index))
    simulation.run()
    reports = simulation.reports
    return Block(
        end - first,
        reports.lines,
        [_with_kind(context, t) for t in reports.truth()],
        reports.types,
        reports.unreported,
    )


def _build(simulation: Simulation, day: int, index: int, _: int) -> None:
    build(simulation, day, index, plan_operation)


def _with_kind(context: FleetContext, truth: Truth) -> Truth:
    """Return the truth with its `kind`: the finding kind of contract 7 where there is one, else its class."""
    name = truth["class"]
    kind = context.parameters.defects[name]["kind"] if name in context.parameters.defects else _UNPLANTED_KINDS[name]
    return {"kind": kind, **truth}


_UNPLANTED_KINDS: Final = {
    "uncoded_cells": "uncoded_cells",
    "silent_repair": "missing_report",
    "silent_firm": "missing_report",
    "unheard_report": "missing_report",
}
"""Kinds of unreported facts that are no planted defect, by class."""


def _enrolments(context: FleetContext) -> Block:
    """Return the enrolments of all firms, and of makers that ceased, as one block."""
    simulation = Simulation(context, 0, Random(f"enrolments {context.options.seed}"))
    # the platform learns who is who on its first day
    reporter, first = context.firms.platform.id, minute_of(context.parameters.fleet["launch"])
    lines: list[str] = []
    for firm in context.firms.all():
        card = firm.card(_ENROLLED)
        lines.append(_enrolment(context, reporter, card, _ENROLLED, first, len(lines)))
    for firm in context.firms.makers:
        if firm.ceased is not None and firm.ceased < context.options.until:
            lines.append(_ceased(context, simulation, firm, len(lines)))
    if context.cases.get("recycler_above_outflow"):
        _above_outflow(simulation)
    until = context.options.until
    arrived = [line for line in lines if minute_of(until) > first and line[13:23] < until.isoformat()]
    truth = [_with_kind(context, t) for t in simulation.reports.truth()]
    types = simulation.reports.types + Counter({"enrolled": len(arrived)})
    return Block(0, arrived + simulation.reports.lines, truth, types)


def _enrolment(
    context: FleetContext, reporter: str, card: dict[str, object], day: date, recorded: int, number: int
) -> str:
    recorded_on = max(minute_of(day), recorded)
    document = {
        "recorded": text_of(recorded_on),
        "id": f"f{context.options.seed}-e{number + 1}",
        "type": "enrolled",
        "time": day.isoformat(),
        "reporter": reporter,
        "party": card,
    }
    return orjson.dumps(document).decode()


def _ceased(context: FleetContext, simulation: Simulation, firm: Firm, number: int) -> str:
    """Return the enrolment of a maker that ceased: another takes over its duties or, once in a fleet, nobody does."""
    assert firm.ceased is not None
    producers, launch = context.parameters.producers, minute_of(context.parameters.fleet["launch"])
    is_orphan = firm.number == producers["insolvent"] and context.cases.get("orphan_producer", 0) > 0
    heir = context.firms.makers[firm.number % producers["heirs"]].id
    status = "insolvent" if is_orphan else f"ceased, duties taken over by {heir}"
    card = {**firm.card(_ENROLLED), "status": status}
    if is_orphan:
        id = f"f{context.options.seed}-e{number + 1}"
        simulation.reports.record_truth("orphan_producer", [], [firm.id], (minute_of(firm.ceased), None), [id])
    return _enrolment(context, context.firms.platform.id, card, firm.ceased, launch, number)


def _above_outflow(simulation: Simulation) -> None:
    """Plant a recycler that takes in more packs of one small maker than were ever retired."""
    firms, reports, context = simulation.firms, simulation.reports, simulation.context
    outflow = context.parameters.outflow
    minute = minute_of(outflow["on"]) + 600
    maker = firms.makers[context.parameters.producers["alive"] - 1]
    recycler = next(f for f in firms.recyclers if f.id not in context.silent)
    if not reports.has_passed(minute):
        return
    kg = min(outflow["kg"] + outflow["kg_a_vehicle"] * context.options.vehicles, outflow["most_kg"])
    run = minute + outflow["run_days"] * MINUTES
    lot, metal, rest = (simulation.lot(recycler, what) for what in ("packs", "black-mass", "residue"))
    body = f'"items":[{{"id":"{lot}","kind":"lot","maker":"{maker.id}","model":"waste packs","mass_kg":{kg}}}]'
    taken = reports.add(minute, "produced", recycler.id, body, "collection", about=[lot])
    body = (
        f'"inputs":[{{"id":"{lot}","mass_kg":{kg}}}],"outputs":['
        f'{{"id":"{metal}","kind":"lot","model":"black mass","mass_kg":{kg * outflow["black_mass"]:.1f}}},'
        f'{{"id":"{rest}","kind":"lot","model":"residue","mass_kg":{kg * outflow["residue"]:.1f}}}]'
    )
    done = reports.add(run, "transformed", recycler.id, body, "recycling", about=[lot])
    reports.record_truth("recycler_above_outflow", [lot], [recycler.id, maker.id], (minute, run), [taken, done])


def _silent_firm_truths(context: FleetContext, unreported: Counter[tuple[str, str]]) -> Block:
    """Return one truth for each silent firm, with the counts of unreported events by type."""
    counts: dict[str, dict[str, int]] = {}
    for (firm, type), count in sorted(unreported.items()):
        counts.setdefault(firm, {})[type] = count
    truth: list[Truth] = []
    since = f"{context.parameters.fleet['launch'].isoformat()}T00:00:00+08:00"
    for firm in sorted(context.silent):
        about = {"items": [], "parties": [firm], "interval": [since, None], "events": []}
        truth.append({"kind": _UNPLANTED_KINDS["silent_firm"], "class": "silent_firm", **about, "reported": False,
                      "unheard": counts.get(firm, {})})  # fmt: skip
    return Block(0, [], truth)
