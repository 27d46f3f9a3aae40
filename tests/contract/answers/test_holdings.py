"""What a party holds is what the cards of the items say: the same custody, whatever lies between item and whole."""

from __future__ import annotations

from lineage.stores.interface import Store
from tests.builders import OEM, SHOP, assembled, corrected, disassembled, history, lot, produced
from tests.reference import Oracle
from tests.service_client import ServiceClient, load_events

ANOTHER = "91440300000000019B"
AT = "2024-02-01"


def test_a_conflict_inside_a_whole_that_is_not_in_conflict_is_listed(store: Store) -> None:
    batch, cell, upper, lower = lot(1), "urn:x:c1", "urn:x:upper", "urn:x:lower"
    events = history(
        produced(batch, kind="lot", time="2024-01-02", event_id="filled"),
        corrected("filled", assembled(batch, cell, time="2024-01-02"), time="2024-01-07"),
        assembled(upper, batch, time="2024-01-05", reporter=OEM),
        produced(upper, kind="lot", time="2024-01-05", reporter=ANOTHER),
        assembled(lower, upper, time="2024-01-05"),
        assembled(upper, lower, time="2024-01-02"),
        disassembled(upper, lower, custodian=OEM, reporter=SHOP),
    )
    assert load_events(store, events).errors == []
    answers = ServiceClient(store)

    assert answers.holdings(OEM, AT) == Oracle(events).holdings(OEM, AT)
    assert (batch in answers.holdings(OEM, AT), cell in answers.holdings(OEM, AT)) == (False, True)
