"""One page about an item after an incident, for a terminal of 80 columns: no id is ever broken."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len

from lineage.cli.rendering.compliance_tables import GAPS
from lineage.cli.rendering.renderer import Renderer, counted
from lineage.service.answers import Document
from lineage.service.questions.lineage import branches

NARROW: Final = 80
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
Cells = Iterable[str]


def wrapped(cells: Cells, width: int, indent: str = "") -> list[str]:
    """Return the cells of a row as lines, broken between cells, in sentences between words, and never inside a word.

    A line after the first one is indented by four more columns. A word that is longer than `width` has its own line.

    >>> wrapped(["pack 9XHPEP1DEMA013A3G0210030", "since 2020-03-30"], 34)
    ['pack 9XHPEP1DEMA013A3G0210030', '    since 2020-03-30']
    """
    lines, line = [], ""
    for cell in filter(None, cells):
        if not line or cell_len(f"{indent}{line}  {cell}") <= width:
            line = f"{line}  {cell}" if line else cell
        else:
            lines.append(line)
            line = "    " + cell
        while cell_len(indent + line) > width and (cut := _last_break(line, width - cell_len(indent))) is not None:
            lines.append(line[:cut].rstrip())
            line = "    " + line[cut:].lstrip()
    return [(indent + line).replace(NO_BREAK, " ") for line in [*lines, line] if line]


def _last_break(line: str, width: int) -> int | None:
    """Return the last blank at which the line fits, else its first blank after the indent, else None."""
    first = len(line) - len(line.lstrip())
    blanks = [n for n, c in enumerate(line) if c == " " and n > first]
    fitting = [n for n in blanks if cell_len(line[:n].rstrip()) <= width]
    return fitting[-1] if fitting else blanks[0] if blanks else None


class IncidentPage:
    """Prints the dossier of an item section by section; every section is there, with a sentence where it is empty."""

    def __init__(self, renderer: Renderer, document: Document) -> None:
        self._renderer, self._d = renderer, document
        self._width = max(shutil.get_terminal_size().columns, 40) if sys.stdout.isatty() else NARROW

    def print(self) -> None:
        d = self._d
        self._line([f"{d['kind'].upper()} {d['id']}"])
        as_of = "now" if d["as_of"] is None else self._renderer.time(d["as_of"])
        known = self._renderer.time(d["known_at"]) or "never"
        self._line([f"as of {as_of},", f"as known at {known}", f"(UTC{self._renderer.offset})"])
        facts = [f"{name} {d[name]}" for name in ("model", "batch") if d[name]]
        made = [
            f"made {self._time(d['born'])}" if d["born"] else "",
            f"by {self._party(d['maker'])}" if d["maker"] else "",
        ]
        self._line([*made, *facts])
        if "not_yet_born" in d:
            self._line([self._renderer.not_yet_born(d)])
        self._section("WHO HOLDS IT", self._holder(), "Nobody is known to hold it.")
        self._section("WHO ANSWERS", self._answerable(), "No responsible party is known.")
        self._section("WHAT WAS IN IT", self._inside(), "Nothing is known to have been in it.")
        self._section("WHERE THAT HAD BEEN", self._history(), "Nowhere else, as far as was reported.")
        self._section("SISTERS THAT SHARE A BATCH", self._siblings(), "None was reported.")
        self._section("OPEN FINDINGS", self._findings(), self._no_findings())
        self._section("WHAT IS NOT KNOWN", self._unknown(), "Every layer was reported, and nothing was left out.")
        self._line([f"Proved by {counted(len(d['evidence']), 'event')}:", f"lineage dossier {d['id']} --html FILE"])

    # ---- sections: each row is a list of cells

    def _holder(self) -> Iterator[Cells]:
        segment = self._d["holder"]
        if segment is not None:
            held = f"{segment['status'].replace('_', ' ')}:" if segment["status"] != "held" else ""
            passing = f"on its way to {self._party(segment['to'])}" if segment["to"] else ""
            inside = [f"inside {whole}" for whole in segment["via"]]
            who = [self._party(holder) for holder in segment["holders"]] or ["nobody"]
            yield [held, *who, passing, *inside, self._window(segment["since"], segment["until"])]
        for owner in self._d["owners"]:
            yield ["owner:", self._party(owner["party"]), f"since {self._time(owner['since'])}"]

    def _answerable(self) -> Iterator[Cells]:
        for a in self._d["answerable"]:
            yield [
                self._party(a["party"]), a["as"], self._window(a["since"], a["until"]),
                f"rule {a['rule']}, {a['article']} (confidence {a['confidence']})",
            ]  # fmt: skip

    def _inside(self) -> Iterator[Cells]:
        for node, depth in branches(self._d["composition"]):
            if depth:
                since = f"since {self._time(node['since'])}" if node["since"] else ""
                yield ["  " * (depth - 1) + f"{node['kind']} {node['id']}", since]

    def _history(self) -> Iterator[Cells]:
        for stay in self._d["history"]:
            yield [stay["item"], f"in {stay['whole']}", self._window(stay["since"], stay["until"])]

    def _siblings(self) -> Iterator[Cells]:
        for sibling in self._d["siblings"]:
            yield [f"{sibling['kind']} {sibling['id']}", "shares", *sibling["shared"]]

    def _findings(self) -> Iterator[Cells]:
        for finding in self._d["findings"]:
            about = [f"of {item}" for item in finding["items"][:3]]
            yield [finding["kind"], self._window(*finding["interval"]), *about, finding["text"]["en"]]

    def _no_findings(self) -> str:
        if self._d["findings_complete"]:
            return "Nothing is known to be wrong."
        return "None was found, but this answer is incomplete."

    def _unknown(self) -> Iterator[Cells]:
        for gap in self._d["gaps"]:
            when = self._window(gap["since"], gap["until"]) if gap["kind"] == "no_holder" else ""
            yield [GAPS[gap["kind"]], self._party(gap["party"]), when]
        for unknown in self._d["unknown"]:
            count = "" if unknown["uncoded"] is None else f"parts without a code: {unknown['uncoded']:,}"
            yield [f"no {unknown['layer']} was ever reported of {unknown['item']}", "unknown, not absent", count]
        if not self._d["siblings_complete"]:
            yield ["There are more sisters than are listed."]
        if not self._d["complete"]:
            yield ["This answer is incomplete: its limits left something out."]

    # ---- pieces

    def _section(self, title: str, rows: Iterable[Cells], nothing: str) -> None:
        self._renderer.print_line("")
        self._renderer.print_line(title)
        is_empty = True
        for row in rows:
            is_empty = False
            cells = list(row)
            indent = cells[0][: len(cells[0]) - len(cells[0].lstrip(" "))] if cells else ""
            self._line([cells[0].lstrip(" "), *cells[1:]], "  " + indent)
        if is_empty:
            self._line([nothing], "  ")

    def _line(self, cells: Cells, indent: str = "") -> None:
        for line in wrapped(cells, self._width, indent):
            self._renderer.print_line(line)

    def _time(self, text: str | None) -> str:
        return self._renderer.time(text).replace(" ", NO_BREAK)

    def _window(self, since: str | None, until: str | None) -> str:
        """A window whose dates with times of day are not broken."""
        if since is not None and until is not None and since != until:
            return f"{self._time(since)} to {self._time(until)}"
        if since is not None:
            return f"{'at' if since == until else 'from'} {self._time(since)}"
        return "always" if until is None else f"until {self._time(until)}"

    def _party(self, id: str | None) -> str:
        """The name of a party and its id, which is what a report names."""
        name = "" if id is None else self._renderer.party(id)
        return f"{name} {id}" if id is not None and name != id else name
