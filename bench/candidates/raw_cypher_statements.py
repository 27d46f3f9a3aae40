"""The fastest raw Cypher statements found for Neo4j: one record of columns, a closure in one round trip."""

from __future__ import annotations

from functools import cache
from typing import Final

from bench.questions import PAGE


def _arrow(inner: str, *, downstream: bool) -> str:
    return f"-[{inner}]->" if downstream else f"<-[{inner}]-"


@cache
def closure(*, downstream: bool, is_known: bool, is_limited: bool, is_bounded: bool) -> str:
    """Return the statement of a closure, time-blind except for the end of a window upstream and `known_at`."""
    types = "PART_OF|PART_OF_SUPERSEDED|BECAME|BECAME_SUPERSEDED" if is_known else "PART_OF|BECAME"
    tests = [
        *(["{e}.since <= $hi"] if is_bounded else []),
        *(["{e}.known_from <= $k AND $k < {e}.known_until"] if is_known else []),
    ]
    test = " AND ".join(tests)
    if test:
        step = f"({_arrow(f'e:{types} WHERE ' + test.format(e='e'), downstream=downstream).join(('()', '()'))})*"
    else:
        step = _arrow(f":{types}*0..", downstream=downstream)
    where = f"WHERE {test.format(e='r')}" if test else ""
    limit = " LIMIT $most" if is_limited else ""
    consumed = _CONSUMED if is_known else "x.consumed.epochMillis"
    return f"""MATCH (s:Item {{id: $id}}) MATCH (s){step}(x) WITH DISTINCT x{limit} WITH collect(x) AS xs
CALL (xs) {{
  UNWIND xs AS x MATCH (x){_arrow(f"r:{types}", downstream=downstream)}(y) {where}
  RETURN collect(x.id) AS a, collect(y.id) AS b, collect(type(r) STARTS WITH 'PART_OF') AS c,
    collect(r.since.epochMillis) AS d, collect(r.until.epochMillis) AS e, collect(r.events) AS f
}}
RETURN a, b, c, d, e, f, [x IN xs | x.id], [x IN xs | {consumed}]"""


_CONSUMED: Final = """CASE WHEN x.known_from <= $k THEN x.consumed.epochMillis
  ELSE head([p IN x.past WHERE substring(p, 2, 13) <= $text AND $text < substring(p, 18, 13) | p]) END"""

GENERATION: Final = """UNWIND $f AS i MATCH (s:Item {id: i})
CALL (s) { MATCH (s)(()-[e:PART_OF WHERE e.since < $hi AND e.until > $lo]->())*(x) RETURN DISTINCT x }
WITH collect(DISTINCT x) AS xs
CALL (xs) {
  UNWIND xs AS x MATCH (x)-[r:PART_OF|BECAME]->(y)
  RETURN collect(x.id) AS a, collect(y.id) AS b, collect(type(r) = 'PART_OF') AS c, collect(r.since.epochMillis) AS d,
    collect(r.until.epochMillis) AS e, collect(r.events) AS f, collect(y.consumed.epochMillis) AS ends,
    collect(CASE WHEN y.consumed IS NOT NULL THEN y.id END) AS ended
}
RETURN a, b, c, d, e, f, [x IN xs | x.id], [x IN xs | x.consumed.epochMillis], ended, ends"""
"""One step downstream in a window: the wholes and outputs of a generation; one round trip for each transformation."""

PATH: Final = """MATCH (a:Item {id: $id}) MATCH (b:Item {id: $to})
CALL (a, b) {
  MATCH p = ALL SHORTEST (a)(()-[:PART_OF|BECAME]->())+(b)
  RETURN [r IN relationships(p) | type(r) = 'PART_OF'] AS t, [r IN relationships(p) | r.since.epochMillis] AS s,
    [r IN relationships(p) | r.until.epochMillis] AS u, [n IN nodes(p) | n.consumed.epochMillis] AS c
}
RETURN t, s, u, c LIMIT 200"""

PARTS: Final = """MATCH (s:Item {id: $id})
MATCH (s)(()<-[e:PART_OF WHERE e.since <= $t AND $t < e.until]-())*(x) WITH DISTINCT s, x
CALL (x) {
  MATCH (x)<-[r:PART_OF]-(y) WHERE r.since <= $t AND $t < r.until
  RETURN collect([x.id, y.id, r.since.epochMillis, y.consumed.epochMillis]) AS rows
}
RETURN s.consumed.epochMillis, collect(rows)"""

CUSTODY: Final = """MATCH (s:Item {id: $id})-[:PART_OF*0..]->(x) WITH DISTINCT x WITH collect(x) AS xs
CALL (xs) {
  UNWIND xs AS a MATCH (a)-[r:PART_OF]->(b)
  RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS edges
}
CALL (xs) {
  UNWIND xs AS x MATCH (x)-[h:HELD_BY]->()
  RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS hands
}
RETURN edges, hands, [x IN xs | [x.id, x.facts]]"""

_HELD: Final = """MATCH (i:Item)-[h:HELD_BY]->() USING INDEX SEEK h:HELD_BY(holder, until)
WHERE h.holder = $id AND $t < h.until AND h.since <= $t"""
_FREE: Final = "NOT EXISTS { MATCH (i)-[e:PART_OF]->() WHERE e.since <= $t AND $t < e.until }"
HELD: Final = f"""CALL () {{ {_HELD} AND {_FREE} RETURN count(i) AS n }}
CALL () {{
  {_HELD} WITH i, h ORDER BY i.id WHERE {_FREE} WITH i, h LIMIT {PAGE}
  RETURN collect([i.id, i.kind, h.since.epochMillis, h.status]) AS rows
}}
RETURN n, rows"""

ENDS: Final = "UNWIND $ids AS id MATCH (x:Item {id: id}) RETURN collect([x.id, x.consumed.epochMillis])"

USER_DOWN: Final = """MATCH path = (:Item {id: $id})-[:PART_OF|BECAME*]->(x)
UNWIND nodes(path) AS n RETURN DISTINCT n.id AS id"""
USER_UP: Final = """MATCH path = (:Item {id: $id})<-[:PART_OF|BECAME*]-(x)
UNWIND nodes(path) AS n RETURN DISTINCT n.id AS id"""


# ---- the same as known at a transaction time

_STILL: Final = "{e}.known_from <= $k AND $k < {e}.known_until"
_PART: Final = f"e.since <= $t AND $t < e.until AND {_STILL.format(e='e')}"

PARTS_KNOWN: Final = f"""MATCH (s:Item {{id: $id}})
MATCH (s)(()<-[e:PART_OF|PART_OF_SUPERSEDED WHERE {_PART}]-())*(z) WITH DISTINCT s, z
CALL (z) {{
  MATCH (z)<-[e:PART_OF|PART_OF_SUPERSEDED]-(x) WHERE {_PART}
  RETURN collect([z.id, x.id, e.since.epochMillis, {_CONSUMED}]) AS rows
}}
WITH s AS x, collect(rows) AS rows
RETURN {_CONSUMED}, rows"""

CUSTODY_KNOWN: Final = f"""MATCH (s:Item {{id: $id}})
MATCH (s)(()-[e:PART_OF|PART_OF_SUPERSEDED WHERE {_STILL.format(e="e")}]->())*(x)
WITH DISTINCT x WITH collect(x) AS xs
CALL (xs) {{
  UNWIND xs AS a MATCH (a)-[r:PART_OF|PART_OF_SUPERSEDED]->(b) WHERE {_STILL.format(e="r")}
  RETURN collect([a.id, b.id, r.since.epochMillis, r.until.epochMillis, r.events]) AS edges
}}
CALL (xs) {{
  UNWIND xs AS x MATCH (x)-[h:HELD_BY|HELD_BY_SUPERSEDED]->() WHERE {_STILL.format(e="h")}
  RETURN collect([x.id, h.holder, h.since.epochMillis, h.until.epochMillis, h.status, h.to, h.events]) AS hands
}}
RETURN edges, hands, [x IN xs | [x.id, CASE WHEN x.facts IS NOT NULL AND x.known_from <= $k THEN x.facts END,
  head([p IN x.past WHERE substring(p, 2, 13) <= $text AND $text < substring(p, 18, 13)])]]"""

_HELD_KNOWN: Final = " UNION ALL ".join(
    f"""MATCH (i:Item)-[h:{kind}]->() USING INDEX SEEK h:{kind}(holder, until)
  WHERE h.holder = $id AND $t < h.until AND h.since <= $t AND {_STILL.format(e="h")} RETURN i, h"""
    for kind in ("HELD_BY", "HELD_BY_SUPERSEDED")
)
_FREE_KNOWN: Final = f"NOT EXISTS {{ MATCH (i)-[e:PART_OF|PART_OF_SUPERSEDED]->() WHERE {_PART} }}"
HELD_KNOWN: Final = f"""CALL () {{
  CALL () {{ {_HELD_KNOWN} }} WITH i, h WHERE {_FREE_KNOWN} RETURN count(i) AS n
}}
CALL () {{
  CALL () {{ {_HELD_KNOWN} }} WITH i, h ORDER BY i.id WHERE {_FREE_KNOWN} WITH i, h LIMIT {PAGE}
  RETURN collect([i.id, i.kind, h.since.epochMillis, h.status]) AS rows
}}
RETURN n, rows"""
