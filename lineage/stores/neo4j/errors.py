"""Errors of the Neo4j driver and server, translated into errors of the domain: the only place that does.

The server's code decides, never its GQL status: 5.26 gives the same status for nearly everything.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Final

from neo4j.exceptions import (
    ConnectionAcquisitionTimeoutError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from lineage.domain.errors import (
    ImportUnfinishedError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreUnavailableError,
    TimeLimitError,
)

Kind = type[StoreError]

BY_CODE: Final[tuple[tuple[str, Kind, str], ...]] = (
    (
        "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
        StoreBusyError,
        "has no memory left for this: ask for less, load smaller batches, or raise db.memory.transaction.max",
    ),
    (
        "Neo.TransientError.General.OutOfMemoryError",
        StoreBusyError,
        "has no memory left: ask for less, or give it more heap",
    ),
    (
        "Neo.TransientError.General.StackOverFlowError",
        StoreBusyError,
        "could not hold so deep a question: ask for less",
    ),
    (
        "Neo.TransientError.General.DatabaseUnavailable",
        StoreUnavailableError,
        "is up, but its database is not: try again",
    ),
    ("Neo.TransientError.General.TransactionMemoryLimit", StoreBusyError, "has no memory left for this: ask for less"),
    ("Neo.TransientError.Transaction.LockAcquisitionTimeout", StoreBusyError, "is held by another writer: try again"),
    ("Neo.TransientError.Transaction.DeadlockDetected", StoreBusyError, "is held by other writers: try again"),
    ("Neo.TransientError.Transaction.", StoreBusyError, "could not do this now: try again"),
    ("Neo.TransientError.Cluster.", StoreUnavailableError, "is changing its leader: try again"),
    ("Neo.TransientError.", StoreBusyError, "could not do this now: try again"),
    (
        "Neo.ClientError.Transaction.TransactionTimedOut",
        TimeLimitError,
        "needed too long for this: ask for less, or try again when it is less busy",
    ),
    ("Neo.ClientError.Transaction.LockClientStopped", StoreBusyError, "stopped this while it waited: try again"),
    ("Neo.ClientError.Transaction.Terminated", StoreBusyError, "was ordered to stop this: try again"),
    ("Neo.ClientError.Transaction.", StoreUnavailableError, "could not begin this: try again"),
    ("Neo.ClientError.Cluster.", StoreUnavailableError, "is changing its leader: try again"),
    (
        "Neo.ClientError.Security.Forbidden",
        StoreUnavailableError,
        "does not allow this user to read and write here: ask its administrator",
    ),
    (
        "Neo.ClientError.Security.AuthenticationRateLimit",
        StoreUnavailableError,
        "takes no password for some seconds after several wrong ones: wait, then try again",
    ),
    (
        "Neo.ClientError.Security.",
        StoreUnavailableError,
        "refuses this user and password: set LINEAGE_NEO4J_USER and LINEAGE_NEO4J_PASSWORD",
    ),
    ("Neo.ClientError.Database.", StoreUnavailableError, "has no such database, or it is stopped"),
    (
        "Neo.ClientError.Schema.ConstraintValidationFailed",
        StoreDamagedError,
        "already holds something else under the same key: compare it with an export",
    ),
    (
        "Neo.ClientError.Schema.",
        StoreDamagedError,
        "has constraints or indexes that conflict with those of this service: use a database of its own",
    ),
    ("Neo.DatabaseError.Schema.", StoreDamagedError, "could not make its constraints and indexes: look into its log"),
    ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", StoreUnavailableError, "can only be read"),
    ("Neo.ClientError.Statement.AccessMode", StoreUnavailableError, "can only be read"),
    ("Neo.ClientError.Statement.", StoreUnavailableError, "does not understand this: Neo4j 5.26 or newer is needed"),
    ("Neo.ClientError.", StoreUnavailableError, "refuses this"),
    ("Neo.DatabaseError.", StoreUnavailableError, "failed inside: look into its log"),
)
"""Prefixes of the server's codes; the first that fits gives the error class, and the predicate of its sentence."""

OF_DRIVER: Final[tuple[tuple[type[Exception], Kind, str], ...]] = (
    (
        IncompleteCommit,
        StoreUnavailableError,
        "was lost while it committed: whether that succeeded is not known, sending again is safe",
    ),
    (ConnectionAcquisitionTimeoutError, StoreBusyError, "has too many requests at once: try again"),
    (ServiceUnavailable, StoreUnavailableError, "cannot be reached: try again"),
    (SessionExpired, StoreUnavailableError, "went away in between: try again"),
    (DriverError, StoreUnavailableError, "cannot be used"),
    (OSError, StoreUnavailableError, "cannot be reached: try again"),
    (ValueError, StoreUnavailableError, "cannot be found by this address"),
)
"""Exceptions that the driver raises by itself; the first class that fits decides."""

_UNKNOWN: Final[tuple[Kind, str]] = (StoreUnavailableError, "failed in a way of its own")

NOT_AGAIN: Final = (
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.OutOfMemoryError",
    "Neo.TransientError.General.StackOverFlowError",
    "Neo.TransientError.General.TransactionMemoryLimit",
)
"""Codes that the driver would retry until its time is over, though the same statement would fail the same way."""


def store_error(error: Exception, place: str) -> StoreError:
    """The error of the domain for an error of the driver; `place` is the address of the store."""
    if isinstance(error, Neo4jError):
        kind, does = next(((k, d) for start, k, d in BY_CODE if error.code.startswith(start)), _UNKNOWN)
        return kind(f"The store {place} {does} ({error.code}).")
    kind, does = next((k, d) for cls, k, d in OF_DRIVER if isinstance(error, cls))
    return kind(f"The store {place} {does} ({_message(error)}).")


def _message(error: Exception) -> str:
    """The message of the driver, without a user or password from an address."""
    text = re.sub(r"//[^/\s]*@", "//", " ".join(str(error).split()))
    return text[:300] or type(error).__name__


def stops_retries(error: Neo4jError) -> bool:
    return error.code.startswith(NOT_AGAIN)


@contextlib.contextmanager
def translated(place: str) -> Iterator[None]:
    """Translate every exception of the driver. `place` is the server's address without user and password."""
    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise store_error(error, place) from error
    except (OSError, ValueError) as error:
        # A name that no server resolves is a ValueError of the driver; the caller's own errors pass.
        if not _raised_by_driver(error):
            raise
        raise store_error(error, place) from error


def _raised_by_driver(error: Exception) -> bool:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("neo4j.")


def unfinished(place: str) -> ImportUnfinishedError:
    """The error for a store in which an import began and did not end."""
    return ImportUnfinishedError(
        f"An import into the store {place} began and is not finished: nothing is read from it or written to it until "
        "`lineage import` has been run again, which starts from the beginning."
    )
