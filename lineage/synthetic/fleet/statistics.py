"""What a fleet looks like: counts by kind, year, chemistry, maker and region, beside the figures of the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from lineage.domain.instants import CHINA_OFFSET, DAY, parse_instant
from lineage.synthetic.fleet.enterprises import shares_of
from lineage.synthetic.fleet.parameters import Parameters

Table = list[dict[str, Any]]


class Counts:
    """Counts what events say; `add` each once, in any order. Corrections are counted, not applied."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.steps: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.vehicles: Counter[int] = Counter()
        self.kwh: dict[int, Counter[str]] = defaultdict(Counter)
        self.packs: dict[int, Counter[str]] = defaultdict(Counter)
        self.chemistries: Counter[str] = Counter()
        self.vehicle_makers: Counter[str] = Counter()
        self.regions: Counter[str] = Counter()
        self.names: dict[str, str] = {}
        self.sales: Counter[int] = Counter()

    def add(self, event: Mapping[str, Any]) -> None:
        """Count one event, as sent or as kept."""
        type, step = event["type"], event.get("step", "")
        self.events[type] += 1
        if step:
            self.steps[step] += 1
        if type == "produced":
            self._made(event, event["items"], step)
        elif type == "transformed":
            self._made(event, event["outputs"], step)
        elif type == "enrolled":
            self.names[event["party"]["id"]] = event["party"]["name"]
        elif step == "sale" and type == "transferred":
            self.sales[_year(event)] += 1
            self.regions[event.get("place", "")] += 1

    def _made(self, event: Mapping[str, Any], items: list[Mapping[str, Any]], step: str) -> None:
        year = _year(event)
        for item in items:
            kind, kwh = item["kind"], item.get("capacity_kwh", 0)
            self.kinds[kind] += 1
            if kind == "vehicle":
                self.vehicles[year] += 1
                chemistry = item.get("chemistry", "")
                self.kwh[year][_group(chemistry)] += kwh
                self.chemistries[chemistry] += 1
                self.vehicle_makers[item.get("maker", event["reporter"])] += 1
            elif kind == "pack" and step == "pack_production":
                self.packs[year][item.get("maker", event["reporter"])] += kwh


def _year(event: Mapping[str, Any]) -> int:
    time = event["time"]
    if time.endswith("+08:00") or len(time) == 10:
        return int(time[:4])
    # days since 1970 on China's clock, to a year of the Gregorian calendar
    days = (parse_instant(time) + CHINA_OFFSET) // DAY
    return 1970 + int((days * 400 + 200) // 146_097)


def _group(chemistry: str) -> str:
    if chemistry.startswith(("NCM", "NCA")):
        return "NCM"
    return chemistry if chemistry == "LFP" else "other"


def report(counts: Counts, parameters: Parameters) -> dict[str, Any]:
    """Return the tables, each row with what the reference says beside it; `null` where it says nothing."""
    return {
        "events": dict(sorted(counts.events.items())),
        "steps": dict(sorted(counts.steps.items())),
        "items": dict(sorted(counts.kinds.items())),
        "years": _years(counts, parameters),
        "chemistries": _chemistries(counts, parameters),
        "battery_makers": _makers(counts, parameters),
        "vehicle_makers": _top(counts.vehicle_makers, counts.names),
        "regions": _regions(counts, parameters),
        "reporting": _reporting(counts, parameters),
        "reference": dict(parameters.compared),
    }


def _years(counts: Counts, parameters: Parameters) -> Table:
    whole = sum(counts.vehicles.values())
    years = sorted(counts.vehicles)
    last = years[-1] if years else 0
    # the last year may have only begun: years are compared with those that ended
    full = [y for y in years if y != last and y in parameters.years]
    sold, made = sum(parameters.years[y]["sales"] for y in full), sum(counts.vehicles[y] for y in full)
    rows = []
    for year in years:
        told, kwh = parameters.years.get(year, {}), counts.kwh[year]
        energy = sum(kwh.values())
        is_full = year in full
        rows.append({
            "year": year,
            "vehicles": counts.vehicles[year],
            "share": _part(counts.vehicles[year], made if is_full else whole),
            "reference_share": round(told["sales"] / sold, 4) if is_full else None,
            "kwh_a_vehicle": round(energy / counts.vehicles[year], 2),
            "reference_kwh": round(told["gwh"] * 100 / told["sales"], 2) if told else None,
            "lfp": _part(kwh["LFP"], energy),
            "reference_lfp": told.get("lfp"),
            "ncm": _part(kwh["NCM"], energy),
            "reference_ncm": told.get("ncm"),
        })  # fmt: skip
    return rows


def _chemistries(counts: Counts, parameters: Parameters) -> dict[str, Any]:
    """Vehicles by chemistry, and the energy of all years; the reference's as it would be with these years' energy."""
    years = {year: kwh for year, kwh in counts.kwh.items() if year in parameters.years}
    whole = sum(sum(kwh.values()) for kwh in years.values())
    shares: dict[str, dict[str, float]] = {}
    for name, field in (("LFP", "lfp"), ("NCM", "ncm")):
        told = sum(sum(kwh.values()) * parameters.years[year][field] for year, kwh in years.items())
        energy = sum(kwh[name] for kwh in years.values())
        shares[name] = {"share": _part(energy, whole), "reference_share": _part(told, whole)}
    return {"vehicles": dict(sorted(counts.chemistries.items())), "energy": shares}


def _part(one: float, whole: float) -> float:
    return round(one / whole, 4) if whole else 0.0


def _makers(counts: Counts, parameters: Parameters) -> dict[str, Table]:
    """The ten largest battery makers by energy, of the two years for which the reference has shares."""
    told, found = parameters.producers, {}
    for year, top, ten, count in (
        (2018, "top_2018", "ten_2018", told["count"]),
        (2025, "top_2025", "ten_2025", told["alive"]),
    ):
        reference = shares_of(told[top], told[ten], count, told)
        kwh = counts.packs.get(year, Counter())
        rows = _top(kwh, counts.names)
        found[str(year)] = [{**row, "reference_share": round(reference[n], 4)} for n, row in enumerate(rows)]
    return found


def _top(counter: Counter[str], names: Mapping[str, str]) -> Table:
    """The ten largest: kWh of packs for a battery maker, vehicles for a vehicle maker."""
    whole = sum(counter.values())
    ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return [
        {"id": id, "name": names.get(id), "amount": round(count, 2), "share": _part(count, whole)}
        for id, count in ranked
    ]


def _regions(counts: Counts, parameters: Parameters) -> Table:
    whole, told = sum(counts.regions.values()), sum(parameters.provinces.values())
    return [
        {
            "region": region,
            "sales": counts.regions[region],
            "share": _part(counts.regions[region], whole),
            "reference_share": _part(parameters.provinces.get(region, 0), told),
        }
        for region in sorted(counts.regions)
    ]


def _reporting(counts: Counts, parameters: Parameters) -> dict[str, Any]:
    """How much of what happened was told; of 2019 the reference has the platform's own figures."""
    whole = sum(counts.vehicles.values())
    told = parameters.figures_2019
    return {
        "sales_of_vehicles": _part(sum(counts.sales.values()), whole),
        "reference_sales_of_vehicles": told["sales_of_vehicles"],
        "replacements_of_vehicles": _part(counts.steps["replacement"] / 2, whole),
        "reference_replacements_of_vehicles": told["repairs_of_vehicles"],
        "reference_silent_firms": parameters.silence["2019"]["firms"],
    }
