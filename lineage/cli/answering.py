"""The commands that ask who answers for it: responsibility and duties."""

from __future__ import annotations

from typing import Annotated

import typer

from lineage.cli.asking import (
    AtOption,
    CursorOption,
    FromOption,
    ItemArgument,
    LimitOption,
    PartyArgument,
    RulesOption,
    UntilOption,
    show,
)  # fmt: skip
from lineage.cli.session import CHINA, JsonOption, KnownAtOption, StoreOption, ZoneOption


def responsibility(
    id: ItemArgument,
    *,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """Show who holds an item, who answers for it by which rule, and which reports were owed."""
    show("responsibility", id, {"at": at, "known_at": known_at}, store=store, as_json=as_json, tz=tz, rules=rules)


def duties(
    id: PartyArgument,
    *,
    status: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only met, late, open, overdue or missing ones.")
    ] = None,
    since: FromOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    cursor: CursorOption = None,
    known_at: KnownAtOption = None,
    rules: RulesOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
    tz: ZoneOption = CHINA,
) -> None:
    """List which reports a party owed, and whether they came."""
    options = {"status": status, "from": since, "until": until, "limit": limit, "cursor": cursor}
    show("duties", id, {**options, "known_at": known_at}, store=store, as_json=as_json, tz=tz, rules=rules)
