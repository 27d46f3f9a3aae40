"""Options of a generated fleet: number of vehicles, end date, rates of defects, and how the options are parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from lineage.domain.errors import InvalidQuestionError
from lineage.synthetic.fleet.parameters import FleetParameters

MOST_VEHICLES: Final = 20_000_000


@dataclass(frozen=True)
class FleetOptions:
    """The options of one run. `rates` holds every class: a share of its events, or a number of cases in the fleet.

    `later` holds the rates that apply from the year `since` of a class. `cells` is the share of packs whose cells
    are reported one by one; `None` takes the share that the parameters have for a fleet of that size.
    """

    vehicles: int
    seed: int
    until: date
    rates: Mapping[str, float]
    later: Mapping[str, float]
    silent_firms: float = 0.0
    silent_repairs: float = 0.0
    uncoded: float = 0.0
    cells: float | None = None


def read_rates(text: str, parameters: FleetParameters) -> tuple[dict[str, float], dict[str, float]]:
    """Parse `1`, `0`, `2.5` or `0.5,twin_code=0.01,…`; return the rate of each class, and its later rate.

    A bare number multiplies every base rate; a number after `class=` replaces it. Raises `InvalidQuestionError`.
    """
    factor, own = 1.0, {}
    for part in text.split(","):
        name, equals, number = part.strip().rpartition("=")
        if equals and name not in parameters.defects:
            known = ", ".join(parameters.defects)
            raise _wrong("--defects", f"{name!r} is no class of defect: one of {known}.")
        if equals:
            own[name] = _number(number, "--defects")
        else:
            factor = _number(number, "--defects")
    rates, later = {}, {}
    for name, section in parameters.defects.items():
        base, after = section.get("cases", section.get("rate")), section.get("later", section.get("rate"))
        is_count = "cases" in section
        rates[name] = _bounded(own.get(name, base * factor), is_count=is_count)
        later[name] = rates[name] if is_count or name in own else _bounded(after * factor, is_count=False)
    # More cannot stay outside than do: the class is a part of what the reference leaves outside.
    return rates, later


def _bounded(rate: float, *, is_count: bool) -> float:
    return round(rate) if is_count else min(rate, 1.0)


def read_silence(text: str, parameters: FleetParameters) -> tuple[float, float]:
    """Parse `none`, `2019` or `0.2,0.9`; return the shares of firms and of repairs that are never reported."""
    if text in parameters.silence:
        preset = parameters.silence[text]
        return preset["firms"], preset["repairs"]
    firms, _, repairs = text.partition(",")
    return read_share(firms, "--silence"), read_share(repairs or firms, "--silence")


def read_share(text: str, option: str) -> float:
    """Parse a share from 0 to 1. Raises `InvalidQuestionError`, which names the option."""
    share = _number(text, option)
    if share > 1:
        raise _wrong(option, f"{text!r} is not a share from 0 to 1.")
    return share


def _number(text: str, option: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise _wrong(option, f"{text!r} is not a number.") from None
    if not 0 <= number <= 1e6:
        raise _wrong(option, f"{text!r} is not a number from 0 on.")
    return number


def _wrong(option: str, message: str) -> InvalidQuestionError:
    return InvalidQuestionError(message, path=option, code="bad_dial")
