"""The house keeps its word: what the documents show runs, what there is is documented, the project is about itself."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import pytest
import typer.main
from typer.testing import CliRunner

from lineage.cli.commands import app
from lineage.operations.catalogue import ATOMIC, KEEP_RECORDED, OPERATIONS
from lineage.stores.interface import Store
from tests.conftest import wiped
from tests.end_to_end.conftest import asking
from tests.end_to_end.processes import opened

ROOT: Final = Path(__file__).parent.parent
DOCS: Final = ROOT / "docs"
PAGES: Final = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
DEMO_URL: Final = "sqlite:///demo.db"
"""The store of the demonstration, as the documents name it."""
NOT_RUN: Final = {"make", "docker", "."}
"""What a page may tell people to type, and what no test types for them."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


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
        assert code == 0, f"{shlex.join(words)} ended with {code}:\n{output}"
        return output


def is_for_elsewhere(arguments: list[str]) -> bool:
    """Whether a command would serve until it is stopped, or needs a server."""
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
    """Where an output is not what a page shows of it: `…` stands for anything, blanks do not count."""
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
def test_neo4j_says_what_the_pages_show(
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


def test_what_people_are_told_to_make_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = {w[1] for page in TYPING for b in blocks(page) if b.kind == "sh" for w in typed(b) if w[0] == "make"}
    told |= {name for page in PAGES for name in re.findall(r"`make ([a-z0-9]+)", page.read_text("utf-8"))}

    assert told - targets == set()


# ---- what there is is documented


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def words_of(name: str) -> set[str]:
    """Everything that a page writes as code, and the words of it."""
    text = text_of(name)
    told = [*re.findall(r"`([^`\n]+)`", text), *(b.text for b in blocks(DOCS / name))]
    return {word for one in told for word in [one, *re.split(r"[\s\[\]=,|?&]+", one)]}


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
    known = {option for options in commands().values() for option in options} | {"--version", "--help"}
    told = {word for word in words_of("commands.md") if re.fullmatch(r"--[a-z-]+", word)}

    assert told - known == set()


def test_every_address_and_parameter_is_documented() -> None:
    told = words_of("http.md")
    addresses = {"/health", "/ready", *(q.path for q in OPERATIONS)}
    parameters = {p.name for q in OPERATIONS for p in q.parameters} | {ATOMIC.name, KEEP_RECORDED.name}

    assert (addresses | parameters) - told == set()


def tracked() -> list[Path]:
    """What is in the repository, or is about to be."""
    context = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(context, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for line in sorted(listed.splitlines()) if (path := ROOT / line).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        try:
            yield path, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_every_setting_is_documented() -> None:
    setting = re.compile(r"\b(?:LINEAGE|NEO4J)_[A-Z][A-Z0-9_]+(?<!_)\b")
    programs = [text for path, text in texts() if path.suffix in (".py", ".sh", ".yml") and "tests" not in path.parts]
    used = {name for text in programs for name in setting.findall(text)}
    # Neo4j's own, by which a container is set up and an administration tool finds its folders
    used -= {name for name in used if name.startswith("NEO4J_") and not name.endswith(("_PORT", "_TAG"))}

    assert used - set(setting.findall(text_of("commands.md") + text_of("operating.md"))) == set()


def test_every_code_of_the_catenax_reader_is_documented() -> None:
    """The codes of everything else are held to `docs/errors.md` in `unit/test_error_codes.py`."""
    told = set(re.findall(r"`([a-z0-9_]+)`", text_of("catenax.md")))
    used = {
        node.value
        for path in sorted((ROOT / "lineage" / "exchange" / "catenax").glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in ("CatenaxNotice", "told")
        for node in call.args
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[a-z]+(_[a-z]+)+", node.value)
    }

    assert used
    assert used - told == set()


def test_links_lead_somewhere() -> None:
    broken = [
        f"{named(page)}: {target}"
        for page in (*PAGES, *ROOT.glob("*.md"))
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []


def test_files_that_the_documents_name_are_there() -> None:
    rooms = re.compile(r"`((?:lineage|api|cypher|tests|docs|tools|bench)/[\w./-]+)`")
    named_there = [(page, name) for page in PAGES for name in rooms.findall(page.read_text("utf-8"))]

    assert [f"{named(page)}: {name}" for page, name in named_there if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    parts = ("**Context.**", "**Options.**", "**Choice.**", "**What we lose.**")

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        places = [text.find(part) for part in parts]
        assert -1 not in places, page.name
        assert places == sorted(places), page.name


# ---- the project is about itself


def test_no_file_names_a_place_on_a_machine() -> None:
    place = re.compile(r"(?<![\w.$}/-])/(?:home|root|work|tmp|Users|private|mnt|media|srv|opt)/\w")
    found = [f"{named(path)}: {hit[0]}" for path, text in texts() for hit in place.finditer(text)]

    assert found == []


def test_the_lock_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert re.findall(r"^.*(?:://|--index|--extra-index|--find-links|--trusted-host).*$", lock, re.MULTILINE) == []


def test_nothing_is_left_to_be_done_later() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [f"{named(path)}: {hit[0]}" for path, text in texts() for hit in later.finditer(text)]

    assert found == []


def test_every_room_says_in_its_first_line_what_it_promises() -> None:
    rooms = [ROOT / "api", ROOT / "cypher", *(path for path in (ROOT / "lineage").iterdir() if path.is_dir())]
    promises = [path for room in sorted(rooms) if (path := room / "__init__.py").exists()]

    assert [named(path) for path in promises if not path.read_text("utf-8").startswith('"""')] == []


def test_everything_public_in_the_domain_has_a_docstring() -> None:
    public = [
        (path, node)
        for path in sorted((ROOT / "lineage" / "domain").glob("*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]

    assert len(public) > 50
    assert [f"{named(path)}: {node.name}" for path, node in public if ast.get_docstring(node) is None] == []


# ---- sizes


SOURCES: Final = ("lineage", "api", "cypher", "tools")
LONG_FILE, LONG_FUNCTION = 300, 45
LONGEST_FILE, LONGEST_FUNCTION = 400, 70
MAY_BE_LONGER: Final[dict[str, str]] = {}
"""A file or `file: function` above the hard bounds, and the reason."""


class Size(NamedTuple):
    """Lines of a file, or of a function in it."""

    place: str
    lines: int
    longest: int


def sizes() -> Iterator[Size]:
    """Everything above the guidance: 300 lines a file, 45 a function."""
    for path in tracked():
        if path.suffix != ".py":
            continue
        text = path.read_text("utf-8")
        if text.count("\n") > LONG_FILE:
            yield Size(named(path), text.count("\n"), LONGEST_FILE)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONG_FUNCTION:
                    yield Size(f"{named(path)}: {node.name}", lines, LONGEST_FUNCTION)


def test_what_is_long_is_reported_and_what_is_too_long_has_a_reason() -> None:
    """Tests are reported only: a table of cases may be long."""
    report = sorted(sizes(), key=lambda size: -size.lines)
    for size in report:
        print(f"{size.lines:5} lines  {size.place}")
    too_long = {s.place for s in report if s.lines > s.longest and s.place.split("/")[0] in SOURCES}

    assert too_long - MAY_BE_LONGER.keys() == set()
    assert MAY_BE_LONGER.keys() - too_long == set()
