"""The dossier as one page for printing: plain HTML without scripts and without resources from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from api.pages.dossier_text import LANGUAGES, Words
from lineage.domain.instants import CHINA, format_local, parse_instant

Node = Mapping[str, Any]
_STYLE: Final = """
body { font: 11pt/1.45 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 1.5rem auto;
  max-width: 62rem; padding: 0 1rem; color: #1a1a1a; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; border-bottom: 1px solid #999; }
code { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; border-bottom: 1px solid #bbb; }
th, td { padding: .18rem .6rem .18rem 0; vertical-align: top; } td { border-bottom: 1px solid #e4e4e4; }
ul { margin: 0; padding-left: 1.2rem; } .bad { font-weight: 600; color: #9a1b1b; } .small { color: #555; font-size: .88em; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""  # noqa: E501 - a style sheet
_BAD: Final = frozenset({"late", "overdue", "missing"})


def page(dossier: Node, language: str) -> bytes:
    """Return the page in UTF-8, in `en` or `zh`; times are in UTC+08:00, parties have their names."""
    return _Page(dossier, LANGUAGES[language]).whole().encode()


class _Page:
    def __init__(self, dossier: Node, words: Words) -> None:
        self._d, self._w = dossier, words

    def whole(self) -> str:
        d, w = self._d, self._w
        title = f"{escape(w('dossier'))} {escape(w(d['kind']))} {escape(d['id'])}"
        parts = [
            f"<h1>{title}</h1>{self._clocks()}{self._facts()}",
            self._section("answers", self._answers()),
            self._section("duties", self._duties()),
            self._section("gaps", self._gaps()),
            self._section("custody", self._custody()),
            self._section("composition", self._tree()),
            self._section("siblings", self._siblings()),
            self._section("timeline", self._timeline()),
            self._section("evidence", self._evidence()),
            self._foot(),
        ]
        head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
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
        return f"<code>{escape(id)}</code>" if name is None else f"{escape(name)} <code>{escape(id)}</code>"

    def _parties(self, ids: Iterable[str]) -> str:
        return ", ".join(self._party(i) for i in ids)

    def _codes(self, ids: Sequence[str], most: int = 12) -> str:
        more = " …" if len(ids) > most else ""
        return ", ".join(f"<code>{escape(i)}</code>" for i in ids[:most]) + more

    def _table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        body = "".join(f"<tr>{''.join(f'<td>{cell}' for cell in row)}" for row in rows)
        head = "".join(f"<th>{escape(self._w(c))}" for c in columns)
        return f"<table><thead><tr>{head}<tbody>{body}</table>" if body else ""

    # ---- sections

    def _clocks(self) -> str:
        d, w = self._d, self._w
        as_of = self._time(d["as_of"]) or escape(w("now"))
        cut = "" if d["complete"] and d["siblings_complete"] else f" {escape(w('not_all'))}"
        return (
            f'<p class="small">{escape(w("as_of"))} {as_of} · {escape(w("known_at"))} {self._time(d["known_at"])}'
            f" (UTC+08:00).{cut}</p>"
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
                f"{who} <code>{escape(first['event'])}</code> {why}"
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
            entries.append(f"{escape(w(u['layer']))}, <code>{escape(u['item'])}</code>: {escape(w('layer'))}{count}")
        return f"<ul>{''.join(f'<li>{e}' for e in entries)}</ul>" if entries else ""

    def _custody(self) -> str:
        rows = (
            (self._time(s["since"]), self._time(s["until"]), escape(self._w(s["status"])), self._hands(s),
             self._codes(s["events"], 4))
            for s in self._d["custody"]
        )  # fmt: skip
        return self._table(("since", "until", "status", "party", "event"), rows)

    def _tree(self) -> str:
        """Return the composition as indented rows, without recursion because it may be deep."""
        root = self._d["composition"]
        if root is None:
            return ""
        rows, todo = [], [(root, 0)]
        while todo:
            node, depth = todo.pop()
            shift = f' style="padding-left:{min(depth, 12) * 1.4:.1f}em"'
            since = f" · {escape(self._w('since'))} {self._time(node['since'])}" if node["since"] else ""
            rows.append(f"<div{shift}>{escape(self._w(node['kind']))} <code>{escape(node['id'])}</code>{since}</div>")
            todo += [(part, depth + 1) for part in reversed(node["parts"])]
        return "".join(rows)

    def _siblings(self) -> str:
        rows = (
            (escape(self._w(s["kind"])), f"<code>{escape(s['id'])}</code>", self._codes(s["shared"], 6))
            for s in self._d["siblings"]
        )
        return self._table(("kind", "item", "shared"), rows)

    def _timeline(self) -> str:
        w = self._w
        rows = (
            (self._time(e["time"]), self._time(e["recorded"]), escape(w(e["type"])), escape(w(e["step"] or "")),
             self._party(e["reporter"]), self._codes(e["others"], 4), f"<code>{escape(e['id'])}</code>")
            for e in self._d["timeline"]
        )  # fmt: skip
        return self._table(("time", "recorded", "kind", "action", "reporter", "item", "event"), rows)

    def _evidence(self) -> str:
        rows = (
            (str(e["position"]), f"<code>{escape(e['id'])}</code>", self._time(e["recorded"]),
             self._party(e["reporter"]), ", ".join(escape(f"{x['kind']} {x['ref']}") for x in e["documents"]))
            for e in self._d["evidence"]
        )  # fmt: skip
        return self._table(("position", "event", "recorded", "reporter", "documents"), rows)

    def _foot(self) -> str:
        d, w = self._d, self._w
        return (
            f'<p class="small">{escape(w("chain"))} <code>{escape(d["digest"])}</code> · {d["position"]} '
            f"{escape(w('row' if d['position'] == 1 else 'rows'))}. {escape(w('page_of'))}</p>"
        )
