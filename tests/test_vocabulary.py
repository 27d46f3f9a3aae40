"""Names, comments, help texts and pages use the words of docs/vocabulary.md."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).parent.parent

NOT_YET: Final[tuple[str, ...]] = ("lineage/domain/",)
"""Paths that still have other words. It may only become shorter."""

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "told": ("tell", "tells", "teller", "tellers", "telling"),
    "said": ("says", "saying"),
    "kept": ("keep", "keeps", "keeping"),
    "asked": (),
    "anew": (),
    "beside": (),
    "woven": ("weave", "weaves", "weaving"),
    "deed": ("deeds",),
    "house": ("houses",),
    "door": ("doors",),
    "room": ("rooms",),
    "seam": ("seams",),
    "ring": ("rings", "ringed"),
    "thing": ("things",),
    "whoever": (),
}
"""Words that neither a name nor a sentence has, each with its other forms."""

PHRASES: Final[tuple[str, ...]] = (
    "hangs on",
    "nobody told",
    "of ours",
    "ever so many",
    "moment of knowledge",
    "bring the past",
)
"""Turns of phrase that no sentence has."""

CONTRACT: Final = frozenset({"keep_recorded", "allow_keep_recorded"})
"""Names that are visible outside: an option of a command and of the service."""

UNCHANGED: Final = {
    "lineage/synthetic/fleet/parameters.toml": "manifests of generated fleets hold the digest of its bytes"
}
"""Files that are not read here, each with its reason."""

_ALL_WORDS: Final = frozenset(form for word, forms in WORDS.items() for form in (word, *forms))
_PROSE: Final = re.compile(
    r"\b(?:" + "|".join(sorted({*_ALL_WORDS, *PHRASES}, key=len, reverse=True)).replace(" ", r"\s+") + r")\b",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LITERAL: Final = re.compile(
    r"```.*?^[ \t]*```|`[^`]*`|\]\([^)]*\)|https?://\S+|Keep a Changelog", re.DOTALL | re.MULTILINE
)
"""What stands in prose and is not prose: code, the targets of links, a name of another project."""
_HELPS: Final = frozenset({"help", "short_help", "summary", "description", "epilog"})


class Use(NamedTuple):
    """A word that the vocabulary replaces, and where it stands."""

    path: str
    line: int
    word: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word}"


def words_in_name(name: str) -> set[str]:
    """Return the replaced words that a name is made of."""
    if name.lower() in CONTRACT:
        return set()
    return {part.lower() for part in _PARTS.findall(name)} & _ALL_WORDS


def words_in_prose(text: str) -> Iterator[tuple[int, str]]:
    """Yield each replaced word or phrase of a text, with its line from 0; code in it is passed over."""
    bare = _LITERAL.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in _PROSE.finditer(bare):
        yield bare.count("\n", 0, found.start()), found[0]


def _names_defined(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that the code gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield getattr(node, "lineno", 0), name


def _sentences(tree: ast.AST, text: str) -> Iterator[tuple[int, str]]:
    """Yield docstrings, texts of help and comments, each with its first line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
        elif isinstance(node, ast.keyword) and node.arg in _HELPS:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def uses_in_python(path: str, text: str) -> Iterator[Use]:
    """Yield the replaced words of a program; of a test only those of its name."""
    tree = ast.parse(text)
    names: Iterator[tuple[int, str]]
    if path.startswith("tests/"):
        names = ((line, name) for line, name in _names_defined(tree) if name.startswith("test_"))
    else:
        names = _names_defined(tree)
        for line, sentence in _sentences(tree, text):
            yield from (Use(path, line + more, word) for more, word in words_in_prose(sentence))
    for line, name in names:
        yield from (Use(path, line, f"{word} in {name}") for word in sorted(words_in_name(name)))


def uses_in_comments(path: str, text: str, mark: str) -> Iterator[Use]:
    """Yield the replaced words after the mark of a comment."""
    for line, content in enumerate(text.splitlines(), 1):
        _, found, comment = content.partition(mark)
        if found:
            yield from (Use(path, line, word) for _, word in words_in_prose(comment))


def uses_in(path: str, text: str) -> Iterator[Use]:
    """Yield the replaced words of a file, by what kind of file it is."""
    match Path(path).suffix:
        case ".py":
            yield from uses_in_python(path, text)
        case ".md":
            yield from (Use(path, line + 1, word) for line, word in words_in_prose(text))
        case ".cypher":
            yield from uses_in_comments(path, text, "//")
        case ".sql":
            yield from uses_in_comments(path, text, "-- ")
        case ".toml" | ".sh" | ".yml" | "":
            yield from uses_in_comments(path, text, "#")
        case ".html":
            yield from (Use(path, line + 1, word) for line, word in words_in_prose(re.sub(r"<[^>]*>", " ", text)))


def tracked() -> list[str]:
    """Return the paths of all files that people write, without data of tests, the licence, and `UNCHANGED`."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    skipped = {"LICENSE", *UNCHANGED}
    return [path for path in listed if path not in skipped and (not path.startswith("tests/") or path.endswith(".py"))]


@cache
def uses() -> tuple[Use, ...]:
    """Return every replaced word of the project."""
    files = ((path, ROOT / path) for path in tracked())
    return tuple(use for path, file in files if file.exists() for use in uses_in(path, file.read_text("utf-8")))


def test_names_and_prose_use_the_words_of_the_vocabulary() -> None:
    assert [str(use) for use in uses() if not use.path.startswith(NOT_YET)] == []


@pytest.mark.parametrize("prefix", NOT_YET)
def test_a_path_with_its_words_replaced_is_no_longer_excepted(prefix: str) -> None:
    assert any(use.path.startswith(prefix) for use in uses())


def test_the_vocabulary_page_lists_every_replaced_word() -> None:
    page = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")

    assert {*WORDS, *PHRASES} - set(re.findall(r"`([^`]+)`", page)) == set()


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        (
            "lineage/a.py",
            "def kept_rows(thing: int) -> int:\n    told = thing\n    return told\n",
            ["kept", "thing", "told"],
        ),
        ("lineage/a.py", '"""It says more."""\n\nlimit = 3  # anew\n', ["says", "anew"]),
        ("lineage/a.py", "option(help='What was asked.', default='told')\n", ["asked"]),
        ("lineage/a.py", "keep_recorded = strings = housed = 1\n", []),
        ("lineage/a.py", '"""The rows of `kept`, and --keep-recorded in `a --keep-recorded`."""\n', ["keep"]),
        ("tests/a.py", "def test_a_thing() -> None:\n    told = 1\n", ["thing"]),
        ("docs/a.md", "What hangs\non it is [told](kept.md).\n\n```sh\ntold\n```\n", ["hangs\non", "told"]),
        ("cypher/a.cypher", "// the door\nRETURN 'door' AS door\n", ["door"]),
        ("Makefile", "told: # made beside it\n", ["beside"]),
    ],
)
def test_each_replaced_word_is_found_where_people_read_it(path: str, text: str, words: list[str]) -> None:
    assert sorted(use.word.split(" in ")[0] for use in uses_in(path, text)) == sorted(words)
