"""A change of what kernels share must never meet kernels that were compiled before it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numba
import pytest

from simulation import compiled
from simulation.yaml_source import SourceError

ROOT = Path(__file__).parents[2]
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
    name = f"compiled-{compiled.state(package)}"
    folder = str(package / "__pycache__" / name)
    assert shown(SHOW, package.parent) == folder
    assert shown(f"import numba; {SHOW}", package.parent) == folder
    chosen = package.parent / "mine"
    assert shown(SHOW, package.parent, NUMBA_CACHE_DIR="mine") == str(chosen / name)
    assert shown(SHOW, package.parent, NUMBA_CACHE_DIR=str(chosen / name)) == str(chosen / name), "of a parent process"


def test_what_older_sources_left_is_deleted_and_nothing_else(package: Path) -> None:
    place = package / "__pycache__"
    old, notes, mixed = (place / f"compiled-{name}" for name in ("0" * 16, "notes", "1" * 16))
    for folder in (old, notes, mixed):
        (folder / "inner").mkdir(parents=True)
        for file in ("f-1.py311.nbi", "f-1.py311.1.nbc", "f-1.py311.1.nbc.tmp.0123"):
            (folder / "inner" / file).write_bytes(b"code")
    (mixed / "thesis.txt").write_text("mine")
    shown("import simulation", package.parent)
    assert not old.exists()
    assert len(list((notes / "inner").iterdir())) == 3
    assert list(mixed.iterdir()) == [mixed / "thesis.txt"]


SOURCE = """
from numba import njit

@njit(cache=True)
def doubled(x):
    return 2.0 * x
"""
KERNEL = """
import sys, warnings
warnings.simplefilter("always")
import simulation.random
sys.path.insert(0, sys.argv[1])
from source import doubled
print(doubled(21.0) == 42, sum(doubled.stats.cache_hits.values()))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small kernel; numba knows it by its path."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "source.py").write_text(SOURCE)
    return folder


def kernel(source: Path, place: Path, before: str = "") -> tuple[str, list[str]]:
    """Run a small kernel with its code kept in `place`: what it says, and its warnings."""
    done = subprocess.run(
        [sys.executable, "-c", before + KERNEL, str(source)],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(place)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), [line for line in done.stderr.splitlines() if "RuntimeWarning" in line]


@pytest.fixture(scope="module")
def kept(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("kept")
    assert kernel(source, place) == ("True 0", [])
    assert kernel(source, place) == ("True 1", []), "found again, not compiled"
    return place


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda file: os.truncate(file, file.stat().st_size // 2), marks=pytest.mark.slow),
        pytest.param(lambda file: os.truncate(file, file.stat().st_size - 1), marks=pytest.mark.slow),
        pytest.param(lambda file: os.truncate(file, 0), marks=pytest.mark.slow),
        flip,
        folder_instead,
    ],
    ids=["half", "a byte less", "empty", "flipped", "a folder"],
)
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_damaged_code_is_compiled_again_with_one_warning(
    source: Path, kept: Path, tmp_path: Path, kind: str, damage: Callable
) -> None:
    place = shutil.copytree(kept, tmp_path / "kept")
    files = list(place.rglob(f"*.{kind}"))
    assert files
    for file in files:
        damage(file)
    said, warned = kernel(source, place)
    assert said == "True 0" and "is damaged; it is compiled again" in warned[0]
    if damage is not folder_instead:
        assert len(warned) == 1 and kernel(source, place) == ("True 1", []), "and whole again"


def test_code_that_has_vanished_is_compiled_again_without_a_word(source: Path, kept: Path, tmp_path: Path) -> None:
    place = shutil.copytree(kept, tmp_path / "kept")
    for file in place.rglob("*.nbc"):
        file.unlink()
    assert kernel(source, place) == ("True 0", [])
    assert kernel(source, place) == ("True 1", [])


def test_where_no_code_can_be_kept_it_is_compiled_for_the_process(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said, warned = kernel(source, tmp_path / "file" / "below")
    assert said == "True 0" and len(warned) == 1 and "compiled anew for every process" in warned[0]


def test_a_full_disk_is_one_warning(source: Path, tmp_path: Path) -> None:
    """Files can be made and not be filled, as on a disk without room."""
    full = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    said, warned = kernel(source, tmp_path, f"{full}resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))")
    assert said == "True 0" and len(warned) == 1 and "going on without" in warned[0]


@pytest.mark.parametrize("unwritable", ["sources", "both"])
def test_read_only_sources_use_the_cache_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unwritable: str
) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    home = tmp_path / "home"
    monkeypatch.setattr(compiled.platformdirs, "user_cache_path", lambda name: home / name)
    monkeypatch.setattr(compiled, "_writable", lambda folder: unwritable == "sources" and folder.is_relative_to(home))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "before")
    refused: list[Path] = []
    monkeypatch.setattr(compiled, "_compile_always", refused.append)
    compiled.choose_folder()
    if unwritable == "both":
        assert refused == [home / "huitian-compiled"] and numba.config.CACHE_DIR == "before"
    else:
        assert Path(numba.config.CACHE_DIR).parent == home / "huitian-compiled" and not refused


@pytest.mark.parametrize(
    ("name", "value"),
    [("NUMBA_NUM_THREADS", text) for text in ("0", "-1", "abc", "1.5", "1e3", "100000", "9" * 30, "٣")]
    + [("NUMBA_THREADING_LAYER", "openmp")],
)
def test_settings_of_numba_are_checked(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SourceError, match=f"^{name}={value}: must be"):
        compiled.check_environment()


@pytest.mark.parametrize("value", ["1", " 2 ", "1024", ""])
def test_settings_that_numba_takes(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", value)
    compiled.check_environment()


@pytest.mark.parametrize("value", ["0", "abc"])
def test_a_command_refuses_them_in_one_line(value: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "run", "baseline"],
        cwd=ROOT,
        env=os.environ | {"NUMBA_NUM_THREADS": value},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == f"huitian: NUMBA_NUM_THREADS={value}: must be a whole number from 1 to 1024\n"


FIRST = ["simulation", "numba, simulation", "huitian; huitian.METRICS", "experiments.cli"]


@pytest.mark.parametrize(
    ("first", "chosen", "policy"),
    [(first, None, "PASSIVE") for first in FIRST]
    + [
        pytest.param(first, "ACTIVE", "ACTIVE", marks=() if first == "simulation" else pytest.mark.slow)
        for first in FIRST
    ],
)
def test_idle_threads_sleep_unless_the_user_wants_them_to_wait(first: str, chosen: str | None, policy: str) -> None:
    pytest.importorskip("numba.np.ufunc.omppool")
    others = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run(
        [sys.executable, "-c", f"import {first}; import numba.np.ufunc.omppool"],
        cwd=ROOT,
        env=others | {"OMP_DISPLAY_ENV": "true"} | ({"OMP_WAIT_POLICY": chosen} if chosen else {}),
        capture_output=True,
        text=True,
        check=True,
    )
    shown = re.search(r"OMP_WAIT_POLICY *= *'(\w+)'", done.stderr)
    assert shown and shown[1] == policy, done.stderr


def test_threads_are_at_most_those_that_numba_has(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(numba, "set_num_threads", asked.append)
    monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", 2)
    for wanted in (1, 2, 3, 64):
        compiled.use_threads(wanted)
    assert asked == [1, 2, 2, 2]
    with pytest.raises(ValueError, match="threads 0: must be at least 1"):
        compiled.use_threads(0)
