"""The journal of the demonstration on every store."""

from __future__ import annotations

from hashlib import sha256

from lineage.cli.demo import fill
from lineage.service.answers import Context
from lineage.service.ingest.maintenance import export
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import demo_history
from tests.service_client import NOW

JOURNAL_DIGEST = "b1b8bb8004201a729e86ebc2d399de79cb1aef6bd6d25d459ad539b2682bdbe8"
EXPORT_SHA256 = "401aadf51acb11fdb81ef0d35c024f4069c77c24dfd31f60c3c9821baa2437db"
"""Both change only with the demonstration itself: a journal that an older release wrote must still verify."""


def test_the_journal_of_the_demonstration_has_the_digest_and_the_export_of_earlier_releases(store: Store) -> None:
    exported: list[bytes] = []

    fill(store, demo_history())
    document = export(store, Context(NOW, lambda: False), exported.append)

    assert (document["exported"], document["digest"]) == (228, JOURNAL_DIGEST)
    assert sha256(b"".join(exported)).hexdigest() == EXPORT_SHA256
