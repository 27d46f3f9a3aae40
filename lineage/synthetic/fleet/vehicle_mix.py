"""The vehicles of a year: archetype, chemistry and size, so that energy and its shares match the reference."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final, NamedTuple

from lineage.synthetic.fleet.minutes import MINUTES, minute_of
from lineage.synthetic.fleet.parameters import FIRST_YEAR, FleetParameters, Section, by_year, sums, value_in

GROUPS: Final = ("LFP", "NCM", "other")


class Shape(NamedTuple):
    """The layout of a pack: number of modules (0: cells directly in the pack), and cells in each module or the pack."""

    modules: int
    cells: int

    @property
    def all_cells(self) -> int:
        return max(self.modules, 1) * self.cells


@dataclass(frozen=True)
class Archetype:
    """A row of `[archetypes]`, with every pack layout that its ranges allow."""

    name: str
    use: str
    section: Section
    shapes: tuple[Shape, ...]

    @property
    def sign(self) -> str:
        """The letter in battery codes; W for I, which could be mistaken for 1."""
        return "W" if self.name == "I" else self.name[0]

    @property
    def mean_kwh(self) -> float:
        return sum(self.section["kwh"]) / 2 * sum(self.section["packs"]) / 2


class Design(NamedTuple):
    """The design of one vehicle; `kwh` and `kg` are those of one of its packs."""

    archetype: Archetype
    chemistry: str
    shape: Shape
    packs: int
    kwh: float
    kg: float


@dataclass(frozen=True)
class YearMix:
    """Running sums for the choices of one year; `scale` adjusts the mean energy to the reference."""

    group_sums: list[float]
    archetypes: dict[str, tuple[list[Archetype], list[float]]]
    grade_names: list[str]
    grade_sums: list[float]
    scale: float
    kg: dict[str, float]


def shapes_of(section: Section, bare_phev: float) -> tuple[Shape, ...]:
    """Return every layout whose modules, cells in a module and cells are within the ranges."""
    least, most = section["cells"]
    if section["modules"] == [0, 0]:
        return tuple(Shape(0, cells) for cells in range(least, most + 1, 2))
    found = [
        Shape(modules, cells)
        for modules in range(section["modules"][0], section["modules"][1] + 1)
        for cells in range(section["cells_a_module"][0], section["cells_a_module"][1] + 1)
        if least <= modules * cells <= most
    ]
    bare = round(len(found) * bare_phev / (1 - bare_phev))
    return (*found, *(Shape(0, least + (most - least) * n // max(bare, 1)) for n in range(bare)))


class Mix:
    """Chooses the production days and designs of vehicles."""

    def __init__(self, parameters: FleetParameters, until: date) -> None:
        self._parameters = parameters
        bare = parameters.cells["bare_phev"]
        self.archetypes = [
            Archetype(name, section["use"], section, shapes_of(section, bare if name == "H" else 0.0))
            for name, section in parameters.archetypes.items()
        ]
        self._kg = {name: by_year(parameters.mass[name]) for name in GROUPS}
        years = [y for y in parameters.years if parameters.fleet["first_year"] <= y <= until.year]
        self.years = {year: self._year(year) for year in years}
        weights = [parameters.years[y]["sales"] * _part(y, until) for y in years]
        self._year_sums = sums(weights)
        self._starts = [minute_of(date(y, 1, 1)) // MINUTES for y in years]
        self._lengths = [_part(y, until) * 365 for y in years]

    def day(self, chance: float) -> int:
        """Return the day on which a vehicle is made; `chance` from 0 to 1 runs through the years in order."""
        place = bisect(self._year_sums, min(chance, 0.999999999))
        before = self._year_sums[place - 1] if place else 0.0
        part = (chance - before) / (self._year_sums[place] - before)
        return self._starts[place] + int(part * self._lengths[place])

    def design(self, year: int, rng: Random) -> Design:
        """Return a random design of that year."""
        mix = self.years[year]
        group = GROUPS[bisect(mix.group_sums, rng.random())]
        choices, running = mix.archetypes[group]
        archetype = choices[bisect(running, rng.random())]
        low, high = archetype.section["kwh"]
        kwh = round((low + (high - low) * rng.random()) * mix.scale, 2)
        least, most = archetype.section["packs"]
        packs = least + int(rng.random() * (most - least + 1))
        shape = archetype.shapes[int(rng.random() * len(archetype.shapes))]
        chemistry = self._chemistry(group, mix, rng.random())
        return Design(archetype, chemistry, shape, packs, kwh, round(kwh * mix.kg[group], 1))

    def _chemistry(self, group: str, mix: YearMix, chance: float) -> str:
        if group == "NCM":
            return mix.grade_names[bisect(mix.grade_sums, chance)]
        if group == "LFP":
            return "LFP"
        return "LMO" if chance < self._parameters.cells["lmo"] else "LTO"

    def _year(self, year: int) -> YearMix:
        figures = self._parameters.years[year]
        split: dict[str, tuple[list[Archetype], list[float]]] = {}
        means = []
        for group in GROUPS:
            weights = [_weight(a, group, year) for a in self.archetypes]
            chosen = [(a, w) for a, w in zip(self.archetypes, weights, strict=True) if w > 0]
            split[group] = ([a for a, _ in chosen], sums([w for _, w in chosen]))
            means.append(sum(a.mean_kwh * w for a, w in chosen) / sum(w for _, w in chosen))
        energy = (figures["lfp"], figures["ncm"], max(1 - figures["lfp"] - figures["ncm"], 0.0))
        vehicles = [share / mean for share, mean in zip(energy, means, strict=True)]
        parts = [v / sum(vehicles) for v in vehicles]
        mean = sum(part * m for part, m in zip(parts, means, strict=True))
        grades = {name: max(value_in(series, year), 0.0) for name, series in self._parameters.grades.items()}
        return YearMix(
            group_sums=sums(parts),
            archetypes=split,
            grade_names=list(grades),
            grade_sums=sums([*grades.values()]),
            scale=figures["gwh"] * 100 / figures["sales"] / mean,
            kg={name: self._kg[name][year - FIRST_YEAR] for name in GROUPS},
        )


def _weight(archetype: Archetype, group: str, year: int) -> float:
    first, last = archetype.section["years"]
    if not first <= year <= last:
        return 0.0
    weight = value_in(archetype.section["weight"], year)
    lfp: float = archetype.section["lfp"]
    if group == "other":
        return weight if archetype.use == "bus" or archetype.name in ("A", "H") else 0.0
    return weight * (lfp if group == "LFP" else 1 - lfp)


def _part(year: int, until: date) -> float:
    """Return the part of a year that lies before `until`, from 0 to 1."""
    return min(((until if until.year == year else date(year + 1, 1, 1)) - date(year, 1, 1)).days / 365, 1.0)
