"""Tables of responsibility, duties, conduct and checks."""

from __future__ import annotations

from typing import Final

from lineage.cli.rendering.renderer import Renderer, counted
from lineage.service.answers import Document

_DOUBTS: Final = {
    "role_unknown": "the party was not enrolled",
    "other_role": "the party had another role",
    "vehicle_maker_unknown": "the maker of the vehicle is not known",
    "inferred": "inferred from what others reported",
    "calendar_unknown": "days off not yet announced",
    "window_assumed": "window assumed",
}
GAPS: Final = {
    "no_holder": "No holder is known",
    "party_gone": "The responsible party no longer exists:",
    "nobody_known": "No responsible party is known",
}


def responsibility(renderer: Renderer, answer: Document) -> None:
    rules, holder = answer["rule_set"], answer["holder"]
    renderer.facts(
        [
            ("id", answer["id"]),
            ("kind", answer["kind"]),
            ("stage", answer["stage"]),
            ("held by", "" if holder is None else _hands(renderer, holder)),
            (
                "owner",
                "; ".join(f"{renderer.party(o['party'])} since {renderer.time(o['since'])}" for o in answer["owners"]),
            ),
            ("rules", rules and f"{rules['id']} {rules['title']}, version {rules['version']}"),
            ("final from", answer["final_from"]),
        ]
    )
    rows = (
        (
            renderer.party(a["party"]),
            a["as"],
            renderer.window(a["since"], a["until"]),
            a["rule"],
            a["confidence"],
            a["article"],
        )
        for a in answer["answerable"]
    )
    renderer.table(("responsible", "as", "when", "rule", "confidence", "article"), rows)
    _table(renderer, answer["duties"])
    for gap in answer["gaps"]:
        when = f", {renderer.window(gap['since'], gap['until'])}" if gap["kind"] == "no_holder" else ""
        renderer.print_line(f"{GAPS[gap['kind']]} {renderer.party(gap['party'])}".rstrip() + f"{when}.")


def refusable(renderer: Renderer, first: Document | None) -> None:
    """Print a sentence about the first hand-over that the taker could have refused."""
    if first is not None:
        who = f"{renderer.party(first['giver'])} to {renderer.party(first['taker'])}"
        why = " ".join(f["message"] for f in first["findings"])
        renderer.print_line(
            f"First refusable hand-over: {renderer.time(first['time'])}, {who}, {first['event']}: {why}"
        )


def conduct(renderer: Renderer, answer: Document) -> None:
    """Print the intake of a party, the punctuality of its reports, and its open hand-overs."""
    reports = answer["punctuality"]
    share = "" if reports["share_met"] is None else f" ({reports['share_met']:.0%} in time)"
    late = "" if reports["median_days_late"] is None else f", with a median of {_days(reports['median_days_late'])}"
    renderer.facts(
        [
            ("id", answer["id"]),
            ("holds", answer["held"]),
            ("reports", f"{reports['met']} in time, {reports['late']} late{late}{share}"),
        ]
    )
    rows = (
        (str(y["year"]), f"{y['kg']:,.1f}", y["items"], y["without_mass"], _capacity(y["capacity_kg"]))
        for y in answer["throughput"]
    )
    renderer.table(("year", "kg taken in", "items", "without a mass", "kg permitted"), rows)
    open_ones = [("given, not acknowledged", g["item"], "", renderer.time(g["since"])) for g in answer["given"]]
    open_ones += [
        ("expected, not reported", e["item"], renderer.party(e["giver"]), renderer.time(e["since"]))
        for e in answer["expected"]
    ]
    if open_ones:
        renderer.table(("open", "item", "giver", "since"), open_ones)


def _days(number: float) -> str:
    return f"{number:g} {'day' if number == 1 else 'days'}"


def _capacity(kg: float | None) -> str:
    return "" if kg is None else f"{kg:,.0f}"


def check(renderer: Renderer, answer: Document) -> None:
    """Print the findings that these events would cause, event by event."""
    rows = [
        (j["line"], j["id"], f["kind"], f["item"], renderer.party(f["party"]), f["message"], f["rule"])
        for j in answer["judgements"]
        for f in j["findings"]
    ]
    if rows:
        renderer.table(("line", "event", "finding", "item", "party", "why", "rule"), rows)
    for error in answer["errors"]:
        renderer.print_line(
            f"Line {error['line']} would be refused: {error['path']}: {error['message']} ({error['code']})"
        )
    checked = counted(answer["checked"], "event")
    renderer.print_line(
        f"{checked} checked, {answer['clear']:,} without findings; {answer['rejected']:,} would be refused."
    )


def _hands(renderer: Renderer, segment: Document) -> str:
    passing = f", on its way to {renderer.party(segment['to'])}" if segment["to"] else ""
    inside = f", inside {segment['via'][0]}" if segment["via"] else ""
    return f"{renderer.parties(segment['holders']) or segment['status']}{passing}{inside}"


def duties(renderer: Renderer, answer: Document) -> None:
    _table(renderer, answer["duties"])
    if answer["next"] is not None:
        renderer.print_line(f"There is more: --cursor {answer['next']}")


def _table(renderer: Renderer, listed: list[Document]) -> None:
    if not listed:
        renderer.print_line("No report was due.")
        return
    columns = (
        "due", "status", "late", "owed by", "reported by", "trigger", "step", "rule", "confidence", "event", "doubts",
    )  # fmt: skip
    renderer.table(columns, (_row(renderer, d) for d in listed))


def _row(renderer: Renderer, duty: Document) -> tuple[object, ...]:
    trigger = duty["trigger"]
    return (
        duty["due"],
        duty["status"],
        counted(duty["days_late"], "day") if duty["days_late"] else "",
        renderer.party(duty["holder"]),
        renderer.party(duty["actor"]) if duty["actor"] != duty["holder"] else "",
        renderer.time(trigger["time"]),
        trigger["step"] or trigger["type"],
        duty["rule"],
        duty["confidence"],
        trigger["event"],
        "; ".join(_DOUBTS.get(d, d) for d in duty["doubts"]),
    )
