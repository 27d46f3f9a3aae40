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
    ("check", None, None): "each kind is judged by code of its own, and not by what a load would find",
}


def unexpected(differences: Iterable[Difference]) -> list[Difference]:
    """Those that are not known."""
    return [difference for difference in differences if not any(_fits(pattern, difference) for pattern in KNOWN)]


def _fits(pattern: Pattern, difference: Difference) -> bool:
    return all(wanted in (None, value) for wanted, value in zip(pattern, difference.key, strict=True))
