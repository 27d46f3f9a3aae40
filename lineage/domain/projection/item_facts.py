"""Facts of one item from its mentions (contract 2 Kind, contract 3, 8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lineage.domain.graph import ENDED, INPUT, MAKERS, WHOLE, ItemFacts, Mention
from lineage.domain.identifiers.parsing import kind_of_id


def facts_of(item: str, mentions: Iterable[Mention]) -> ItemFacts | None:
    """Return the facts that these mentions give, without custody spans; None if there is no mention."""
    return extended(item, None, mentions)


def extended(item: str, facts: ItemFacts | None, mentions: Iterable[Mention]) -> ItemFacts | None:
    """Return the facts after further mentions have come into force; `spans` stay as they are."""
    kind_key, kind = _declared(facts)
    first = None if facts is None else facts.first
    consumptions = [] if facts is None else list(facts.consumptions)
    ends = [] if facts is None else list(facts.ends)
    uncoded: Counter[str] = Counter() if facts is None else Counter(dict(facts.uncoded))
    any_new = False
    for m in mentions:
        any_new = True
        first = m.time if first is None or m.time < first else first
        if m.role in MAKERS:
            assert m.detail is not None
            if kind_key is None or (m.time, m.event) < kind_key:
                kind_key, kind = (m.time, m.event), m.detail
        elif m.role == INPUT:
            consumptions.append(m.time)
        elif m.role == ENDED:
            ends.append((m.time, m.event, m.detail or ""))
        elif m.role == WHOLE and m.detail:
            for part in m.detail.split(","):
                name, _, count = part.partition("=")
                uncoded[name] += int(count)
    if not any_new or first is None:
        return facts
    if kind is None:
        kind = kind_of_id(item)
    return ItemFacts(
        kind,
        None if kind_key is None else kind_key[0],
        None if kind_key is None else kind_key[1],
        first,
        () if kind == "lot" else tuple(sorted(consumptions)),
        tuple(sorted(ends)),
        () if facts is None else facts.spans,
        tuple(sorted(uncoded.items())),
    )


def _declared(facts: ItemFacts | None) -> tuple[tuple[int, str] | None, str | None]:
    if facts is None or facts.kind_time is None or facts.kind_event is None:
        return None, None
    return (facts.kind_time, facts.kind_event), facts.kind
