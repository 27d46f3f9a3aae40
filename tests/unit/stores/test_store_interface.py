"""Questions call only the reads that answers need, and no store inherits from another."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.service.projection.unstored import UnstoredChanges
from lineage.service.visibility import VisibleReader
from lineage.stores.interface import ProjectionReader, ProjectionTarget, QuestionReader, Transaction
from lineage.stores.neo4j.reader import Neo4jReader
from lineage.stores.neo4j.write_transaction import WriteTransaction
from lineage.stores.sqlite.reader import SqliteReader
from lineage.stores.sqlite.transaction import SqliteTransaction
from tests.paths import ROOT

LINEAGE = ROOT / "lineage"
ANSWERING = [p for folder in ("questions", "findings") for p in sorted((LINEAGE / "service" / folder).rglob("*.py"))]
STORES = sorted((LINEAGE / "stores").rglob("*.py"))


def methods(protocol: type) -> set[str]:
    """The methods that a protocol or class itself declares."""
    return {name for name, value in vars(protocol).items() if inspect.isfunction(value) and not name.startswith("_")}


def promised(protocol: type) -> set[str]:
    """The methods of a protocol and of those that it widens."""
    return {name for base in protocol.__mro__ for name in methods(base)}


FOR_QUESTIONS = promised(QuestionReader)
FOR_PROJECTION = promised(ProjectionReader) - FOR_QUESTIONS
FOR_WRITING = promised(Transaction) - FOR_QUESTIONS - FOR_PROJECTION


def attributes(path: Path) -> Iterator[tuple[str, str]]:
    """Every attribute that a module names, with the last word of what it belongs to."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node.value).rpartition(".")[2].strip("_"), node.attr


def readers_called(path: Path) -> set[str]:
    """The methods that a module calls on a reader."""
    return {name for owner, name in attributes(path) if owner == "reader"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_the_projection_reads_seven_ways_that_questions_do_not() -> None:
    assert {
        "mentions_at", "mentions_of_pairs", "part_edges", "edges_of_pairs", "became_edges", "holdings_of",
        "dependencies",
    } == FOR_PROJECTION  # fmt: skip


@pytest.mark.parametrize("path", ANSWERING, ids=lambda p: p.relative_to(LINEAGE).as_posix())
def test_a_question_calls_only_what_its_reader_promises(path: Path) -> None:
    assert readers_called(path) <= FOR_QUESTIONS
    assert FOR_PROJECTION.isdisjoint(name for _, name in attributes(path))
    assert imported(path).isdisjoint({"ProjectionReader", "Transaction"})


def test_questions_do_call_their_reader() -> None:
    called = {name for path in ANSWERING for name in readers_called(path)}
    assert len(called) >= len(FOR_QUESTIONS) - 3


@pytest.mark.parametrize(
    ("implementation", "protocol"),
    [
        (SqliteReader, ProjectionReader),
        (Neo4jReader, ProjectionReader),
        (SqliteTransaction, Transaction),
        (WriteTransaction, Transaction),
        (VisibleReader, QuestionReader),
        (UnstoredChanges, ProjectionTarget),
    ],
)
def test_an_implementation_states_every_method_of_its_protocol_and_no_other(
    implementation: type, protocol: type
) -> None:
    public = {n for n, v in inspect.getmembers(implementation, inspect.isfunction) if not n.startswith("_")}
    assert promised(protocol) <= public
    if implementation in (WriteTransaction, VisibleReader, UnstoredChanges):
        assert public == promised(protocol) == methods(implementation)


def test_no_class_of_the_graph_inherits_from_one_of_sqlite() -> None:
    bases = {
        ast.unparse(base)
        for path in STORES
        if "neo4j" in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    assert bases
    assert not [base for base in bases if "Sqlite" in base or "Scratch" in base]


def test_no_store_hides_its_methods_behind_a_proxy() -> None:
    assert [p.name for p in STORES if "__getattr__" in p.read_text("utf-8") or "cast(" in p.read_text("utf-8")] == []
