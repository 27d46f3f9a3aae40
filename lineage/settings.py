"""Settings from environment variables, read once and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from lineage.domain.errors import InvalidQuestionError
from lineage.stores import DEFAULT_URL

STORE: Final = "LINEAGE_STORE"
FINDINGS: Final = "LINEAGE_FINDINGS"
NEO4J_USER: Final = "LINEAGE_NEO4J_USER"
NEO4J_PASSWORD: Final = "LINEAGE_NEO4J_PASSWORD"  # noqa: S105 - the name of a variable
READ_SECONDS: Final = "LINEAGE_READ_SECONDS"
ALLOWED_HOSTS: Final = "LINEAGE_ALLOWED_HOSTS"
ALLOW_KEEP_RECORDED: Final = "LINEAGE_ALLOW_KEEP_RECORDED"


class Settings(NamedTuple):
    """Settings from the environment, with their defaults; each field is one variable of `docs/commands.md`."""

    store: str = DEFAULT_URL
    findings: str | None = None
    neo4j_user: str | None = None
    neo4j_password: str | None = None
    read_seconds: float = 10.0
    allow_keep_recorded: bool = False
    allowed_hosts: tuple[str, ...] = ()


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment; an empty variable counts as absent. Raises InvalidQuestionError naming it."""
    defaults = Settings()
    return Settings(
        store=environment.get(STORE) or defaults.store,
        findings=environment.get(FINDINGS) or None,
        neo4j_user=environment.get(NEO4J_USER) or None,
        neo4j_password=environment.get(NEO4J_PASSWORD) or None,
        read_seconds=_seconds(environment.get(READ_SECONDS) or str(defaults.read_seconds)),
        allow_keep_recorded=_flag(environment.get(ALLOW_KEEP_RECORDED) or "false"),
        allowed_hosts=tuple(filter(None, map(str.strip, environment.get(ALLOWED_HOSTS, "").split(",")))),
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        message = f"{READ_SECONDS} is {text!r}: give the seconds that a read may take, above 0, at most 86400."
        raise InvalidQuestionError(message, path=READ_SECONDS, code="out_of_range")
    return seconds


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        message = f"{ALLOW_KEEP_RECORDED} is {text!r}: give true or false."
        raise InvalidQuestionError(message, path=ALLOW_KEEP_RECORDED, code="boolean_form")
    return text == "true"
