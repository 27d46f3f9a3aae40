"""The commands that ask: each names its question and its options, and is the same question as over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import typer

from lineage.cli.rendering.renderer import Renderer, read_zone
from lineage.cli.rendering.tables import draw, party_ids
from lineage.cli.session import (
    CHINA,
    JsonOption,
    KnownAtOption,
    StoreOption,
    ZoneOption,
    answer,
    opened,
    report_errors,
    write_document,
)
from lineage.domain.compliance.rule_sets import RuleBook
from lineage.domain.errors import InvalidRulesError
from lineage.domain.instants import parse_instant
from lineage.operations.catalogue import system_clock
from lineage.operations.json_encoding import encode
from lineage.reference.rule_files import read_rules, rule_book
from lineage.service.answers import Context, Document
from lineage.service.questions.party import party_names
from lineage.stores.interface import Store

ItemArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of an item.")]
PartyArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of a party.")]
AtOption = Annotated[str | None, typer.Option("--at", metavar="TIME", help="As of that time.")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Only what is so from then on.")]
UntilOption = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Only what is so before then.")]
MaxItemsOption = Annotated[str | None, typer.Option("--max-items", metavar="N", help="How many items at most.")]
LimitOption = Annotated[str | None, typer.Option("--limit", metavar="N", help="How many to list; usually 100.")]
CursorOption = Annotated[str | None, typer.Option("--cursor", metavar="TEXT", help="Go on: `next` of the page before.")]
RulesOption = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help="Go by this set of rules where it is valid.")
]
MOST_RULES: Final = 1024 * 1024
Options = Mapping[str, str | None]


def show(
    name: str,
    id: str | None,
    options: Options,
    *,
    store: str | None,
    as_json: bool,
    tz: str,
    rules: str | None = None,
) -> None:
    """Ask, and print the document or its picture; `rules` names a file of rules to go by."""
    with report_errors(as_json=as_json), opened(store) as open_one:
        zone = read_zone(tz)
        book = None if rules is None else read_book(rules)
        document = answer(open_one, name, options, id, book)
        if as_json:
            write_document(encode(document))
            return
        draw(name, Renderer(zone, names_in(open_one, document)), document)


def read_book(file: str) -> RuleBook:
    """The rules of the release, with those of a file before them. Raises InvalidRulesError, OSError."""
    with open(file, "rb") as stream:
        content = stream.read(MOST_RULES + 1)
    if len(content) > MOST_RULES:
        raise InvalidRulesError(file, "", "this is larger than 1 MiB, and no file of rules")
    return rule_book().with_first(read_rules(content, file))


def names_in(store: Store, document: Document) -> dict[str, str]:
    """The names of the parties in an answer, at its moment and as known at its K."""
    ids = party_ids(document)
    if not ids:
        return {}
    now = system_clock()
    at, known_at = (None if text is None else parse_instant(text) for text in (document["as_of"], document["known_at"]))
    return party_names(store, sorted(ids), Context(now, lambda: False, at or now, known_at))


def events(
    *,
    reporter: Annotated[str | None, typer.Option(metavar="ID", help="Only what this party reported.")] = None,
    type: Annotated[str | None, typer.Option(metavar="WORD", help="Only events of this type.")] = None,
    item: Annotated[str | None, typer.Option(metavar="ID", help="Only events that name this item.")] = None,
    after: Annotated[str | None, typer.Option(metavar="POSITION", help="Only what stands after it.")] = None,
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """List the journal in order of arrival."""
    options = {"reporter": reporter, "type": type, "item": item, "after": after, "limit": limit, "cursor": cursor}
    show("events", None, {**options, "known_at": known_at}, store=store, as_json=as_json, tz=tz)


def event(
    *,
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an event.")],
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show one event as kept, whether it counts, and what corrected it."""
    show("event", id, {"known_at": known_at}, store=store, as_json=as_json, tz=tz)


def item(
    id: ItemArgument,
    *,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show what an item is, what it is in, who holds it, and its events."""
    show("item", id, {"at": at, "known_at": known_at}, store=store, as_json=as_json, tz=tz)


def search(
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="An id, identifier, model, batch or name, or its start.")],
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Find items and parties."""
    options = {"q": text, "limit": limit, "cursor": cursor, "known_at": known_at}
    show("search", None, options, store=store, as_json=as_json, tz=tz)


def trace(
    id: ItemArgument,
    *,
    direction: Annotated[str | None, typer.Option(metavar="WORD", help="downstream (usual) or upstream.")] = None,
    at: AtOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    known_at: KnownAtOption = None,
    mode: Annotated[str | None, typer.Option(metavar="WORD", help="exposure: once held, ever exposed.")] = None,
    max_items: MaxItemsOption = None,
    max_hops: Annotated[str | None, typer.Option(metavar="N", help="How many steps away at most.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Follow an item: where it went, or with --direction upstream what is in it and where that comes from."""
    options = {"direction": direction, "at": at, "from": since, "until": until, "known_at": known_at, "mode": mode}
    options |= {"max_items": max_items, "max_hops": max_hops}
    show("trace", id, options, store=store, as_json=as_json, tz=tz)


def composition(
    id: ItemArgument,
    *,
    at: AtOption = None,
    max_items: MaxItemsOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show what is in an item at a moment, as a tree."""
    options = {"at": at, "max_items": max_items, "known_at": known_at}
    show("composition", id, options, store=store, as_json=as_json, tz=tz)


def path(
    *,
    source: Annotated[str, typer.Argument(metavar="A", help="The item where it begins.")],
    destination: Annotated[str, typer.Argument(metavar="B", help="The item where it ends.")],
    at: AtOption = None,
    since: FromOption = None,
    until: UntilOption = None,
    max_paths: Annotated[str | None, typer.Option(metavar="N", help="How many to list; usually 10.")] = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show which way A got into B, or why it did not."""
    options = {"source": source, "destination": destination, "at": at, "from": since, "until": until}
    options |= {"max_paths": max_paths, "known_at": known_at}
    show("path", None, options, store=store, as_json=as_json, tz=tz)


def custody(
    id: ItemArgument,
    *,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show in whose hands an item was, without holes."""
    show("custody", id, {"known_at": known_at}, store=store, as_json=as_json, tz=tz)


def party(
    id: PartyArgument,
    *,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show who a party is, and its history."""
    show("party", id, {"at": at, "known_at": known_at}, store=store, as_json=as_json, tz=tz)


def holdings(
    id: PartyArgument,
    *,
    at: AtOption = None,
    contents: Annotated[bool, typer.Option("--contents", help="List what is inside, too.")] = False,
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show what a party holds."""
    options = {"at": at, "contents": "true" if contents else None, "limit": limit, "cursor": cursor}
    show("holdings", id, {**options, "known_at": known_at}, store=store, as_json=as_json, tz=tz)


def findings(
    *,
    kind: Annotated[str | None, typer.Option(metavar="WORD", help="Only findings of this kind.")] = None,
    party: Annotated[str | None, typer.Option(metavar="ID", help="Only findings that name this party.")] = None,
    item: Annotated[str | None, typer.Option(metavar="ID", help="Only findings that name this item.")] = None,
    region: Annotated[str | None, typer.Option(metavar="CODE", help="Only with an event in this region.")] = None,
    since: FromOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """List what cannot be as it was told, with its proof."""
    options = {"kind": kind, "party": party, "item": item, "region": region, "from": since, "until": until}
    options |= {"limit": limit, "cursor": cursor, "known_at": known_at}
    show("findings", None, options, store=store, as_json=as_json, tz=tz)
