"""Events that a load takes per second, measured and shown; the bars hold for an idle machine."""

from __future__ import annotations

import os

import pytest

from car_histories import Cars
from throughput import PLACES, measure, table


@pytest.mark.soak
@pytest.mark.neo4j
def test_every_event_of_a_large_fleet_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    items = int(os.environ.get("LINEAGE_SOAK_ITEMS", "100000"))
    measured = [measure(store, Cars(items)) for store in PLACES]
    with capsys.disabled():
        print(f"\n\n{table(measured)}\n")
    assert all(one.events > items for one in measured)
