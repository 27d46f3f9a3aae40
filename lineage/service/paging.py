"""Cursors: where the next page of a list begins, with the times of the question (contract 8)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import orjson

from lineage.domain.errors import InvalidQuestionError
from lineage.service.answers import Context
from lineage.stores.interface import State


def read_cursor(text: str, context: Context) -> tuple[list[Any], Context]:
    """Return the key after which the next page begins, and the context with the times of the first page.

    Raises InvalidQuestionError with code `bad_cursor`.
    """
    try:
        known_at, at, key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
        is_valid = isinstance(key, list) and isinstance(known_at, int | None) and isinstance(at, int | None)
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        key, known_at, at, is_valid = [], None, None, False
    if not is_valid:
        raise InvalidQuestionError(
            "This is no cursor of ours: send `next` back as it came.", path="cursor", code="bad_cursor"
        )
    return key, context._replace(known_at=known_at, at=at)


def write_cursor(context: Context, state: State, key: Sequence[Any]) -> str:
    """Return a cursor that carries the transaction time, `at` and the last key (contract 8)."""
    known_at = context.known_at if context.known_at is not None else state.recorded
    return base64.urlsafe_b64encode(orjson.dumps([known_at, context.at, list(key)])).decode()
