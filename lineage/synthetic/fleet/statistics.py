"""Statistics of a fleet by kind, year, chemistry, maker and region, compared with figures of the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from lineage.domain.instants import CHINA_OFFSET, DAY, parse_instant
from lineage.synthetic.fleet.enterprises import shares_of
from lineage.synthetic.fleet.parameters import FleetParameters

Table = list[dict[str, Any]]


class Counts:
    """Counters over events; `add` each event once, in any order. Corrections are counted, not applied."""

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
        """Count one event, as sent or as stored."""
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


def report(counts: Counts, parameters: FleetParameters) -> dict[str, Any]:
    """Return the tables; each row has the figure of the reference too, `null` where there is none."""
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


def _years(counts: Counts, parameters: FleetParameters) -> Table:
    whole = sum(counts.vehicles.values())
    years = sorted(counts.vehicles)
    last = years[-1] if years else 0
    # the last year may have only begun: years are compared with those that ended
    full = [y for y in years if y != last and y in parameters.years]
    sold, made = sum(parameters.years[y]["sales"] for y in full), sum(counts.vehicles[y] for y in full)
    rows = []
    for year in years:
        reference, kwh = parameters.years.get(year, {}), counts.kwh[year]
        energy = sum(kwh.values())
        is_full = year in full
        rows.append({
            "year": year,
            "vehicles": counts.vehicles[year],
            "share": _part(counts.vehicles[year], made if is_full else whole),
            "reference_share": round(reference["sales"] / sold, 4) if is_full else None,
            "kwh_a_vehicle": round(energy / counts.vehicles[year], 2),
            "reference_kwh": round(reference["gwh"] * 100 / reference["sales"], 2) if reference else None,
            "lfp": _part(kwh["LFP"], energy),
            "reference_lfp": reference.get("lfp"),
            "ncm": _part(kwh["NCM"], energy),
            "reference_ncm": reference.get("ncm"),
        })  # fmt: skip
    return rows


def _chemistries(counts: Counts, parameters: FleetParameters) -> dict[str, Any]:
    """Return vehicles by chemistry and shares of energy; the reference's shares are weighted by these years' energy."""
    years = {year: kwh for year, kwh in counts.kwh.items() if year in parameters.years}
    whole = sum(sum(kwh.values()) for kwh in years.values())
    shares: dict[str, dict[str, float]] = {}
    for name, field in (("LFP", "lfp"), ("NCM", "ncm")):
        expected = sum(sum(kwh.values()) * parameters.years[year][field] for year, kwh in years.items())
        energy = sum(kwh[name] for kwh in years.values())
        shares[name] = {"share": _part(energy, whole), "reference_share": _part(expected, whole)}
    return {"vehicles": dict(sorted(counts.chemistries.items())), "energy": shares}


def _part(one: float, whole: float) -> float:
    return round(one / whole, 4) if whole else 0.0


def _makers(counts: Counts, parameters: FleetParameters) -> dict[str, Table]:
    """Return the ten largest battery makers by energy, for the two years of which the reference has shares."""
    producers, found = parameters.producers, {}
    for year, top, ten, count in (
        (2018, "top_2018", "ten_2018", producers["count"]),
        (2025, "top_2025", "ten_2025", producers["alive"]),
    ):
        reference = shares_of(producers[top], producers[ten], count, producers)
        kwh = counts.packs.get(year, Counter())
        rows = _top(kwh, counts.names)
        found[str(year)] = [{**row, "reference_share": round(reference[n], 4)} for n, row in enumerate(rows)]
    return found


def _top(counter: Counter[str], names: Mapping[str, str]) -> Table:
    """Return the ten largest: by kWh of packs for battery makers, by vehicles for vehicle makers."""
    whole = sum(counter.values())
    ranked = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return [
        {"id": id, "name": names.get(id), "amount": round(count, 2), "share": _part(count, whole)}
        for id, count in ranked
    ]


def _regions(counts: Counts, parameters: FleetParameters) -> Table:
    whole, all_shares = sum(counts.regions.values()), sum(parameters.provinces.values())
    return [
        {
            "region": region,
            "sales": counts.regions[region],
            "share": _part(counts.regions[region], whole),
            "reference_share": _part(parameters.provinces.get(region, 0), all_shares),
        }
        for region in sorted(counts.regions)
    ]


def _reporting(counts: Counts, parameters: FleetParameters) -> dict[str, Any]:
    """Return the reported shares of sales and replacements, with the platform's own figures of 2019."""
    whole = sum(counts.vehicles.values())
    figures = parameters.figures_2019
    return {
        "sales_of_vehicles": _part(sum(counts.sales.values()), whole),
        "reference_sales_of_vehicles": figures["sales_of_vehicles"],
        "replacements_of_vehicles": _part(counts.steps["replacement"] / 2, whole),
        "reference_replacements_of_vehicles": figures["repairs_of_vehicles"],
        "reference_silent_firms": parameters.silence["2019"]["firms"],
    }
