"""A picture of who held an item when, and of the reports about it: inline SVG without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from lineage.domain.instants import CHINA, DAY, format_local, parse_instant

_WIDTH: Final = 400
_ROW: Final = 24
_TOP: Final = 6
MOST_ROWS: Final = 20
MOST_MARKS: Final = 300
_YEAR: Final = 365.25 * DAY


def picture(
    segments: Sequence[Mapping[str, Any]], reports: Sequence[Mapping[str, Any]], end: str, names: Mapping[str, str]
) -> str:
    """Return the picture of custody segments, a row for each holder or status, and a mark for each report below.

    `end` is the time at which a segment without an end is cut off; `names` are those of parties, by id. Empty where
    there is nothing to draw. Of more than MOST_ROWS holders the last ones are drawn, of marks the last MOST_MARKS.
    """
    marks = [parse_instant(report["time"]) for report in reports][-MOST_MARKS:]
    spans = [(parse_instant(s["since"]), _end(s, end), _label(s, names), s["status"]) for s in segments]
    if not spans and not marks:
        return ""
    first = min([since for since, *_ in spans] + marks)
    last = max(parse_instant(end), first + DAY)
    scale = _Scale(first, last)
    labels = list(dict.fromkeys(label for *_, label, _ in spans))[-MOST_ROWS:]
    parts = [_bar(scale, labels.index(label), span) for *span, label, _ in spans if label in labels]
    parts += [f'<text x="0" y="{_TOP + n * _ROW + 8}">{escape(_short(label))}</text>' for n, label in enumerate(labels)]
    floor = _TOP + len(labels) * _ROW + 8
    parts += [f'<path class="mark" d="M{scale.x(t):.1f} {floor - 5}v5"/>' for t in marks]
    parts += _axis(scale, floor)
    height = floor + 16
    return (
        f'<svg class="picture" viewBox="0 0 {_WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"{''.join(parts)}</svg>"
    )


class _Scale:
    """The place of an instant on the picture, from left to right."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def x(self, t: int) -> float:
        return _WIDTH * (min(max(t, self.first), self.last) - self.first) / (self.last - self.first)


def _end(segment: Mapping[str, Any], end: str) -> int:
    until = parse_instant(end)
    return until if segment["until"] is None else min(parse_instant(segment["until"]), until)


def _label(segment: Mapping[str, Any], names: Mapping[str, str]) -> str:
    holders = ", ".join(names.get(holder, holder) for holder in segment["holders"])
    return holders or str(segment["status"]).replace("_", " ")


def _short(text: str, most: int = 56) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _bar(scale: _Scale, row: int, span: Sequence[int]) -> str:
    since, until = span
    left, width = scale.x(since), max(scale.x(until) - scale.x(since), 1.0)
    dates = f"{format_local(since, CHINA)} – {format_local(until, CHINA)}"
    return (
        f'<rect x="{left:.1f}" y="{_TOP + row * _ROW + 11}" width="{width:.1f}" height="7">'
        f"<title>{escape(dates)}</title></rect>"
    )


def _axis(scale: _Scale, floor: int) -> list[str]:
    """Return the line of time with the first and the last day, and years between them where they fit."""
    parts = [f'<path class="axis" d="M0 {floor}h{_WIDTH}"/>']
    begin, end = (format_local(t, CHINA)[:10] for t in (scale.first, scale.last))
    parts.append(f'<text x="0" y="{floor + 11}">{begin}</text>')
    parts.append(f'<text x="{_WIDTH}" y="{floor + 11}" text-anchor="end">{end}</text>')
    years = range(int(begin[:4]) + 1, int(end[:4]) + 1)
    step = 1 + int((scale.last - scale.first) / _YEAR / 8)
    for year in years[::step]:
        x = scale.x(parse_instant(f"{year}-01-01"))
        parts.append(f'<path class="axis" d="M{x:.1f} {floor}v3"/>')
        if 75 < x < _WIDTH - 75:
            parts.append(f'<text x="{x:.1f}" y="{floor + 11}" text-anchor="middle">{year}</text>')
    return parts
