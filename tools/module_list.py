"""Write the list of modules in `docs/architecture.md`: of each folder its modules, with the first sentence of each.

python tools/module_list.py            writes the list
python tools/module_list.py --check    ends with 1 where the page has another
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "architecture.md"
BEGIN: Final = "<!-- modules: written by tools/module_list.py -->"
END: Final = "<!-- end of modules -->"
PACKAGES: Final = ("lineage", "api")
_REFERENCE: Final = re.compile(r" \([^()]*(?:contract|domain|RFC|`docs)[^()]*\)")
_FIRST_SENTENCE: Final = re.compile(r"(.+?)[.](?:\s|$)", re.DOTALL)


def meaning(path: Path) -> str:
    """Return the first sentence of a module's docstring, on one line, without references to other texts."""
    text = " ".join((ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split())
    text = _REFERENCE.sub("", text)
    match = _FIRST_SENTENCE.match(text)
    return match[1] if match else text


def module_list() -> str:
    """Return the list: a heading line for each folder, then a line for each module that has a meaning of its own."""
    lines = []
    for package in PACKAGES:
        for folder in sorted({path.parent for path in (ROOT / package).rglob("*.py")}):
            modules = [path for path in sorted(folder.glob("*.py")) if not path.name.startswith("__")]
            if modules:
                lines.append(f"\n**`{folder.relative_to(ROOT)}`**\n")
                lines += [f"- `{path.name}`: {meaning(path)}" for path in modules]
    return "\n".join(lines).lstrip("\n")


def page() -> str:
    """Return the page as it should be."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n\n{module_list()}\n\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Write the list, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="end with 1 where the page has another list")
    if parser.parse_args().check:
        sys.exit(page() != PAGE.read_text("utf-8"))
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
