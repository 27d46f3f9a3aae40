"""Print the manifest and the statistics of a generated fleet."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from lineage.service.answers import Document


def print_manifest(manifest: Document, out: str) -> None:
    counts, console = manifest["counts"], Console()
    console.print(f"{counts['vehicles']:,} vehicles, {counts['lines']:,} reports, in {out}", highlight=False)
    for name, file in manifest["files"].items():
        console.print(f"  {name}  {file['bytes']:,} bytes  sha256 {file['sha256']}", highlight=False, soft_wrap=True)
    _counts(console, "Planted", counts["truth"])
    name = next(iter(manifest["files"]))
    option = "--format platform" if "unsent" in manifest else "--keep-recorded"
    console.print(f"Next: lineage load {out}/{name} {option}", highlight=False)


def print_report(document: Document) -> None:
    """Print every table; the reference figure is in parentheses."""
    console = Console()
    for title, name in (("Events", "events"), ("Items", "items")):
        _counts(console, title, document[name])
    table = Table("year", "vehicles", "share", "kWh a vehicle", "LFP", "NCM", title="Years (reference)")
    for row in document["years"]:
        kwh = f"{row['kwh_a_vehicle']:.1f} ({_figure(row['reference_kwh'])})"
        shares = (_share(row[name], row[f"reference_{name}"]) for name in ("share", "lfp", "ncm"))
        share, lfp, ncm = shares
        table.add_row(str(row["year"]), f"{row['vehicles']:,}", share, kwh, lfp, ncm)
    console.print(table)
    _counts(console, "Chemistries", document["chemistries"]["vehicles"])
    for year, rows in document["battery_makers"].items():
        _makers(console, f"Battery makers {year} by energy (reference)", "kWh", rows)
    _makers(console, "Vehicle makers", "vehicles", document["vehicle_makers"])
    table = Table("region", "sales", "share", title="Regions (reference: assumed)")
    for row in document["regions"]:
        table.add_row(row["region"], f"{row['sales']:,}", _share(row["share"], row["reference_share"]))
    console.print(table)
    reporting = document["reporting"]
    sales = _share(reporting["sales_of_vehicles"], reporting["reference_sales_of_vehicles"])
    repairs = _share(reporting["replacements_of_vehicles"], reporting["reference_replacements_of_vehicles"])
    table = Table("what", "value", title="Further figures of the reference")
    for name, value in document["reference"].items():
        table.add_row(name, str(value))
    console.print(table)
    console.print(f"Sales reported: {sales} of vehicles. Replacements: {repairs}. (2019)", highlight=False)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _share(value: float, reference: float | None) -> str:
    return f"{value:.2%}" if reference is None else f"{value:.2%} ({reference:.2%})"


def _counts(console: Console, title: str, counts: dict[str, int]) -> None:
    table = Table("what", "count", title=title)
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console.print(table)


def _makers(console: Console, title: str, unit: str, rows: list[Document]) -> None:
    table = Table("maker", unit, "share", title=title)
    for row in rows:
        table.add_row(
            row["name"] or row["id"], f"{row['amount']:,.0f}", _share(row["share"], row.get("reference_share"))
        )
    console.print(table)
