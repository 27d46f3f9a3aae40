"""The list of error codes in the documentation is the list in the code."""

import ast
import re
from collections.abc import Iterator

from tests.paths import ROOT

DOCUMENT = ROOT / "docs" / "errors.md"

# what makes an error or a warning, and which of its arguments is the code
MAKERS = {"refusal": 0, "_NotIJsonError": 0, "_notice": 1, "problem": 1, "Notice": 2, "_failure": 2}
# the readers of other formats have their own lists, in docs/catenax.md and docs/platform.md
ELSEWHERE = {"catenax", "platform", "gbt32960"}
CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def documented() -> list[str]:
    return re.findall(r"^\| `([a-z0-9_]+)` \|", DOCUMENT.read_text(), flags=re.MULTILINE)


def used() -> set[str]:
    files = [
        path
        for package in ("lineage", "api")
        for path in (ROOT / package).rglob("*.py")
        if ELSEWHERE.isdisjoint(path.relative_to(ROOT).parts)
    ]
    return {code for path in files for code in codes_in(ast.parse(path.read_text())) if CODE.fullmatch(code)}


def codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = MAKERS.get(name)
            if place is not None and len(node.args) > place:
                yield from texts_in(node.args[place])
            for keyword in node.keywords:
                if keyword.arg == "code":
                    yield from texts_in(keyword.value)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if names & {"code", "warning"}:
                yield from texts_in(node.value)
        elif isinstance(node, ast.Dict | ast.List | ast.Tuple):
            yield from tabled(node)


def texts_in(node: ast.AST) -> Iterator[str]:
    """Every text in an expression: the one, or those that it chooses from; not what it looks up."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Subscript):
        for inner in ast.iter_child_nodes(node):
            yield from texts_in(inner)


def tabled(node: ast.Dict | ast.List | ast.Tuple) -> Iterator[str]:
    """Codes that stand in a table or a pair: they are recognised by being documented."""
    known = set(documented())
    inner = node.values if isinstance(node, ast.Dict) else node.elts
    yield from (text for element in inner for text in texts_in(element) if text in known)


def test_every_code_that_is_used_is_documented() -> None:
    assert used() - set(documented()) == set()


def test_every_code_that_is_documented_is_used() -> None:
    assert set(documented()) - used() == set()


def test_no_code_is_documented_twice() -> None:
    assert len(documented()) == len(set(documented()))
