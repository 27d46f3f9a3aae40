"""The key of the platform's envelope: from the environment or from a file, and stored nowhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from lineage.domain.errors import InvalidQuestionError
from lineage.exchange.platform.envelope import PasswordSeal, Seal

KEY: Final = "LINEAGE_PLATFORM_KEY"
KeyFileOption = Annotated[
    str | None,
    typer.Option(
        "--key-file", metavar="FILE", help=f"The file with the key of the platform's envelope. Default: {KEY}."
    ),
]


def seal_of(file: str | None) -> Seal | None:
    """Return the envelope with the key of a file or of the environment; None where neither names one.

    Raises InvalidQuestionError, OSError.
    """
    key = os.environ.get(KEY) if file is None else Path(file).read_text("utf-8").strip()
    if key is None:
        return None
    if not key:
        raise InvalidQuestionError("The key of the envelope is empty.", path="--key-file", code="missing_key")
    return PasswordSeal(key)
