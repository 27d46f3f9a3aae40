"""The enterprises of the fleet, all invented, with roles, permits and regions; some have ceased to exist.

Their credit codes lie in a region that does not exist, the codes on their products begin with 9, and every name
contains the word fictitious.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random
from typing import Any, Final

from lineage.synthetic.fleet.parameters import FIRST_YEAR, LAST_YEAR, FleetParameters, Section, sums
from lineage.synthetic.identifiers import credit_code

_SIGNS: Final = "0123456789ABCDEFGHJKLMNPRSTVWXYZ"
_NAMES: Final = {
    "BATTERY_MAKER": "示例电池厂 Example Battery Maker",
    "VEHICLE_MAKER": "示例汽车厂 Example Vehicle Maker",
    "SELLER": "示例经销商 Example Dealer",
    "REPAIRER": "示例维修厂 Example Repair Shop",
    "OUTLET": "示例回收网点 Example Collection Outlet",
    "DISMANTLER": "示例拆解厂 Example Dismantler",
    "ECHELON": "示例梯次厂 Example Second Life",
    "RECYCLER": "示例再生厂 Example Recycler",
    "SWAP_OPERATOR": "示例换电 Example Swap Operator",
    "PLATFORM_OP": "示例溯源平台 Example Traceability Platform",
    "AUTHORITY": "示例车管所 Example Vehicle Registry",
    "OWNER": "示例园区 Example Energy Park",
}
CODE_PERMIT: Final = "battery_code"
"""The kind of permit that files a maker's code: positions 1 to 3 of what it makes."""


@dataclass(frozen=True)
class Firm:
    """An enterprise: `code` marks its products, `ceased` is the day on which it stopped."""

    id: str
    name: str
    roles: tuple[str, ...]
    region: str
    code: str = ""
    number: int = 0
    permit: str = ""
    ceased: date | None = None

    def card(self, since: date) -> dict[str, Any]:
        """Return the `party` of the event that enrols it."""
        found: dict[str, Any] = {"id": self.id, "name": self.name, "roles": [*self.roles], "region": self.region}
        permits: list[dict[str, str]] = []
        if self.code:
            number = {"number": self.code, "valid_from": since.isoformat()}
            permits.append({"kind": CODE_PERMIT, **number})
        if self.permit:
            permits.append({"kind": self.permit, "number": f"FICTITIOUS-{self.id[8:16]}", "valid_from": "2013-01-01"})
        if permits:
            found["permits"] = permits
        return {**found, "status": "active"}


@dataclass
class Firms:
    """All firms by role; makers in the order of their rank."""

    platform: Firm
    authority: Firm
    park: Firm
    makers: list[Firm] = field(default_factory=list)
    vehicle_makers: list[Firm] = field(default_factory=list)
    sellers: dict[str, list[Firm]] = field(default_factory=dict)
    repairers: dict[str, list[Firm]] = field(default_factory=dict)
    outlets: dict[str, list[Firm]] = field(default_factory=dict)
    dismantlers: dict[str, list[Firm]] = field(default_factory=dict)
    second_life: list[Firm] = field(default_factory=list)
    recyclers: list[Firm] = field(default_factory=list)
    operators: list[Firm] = field(default_factory=list)
    maker_sums: list[list[float]] = field(default_factory=list)
    vehicle_sums: list[float] = field(default_factory=list)
    recycler_sums: list[float] = field(default_factory=list)
    province_ids: list[str] = field(default_factory=list)
    province_sums: list[float] = field(default_factory=list)

    def all(self) -> list[Firm]:
        """Return every firm, always in the same order."""
        local = (self.sellers, self.repairers, self.outlets, self.dismantlers)
        placed = [firm for group in local for province in self.province_ids for firm in group[province]]
        general = [*self.makers, *self.vehicle_makers, *self.second_life, *self.recyclers, *self.operators]
        return [self.platform, self.authority, self.park, *general, *placed]

    def maker(self, year: int, chance: float) -> Firm:
        """Return a battery maker of that year; `chance` from 0 to 1 selects by market share."""
        return self.makers[bisect(self.maker_sums[year - FIRST_YEAR], chance)]


class _Register:
    """Creates firms with running numbers, so that no two have the same credit code."""

    def __init__(self) -> None:
        self._count = 0

    def firm(self, role: str, number: int, region: str, *, code: str = "", permit: str = "") -> Firm:
        self._count += 1
        id = credit_code("91", f"FLEET{self._count:03d}")
        roles = (role, "LESSOR") if role == "SWAP_OPERATOR" else (role,)
        return Firm(id, f"{_NAMES[role]} {number:02d} (fictitious)", roles, region, code, number, permit)


def make_firms(parameters: FleetParameters, rng: Random) -> Firms:
    """Return the enterprises of a fleet."""
    register, shares = _Register(), parameters.provinces
    provinces, settings = list(shares), parameters.firms
    platform, authority, park = [register.firm(role, 1, "110000") for role in ("PLATFORM_OP", "AUTHORITY", "OWNER")]
    firms = Firms(platform, authority, park, province_ids=provinces, province_sums=sums([*shares.values()]))

    def where() -> str:
        return provinces[bisect(firms.province_sums, rng.random())]

    firms.makers = _makers(register, parameters, rng, where)
    for number in range(1, settings["vehicle_makers"] + 1):
        firms.vehicle_makers.append(register.firm("VEHICLE_MAKER", number, where()))
    for group, role, key, permit in (
        (firms.sellers, "SELLER", "sellers_a_province", ""),
        (firms.repairers, "REPAIRER", "repairers_a_province", ""),
        (firms.outlets, "OUTLET", "outlets_a_province", ""),
        (firms.dismantlers, "DISMANTLER", "dismantlers_a_province", "dismantling"),
    ):
        for place, province in enumerate(provinces):
            numbers = range(place * settings[key] + 1, (place + 1) * settings[key] + 1)
            group[province] = [register.firm(role, number, province, permit=permit) for number in numbers]
    utilisation = "comprehensive_utilisation"
    for number in range(1, settings["second_life"] + 1):
        code = _code(500 + number)
        firms.second_life.append(register.firm("ECHELON", number, where(), code=code, permit=utilisation))
    for number in range(1, settings["recyclers"] + 1):
        region = rng.choice(settings["recycler_provinces"])
        firms.recyclers.append(register.firm("RECYCLER", number, region, permit=utilisation))
    firms.operators = [register.firm("SWAP_OPERATOR", n, where()) for n in range(1, settings["swap_operators"] + 1)]
    firms.vehicle_sums = sums(_tail(settings["vehicle_makers"], settings["vehicle_tail"]))
    firms.recycler_sums = sums(_tail(settings["recyclers"], settings["recycler_tail"]))
    firms.maker_sums = [_maker_sums(firms.makers, parameters, y) for y in range(FIRST_YEAR, LAST_YEAR + 1)]
    return firms


def _makers(register: _Register, parameters: FleetParameters, rng: Random, where: Callable[[], str]) -> list[Firm]:
    producers, makers = parameters.producers, []
    first, last = producers["ceasing"]
    for rank in range(1, producers["count"] + 1):
        ceased = None
        if rank > producers["alive"]:
            ceased = date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))
        if rank == producers["insolvent"]:
            ceased = producers["insolvent_on"]
        makers.append(replace(register.firm("BATTERY_MAKER", rank, where(), code=_code(rank)), ceased=ceased))
    return makers


def _code(number: int) -> str:
    return f"9{_SIGNS[number // 32]}{_SIGNS[number % 32]}"


def _tail(count: int, exponent: float) -> list[float]:
    return [1 / rank**exponent for rank in range(1, count + 1)]


def shares_of(top: Sequence[float], ten: float, count: int, section: Section) -> list[float]:
    """Return the market shares of ranked makers: `top` first, then a slope down to the tenth, then a tail.

    The first ten sum to `ten`, all to 1. `section` holds the parameters of slope and tail.
    """
    middle = [section["slope"] ** n for n in range(10 - len(top))]
    scale = (ten - sum(top)) / sum(middle)
    tail = [1 / (rank + section["tail_from"]) ** section["tail"] for rank in range(11, count + 1)]
    rest = (1 - ten) / sum(tail)
    return [*top, *(share * scale for share in middle), *(share * rest for share in tail)]


def _maker_sums(makers: list[Firm], parameters: FleetParameters, year: int) -> list[float]:
    producers = parameters.producers
    early = shares_of(producers["top_2018"], producers["ten_2018"], producers["count"], producers)
    late = shares_of(producers["top_2025"], producers["ten_2025"], producers["alive"], producers)
    part = min(max((year - 2018) / 7, 0.0), 1.0)
    weights = []
    for place, maker in enumerate(makers):
        share = early[place] * (1 - part) + (late[place] * part if place < len(late) else 0.0)
        weights.append(0.0 if maker.ceased is not None and maker.ceased.year <= year else share)
    return sums(weights)
