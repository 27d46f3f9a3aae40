"""Errors of the Neo4j driver, each with the error of the domain that it becomes."""

from __future__ import annotations

import pytest
from neo4j.exceptions import (
    ClientError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ReadServiceUnavailable,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from lineage.domain.errors import StoreBusyError, StoreDamagedError, StoreError, StoreUnavailableError, TimeLimitError
from lineage.stores.neo4j.errors import BY_CODE, NOT_AGAIN, OF_DRIVER, stops_retries, store_error, translated

PLACE = "neo4j://example:7687"

CODES: dict[str, type[StoreError]] = {
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": StoreBusyError,
    "Neo.TransientError.General.OutOfMemoryError": StoreBusyError,
    "Neo.TransientError.General.StackOverFlowError": StoreBusyError,
    "Neo.TransientError.General.TransactionMemoryLimit": StoreBusyError,
    "Neo.TransientError.General.TransactionOutOfMemoryError": StoreBusyError,
    "Neo.TransientError.General.DatabaseUnavailable": StoreUnavailableError,
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": StoreBusyError,
    "Neo.TransientError.Transaction.DeadlockDetected": StoreBusyError,
    "Neo.TransientError.Transaction.BookmarkTimeout": StoreBusyError,
    "Neo.TransientError.Cluster.ReplicationFailure": StoreUnavailableError,
    "Neo.TransientError.Request.NoThreadsAvailable": StoreBusyError,
    "Neo.ClientError.Transaction.TransactionTimedOut": TimeLimitError,
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": TimeLimitError,
    "Neo.ClientError.Transaction.LockClientStopped": StoreBusyError,
    "Neo.ClientError.Transaction.Terminated": StoreBusyError,
    "Neo.ClientError.Transaction.InvalidBookmark": StoreUnavailableError,
    "Neo.ClientError.Cluster.NotALeader": StoreUnavailableError,
    "Neo.ClientError.Security.Forbidden": StoreUnavailableError,
    "Neo.ClientError.Security.AuthenticationRateLimit": StoreUnavailableError,
    "Neo.ClientError.Security.Unauthorized": StoreUnavailableError,
    "Neo.ClientError.Security.CredentialsExpired": StoreUnavailableError,
    "Neo.ClientError.Database.DatabaseNotFound": StoreUnavailableError,
    "Neo.ClientError.Schema.ConstraintValidationFailed": StoreDamagedError,
    "Neo.ClientError.Schema.IndexWithNameAlreadyExists": StoreDamagedError,
    "Neo.DatabaseError.Schema.ConstraintCreationFailed": StoreDamagedError,
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": StoreUnavailableError,
    "Neo.ClientError.Statement.AccessMode": StoreUnavailableError,
    "Neo.ClientError.Statement.SyntaxError": StoreUnavailableError,
    "Neo.ClientError.Request.Invalid": StoreUnavailableError,
    "Neo.DatabaseError.General.UnknownError": StoreUnavailableError,
    "Neo.DatabaseError.Transaction.TransactionCommitFailed": StoreUnavailableError,
    "Something.Else.Entirely.New": StoreUnavailableError,
}

RAISED: dict[type[Exception], type[StoreError]] = {
    IncompleteCommit: StoreUnavailableError,
    ConnectionAcquisitionTimeoutError: StoreBusyError,
    ServiceUnavailable: StoreUnavailableError,
    ReadServiceUnavailable: StoreUnavailableError,
    SessionExpired: StoreUnavailableError,
    ConfigurationError: StoreUnavailableError,
    DriverError: StoreUnavailableError,
    OSError: StoreUnavailableError,
    ValueError: StoreUnavailableError,
}


def coded(code: str) -> Neo4jError:
    """An error as a server sends it."""
    return Neo4jError._hydrate_neo4j(code=code, message="no matter what")


@pytest.mark.parametrize(("code", "kind"), CODES.items())
def test_the_code_of_the_server_decides_what_an_error_means(code: str, kind: type[StoreError]) -> None:
    error = store_error(coded(code), PLACE)
    assert type(error) is kind
    assert error.message.startswith(f"The store {PLACE} ")
    assert code in error.message


@pytest.mark.parametrize(("raised", "kind"), RAISED.items())
def test_what_the_driver_raises_by_itself_becomes_an_error_of_the_service(
    raised: type[Exception], kind: type[StoreError]
) -> None:
    assert type(store_error(raised("a reason"), PLACE)) is kind


@pytest.mark.parametrize("row", BY_CODE, ids=lambda row: row[0])
def test_no_row_of_the_table_is_hidden_by_an_earlier_one(row: tuple[str, type[StoreError], str]) -> None:
    assert next(r for r in BY_CODE if row[0].startswith(r[0])) is row


@pytest.mark.parametrize("row", BY_CODE, ids=lambda row: row[0])
def test_every_row_of_the_table_is_met_by_a_code(row: tuple[str, type[StoreError], str]) -> None:
    met = [code for code in CODES if next((r for r in BY_CODE if code.startswith(r[0])), None) is row]
    assert met


def test_every_class_of_the_driver_in_the_table_is_met() -> None:
    assert {cls for cls, _, _ in OF_DRIVER} <= RAISED.keys()


def test_a_commit_of_unknown_outcome_states_that_sending_again_is_safe() -> None:
    assert "sending again is safe" in store_error(IncompleteCommit("gone"), PLACE).message


@pytest.mark.parametrize("code", NOT_AGAIN)
def test_what_would_fail_the_same_way_is_not_tried_again(code: str) -> None:
    error = coded(code)
    assert isinstance(error, TransientError)
    assert error.is_retryable()
    assert stops_retries(error)


def test_a_lost_race_is_tried_again() -> None:
    assert not stops_retries(coded("Neo.TransientError.Transaction.DeadlockDetected"))


def test_nothing_of_the_driver_gets_out() -> None:
    with pytest.raises(StoreUnavailableError), translated(PLACE):
        raise ServiceUnavailable("gone")
    with pytest.raises(StoreDamagedError), translated(PLACE):
        raise coded("Neo.ClientError.Schema.ConstraintValidationFailed")


def test_an_error_of_the_service_passes() -> None:
    with pytest.raises(StoreBusyError, match="ours"), translated(PLACE):
        raise StoreBusyError("ours")


def test_a_client_error_is_classified_by_its_code_alone() -> None:
    """A driver may give an error of any class; the class does not count."""
    error = ClientError()
    assert type(store_error(error, PLACE)) is StoreUnavailableError
