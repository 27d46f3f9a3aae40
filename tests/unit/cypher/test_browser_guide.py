"""The guide and the style for Neo4j Browser: the guide runs what the query files hold."""

import re
from html.parser import HTMLParser

import pytest

from lineage.synthetic.demo.history import DemoFacts, demo_facts
from tests.paths import ROOT

FOLDER = ROOT / "cypher" / "browser"
GUIDE = (FOLDER / "start.html").read_text(encoding="utf-8")
COOKBOOK = (FOLDER.parents[1] / "docs/cookbook.md").read_text(encoding="utf-8")
QUERIES = {path.name: path.read_text(encoding="utf-8").strip() for path in sorted(FOLDER.glob("*.cypher"))}


class _Runnable(HTMLParser):
    """Collects the texts that a click copies to the editor, slide by slide, and checks that tags are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.slides: list[list[str]] = []
        self.open: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "slide":
            self.slides.append([])
        self._inside = tag == "pre" and "runnable" in (dict(attrs).get("class") or "")
        if self._inside:
            self.slides[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.slides[-1][-1] += data


def _slides() -> list[list[str]]:
    parser = _Runnable()
    parser.feed(GUIDE)
    assert parser.open == []
    return parser.slides


def test_the_guide_runs_the_query_files_and_the_cookbook_has_the_others() -> None:
    shown = [text for slide in _slides() for text in slide if not text.startswith(":")]
    assert [text for text in shown if text not in QUERIES.values()] == []
    others = {name for name, text in QUERIES.items() if text not in shown}
    assert {name for name in others if f"`{name}`" not in COOKBOOK} == set()


def test_the_guide_has_five_slides_and_each_runs_something() -> None:
    assert [bool(slide) for slide in _slides()] == [True] * 5


def test_style_and_parameters_are_set_on_the_first_slide_before_any_query() -> None:
    first = [text.split()[0] for text in _slides()[0]]
    assert first[:2] == [":style", ":params"]


def test_every_parameter_of_a_query_is_set_on_the_first_slide() -> None:
    given = set(re.findall(r"(\w+): \"", _slides()[0][1]))
    wanted = {name for text in QUERIES.values() for name in re.findall(r"\$(\w+)", re.sub(r"//.*", "", text))}
    assert given == wanted


def test_what_is_filled_in_at_serving_is_the_address_of_the_style_and_facts_of_the_demonstration() -> None:
    holes = set(re.findall(r"\{\{(\w+)\}\}", GUIDE))
    assert holes <= {"style_url", *DemoFacts.__dataclass_fields__}
    assert not any(re.search(r"[<>&\"'\\]", str(getattr(demo_facts(), hole, ""))) for hole in holes)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_states_its_question_what_it_needs_and_how_to_run_it(name: str) -> None:
    head = [line for line in QUERIES[name].splitlines()[:3] if line.startswith("// ")]
    wanted = set(re.findall(r"\$(\w+)", re.sub(r"//.*", "", QUERIES[name])))
    assert [line.split(":")[0] for line in head[1:]] == [*(["// params"] if wanted else []), "// run"]
    assert not wanted or set(head[1].removeprefix("// params:").replace(",", " ").split()) == wanted


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_one_statement_that_reads_in_order_and_with_a_limit(name: str) -> None:
    statement = re.sub(r"//.*", "", QUERIES[name])
    assert not set(re.findall(r"[A-Z]+", statement)) & {"CREATE", "MERGE", "SET", "DELETE", "REMOVE", "DROP", "LOAD"}
    assert ";" not in statement
    assert re.search(r"\nORDER BY [^\n]+\nLIMIT \d+$", QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_walks_through_an_enterprise(name: str) -> None:
    repeated = re.findall(r"\[[^\]]*\*[^\]]*\]", QUERIES[name])
    assert not any("HELD_BY" in pattern for pattern in repeated)


def test_the_style_goes_from_the_general_to_the_specific() -> None:
    rules = re.findall(r"^([\w.]+) \{", (FOLDER / "style.grass").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert rules[:3] == ["node", "relationship", "node.Item"]
    assert len(rules) == len(set(rules))
    kinds = ("Cell", "Module", "Pack", "Vehicle", "Lot", "Part")
    assert all(rules.index("node.Item") < rules.index(f"node.{kind}") for kind in kinds)
    types = ("PART_OF", "BECAME", "HELD_BY")
    assert {f"relationship.{kind}{end}" for kind in types for end in ("", "_SUPERSEDED")} <= set(rules)


@pytest.mark.parametrize("kind", ["PART_OF", "BECAME", "HELD_BY"])
@pytest.mark.parametrize("end", ["", "_SUPERSEDED"])
def test_a_line_is_captioned_with_its_dates(kind: str, end: str) -> None:
    style = (FOLDER / "style.grass").read_text(encoding="utf-8")
    rule = re.search(rf"^relationship\.{kind}{end} \{{(.*?)\}}$", style, flags=re.MULTILINE | re.DOTALL)
    assert rule is not None
    assert re.search(r'caption: "\{since\}', rule[1])
