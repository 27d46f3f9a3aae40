"""Scratch folders of a run that was killed are removed by the next; those of a run that lives are not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lineage.stores.scratch_folder import ScratchFolder
from tests.end_to_end.processes import environment

HOLD = """
import sys, time
from pathlib import Path
from lineage.stores.scratch_folder import ScratchFolder
folder = ScratchFolder(Path(sys.argv[1]))
(folder.path / "rows").write_text("rows")
print(folder.path, flush=True)
time.sleep(120)
"""


def test_the_scratch_folder_of_a_killed_run_is_removed_by_the_next(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, env=environment(), text=True
    )
    assert process.stdout is not None
    with process.stdout:
        theirs = Path(process.stdout.readline().strip())
        ScratchFolder(tmp_path).close()
        is_there_while_it_lives = (theirs / "rows").exists()
        process.kill()
        process.wait()

    ScratchFolder(tmp_path).close()

    assert is_there_while_it_lives
    assert list(tmp_path.iterdir()) == []


def test_runs_of_one_process_have_folders_of_their_own(tmp_path: Path) -> None:
    with ScratchFolder(tmp_path) as one, ScratchFolder(tmp_path) as two:
        assert one.path != two.path
        assert one.path.is_dir()


def test_a_folder_without_an_owner_of_its_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lineage-scratch-mine").mkdir()
    (tmp_path / "other").mkdir()

    ScratchFolder(tmp_path).close()

    assert {path.name for path in tmp_path.iterdir()} == {"lineage-scratch-mine", "other"}
