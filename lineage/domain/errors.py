"""Everything that can go wrong, as one tree.

LineageError                      a stable `code`, facts as attributes, a sentence for people
├── InvalidIdentifierError          a code breaks a hard rule of its scheme
├── InvalidInstantError             a text is not a time, or lies outside 1990 to 2200
├── InvalidEventError               an event breaks the contract: every problem with its path
├── RecordedNotAllowedError         an import may not bring its own `recorded` here
├── UnreadableInputError            not JSON, not UTF-8, broken compression: line, column
├── InvalidQuestionError            a question that cannot be answered: the parameter and why
│   └── InvalidRulesError           a file of rules that cannot be used: the row and why
├── NotThereError
│   ├── UnknownItemError            no standing event names the item
│   ├── UnknownEventError           no event has this id
│   ├── UnknownPartyError           no standing event names the party
│   └── NotYetKnownError            known today, but not at the transaction time `known_at`
└── StoreError
    ├── StoreUnavailableError       the store cannot be reached: try again
    ├── StoreBusyError              others hold the store for too long: try again
    ├── TimeLimitError              a read needs more time than it may take: ask for less
    ├── StoreTooNewError            written by a newer release: refused
    ├── StoreTooOldError            written by an older release: migrate first
    └── StoreDamagedError           what is stored contradicts itself

Codes are for programs and never change their meaning; `docs/errors.md` lists them.
Messages are for people and may be reworded. In a load, one bad line among a million
is a value (`Notice`), not an exception.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Notice(NamedTuple):
    """One problem or warning: the event's id where it is known, the field, a code, a sentence.

    `path` is dotted (`parts.1`, `inputs.0.mass_kg`); empty where the whole event is meant.
    """

    id: str | None
    path: str
    code: str
    message: str


class LineageError(Exception):
    """The root: whatever this project refuses or fails at."""

    code: str = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class InvalidIdentifierError(LineageError):
    """A code breaks a hard rule of its scheme (contract 1).

    `scheme` is the scheme that its form suggests, `None` where it suggests none;
    `position` counts characters from 1, `None` where the whole is meant.
    """

    code = "id_unknown_form"

    def __init__(self, message: str, *, code: str, scheme: str | None = None, position: int | None = None) -> None:
        super().__init__(message, code=code)
        self.scheme = scheme
        self.position = position


class InvalidInstantError(LineageError):
    """A text is not a time as contract 2 takes it."""

    code = "time_form"


class InvalidEventError(LineageError):
    """An event is refused; `notices` holds what is wrong with it, at most 20, never empty."""

    code = "invalid_event"

    def __init__(self, notices: Sequence[Notice]) -> None:
        first = notices[0]
        super().__init__(first.message, code=first.code)
        self.notices = tuple(notices)
        self.id = first.id
        self.path = first.path


class RecordedNotAllowedError(LineageError):
    """Only a trusted import may bring its own `recorded` (contract 2)."""

    code = "recorded_not_allowed"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(
            message
            or "This service sets `recorded` itself. Leave it out, or import with "
            "--keep-recorded (over HTTP: on a server started with --allow-keep-recorded)."
        )


class UnreadableInputError(LineageError):
    """Bytes that hold no events: wrong encoding, broken compression, not JSON.

    `line` and `column` count from 1; `None` where there is no such place.
    """

    code = "bad_json"

    def __init__(self, message: str, *, code: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, code=code)
        self.line = line
        self.column = column


class InvalidQuestionError(LineageError):
    """A question that cannot be answered as it stands; `path` is the parameter."""

    code = "invalid_parameter"

    def __init__(self, message: str, *, path: str, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.path = path


class InvalidRulesError(InvalidQuestionError):
    """A file of rules that cannot be used; `row` is the place in it, empty where the whole is meant."""

    code = "bad_rules"

    def __init__(self, file: str, row: str, message: str) -> None:
        where = f"{file}, {row}" if row else file
        super().__init__(f"{where}: {message}.", path="--rules", code="bad_rules")
        self.file = file
        self.row = row


class StoreNotEmptyError(InvalidQuestionError):
    """An import needs an empty store; nothing was stored."""

    def __init__(self) -> None:
        message = "The store holds events already: `lineage load` adds to them, an import wants an empty store."
        super().__init__(message, path="--store", code="store_not_empty")


class NotThereError(LineageError):
    """The item, event or party of a question does not exist; `id` is the id in the question."""

    code = "not_there"

    def __init__(self, id: str, message: str) -> None:
        super().__init__(message)
        self.id = id


class UnknownItemError(NotThereError):
    """No standing event names this item (contract 8)."""

    code = "unknown_item"

    def __init__(self, id: str) -> None:
        super().__init__(id, f"No standing event names {shortened(id)}. Check its spelling, or search for it.")


class UnknownEventError(NotThereError):
    """No accepted event or replacement has this id."""

    code = "unknown_event"

    def __init__(self, id: str) -> None:
        super().__init__(id, f"There is no event {shortened(id)}. Check its spelling.")


class UnknownPartyError(NotThereError):
    """No standing event names this party (contract 8)."""

    code = "unknown_party"

    def __init__(self, id: str) -> None:
        super().__init__(id, f"No standing event names the party {shortened(id)}. Check it, or search for it.")


class NotYetKnownError(NotThereError):
    """The id is known today, but was not at the transaction time of the question (contract 8).

    `known_at` is that transaction time: whole milliseconds since 1970, UTC.
    """

    code = "not_yet_known"

    def __init__(self, id: str, known_at: int) -> None:
        super().__init__(id, f"Nothing about {shortened(id)} was known then. Ask with a later known_at.")
        self.known_at = known_at


class StoreError(LineageError):
    """The store, not the input, is at fault."""

    code = "store_error"


class StoreUnavailableError(StoreError):
    """The store cannot be reached; nothing was stored, trying again later is safe."""

    code = "store_unavailable"


class StoreBusyError(StoreError):
    """Other processes held the store for too long; nothing was stored, trying again is safe."""

    code = "store_busy"


class TimeLimitError(StoreError):
    """A read was given up because it needs more time than it may take, or because nobody waits for it any more."""

    code = "time_limit"

    def __init__(self, message: str = "This takes longer than a read may: ask for less, or a shorter window.") -> None:
        super().__init__(message)


class ImportUnfinishedError(StoreError):
    """An import into this store began and did not end: run it again, it starts from the beginning."""

    code = "import_unfinished"


class _StoreVersionError(StoreError):
    def __init__(self, message: str, *, found: int, supported: int) -> None:
        super().__init__(message)
        self.found = found
        self.supported = supported


class StoreTooNewError(_StoreVersionError):
    """The store was written by a newer release (contract 8); `found` is its format version."""

    code = "store_too_new"


class StoreTooOldError(_StoreVersionError):
    """The store was written by an older release; the message names the command to run."""

    code = "store_too_old"


class StoreDamagedError(StoreError):
    """The stored data contradicts itself; `position` is the first journal row that fails."""

    code = "store_damaged"

    def __init__(self, message: str, *, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def called(value: object) -> str:
    """Return what a JSON value is, for messages: `a text`, `an object` …"""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "an object" if isinstance(value, dict) else "a list"


def shortened(text: str, most: int = 80) -> str:
    """Return text that fits into a message: quoted, unprintable characters escaped, cut.

    >>> shortened("abc")
    "'abc'"
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")
