"""Messages of the platform, read as events: `PlatformConversion` (docs/platform.md).

Records become events one by one and are written to a file; those that depend on what else is read wait. When
everything is read they are answered, and the events are given. Memory does not grow with the input.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, Final

import orjson

from lineage.domain.errors import Notice, UnreadableInputError
from lineage.exchange.conversion.documents import read_documents
from lineage.exchange.conversion.interface import ConversionOptions, StoredFacts
from lineage.exchange.conversion.places import Place
from lineage.exchange.conversion.report import DistinctEvents, ReadingReport, count_name
from lineage.exchange.conversion.spool import Spool
from lineage.exchange.ijson import read_document
from lineage.exchange.jsonl import Line
from lineage.exchange.platform.cleaning import Cleaner, Dropped, Json, RefusedRecordError
from lineage.exchange.platform.envelope import CONTENT, TIMESTAMP
from lineage.exchange.platform.lines import (
    ACCOUNT,
    INTERFACE,
    MESSAGE,
    SENT,
    Message,
    message_of,
    records_of,
    sent_text,
)
from lineage.exchange.platform.messages import VEHICLE_MODULE
from lineage.exchange.platform.names import platform_names
from lineage.exchange.platform.record import MessageRecord
from lineage.exchange.platform.recycling import RECYCLING_MODULE
from lineage.exchange.platform.sheets.columns import columns_of, shipped_columns
from lineage.exchange.platform.sheets.reader import SheetReader
from lineage.exchange.platform.sheets.tables import WORKBOOK
from lineage.exchange.platform.waiting import Answers, Source, WaitingRecords

MESSAGES: Final = {**VEHICLE_MODULE, **RECYCLING_MODULE}
"""Every message by the word that `names.toml` has for it."""
_FIRST: Final = Answers()
_HEAD: Final = 65_536
"""Bytes in which a line of JSON begins, unless the file is a table."""
_JSON: Final = re.compile(rb"^[ \t\r\xef\xbb\xbf]*[{\[#]", re.MULTILINE)


class PlatformConversion:
    """One load of platform messages."""

    def __init__(self, options: ConversionOptions, stored: StoredFacts, folder: Path) -> None:
        self.report = ReadingReport()
        self._options, self._stored = options, stored
        self._today = options.today.isoformat()
        self._names = platform_names()
        self._cleaner = Cleaner(self._names)
        self._folder = folder
        self._taken = Spool(folder / "taken")
        self._refused = Spool(folder / "refused")
        self._waiting = WaitingRecords(folder)
        self._distinct = DistinctEvents(folder)

    # ---- reading

    def read(self, file: int, pieces: Iterable[bytes]) -> None:
        """Read one file or body of messages, or of sheets. Raises UnreadableInputError where nothing can be read."""
        rest = iter(pieces)
        head = b""
        for piece in rest:
            head += piece
            if len(head) >= _HEAD:
                break
        whole = chain((head,), rest)
        if head.startswith(WORKBOOK) or (head.strip() and _JSON.search(head[:_HEAD]) is None):
            self._read_sheets(file, whole)
            return
        for line in read_documents(whole):
            if not line.raw.startswith(b"#"):
                self._read_line(Place(file, line.number), line)

    def _read_sheets(self, file: int, pieces: Iterable[bytes]) -> None:
        """Read a file of sheets, all of whose rows are records of one interface."""
        try:
            message = message_of([], self._options.interface, self._options.account, self._names.interfaces)
        except RefusedRecordError as error:
            self._refuse(Place(file, 1), _notice(None, error))
            return
        interface = self._names.interfaces.get(message.interface)
        if interface is None:
            count_name(self.report.unknown_interfaces, message.interface)
            return
        columns = self._options.columns
        chosen = shipped_columns() if columns is None else columns_of(columns)
        reader = SheetReader(interface, chosen, self._names.fields, self._folder)
        for row in reader.records(pieces, f"sheets-{file}"):
            place = Place(file, row.row, row.sheet)
            source = Source(place, interface, message.account, None, {})
            if row.error is None:
                self.read_record(source, row.record)
            else:
                self.report.records += 1
                self._refuse(place, _notice(None, row.error))
        self.report.not_carried += reader.unknown

    def _read_line(self, place: Place, line: Line) -> None:
        if line.error is not None:
            self._refuse(place, line.error)
            return
        try:
            document = self._opened(line.document)
            message = message_of(document, self._options.interface, self._options.account, self._names.interfaces)
        except RefusedRecordError as error:
            self._refuse_line(place, error, line.document)
            return
        except UnreadableInputError as unreadable:
            self._refuse(place, Notice(None, CONTENT, unreadable.code, "The payload of this envelope is not JSON."))
            return
        dropped = Dropped()
        for name, value in message.others.items():
            self._cleaner.drop(name, value, dropped)
        interface = self._names.interfaces.get(message.interface)
        if interface is None:
            count_name(self.report.unknown_interfaces, message.interface)
            self._cleaner.count_personal(message.content, dropped)
            self.report.personal += dropped.personal
            return
        holder = self._names.holders.get(self._names.messages[interface])
        if isinstance(message.content, dict) and isinstance(message.content.get(holder or ""), list):
            for name in message.content.keys() - {holder}:
                self._cleaner.drop(name, message.content[name], dropped)
        self._count(dropped)
        self._read_records(place, interface, holder, message)

    def _opened(self, document: object) -> object:
        """Return a line; of an envelope, the message in it. Raises RefusedRecordError, UnreadableInputError."""
        if not isinstance(document, dict) or CONTENT not in document:
            return document
        if self._options.seal is None:
            message = "This is an envelope: give its key, or send the payload."
            raise RefusedRecordError(CONTENT, "sealed", message)
        payload = read_document(self._options.seal.open(document))
        named = {name: document[name] for name in (INTERFACE, ACCOUNT) if name in document}
        return {**named, SENT: document.get(TIMESTAMP), MESSAGE: payload}

    def _read_records(self, place: Place, interface: str, holder: str | None, message: Message) -> None:
        sent = sent_text(message.sent)
        for number, record in records_of(message.content, holder):
            self.read_record(Source(place._replace(record=number), interface, message.account, sent, {}), record)

    def read_record(self, source: Source, record: object) -> None:
        """Read one record of an interface; the fields of `source` are empty."""
        self.report.records += 1
        dropped = Dropped()
        try:
            fields = self._cleaner.record(record, dropped)
        except RefusedRecordError as error:
            self._count(dropped)
            self._refuse(source.place, _notice(None, error), _shown(source._replace(fields=self._rest_of(record))))
            return
        self._count(dropped)
        self._take(source._replace(fields=fields), _FIRST)

    def _count(self, dropped: Dropped) -> None:
        self.report.personal += dropped.personal
        self.report.not_carried += dropped.not_carried

    def _take(self, source: Source, answers: Answers) -> MessageRecord | None:
        """Read a record and take it, or let it wait for an answer; return None where it is refused."""
        reading = MessageRecord(
            self._names.fields,
            source.interface,
            source.account,
            source.fields,
            today=self._today,
            sent=answers.sent or source.sent,
            regions=self._options.regions,
            whole=answers.whole,
        )
        try:
            reading.become(MESSAGES[self._names.messages[source.interface]])
        except RefusedRecordError as error:
            self._refuse(source.place, _notice(reading.id, error), _shown(source))
            return None
        if reading.question is not None or (reading.is_timed_by_sending and answers is _FIRST):
            self._waiting.add(source, reading)
        else:
            warnings = list(reading.warnings.values())
            self._taken.add([[*source.place], reading.id, source.interface, reading.events, warnings])
        return reading

    def _refuse(self, place: Place, notice: Notice, shown: Json | None = None) -> None:
        self._refused.add([[*place], [*notice], shown])

    def _refuse_line(self, place: Place, error: RefusedRecordError, document: object) -> None:
        """Refuse a line that is no message, and count the personal data in it."""
        dropped = Dropped()
        self._cleaner.count_personal(document, dropped)
        self.report.personal += dropped.personal
        line: Any = document if isinstance(document, dict) and MESSAGE in document else {MESSAGE: document}
        records = [self._rest_of(record) for _, record in records_of(line[MESSAGE], "vinList")]
        shown = {name: line[name] for name in (INTERFACE, ACCOUNT, SENT) if isinstance(line.get(name), str | int)}
        self._refuse(place, _notice(None, error), {**shown, MESSAGE: records})

    def _rest_of(self, record: object) -> Json:
        """Return what may be written of a refused record."""
        return self._cleaner.record(record, Dropped(is_lenient=True)) if isinstance(record, dict) else {}

    # ---- events

    def lines(self) -> Iterator[Line]:
        """Yield every event, and every refused record with its error; the report is complete afterwards."""
        self._waiting.answer(self._take, self._stored, lambda: (taken[3] for taken in self._taken.documents()))
        for place, notice, shown in self._refused.documents():
            raw = b"" if shown is None else orjson.dumps(shown)
            yield Line(Place(*place).number(), raw, None, Notice(*notice))
        for place, id, interface, events, warnings in self._taken.documents():
            where = Place(*place)
            for notice in warnings:
                self.report.warn(where, notice)
            self._distinct.add(id, len(events))
            if self._options.explain is not None:
                about = {"interface": interface, "id": id, "events": events, "warnings": warnings}
                self._options.explain({**where._asdict(), **about})
            for number, event in enumerate(events, 1):
                yield Line(where.number(number), orjson.dumps(event), event, None)
        self.report.events, self.report.repeats = self._distinct.totals()

    def close(self) -> None:
        """Close the temporary files; closing twice is harmless."""
        self._taken.close()
        self._refused.close()


def _notice(id: str | None, error: RefusedRecordError) -> Notice:
    return Notice(id, error.path, error.code, error.message)


def _shown(source: Source) -> Json:
    """Return a refused record as the line of a message, without personal data."""
    sent = {} if source.sent is None else {SENT: source.sent}
    return {INTERFACE: source.interface, ACCOUNT: source.account, **sent, MESSAGE: [source.fields]}
