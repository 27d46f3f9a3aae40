"""Lines of input as messages: interface, account, time of sending, and the records of a message."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any, Final, NamedTuple

from lineage.domain.errors import InvalidInstantError, called
from lineage.domain.instants import format_instant, parse_instant
from lineage.exchange.platform.cleaning import RefusedRecordError, party_code
from lineage.exchange.platform.identifiers import instant_text

INTERFACE: Final = "interface"
ACCOUNT: Final = "account"
SENT: Final = "sent"
MESSAGE: Final = "message"
ENVELOPE: Final = frozenset({INTERFACE, ACCOUNT, SENT, MESSAGE})
_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}")


class Message(NamedTuple):
    """A message as sent: its interface and its account by the line or by the options of the load, and its content."""

    interface: str
    account: str
    sent: object
    content: object
    others: dict[str, Any]
    """Further fields of the line."""


def message_of(document: object, interface: str | None, account: str | None, known: Container[str]) -> Message:
    """Return the message of a line; a line without `message` is a bare payload.

    A message of an interface that is not `known` is not read and needs no account. Raises RefusedRecordError.
    """
    line: dict[str, Any] = {MESSAGE: document}
    if isinstance(document, dict) and MESSAGE in document:
        line = document
    elif isinstance(document, dict) and INTERFACE in document:
        raise RefusedRecordError(MESSAGE, "missing_field", "This line names an interface and has no message.")
    content = line[MESSAGE]
    if not isinstance(content, dict | list):
        raise RefusedRecordError(MESSAGE, "wrong_type", f"A message is an object or a list, not {called(content)}.")
    name = _named(line.get(INTERFACE), interface, INTERFACE)
    return Message(
        name,
        _account(line.get(ACCOUNT), account) if name in known else "",
        line.get(SENT),
        content,
        {name: value for name, value in line.items() if name not in ENVELOPE},
    )


def _named(value: object, default: str | None, name: str) -> str:
    if value is None or value == "":
        value = default
    if value is None:
        message = f"Neither the line nor --{name} names the {name} of this message, and it is never guessed."
        raise RefusedRecordError(name, f"missing_{name}", message)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise RefusedRecordError(name, "wrong_type", f"The {name} is a text.")
    return str(value).strip()


def _account(value: object, default: str | None) -> str:
    code = party_code(_named(value, default, ACCOUNT))
    if code is None:
        message = "The account is the number of a person, which is never stored."
        raise RefusedRecordError(ACCOUNT, "personal_data", message)
    return code


def records_of(content: object, holder: str | None) -> Iterator[tuple[int, object]]:
    """Yield the records of a message, numbered from 1; `holder` is the field of an object that may hold them."""
    if isinstance(content, dict) and holder is not None and isinstance(content.get(holder), list):
        content = content[holder]
    yield from enumerate(content if isinstance(content, list) else [content], 1)


def sent_text(sent: object) -> str | None:
    """Return the time of sending as events have it: milliseconds, RFC 3339, or a time of the platform.

    None where it is none of these.
    """
    if isinstance(sent, bool) or sent is None:
        return None
    text = str(sent).strip()
    try:
        if _MILLISECONDS.fullmatch(text):
            return format_instant(parse_instant(format_instant(int(text))))
        return instant_text(text) or format_instant(parse_instant(text))
    except (InvalidInstantError, ValueError):
        return None
