"""Files and folders are whole or as they were, whatever happens to the process that writes them."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.whole import clear_leftovers, new_folder, write_text

ROOT = Path(__file__).parents[2]
DIES = """
import os, signal, sys
from pathlib import Path
from simulation import whole
place, moment = Path(sys.argv[1]), sys.argv[2]
rename, count = Path.rename, 0
def counted(self, target):
    global count
    count += 1
    if moment == f"rename {count}":
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = counted
with whole.new_folder(place) as new:
    (new / "text").write_text("new")
    if moment == "writing":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["writing", "rename 1", "rename 2"])
def test_what_a_killed_process_leaves_is_cleared_and_the_old_is_back(tmp_path: Path, moment: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "text").write_text("old")
    done = subprocess.run([sys.executable, "-c", DIES, str(tmp_path / "run"), moment], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert len(list(tmp_path.iterdir())) > 1 or moment != "writing"
    clear_leftovers(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["run"]
    assert (tmp_path / "run" / "text").read_text() == "old"


def test_what_a_living_process_writes_is_left_alone(tmp_path: Path) -> None:
    with new_folder(tmp_path / "run") as new:
        (new / "text").write_text("new")
        clear_leftovers(tmp_path)
        assert (new / "text").exists()
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["text"]
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_other_hidden_folders_are_left_alone(tmp_path: Path) -> None:
    for name in (".huitian-mine", ".run-abcdefgh", ".git"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dear.txt").write_text("dear")
    clear_leftovers(tmp_path)
    assert len(list(tmp_path.rglob("dear.txt"))) == 3


def test_a_place_that_cannot_be_taken_keeps_what_it_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "text").write_text("old")
    real = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.startswith(".huitian-") and not self.name.endswith(".old"):
            raise OSError(errno.EBUSY, "Device or resource busy")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="busy"), new_folder(tmp_path / "run") as new:
        (new / "text").write_text("new")
    assert (tmp_path / "run" / "text").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["run"]


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to("disk")
    with new_folder(tmp_path / "link") as new:
        (new / "text").write_text("new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "disk" / "text").read_text() == "new"


def test_a_file_that_cannot_be_written_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "report.html", "old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text(tmp_path / "report.html", "new")
    assert (tmp_path / "report.html").read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_half_a_file_of_a_dead_process_goes(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / f".report.html-{int(dead.stdout)}").write_text("ha")
    write_text(tmp_path / "report.html", "new")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
