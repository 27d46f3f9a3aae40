"""Responsibility and duties drawn for people."""

from __future__ import annotations

from typing import Any, Final

from lineage.cli.rendering.renderer import Renderer, counted

Document = dict[str, Any]

_DOUBTS: Final = {
    "role_unknown": "the party was not enrolled",
    "other_role": "the party had another role",
    "vehicle_maker_unknown": "the maker of the vehicle is not known",
    "inferred": "inferred from what others reported",
    "calendar_unknown": "days off not yet announced",
    "window_assumed": "window assumed",
}
_GAPS: Final = {
    "no_holder": "No holder is known",
    "party_gone": "Would be responsible, and no longer exists:",
    "nobody_known": "No responsible party is known",
}


def responsibility(paper: Renderer, answer: Document) -> None:
    rules, holder = answer["rule_set"], answer["holder"]
    paper.facts(
        [
            ("id", answer["id"]),
            ("kind", answer["kind"]),
            ("stage", answer["stage"]),
            ("held by", "" if holder is None else _hands(paper, holder)),
            ("owner", "; ".join(f"{paper.party(o['party'])} since {paper.time(o['since'])}" for o in answer["owners"])),
            ("rules", rules and f"{rules['id']} {rules['title']}, version {rules['version']}"),
            ("final from", answer["final_from"]),
        ]
    )
    rows = (
        (
            paper.party(a["party"]),
            a["as"],
            paper.window(a["since"], a["until"]),
            a["rule"],
            a["confidence"],
            a["article"],
        )
        for a in answer["answerable"]
    )
    paper.table(("responsible", "as", "when", "rule", "confidence", "article"), rows)
    _table(paper, answer["duties"])
    for gap in answer["gaps"]:
        when = f", {paper.window(gap['since'], gap['until'])}" if gap["kind"] == "no_holder" else ""
        paper.say(f"{_GAPS[gap['kind']]} {paper.party(gap['party'])}".rstrip() + f"{when}.")


def refusable(paper: Renderer, first: Document | None) -> None:
    """Print the first hand-over that could have been refused, in a sentence."""
    if first is not None:
        who = f"{paper.party(first['giver'])} to {paper.party(first['taker'])}"
        why = " ".join(f["message"] for f in first["findings"])
        paper.say(f"First refusable hand-over: {paper.time(first['time'])}, {who}, {first['event']}: {why}")


def conduct(paper: Renderer, answer: Document) -> None:
    """Draw what a party took in, how punctual its reports were, and what is open."""
    reports = answer["punctuality"]
    share = "" if reports["share_met"] is None else f" ({reports['share_met']:.0%} in time)"
    late = "" if reports["median_days_late"] is None else f", by {reports['median_days_late']:g} days in the median"
    paper.facts(
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
    paper.table(("year", "kg taken in", "items", "without a mass", "kg permitted"), rows)
    open_ones = [("given, not acknowledged", g["item"], "", paper.time(g["since"])) for g in answer["given"]]
    open_ones += [
        ("expected, not reported", e["item"], paper.party(e["giver"]), paper.time(e["since"]))
        for e in answer["expected"]
    ]
    if open_ones:
        paper.table(("open", "item", "giver", "since"), open_ones)


def _capacity(kg: float | None) -> str:
    return "" if kg is None else f"{kg:,.0f}"


def check(paper: Renderer, answer: Document) -> None:
    """Draw the findings that these events would cause, event by event."""
    rows = [
        (j["line"], j["id"], f["kind"], f["item"], paper.party(f["party"]), f["message"], f["rule"])
        for j in answer["judgements"]
        for f in j["findings"]
    ]
    if rows:
        paper.table(("line", "event", "finding", "item", "party", "why", "rule"), rows)
    for error in answer["errors"]:
        paper.say(f"Line {error['line']} would be refused: {error['path']}: {error['message']} ({error['code']})")
    checked = counted(answer["checked"], "event")
    paper.say(f"{checked} checked, {answer['clear']:,} without findings; {answer['rejected']:,} would be refused.")


def _hands(paper: Renderer, segment: Document) -> str:
    passing = f", on its way to {paper.party(segment['to'])}" if segment["to"] else ""
    inside = f", inside {segment['via'][0]}" if segment["via"] else ""
    return f"{paper.parties(segment['holders']) or segment['status']}{passing}{inside}"


def duties(paper: Renderer, answer: Document) -> None:
    _table(paper, answer["duties"])
    if answer["next"] is not None:
        paper.say(f"There is more: --cursor {answer['next']}")


def _table(paper: Renderer, listed: list[Document]) -> None:
    if not listed:
        paper.say("No report was due.")
        return
    columns = (
        "due", "status", "late", "owed by", "reported by", "trigger", "step", "rule", "confidence", "event", "doubts",
    )  # fmt: skip
    paper.table(columns, (_row(paper, d) for d in listed))


def _row(paper: Renderer, duty: Document) -> tuple[object, ...]:
    trigger = duty["trigger"]
    return (
        duty["due"],
        duty["status"],
        counted(duty["days_late"], "day") if duty["days_late"] else "",
        paper.party(duty["holder"]),
        paper.party(duty["actor"]) if duty["actor"] != duty["holder"] else "",
        paper.time(trigger["time"]),
        trigger["step"] or trigger["type"],
        duty["rule"],
        duty["confidence"],
        trigger["event"],
        "; ".join(_DOUBTS.get(d, d) for d in duty["doubts"]),
    )


def party_ids(answer: Document) -> set[str]:
    """Return every party that these answers name."""
    ids = {d[who] for d in answer.get("duties", ()) for who in ("holder", "actor")}
    ids |= {row["party"] for name in ("owners", "answerable", "gaps") for row in answer.get(name, ())}
    ids |= {e["giver"] for e in answer.get("expected", ())}
    ids |= {f["party"] for j in answer.get("judgements", ()) for f in j["findings"]}
    first = answer.get("first_refusable")
    ids |= {first["giver"], first["taker"]} if first else set()
    holder = answer.get("holder")
    if isinstance(holder, dict):
        ids |= {*holder["holders"], holder["to"]}
    return {id for id in ids if id}
