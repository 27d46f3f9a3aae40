"""Documents and the program agree: what a page shows is what happens, and what there is is documented."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import pytest
import typer.main
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.exchange.platform.names import platform_names
from lineage.exchange.platform.record import WARNINGS
from lineage.operations.catalogue import OPERATIONS
from lineage.operations.ingest import LoadParameters
from lineage.operations.parameters import names_of
from lineage.stores.interface import Store
from tests.conftest import wiped
from tests.end_to_end.conftest import asking
from tests.end_to_end.processes import opened
from tests.paths import DOCS, ROOT, named, texts

PAGES: Final = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
DEMO_URL: Final = "sqlite:///demo.db"
"""The store of the demonstration, as the documents name it."""
NOT_RUN: Final = {"make", "docker", "."}
"""Programs that a page may show and that no test runs."""


# ---- what the documents show runs


class Block(NamedTuple):
    """A fenced block: what stands after the fence, its text, and the line where it begins."""

    kind: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    found = []
    lines = page.read_text("utf-8").splitlines()
    start: int | None = None
    for number, line in enumerate(lines):
        if line.startswith("```"):
            if start is None:
                start = number
            else:
                found.append(Block(lines[start][3:].strip(), "\n".join(lines[start + 1 : number]), start + 1))
                start = None
    assert start is None, f"{named(page)}:{start}: a fence is not closed"
    return found


def typed(block: Block) -> list[list[str]]:
    """The commands of a block, each as its words."""
    joined = block.text.replace("\\\n", " ")
    return [words for line in joined.splitlines() if (words := shlex.split(line, comments=True))]


class Terminal:
    """Types what a page shows, on a store of the demonstration, in a folder of its own."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.url = url
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LINEAGE_STORE", url)
        (folder / "tests").symlink_to(ROOT / "tests")
        assert self.lineage(["demo", "--no-serve", "--store", url])[0] == 0

    def lineage(self, arguments: list[str]) -> tuple[int, str]:
        """Exit code and output of the command `lineage`."""
        result = CliRunner().invoke(app, [self.url if a == DEMO_URL else a for a in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    def curl(self, arguments: list[str]) -> tuple[int, str]:
        """0 and the body of a good answer, as `curl` would fetch it from `lineage serve`; else the status."""
        address, headers, body = "", {}, None
        words = iter(arguments)
        for word in words:
            if word == "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            elif word == "--data-binary":
                body = (self.folder / next(words).removeprefix("@")).read_bytes()
            else:
                assert not word.startswith("-"), f"no test knows {word} of curl"
                address = word
        context = urlsplit(address)
        assert context.netloc == "localhost:8000", address
        with opened(self.url) as store, asking(store) as client:
            method = "GET" if body is None else "POST"
            answer = client.request(
                method, context._replace(scheme="", netloc="").geturl(), headers=headers, content=body
            )
        return (0 if answer.status_code == 200 else answer.status_code), answer.text

    def run(self, words: list[str]) -> str | None:
        """The output of a command that ends well; None for one that is not run here."""
        command, *arguments = words
        if command in NOT_RUN or command == "export":
            return None
        if command == "lineage" and is_for_elsewhere(arguments):
            assert unknown_options(arguments) == []
            return None
        code, output = self.lineage(arguments) if command == "lineage" else self.curl(arguments)
        expected = 1 if words[:2] == ["lineage", "path"] and "There is no path" in output else 0
        assert code == expected, f"{shlex.join(words)} ended with {code}:\n{output}"
        return output


def is_for_elsewhere(arguments: list[str]) -> bool:
    """Return whether a command would serve until it is stopped, or needs a server."""
    serves = arguments[0] == "serve" or (arguments[0] == "demo" and "--no-serve" not in arguments)
    return serves or any(a.startswith("neo4j://") for a in arguments)


def commands() -> dict[str, set[str]]:
    """Every command by its name, with its options."""
    group: Any = typer.main.get_command(app)
    return {
        name: {option for p in command.params for option in p.opts if option.startswith("--")}
        for name, command in group.commands.items()
    }


def unknown_options(arguments: list[str]) -> list[str]:
    known = commands()[arguments[0]]
    return [a for a in arguments[1:] if a.startswith("--") and a not in known]


def differences(shown: str, output: str) -> str | None:
    """Return the place where an output differs from the page: `…` stands for anything, blanks do not count."""
    rest = "".join(output.split())
    first, *others = ["".join(piece.split()) for piece in shown.split("…")]
    if not others:
        return None if rest == first else first
    if not rest.startswith(first):
        return first
    rest = rest.removeprefix(first)
    for piece in others[:-1]:
        _, found, rest = rest.partition(piece) if piece else ("", "…", rest)
        if not found:
            return piece
    return None if rest.endswith(others[-1]) else others[-1]


def follow(page: Path, terminal: Terminal) -> int:
    """Type everything that a page shows, in its order, and compare; how many commands were run."""
    count, output = 0, None
    everything = blocks(page)
    for block in everything:
        name = block.kind.partition(" ")[2]
        if name:
            (terminal.folder / name).write_text(block.text + "\n", "utf-8")
    for block in everything:
        where = f"{named(page)}:{block.line}"
        if block.kind == "sh":
            for words in typed(block):
                assert words[0] in {"lineage", "curl", "export", *NOT_RUN}, f"{where}: no test knows {words[0]}"
                output = terminal.run(words)
                count += output is not None
        elif block.kind in ("text", "json") and output is not None:
            wrong = differences(block.text.replace(DEMO_URL, terminal.url), output)
            assert wrong is None, f"{where}: {wrong!r} is not so. The output is:\n{output}"
            output = None
    return count


TYPING: Final = [page for page in PAGES if any(b.kind == "sh" for b in blocks(page))]


@pytest.mark.parametrize("page", TYPING, ids=named)
def test_what_a_page_shows_is_what_happens(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(page, Terminal(tmp_path, DEMO_URL, monkeypatch))


@pytest.mark.neo4j
@pytest.mark.parametrize("name", ["README.md", "docs/cookbook.md"])
def test_neo4j_answers_what_the_pages_show(
    name: str, neo4j_session_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = wiped(neo4j_session_store).url

    assert follow(ROOT / name, Terminal(tmp_path, url, monkeypatch)) > 3


def test_the_readme_shows_the_two_commands_and_three_questions() -> None:
    shown = [words for block in blocks(ROOT / "README.md") if block.kind == "sh" for words in typed(block)]

    assert shown[:2] == [["make", "demo"], ["make", "test"]]
    assert len([words for words in shown if words[0] == "lineage" and words[1] != "demo"]) >= 3


def test_every_question_is_in_the_cookbook() -> None:
    shown = [words for block in blocks(DOCS / "cookbook.md") if block.kind == "sh" for words in typed(block)]

    assert {q.name for q in OPERATIONS} <= {words[1] for words in shown if words[0] == "lineage"}


def test_make_targets_on_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    reported = {w[1] for page in TYPING for b in blocks(page) if b.kind == "sh" for w in typed(b) if w[0] == "make"}
    reported |= {name for page in PAGES for name in re.findall(r"`make ([a-z0-9]+)", page.read_text("utf-8"))}

    assert reported - targets == set()


# ---- what there is is documented


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def words_of(name: str) -> set[str]:
    """Everything that a page writes as code, and the words of it."""
    text = text_of(name)
    reported = [*re.findall(r"`([^`\n]+)`", text), *(b.text for b in blocks(DOCS / name))]
    return {word for one in reported for word in [one, *re.split(r"[\s\[\]=,|?&]+", one)]}


def test_every_command_and_option_is_documented() -> None:
    """In the row of the command, or among the common options."""
    text = text_of("commands.md")
    rows = {found[1]: found[0] for found in re.finditer(r"^\| `lineage ([a-z]+).*$", text, re.MULTILINE)}
    common = set(re.findall(r"--[a-z-]+", text[text.index("Common options") :].split("\n\n")[0]))
    missing = {
        name: options - common - set(re.findall(r"--[a-z-]+", rows.get(name, "")))
        for name, options in commands().items()
    }

    assert commands().keys() == rows.keys()
    assert {name: options for name, options in missing.items() if options} == {}


def test_every_option_that_is_documented_is_there() -> None:
    program: Any = typer.main.get_command(app)
    known = {option for options in commands().values() for option in options} | {"--help"}
    known |= {option for parameter in program.params for option in parameter.opts}
    reported = {word for word in words_of("commands.md") if re.fullmatch(r"--[a-z-]+", word)}

    assert reported - known == set()


def test_every_address_and_parameter_is_documented() -> None:
    reported = words_of("http.md")
    addresses = {"/health", "/ready", *(q.path for q in OPERATIONS)}
    parameters = {p for q in OPERATIONS for p in names_of(q.parameters)} | {*names_of(LoadParameters)}

    assert (addresses | parameters) - reported == set()


def test_every_setting_is_documented() -> None:
    setting = re.compile(r"\b(?:LINEAGE|NEO4J)_[A-Z][A-Z0-9_]+(?<!_)\b")
    programs = [text for path, text in texts() if path.suffix in (".py", ".sh", ".yml") and "tests" not in path.parts]
    used = {name for text in programs for name in setting.findall(text)}
    # Neo4j's own, by which a container is set up and an administration tool finds its folders
    used -= {name for name in used if name.startswith("NEO4J_") and not name.endswith(("_PORT", "_TAG"))}

    assert used - set(setting.findall(text_of("commands.md") + text_of("operating.md"))) == set()


def test_every_code_of_the_catenax_reader_is_documented() -> None:
    """The codes of everything else are held to `docs/errors.md` in `test_error_codes.py`."""
    reported = set(re.findall(r"`([a-z0-9_]+)`", text_of("catenax.md")))
    used = {
        node.value
        for path in sorted((ROOT / "lineage" / "exchange" / "catenax").glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in ("CatenaxNotice", "notice")
        for node in call.args
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z]+(_[a-z]+)+", node.value)
    }

    assert used
    assert used - reported == set()


MAKERS_OF_CODES: Final = ("RefusedRecordError", "UnreadableLoginError", "UnreadableInputError", "InvalidQuestionError")


def test_every_code_of_messages_and_logins_is_documented_in_both_languages() -> None:
    english, chinese = text_of("platform.md").split("# 中文")
    codes = set(WARNINGS) | {
        node.value
        for folder in ("platform", "gbt32960")
        for path in sorted((ROOT / "lineage" / "exchange" / folder).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("RefusedRecordError", "UnreadableLoginError")
        for node in call.args
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+|sealed", node.value)
    }
    codes -= set(re.findall(r"^\| `([a-z0-9_]+)`", text_of("errors.md"), re.MULTILINE))

    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in english} == set()
    assert {code for code in codes if f"`{code}`" not in chinese} == set()


def test_the_platform_page_names_every_interface_and_personal_field_in_both_languages() -> None:
    names = platform_names()
    for text in text_of("platform.md").split("# 中文"):
        assert [name for name in (*names.interfaces, *names.personal) if f"`{name}`" not in text] == []


def test_links_lead_somewhere() -> None:
    broken = [
        f"{named(page)}: {target}"
        for page in (*PAGES, *ROOT.glob("*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []


def test_files_that_the_documents_name_are_there() -> None:
    packages = re.compile(r"`((?:lineage|api|cypher|tests|docs|tools|bench)/[\w./-]+)`")
    named_there = [(page, name) for page in PAGES for name in packages.findall(page.read_text("utf-8"))]

    assert [f"{named(page)}: {name}" for page, name in named_there if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_and_state_what_they_cost() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    parts = ("**Context.**", "**Options.**", "**Choice.**", "**What we lose.**")

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        places = [text.find(part) for part in parts]
        assert -1 not in places, page.name
        assert places == sorted(places), page.name
