"""The built wheel runs by itself: in an empty environment, outside the tree."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import orjson
import pytest

from lineage import __version__
from tests.paths import ROOT

SHIPPED = ("lineage", "api", "cypher")
"""Every folder of the wheel, besides what describes it."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree as it is."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def call(*line: str, cwd: Path, code: int = 0) -> str:
    """Run a program that knows nothing of the tree; gives what it prints."""
    outside = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LINEAGE", "VIRTUAL"))
    }
    finished = subprocess.run(line, cwd=cwd, env=outside, capture_output=True, text=True, check=False)
    assert finished.returncode == code, finished.stdout + finished.stderr
    return finished.stdout


def test_every_query_and_browser_file_is_in_the_wheel(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    tree = {
        str(path.relative_to(ROOT))
        for package in SHIPPED
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped >= tree
    kinds = {Path(name).suffix for name in tree}
    assert kinds >= {".py", ".sql", ".cypher", ".html", ".grass"}
    assert {name.split("/")[0] for name in shipped} - set(SHIPPED) == {f"battery_lineage-{__version__}.dist-info"}


def test_the_wheel_in_an_empty_environment_makes_and_answers_the_demonstration(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    call(sys.executable, "-m", "venv", "--without-pip", str(home), cwd=tmp_path)
    python = str(home / "bin/python")
    pins = tmp_path / "pins.txt"
    pins.write_text("".join(f"{pin}\n" for pin in pinned()))
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet")
    call(*pip, "--constraint", str(pins), str(wheel), cwd=tmp_path)
    lineage = str(home / "bin/lineage")

    assert call(lineage, "--version", cwd=tmp_path) == f"lineage {__version__}\n"
    where = call(python, "-c", "import lineage; print(lineage.__file__)", cwd=tmp_path)
    assert Path(where).is_relative_to(home)
    store = ("--store", "sqlite:///demo.db")
    reported = call(lineage, "demo", "--no-serve", *store, cwd=tmp_path)
    typed = [line.split()[1:] for line in reported.splitlines() if line.strip().startswith("lineage ")]
    assert len(typed) == 3
    for words in typed:
        answer = orjson.loads(call(lineage, *words, "--json", cwd=tmp_path, code=int(words[0] == "path")))
        assert answer["complete"] is True
        assert answer["position"] > 100


def pinned() -> list[str]:
    """Exact versions of what the lock names, without digests."""
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return [line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))]
