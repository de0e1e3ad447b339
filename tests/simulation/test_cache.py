"""The cache with real files: hits, changed keys, damage, folders that cannot be written, eviction, two processes."""

import contextlib
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from simulation import cache
from simulation.cache import cached

ROOT = Path(__file__).parents[2]
KEY = {"district": "a", "scale": 0.5}
BIG = 1 << 17  # beyond the size up to which files are read at once


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITIAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Builder:
    """Counts how often it is asked."""

    def __init__(self, **arrays):
        self.arrays, self.calls = arrays or {"a": np.arange(5), "big": np.arange(BIG, dtype=np.float32)}, 0

    def __call__(self):
        self.calls += 1
        return self.arrays


def entries(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if not path.name.startswith("."))


def same(found, made) -> bool:
    return found.keys() == made.keys() and all(
        np.array_equal(found[k], made[k]) and found[k].dtype == made[k].dtype for k in made
    )


def test_built_once_and_found_again(place):
    build = Builder()
    first, second = cached("kind", KEY, build), cached("kind", dict(reversed(KEY.items())), build)
    assert build.calls == 1
    assert same(first, build.arrays) and same(second, build.arrays)
    assert [path.name.split("-")[0] for path in place.iterdir()] == ["kind"]


def test_arrays_are_mapped_and_what_one_writes_stays_its_own():
    build = Builder()
    made = cached("kind", KEY, build)  # whoever makes an entry shares its pages as well
    found = cached("kind", KEY, build)
    assert all(isinstance(arrays["big"].base, np.memmap) for arrays in (made, found))
    before = found["big"].copy()
    found["big"][0] += 1
    assert np.array_equal(cached("kind", KEY, build)["big"], before) and np.array_equal(made["big"], before)


def slow(place: str, count: str) -> float:
    """In a process of its own: make an entry that takes a while, and leave a file for every time that it was made."""
    os.environ["HUITIAN_CACHE"] = place

    def build():
        Path(count, str(os.getpid())).touch()
        time.sleep(1.0)
        return {"a": np.arange(3.0)}

    return float(cached("slow", KEY, build)["a"].sum())


def test_two_processes_at_the_same_time_make_an_entry_once(place, tmp_path):
    count = tmp_path / "count"
    count.mkdir()
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(slow, [str(place)] * 2, [str(count)] * 2))
    assert found == [3.0, 3.0]
    assert len(list(count.iterdir())) == 1
    assert len(entries(place)) == 1


@pytest.mark.parametrize("other", [{"district": "b"}, {"scale": 0.25}, {"seed": 1}])
def test_another_key_is_another_entry(place, other):
    cached("kind", KEY, Builder(a=np.zeros(3)))
    build = Builder(a=np.ones(3))
    assert cached("kind", KEY | other, build)["a"].sum() == 3
    assert build.calls == 1
    assert len(entries(place)) == 2


def test_kind_code_and_versions_are_part_of_the_key(place, monkeypatch):
    for count, change in enumerate(
        (
            lambda: None,
            lambda: monkeypatch.setattr(cache, "code_hash", lambda: "new"),
            lambda: monkeypatch.setattr(cache.np, "__version__", "9.9"),
            lambda: monkeypatch.setattr(cache.numba, "__version__", "9.9"),
        ),
        1,
    ):
        change()
        cached("kind", KEY, build := Builder())
        assert (build.calls, len(entries(place))) == (1, count)
    cached("other", KEY, Builder())
    assert len(entries(place)) == 5


def truncate(entry: Path) -> None:
    os.truncate(entry / "big.npy", 1000)


def overwrite_head(entry: Path) -> None:
    with (entry / "big.npy").open("r+b") as file:
        file.seek(200)
        file.write(b"\xff" * 8)


def overwrite_tail(entry: Path) -> None:
    with (entry / "big.npy").open("r+b") as file:
        file.seek(-8, os.SEEK_END)
        file.write(b"\xff" * 8)


def no_array(entry: Path) -> None:
    text = b"this is no array" * 10
    (entry / "a.npy").write_bytes(text)
    manifest = json.loads((entry / "manifest.json").read_text())
    manifest["a"] = [len(text), cache._checksum(entry / "a.npy")]  # a damage that no checksum shows
    (entry / "manifest.json").write_text(json.dumps(manifest))


DAMAGE = {
    "truncated": truncate,
    "overwritten at the head": overwrite_head,
    "overwritten at the tail": overwrite_tail,
    "no array": no_array,
    "empty file": lambda entry: (entry / "big.npy").write_bytes(b""),
    "missing file": lambda entry: (entry / "a.npy").unlink(),
    "no manifest": lambda entry: (entry / "manifest.json").unlink(),
    "half a manifest": lambda entry: (entry / "manifest.json").write_text('{"a": [1'),
    "a list as manifest": lambda entry: (entry / "manifest.json").write_text("[1, 2]"),
    "a wrong manifest": lambda entry: (entry / "manifest.json").write_text('{"a": 3}'),
    "binary manifest": lambda entry: (entry / "manifest.json").write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_made_again(place, damage):
    build = Builder()
    cached("kind", KEY, build)
    damage(entries(place)[0])
    assert same(cached("kind", KEY, build), build.arrays)
    assert build.calls == 2
    assert same(cached("kind", KEY, build), build.arrays)
    assert build.calls == 2  # and is whole again
    assert len(list(place.iterdir())) == 1


def test_shapes_and_types_stay():
    arrays = {
        "number": np.array(0.25),
        "none": np.zeros((0, 3), np.int16),
        "bits": np.array([[True], [False]]),
        "turned": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "small": np.uint32(7),
    }
    build = Builder(**arrays)
    cached("kind", KEY, build)
    found = cached("kind", KEY, build)
    assert build.calls == 1
    for name, values in arrays.items():
        assert found[name].shape == np.shape(values), name
        assert found[name].dtype == values.dtype, name
        assert np.array_equal(found[name], values), name
    assert float(found["number"]) == 0.25


def not_writable(place: Path) -> None:
    place.mkdir(mode=0o500)


def below_a_file(place: Path) -> None:
    place.write_text("x")


@contextlib.contextmanager
def as_somebody() -> Iterator[None]:
    """Root may write anywhere, so it is somebody else for a while."""
    cache.code_hash()  # the source may be closed to somebody else
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("block", [below_a_file, not_writable])
def test_without_a_folder_arrays_stay_in_memory_with_one_warning(place, block):
    block(place)
    build = Builder()
    with pytest.warns(RuntimeWarning, match="cannot be used .* going on without") as caught, as_somebody():
        found = cached("kind", KEY, build)
    assert same(found, build.arrays)
    assert len(caught) == 1
    assert build.calls == 1


def test_a_full_disk_leaves_nothing_behind(place, monkeypatch):
    cached("kind", {"old": 1}, Builder())
    before = list(place.iterdir())

    def full(file, array):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache.np, "save", full)
    build = Builder()
    with pytest.warns(RuntimeWarning, match="No space left on device"):
        assert same(cached("kind", KEY, build), build.arrays)
    assert list(place.iterdir()) == before


def test_an_error_while_building_is_no_entry(place):
    def broken():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cached("kind", KEY, broken)
    assert not place.exists() or not list(place.iterdir())
    assert same(cached("kind", KEY, build := Builder()), build.arrays)


def aged(entry: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(entry, (then, then))


def test_those_used_longest_ago_go_first(place):
    size = 4 * BIG
    for k in range(4):
        before = set(entries(place)) if place.exists() else set()
        cached("kind", {"k": k}, Builder(), limit_gb=1)
        aged(next(iter(set(entries(place)) - before)), 1000 - k)
    cached("kind", {"k": 0}, used := Builder())  # a hit makes the oldest the newest
    assert used.calls == 0
    cached("kind", {"k": 4}, Builder(), limit_gb=3.5 * size / 1e9)
    assert len(entries(place)) == 3
    for k, calls in ((4, 0), (0, 0), (3, 0), (2, 1), (1, 1)):
        cached("kind", {"k": k}, build := Builder(), limit_gb=1)
        assert build.calls == calls, k


def test_the_newest_stays_even_if_it_is_too_large(place):
    cached("kind", KEY, build := Builder(), limit_gb=1e-6)
    assert len(entries(place)) == 1
    cached("kind", KEY, build, limit_gb=1e-6)
    assert build.calls == 1


def test_what_a_crash_left_is_no_entry_and_goes_after_a_day(place):
    place.mkdir()
    for name, age in ((".new-old", 90_000), (".new-recent", 60)):
        (place / name).mkdir()
        (place / name / "a.npy").write_bytes(b"half")
        aged(place / name, age)
    cached("kind", KEY, build := Builder(), limit_gb=1e-6)
    assert build.calls == 1
    assert sorted(path.name for path in place.iterdir())[0] == ".new-recent"
    assert len(list(place.iterdir())) == 2


RACE = """
import sys, time
import numpy as np
from simulation.cache import cached
start, seed = float(sys.argv[1]), int(sys.argv[2])
def build():
    time.sleep(0.2)
    return {"a": np.arange(200_000), "b": np.array(3)}
time.sleep(max(0, start - time.time()))
for k in range(5):
    found = cached("race", {"k": k}, build)
    assert np.array_equal(found["a"], np.arange(200_000)) and found["b"] == 3
"""


def test_two_processes_build_the_same_at_the_same_time(place):
    command = [sys.executable, "-W", "error", "-c", RACE, str(time.time() + 3)]
    runs = [subprocess.Popen([*command, str(k)], cwd=ROOT, stderr=subprocess.PIPE, text=True) for k in range(2)]
    for run in runs:
        _, problem = run.communicate(timeout=120)
        assert run.returncode == 0, problem
    assert len(list(place.iterdir())) == 5  # and nothing unfinished
    never = Builder()
    assert [int(cached("race", {"k": k}, never)["b"]) for k in range(5)] == [3] * 5


def test_folder_of_the_user(monkeypatch, place):
    assert cache.folder() == place
    monkeypatch.delenv("HUITIAN_CACHE")
    assert cache.folder().name == "huitian"


def test_code_and_tables_of_any_folder_change_the_code_hash(tmp_path, monkeypatch):
    inner = tmp_path / "package" / "inner"
    inner.mkdir(parents=True)
    monkeypatch.setattr(cache, "__file__", str(inner / "cache.py"))
    hashes = set()
    for name, text in (
        ("inner/a.py", "x = 1"),
        ("inner/a.py", "x = 2"),
        ("inner/b.py", ""),
        ("t.csv", "1"),
        ("inner/t.csv", "1"),
        ("inner/t.csv", "2"),
    ):
        (tmp_path / "package" / name).write_text(text)
        hashes.add(cache.code_hash.__wrapped__())
    assert len(hashes) == 6
