"""Where the service is known to answer otherwise than its definitions: what is here is not asserted yet.

Each is a defect of the service with a minimal history in `tests/data/reference_differences`. A line goes when its
defect is mended; what is not here fails the property tests.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.reference.comparison import Difference

Pattern = tuple[str, str | None, str | None]
"""Question, what and about of a difference; `None` fits everything."""

KNOWN: dict[Pattern, str] = {
    ("duties", None, None): "duties are found by the reporter of a row, and with the items of that page alone",
    ("duties by page", None, None): "as in the whole list",
    ("conduct", "differs", "held"): "what the party holds in conflict, inside of something, is not counted",
    ("conduct", "differs", "punctuality"): "replacements are left out",
    ("conduct", "differs", "throughput"): "replacements are left out",
    ("conduct", "differs", "given"): "since when differs where what is around it changed",
    ("conduct", "differs", "expected"): "what is on its way inside of something is counted by its row",
}


def unexpected(differences: Iterable[Difference]) -> list[Difference]:
    """Those that are not known."""
    return [difference for difference in differences if not any(_fits(pattern, difference) for pattern in KNOWN)]


def _fits(pattern: Pattern, difference: Difference) -> bool:
    return all(wanted in (None, value) for wanted, value in zip(pattern, difference.key, strict=True))
