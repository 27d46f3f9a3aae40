"""`lineage generate` and `lineage stats`: a synthetic national fleet and its statistics."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console

from lineage import __version__
from lineage.cli.fleet.files import Progress, write_fleet
from lineage.cli.fleet.messages import as_messages
from lineage.cli.outputs import check_output
from lineage.cli.rendering.fleet_tables import print_manifest, print_report
from lineage.cli.session import JsonOption, opened, printable, report_errors, write_document
from lineage.domain.errors import InvalidQuestionError, UnreadableInputError
from lineage.exchange.jsonl import open_events, read_lines
from lineage.operations.json_encoding import encode
from lineage.service.ingest.maintenance import journal
from lineage.synthetic.fleet.generator import cells_share, make_fleet
from lineage.synthetic.fleet.options import MOST_VEHICLES, FleetOptions, read_rates, read_share, read_silence
from lineage.synthetic.fleet.parameters import FleetParameters, read_parameters
from lineage.synthetic.fleet.statistics import Counts, report

FORMATS: Final = {"jsonl": "events.jsonl", "platform": "messages.jsonl"}
"""The file of lines, by format."""


def generate(
    *,
    vehicles: Annotated[
        int, typer.Option("--vehicles", metavar="N", min=1, max=MOST_VEHICLES, help="Number of vehicles.")
    ],
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="Write only reports that arrive before this day.")
    ],
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="The folder for the three files.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The seed; the same seed gives the same bytes.")] = 1,
    defects: Annotated[
        str,
        typer.Option(
            "--defects",
            metavar="X",
            help="A factor on the base rates (0: none) and class=rate pairs, separated by commas.",
        ),
    ] = "1",
    silence: Annotated[
        str,
        typer.Option(
            "--silence", metavar="FIRMS,REPAIRS", help="Shares of events that are never reported; or none, or 2019."
        ),
    ] = "none",
    uncoded: Annotated[
        str,
        typer.Option("--uncoded", metavar="SHARE", help="The share of packs whose cells bear no code, from 0 to 1."),
    ] = "0",
    file_format: Annotated[
        str, typer.Option("--format", metavar="WORD", help=f"What is written: {' or '.join(FORMATS)}.")
    ] = "jsonl",
    no_compress: Annotated[
        bool, typer.Option("--no-compress", help="Write events.jsonl instead of events.jsonl.zst.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a fleet with planted defects: events in the order of arrival, the truth, a manifest."""
    with report_errors(as_json=as_json):
        if file_format not in FORMATS:
            message = f"{file_format!r} is no format: give {' or '.join(FORMATS)}."
            raise InvalidQuestionError(message, path="--format", code="not_a_choice")
        parameters = read_parameters()
        rates, later = read_rates(defects, parameters)
        firms, repairs = read_silence(silence, parameters)
        share = read_share(uncoded, "--uncoded")
        fleet_options = FleetOptions(vehicles, seed, _day(until, parameters), rates, later, firms, repairs, share)
        manifest = _written(fleet_options, parameters, Path(out), file_format, is_packed=not no_compress)
        if as_json:
            write_document(encode(manifest))
        else:
            print_manifest(manifest, printable(out))


def _written(
    options: FleetOptions, parameters: FleetParameters, folder: Path, file_format: str, *, is_packed: bool
) -> dict[str, Any]:
    """Write the three files of a fleet, and return the manifest. Raises InvalidQuestionError where one is a store."""
    lines = FORMATS[file_format] + (".zst" if is_packed else "")
    for name in (lines, "truth.jsonl", "manifest.json"):
        check_output(str(folder / name), "--out")
    about = _about(options, parameters)
    with _counting(options.vehicles) as progress:
        blocks = make_fleet(options, parameters)
        if file_format == "platform":
            about["unsent"] = unsent = Counter[str]()
            blocks = as_messages(blocks, unsent)
        return write_fleet(blocks, folder, about, name=lines, progress=progress)


def _day(text: str, parameters: FleetParameters) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    launch, last = parameters.fleet["launch"], date(max(parameters.years), 12, 31)
    if not launch < day <= last:
        message = f"{text!r} is no day after {launch}, when reports began, up to {last}, where figures end."
        raise InvalidQuestionError(message, path="--until", code="bad_dial")
    return day


def _about(fleet_options: FleetOptions, parameters: FleetParameters) -> dict[str, Any]:
    return {
        "generator": f"battery-lineage {__version__}",
        "seed": fleet_options.seed,
        "until": fleet_options.until.isoformat(),
        "parameters": {
            "sha256": parameters.digest,
            "rates": dict(fleet_options.rates),
            "later_rates": {k: v for k, v in fleet_options.later.items() if v != fleet_options.rates[k]},
            "silent_firms": fleet_options.silent_firms,
            "silent_repairs": fleet_options.silent_repairs,
            "uncoded": fleet_options.uncoded,
            "packs_with_cells": cells_share(fleet_options, parameters),
        },
    }


@contextmanager
def _counting(vehicles: int) -> Iterator[Progress]:
    """Show progress where standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _count, _what: None
        return
    with Console(stderr=True).status("generating") as status:
        yield lambda count, what: status.update(
            f"{count:,} of {vehicles:,} vehicles" if what == "vehicles" else f"{count:,} events written"
        )


def stats(
    source: Annotated[
        str, typer.Argument(metavar="FILE|STORE", help="A file of events, the folder of a fleet, or a store's URL.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Count events by kind, year, chemistry, maker and region, next to the figures of the reference."""
    with report_errors(as_json=as_json):
        counts = Counts()
        for event in _of_store(source) if "://" in source else _of_file(source):
            counts.add(event)
        document = report(counts, read_parameters())
        if as_json:
            write_document(encode(document))
        else:
            print_report(document)


def _of_store(url: str) -> Iterator[dict[str, Any]]:
    with opened(url) as store:
        for entry in journal(store, store.read(lambda reader: reader.state())):
            yield orjson.loads(entry.event)


def _of_file(name: str) -> Iterator[dict[str, Any]]:
    """Yield the events of a file; an event sent twice counts twice."""
    path = Path(name)
    if path.is_dir():
        packed = path / "events.jsonl.zst"
        path = packed if packed.exists() else path / "events.jsonl"
    with open_events(name if name == "-" else path) as stream:
        for line in read_lines(stream):
            if line.error is not None or not isinstance(line.document, dict) or "type" not in line.document:
                reason = line.error.message if line.error else "no event"
                raise UnreadableInputError(f"{path}, line {line.number}: {reason}", code="bad_json", line=line.number)
            yield line.document
