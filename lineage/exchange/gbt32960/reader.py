"""Logins of vehicles, read as sightings: `LoginConversion` (docs/platform.md, Logins).

A vehicle logs in every day with the same packs. Of each run of logins with equal codes, by vehicle and in order of
time, only the first and the last become events; a login without codes ends a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import chain, groupby
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from lineage.domain.canonical_json import canonical
from lineage.domain.errors import InvalidIdentifierError, InvalidQuestionError, Notice
from lineage.domain.identifiers.parsing import PARTY_SCHEMES, parse_identifier
from lineage.domain.instants import format_instant
from lineage.exchange.conversion.documents import read_documents
from lineage.exchange.conversion.interface import ConversionOptions, StoredFacts
from lineage.exchange.conversion.places import Place
from lineage.exchange.conversion.report import ReadingReport
from lineage.exchange.conversion.spool import Spool
from lineage.exchange.gbt32960.frames import START, frames_in, read_frame
from lineage.exchange.gbt32960.gateway import read_gateway
from lineage.exchange.gbt32960.login import Login, NotReadError, UnreadableLoginError
from lineage.exchange.jsonl import Line, split_lines
from lineage.exchange.merge_sort import Runs
from lineage.exchange.platform import identifiers
from lineage.exchange.platform.cleaning import Json, RefusedRecordError
from lineage.exchange.platform.record import WARNINGS

ID: Final = "gbt32960:"
_RUN_BYTES: Final = 8 * 1024 * 1024
_MARK: Final = b"\xef\xbb\xbf"


class _Sighting(NamedTuple):
    """A login at its place, and how often the same one was sent."""

    login: Login
    place: Place
    copies: int


class LoginConversion:
    """One load of logins. The places of its lines are lines of text, elements of an array, or numbers of frames."""

    def __init__(self, options: ConversionOptions, stored: StoredFacts, folder: Path) -> None:  # noqa: ARG002
        self.report = ReadingReport()
        self._options = options
        self._today = options.today.isoformat()
        self._reporter = _reporter(options.reporter)
        self._refused = Spool(folder / "refused")
        self._logins = Runs(folder, _RUN_BYTES, "logins")

    # ---- reading

    def read(self, file: int, pieces: Iterable[bytes]) -> None:
        """Read a file of frames, as bytes or as lines of hexadecimal digits, or of JSON of the gateway.

        Raises UnreadableInputError where nothing of it can be read.
        """
        start, whole = _start(pieces)
        if start[:2] in START and (start[2:3] < b" " or start[2:3] > b"~"):
            for number, frame in enumerate(frames_in(whole), 1):
                self._take(Place(file, number), read_frame, frame)
        elif start.startswith((b"{", b"[")):
            for line in read_documents(whole):
                if line.error is None:
                    self._take(Place(file, line.number), read_gateway, line.document)
                elif not line.raw.startswith(b"#"):
                    self._refuse(Place(file, line.number), line.error)
        else:
            for number, (text, _) in enumerate(split_lines(whole), 1):
                if text.strip() and not text.startswith(b"#"):
                    self._take(Place(file, number), _read_hex, text)

    def _take(self, place: Place, read: Callable[..., Login], message: object) -> None:
        try:
            login = read(message)
        except NotReadError as other:
            self.report.not_read[other.reason] += 1
            return
        except UnreadableLoginError as error:
            self._refuse(place, Notice(None, error.path, error.code, error.message))
            return
        self.report.logins += 1
        row = (login.vin, f"{login.time:015d}", login.edition, login.codes, place.file, place.line)
        self._logins.add_bytes(orjson.dumps(row))

    def _refuse(self, place: Place, notice: Notice) -> None:
        self._refused.add([[*place], [*notice]])

    # ---- events

    def lines(self) -> Iterator[Line]:
        """Yield the sightings, and every message that cannot be read with its error."""
        for place, notice in self._refused.documents():
            yield Line(Place(*place).number(), b"", None, Notice(*notice))
        for _, sightings in groupby(map(_parsed, self._logins.sorted()), key=lambda s: s.login.vin):
            for sighting in _first_and_last(_distinct(sightings)):
                yield self._line(sighting)

    def close(self) -> None:
        """Close the temporary files; closing twice is harmless."""
        self._refused.close()

    def _line(self, sighting: _Sighting) -> Line:
        """Return the event of a sighting, or its refusal."""
        login, place = sighting.login, sighting.place
        time = format_instant(login.time)
        id = ID + sha256(canonical([login.vin, list(login.codes), time])).hexdigest()
        warnings: list[Json] = []
        try:
            inside = self._item(identifiers.vehicle(login.vin), "vin", id, warnings)
            items = [self._item(identifiers.battery(code), "codes", id, warnings) for code in login.codes]
        except RefusedRecordError as error:
            return Line(place.number(), b"", None, Notice(id, error.path, error.code, error.message))
        distinct = list(dict.fromkeys(items))
        if len(distinct) < len(items):
            warnings.append(_warning(id, "codes", "twice_in_list"))
        for notice in warnings:
            self.report.warn(place, notice)
        self.report.events += 1
        self.report.repeats += sighting.copies - 1
        event: Json = {
            "id": id,
            "type": "inspected",
            "time": time,
            "reporter": self._reporter,
            "evidence": [{"kind": "gbt32960", "ref": login.edition}],
            "items": distinct,
            "inside": inside,
            "findings": {"message": "login"},
        }
        if self._options.explain is not None:
            self._options.explain({**place._asdict(), "id": id, "events": [event], "warnings": warnings})
        return Line(place.number(1), orjson.dumps(event), event, None)

    def _item(self, item: identifiers.ItemCode, path: str, id: str, warnings: list[Json]) -> str:
        if item.day is not None and item.day > self._today:
            message = f"The date in a battery code ({item.day}) lies after {self._today}."
            raise RefusedRecordError(path, "battery_code_future", message)
        if item.warning is not None:
            warnings.append(_warning(id, path, item.warning))
        return item.id


def _reporter(text: str | None) -> str:
    """Return the party that reports the logins. Raises InvalidQuestionError."""
    if text is None:
        message = "A login does not name who passes it on: name the party that reports it."
        raise InvalidQuestionError(message, path="--reporter", code="missing_reporter")
    try:
        identity = parse_identifier(text)
    except InvalidIdentifierError as error:
        raise InvalidQuestionError(error.message, path="--reporter", code=error.code) from None
    if identity.scheme not in PARTY_SCHEMES:
        raise InvalidQuestionError("This id names an item, not a party.", path="--reporter", code="not_a_party")
    return identity.id


def _start(pieces: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes without a mark and blanks before them, and all pieces without these."""
    rest = iter(pieces)
    head = b""
    for piece in rest:
        head += piece
        if len(head.removeprefix(_MARK).lstrip()) > len(_MARK):
            break
    start = head.removeprefix(_MARK).lstrip(b" \t\r\n") if not head.startswith((b"##", b"$$")) else head
    # Lines before the first character count as lines.
    return start, chain((head.removeprefix(_MARK),), rest)


def _read_hex(text: bytes) -> Login:
    try:
        frame = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        raise UnreadableLoginError("frame_hex", "A frame in text is written in hexadecimal digits.") from None
    return read_frame(frame)


def _parsed(row: bytes) -> _Sighting:
    vin, time, edition, codes, file, line = orjson.loads(row)
    return _Sighting(Login(edition, vin, int(time), tuple(codes)), Place(file, line), 1)


def _distinct(sightings: Iterable[_Sighting]) -> Iterator[_Sighting]:
    """Yield the logins of one vehicle in order of time; the same codes at the same time are one login."""
    for _, moment in groupby(sightings, key=lambda s: s.login.time):
        found: dict[tuple[str, ...], _Sighting] = {}
        for sighting in moment:
            known = found.get(sighting.login.codes)
            found[sighting.login.codes] = sighting if known is None else known._replace(copies=known.copies + 1)
        yield from found.values()


def _first_and_last(sightings: Iterable[_Sighting]) -> Iterator[_Sighting]:
    """Yield the first and the last login of each run with equal codes; without codes there is none."""
    codes: tuple[str, ...] = ()
    last: _Sighting | None = None
    for sighting in sightings:
        if sighting.login.codes == codes:
            last = sighting
            continue
        if codes and last is not None:
            yield last
        codes, last = sighting.login.codes, None
        if codes:
            yield sighting
    if codes and last is not None:
        yield last


def _warning(id: str, path: str, code: str) -> Json:
    return {"id": id, "path": path, "code": code, "message": WARNINGS[code]}
