"""A change of what kernels share must never meet kernels that were compiled before it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulation import compiled

SHOW = "import simulation, numba; print(numba.config.CACHE_DIR)"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the sources."""
    return shutil.copytree(compiled.PACKAGE, tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__"))


def shown(code: str, folder: Path, **more: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=plain | more, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("domains.py", True),
        ("random.py", True),
        ("state/tickets.py", True),
        ("processes/requests/queue.py", True),
        ("model.py", False),
        ("metrics/sums.py", False),
    ],
)
def test_the_folder_changes_with_what_is_compiled(package: Path, file: str, matters: bool) -> None:
    before = compiled.state(package)
    (package / file).write_text((package / file).read_text("utf-8") + "\n# changed\n", "utf-8")
    assert (compiled.state(package) != before) is matters


def test_numba_uses_the_folder_whichever_is_imported_first(package: Path) -> None:
    folder = str(package / "__pycache__" / f"compiled-{compiled.state(package)}")
    assert shown(SHOW, package.parent) == folder
    assert shown(f"import numba; {SHOW}", package.parent) == folder
    assert shown(SHOW, package.parent, NUMBA_CACHE_DIR="mine") == "mine"


def test_what_older_sources_left_is_deleted(package: Path) -> None:
    (package / "__pycache__" / "compiled-0").mkdir(parents=True)
    shown("import simulation", package.parent)
    assert not (package / "__pycache__" / "compiled-0").exists()
