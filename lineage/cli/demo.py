"""`lineage demo`: load and serve a small history, and print commands and addresses to try."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

import orjson
import typer

from lineage.cli.serve import HostOption, PortOption, run
from lineage.cli.session import StoreOption, opened_or_made, report_errors, settings
from lineage.domain.errors import InvalidQuestionError
from lineage.exchange.jsonl import Line
from lineage.operations.operation import system_clock
from lineage.service.ingest.load import Rules, load
from lineage.service.ingest.maintenance import journal
from lineage.stores import DEFAULT_URL, without_password
from lineage.stores.interface import Store
from lineage.synthetic.demo.history import DemoBatch, DemoFacts, demo_facts, demo_history


def demo(
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
    store: StoreOption = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load and print what to try, without serving.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="The seed of names and numbers.")] = 1,
) -> None:
    """Load a small example history and serve it."""
    from api.app import create_app  # noqa: PLC0415 - only what serves loads what serving needs
    from api.hosts import names_of  # noqa: PLC0415 - only what serves loads what serving needs
    from api.pages.neo4j_guide import guide_routes  # noqa: PLC0415

    with report_errors():
        named = store or settings().store
        url = _fresh_file() if named == DEFAULT_URL else named
        facts = demo_facts(seed)
        shown = without_password(url)
        with opened_or_made(url) as open_one:
            open_one.ready()
            fill(open_one, demo_history(seed))
            print(f"A history of {open_one.read(lambda reader: reader.state()).position} events is in {url}\n")
            print(worth_typing(facts, shown))
            if no_serve:
                return
            base = f"http://{_reachable(host)}:{port}"
            print(worth_opening(facts, base, shown), flush=True)
            app = create_app(
                open_one,
                read_seconds=settings().read_seconds,
                allowed_hosts=names_of(host, settings().allowed_hosts),
            )
            if not url.startswith("sqlite:"):
                app.router.routes.extend(guide_routes(facts, base))
            run(app, host, port)


def _fresh_file() -> str:
    folder = Path(tempfile.mkdtemp(prefix="lineage-demo-"))
    return f"sqlite:///{folder / 'demo.db'}"


def _reachable(host: str) -> str:
    """Return the host as an address names it; Neo4j Browser takes guides from `localhost` without a setting."""
    if host in ("0.0.0.0", "::", "127.0.0.1"):  # noqa: S104 - compared, not listened at
        return "localhost"
    return f"[{host}]" if ":" in host else host


def fill(store: Store, history: list[DemoBatch]) -> None:
    """Load the history, each report with its own `recorded`; loading it again changes nothing.

    Raises InvalidQuestionError where the store holds other events, and then stores nothing.
    """
    known = {str(event["id"]) for batch in history for event in batch.events}
    state = store.read(lambda reader: reader.state())
    if state.position > len(known) or any(entry.id not in known for entry in journal(store, state)):
        raise _not_empty()
    report = load(store, _lines(history), Rules(system_clock, keep_recorded=True, atomic=True))
    if report.rejected:
        raise _not_empty()


def _not_empty() -> InvalidQuestionError:
    message = "This store holds other events: the demonstration needs an empty one."
    return InvalidQuestionError(message, path="--store", code="store_not_empty")


def _lines(history: list[DemoBatch]) -> Iterator[Line]:
    events = ({**event, "recorded": batch.recorded} for batch in history for event in batch.events)
    for number, event in enumerate(events, 1):
        yield Line(number, orjson.dumps(event), event, None)


def worth_typing(facts: DemoFacts, url: str) -> str:
    """Return three commands, each a question that a file of reports does not answer."""
    ends = f"{facts.swapped_module} {facts.second_vehicle}"
    return f"""Three commands to try:

  Where did the module go that was swapped out of a car?
    lineage trace {facts.swapped_module} --store {url}
  Its old pack moved to a second car. Was the module ever in that one?  (Add --known-at {facts.late_unknown}.)
    lineage path {ends} --store {url}
  A module was handed over and the receiver never acknowledged it: who has it?
    lineage custody {facts.unreceived_module} --store {url}
"""


def worth_opening(facts: DemoFacts, base: str, url: str) -> str:
    """Return three addresses and, for Neo4j, the guide in its Browser."""
    believed = f"at={facts.misread_at}&known_at={facts.correction_unknown}"
    addresses = f"""Three addresses to open (Ctrl-C stops):

  What is a new car's battery made of?  Lithium of a car that crashed.
    {base}/v1/items/{quote(facts.recycled_vehicle, safe="")}/lineage?direction=upstream
  Which pack was in the swap car, as was believed before a correction?
    {base}/v1/items/{quote(facts.swap_vehicle, safe="")}/composition?{believed}
  What does a recycler hold?
    {base}/v1/parties/{quote(facts.unsure_receiver, safe="")}/holdings

Every question: {base}/docs
"""
    if url.startswith("sqlite:"):
        return addresses
    guide = quote(f"{base}/browser-guide/start.html", safe="")
    where = urlsplit(url).hostname or "localhost"
    user = settings().neo4j_user
    # With a user in the address Neo4j Browser needs only the password; without authentication it needs nothing.
    dbms = url.replace("://", f"://{quote(user, safe='')}@", 1) if user else url
    how = "" if user else "&preselectAuthMethod=NO_AUTH"
    return f"""{addresses}
The graph in Neo4j Browser, with a guide of five slides:
    http://{where}:7474/browser/?dbms={quote(dbms, safe="")}{how}&cmd=play&arg={guide}
"""
