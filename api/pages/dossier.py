"""The dossier as one page for printing: plain HTML without scripts and without resources from elsewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from api.pages.dossier_text import LANGUAGES, Words
from api.pages.timeline_picture import picture
from lineage.domain.instants import CHINA, format_local, parse_instant
from lineage.service.questions.lineage import branches

Node = Mapping[str, Any]
_STYLE: Final = """
body { font: 11pt/1.45 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 1.5rem auto;
  max-width: 72rem; padding: 0 1rem; color: #1a1a1a; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; border-bottom: 1px solid #999; }
code { font-family: ui-monospace, monospace; font-size: .92em; white-space: nowrap; }
code.long { white-space: normal; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: .9em; } th { text-align: left; font-weight: 600; border-bottom: 1px solid #bbb; }
th, td { padding: .18rem .6rem .18rem 0; vertical-align: top; } td { border-bottom: 1px solid #e4e4e4; }
ul { margin: 0; padding-left: 1.2rem; } .bad { font-weight: 600; color: #9a1b1b; } .small { color: #555; font-size: .88em; }
a { color: inherit; text-decoration-color: #999; } :target { background: #fff3c4; }
.picture { display: block; width: 100%; max-width: 44rem; font: 8px system-ui, sans-serif; } .picture rect { fill: #3b6ea5; }
.picture .axis { stroke: #777; stroke-width: .6; } .picture .mark { stroke: #b45309; stroke-width: .9; }
@media screen and (max-width: 48rem) { body { margin: .8rem 0; } table, tbody, tr, th, td { display: block; width: auto; }
  thead { display: none; } tr { border-bottom: 1px solid #bbb; padding: .3rem 0; } td, th { border: 0; padding: .05rem 0; }
  td:empty { display: none; } .picture { font-size: 11px; } td[data-label]::before { content: attr(data-label) ": "; color: #555; } }
@page { margin: 16mm 14mm 18mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
@media print { a { text-decoration: none; } body { margin: 0; max-width: none; font-size: 9pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""  # noqa: E501 - a style sheet
_UNSHOWN: Final = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that change the direction of writing: a name with one looks like another name."""
_LONGEST_LINE: Final = 36
_BAD: Final = frozenset({"late", "overdue", "missing"})


def page(dossier: Node, language: str) -> bytes:
    """Return the page in UTF-8, in `en` or `zh`; times are in UTC+08:00, parties have their names."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", _Page(dossier, LANGUAGES[language]).whole()).encode()


class _Page:
    def __init__(self, dossier: Node, words: Words) -> None:
        self._d, self._w = dossier, words
        self._anchors = _anchors(dossier)

    def whole(self) -> str:
        d, w = self._d, self._w
        title = f"{escape(w('dossier'))} {escape(w(d['kind']))} {escape(d['id'])}"
        parts = [
            f"<h1>{title}</h1>{self._clocks()}{self._facts()}",
            self._section("picture", self._picture()),
            self._section("answers", self._answers()),
            self._section("duties", self._duties()),
            self._section("findings", self._findings()),
            self._section("gaps", self._gaps()),
            self._section("custody", self._custody()),
            self._section("composition", self._tree()),
            self._section("history", self._history()),
            self._section("siblings", self._siblings()),
            self._section("timeline", self._timeline()),
            self._section("evidence", self._evidence()),
            self._foot(),
        ]
        viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
        head = f'<meta charset="utf-8">{viewport}<title>{title}</title><style>{_STYLE}</style>'
        return f'<!doctype html><html lang="{w.html}"><head>{head}</head><body>{"".join(parts)}</body></html>\n'

    # ---- pieces

    def _section(self, word: str, body: str) -> str:
        nothing = f"<p>{escape(self._w('nothing'))}</p>"
        return f"<h2>{escape(self._w(word))}</h2>{body or nothing}"

    def _time(self, text: str | None) -> str:
        return "" if text is None else escape(format_local(parse_instant(text), CHINA))

    def _party(self, id: str | None) -> str:
        if not id:
            return ""
        name = self._d["parties"].get(id)
        return _mono(id) if name is None else f"{escape(name)} {_mono(id)}"

    def _parties(self, ids: Iterable[str]) -> str:
        return ", ".join(self._party(i) for i in ids)

    def _codes(self, ids: Sequence[str], most: int = 12) -> str:
        more = " …" if len(ids) > most else ""
        return ", ".join(map(self._code, ids[:most])) + more

    def _code(self, id: str) -> str:
        """An id, as a link to its row or its place in the composition where the page has one."""
        code, anchor = _mono(id), self._anchors.get(id)
        return code if anchor is None else f'<a href="#{anchor}">{code}</a>'

    def _table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        names = [escape(self._w(c)) for c in columns]
        cells = (zip(names, row, strict=True) for row in rows)
        body = "".join(f"<tr>{''.join(itertools.starmap(_cell, row))}" for row in cells)
        head = "".join(f"<th>{name}" for name in names)
        return f"<table><thead><tr>{head}<tbody>{body}</table>" if body else ""

    # ---- sections

    def _clocks(self) -> str:
        d, w = self._d, self._w
        as_of = self._time(d["as_of"]) or escape(w("now"))
        cut = "" if d["complete"] and d["siblings_complete"] else f" {escape(w('not_all'))}"
        born = d.get("not_yet_born")
        before = "" if born is None else f'<p class="bad">{escape(w("not_yet_born"))} {self._time(born)}.</p>'
        return (
            f'<p class="small">{escape(w("as_of"))} {as_of} · {escape(w("known_at"))} {self._time(d["known_at"])}'
            f" (UTC+08:00).{cut}</p>{before}"
        )

    def _facts(self) -> str:
        d, w = self._d, self._w
        rules, ended = d["rule_set"], d["ended"]
        pairs = [
            ("stage", escape(w(d["stage"] or ""))),
            ("holder", self._hands(d["holder"])),
            ("owner", self._parties(o["party"] for o in d["owners"])),
            ("made_by", self._party(d["maker"])),
            *((f, escape(str(d[f]))) for f in ("model", "batch", "chemistry", "mass_kg", "capacity_kwh") if d[f]),
            ("born", self._time(d["born"])),
            ("consumed", self._time(d["consumed"])),
            ("ended", f"{self._time(ended['time'])} {escape(w(ended['reason']))}" if ended else ""),
            ("rules", escape(f"{rules['id']} {rules['title']} ({rules['version']})") if rules else ""),
            ("final_from", escape(d["final_from"])),
        ]
        return f"<table>{''.join(f'<tr><th>{escape(w(n))}<td>{v}' for n, v in pairs if v)}</table>"

    def _hands(self, segment: Node | None) -> str:
        if segment is None:
            return ""
        w = self._w
        hands = self._parties(segment["holders"]) or escape(w(segment["status"]))
        if segment["to"]:
            hands += f" ({escape(w('in_transit'))} {escape(w('to'))} {self._party(segment['to'])})"
        inside = f" · {escape(w('inside'))} {self._codes(segment['via'])}" if segment["via"] else ""
        return hands + inside

    def _answers(self) -> str:
        columns = ("party", "as", "since", "until", "rule", "article", "confidence", "event")
        rows = (
            (
                self._party(a["party"]), escape(self._w(a["as"])), self._time(a["since"]), self._time(a["until"]),
                escape(a["rule"]), escape(a["article"]), escape(a["confidence"]), self._codes(a["events"]),
            )
            for a in self._d["answerable"]
        )  # fmt: skip
        table = self._table(columns, rows)
        return f'{table}<p class="small">{escape(self._w("confidences"))}</p>' if table else ""

    def _duties(self) -> str:
        columns = (
            "due", "status", "days_late", "owed_by", "reported_by", "action", "time", "recorded", "rule", "event",
        )  # fmt: skip
        return self._table(columns, (self._duty(d) for d in self._d["duties"]))

    def _duty(self, d: Node) -> tuple[str, ...]:
        mark = ' class="bad"' if d["status"] in _BAD else ""
        reporter = self._party(d["actor"]) if d["actor"] != d["holder"] else ""
        action = d["trigger"]["step"] or d["trigger"]["type"]
        return (
            escape(d["due"]), f"<span{mark}>{escape(self._w(d['status']))}</span>", str(d["days_late"] or ""),
            self._party(d["holder"]), reporter, escape(self._w(action)), self._time(d["trigger"]["time"]),
            self._time(d["recorded"]), f"{escape(d['rule'])} ({escape(d['confidence'])})",
            self._codes([d["trigger"]["event"]]),
        )  # fmt: skip

    def _gaps(self) -> str:
        w, first = self._w, self._d["first_refusable"]
        entries = []
        if first is not None:
            why = escape(" ".join(f["message"] for f in first["findings"]))
            who = f"{self._party(first['giver'])} → {self._party(first['taker'])}"
            entries.append(
                f'<span class="bad">{escape(w("first_refusable"))}</span> {self._time(first["time"])}: '
                f"{who} {self._code(first['event'])} {why}"
            )
        entries += [
            f"{escape(w(g['kind']))} {self._party(g['party'])} {self._time(g['since'])} – {self._time(g['until'])}"
            for g in self._d["gaps"]
        ]
        language = "zh" if w.html.startswith("zh") else "en"
        entries += [
            f'<span class="bad">{escape(f["kind"])}</span> {escape(f["text"][language])}' for f in self._d["findings"]
        ]
        if not self._d["findings"] and self._d["findings_complete"]:
            entries.append(escape(w("nothing_wrong")))
        for u in self._d["unknown"]:
            noun = w("one_uncoded" if u["uncoded"] == 1 else "uncoded")
            count = "" if u["uncoded"] is None else f"; {u['uncoded']} {escape(noun)}"
            entries.append(f"{escape(w(u['layer']))}, {self._code(u['item'])}: {escape(w('layer'))}{count}")
        return f"<ul>{''.join(f'<li>{e}' for e in entries)}</ul>" if entries else ""

    def _custody(self) -> str:
        rows = (
            (self._time(s["since"]), self._time(s["until"]), escape(self._w(s["status"])), self._hands(s),
             self._codes(s["events"], 4))
            for s in self._d["custody"]
        )  # fmt: skip
        return self._table(("since", "until", "status", "party", "event"), rows)

    def _tree(self) -> str:
        """Return the composition as indented rows."""
        root = self._d["composition"]
        if root is None:
            return ""
        rows = []
        for node, depth in branches(root):
            shift = f' style="padding-left:{min(depth, 12) * 1.4:.1f}em"'
            since = f" · {escape(self._w('since'))} {self._time(node['since'])}" if node["since"] else ""
            place = f' id="{self._anchors[node["id"]]}"'
            rows.append(f"<div{place}{shift}>{escape(self._w(node['kind']))} {_mono(node['id'])}{since}</div>")
        return "".join(rows)

    def _picture(self) -> str:
        d = self._d
        return picture(d["custody"], d["timeline"], d["as_of"] or d["known_at"] or "", d["parties"])

    def _findings(self) -> str:
        language = "zh" if self._w.html.startswith("zh") else "en"
        rows = (
            (escape(f["kind"]), self._time(f["interval"][0]), self._time(f["interval"][1]), escape(f["text"][language]),
             self._codes(f["items"], 4), self._codes(f["events"], 4))
            for f in self._d["findings"]
        )  # fmt: skip
        table = self._table(("finding", "since", "until", "description", "item", "event"), rows)
        return table or f"<p>{escape(self._w('no_findings' if self._d['findings_complete'] else 'findings_cut'))}</p>"

    def _history(self) -> str:
        rows = (
            (self._code(s["item"]), self._code(s["whole"]), self._time(s["since"]), self._time(s["until"]))
            for s in self._d["history"]
        )
        return self._table(("item", "inside", "since", "until"), rows)

    def _siblings(self) -> str:
        rows = (
            (escape(self._w(s["kind"])), self._code(s["id"]), self._codes(s["shared"], 6)) for s in self._d["siblings"]
        )
        return self._table(("kind", "item", "shared"), rows)

    def _timeline(self) -> str:
        w = self._w
        rows = (
            (self._time(e["time"]), self._time(e["recorded"]), escape(w(e["type"])), escape(w(e["step"] or "")),
             self._party(e["reporter"]), self._codes(e["others"], 4), self._code(e["id"]))
            for e in self._d["timeline"]
        )  # fmt: skip
        return self._table(("time", "recorded", "kind", "action", "reporter", "item", "event"), rows)

    def _evidence(self) -> str:
        rows = (
            (f'<span id="{self._anchors[e["id"]]}">{e["position"]}</span>', _mono(e['id']),
             self._time(e["recorded"]), self._party(e["reporter"]),
             ", ".join(escape(f"{x['kind']} {x['ref']}") for x in e["documents"]))
            for e in self._d["evidence"]
        )  # fmt: skip
        return self._table(("position", "event", "recorded", "reporter", "documents"), rows)

    def _foot(self) -> str:
        d, w = self._d, self._w
        return (
            f'<p class="small">{escape(w("chain"))} {_mono(d["digest"])} · {d["position"]} '
            f"{escape(w('row' if d['position'] == 1 else 'rows'))}. {escape(w('page_of'))}</p>"
        )


def _mono(id: str) -> str:
    """An id in one piece; only one that is longer than a line of a narrow screen may be broken."""
    return f'<code class="long">{escape(id)}</code>' if len(id) > _LONGEST_LINE else f"<code>{escape(id)}</code>"


def _cell(name: str, content: str) -> str:
    """A cell with its column's name, which narrow screens show before it; an empty cell is not shown there."""
    return f'<td data-label="{name}">{content}' if content else "<td>"


def _anchors(dossier: Node) -> dict[str, str]:
    """Return the place on the page of each item of the composition and of each event among the evidence, by id."""
    items = dict.fromkeys(node["id"] for node, _ in branches(dossier["composition"]))
    places = {id: f"item-{n}" for n, id in enumerate(items)}
    return places | {e["id"]: f"event-{n}" for n, e in enumerate(dossier["evidence"]) if e["id"] not in places}
