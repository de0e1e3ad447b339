"""The cache with real files: hits, changed keys, damage, folders that cannot be written, eviction, two processes."""

import contextlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

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
    assert [path.name.split("-")[0] for path in entries(place)] == ["kind"]


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


def flip_in_the_middle(entry: Path) -> None:
    with (entry / "big.npy").open("r+b") as file:
        file.seek(3 * BIG)
        byte = file.read(1)[0]
        file.seek(3 * BIG)
        file.write(bytes([byte ^ 1]))


def say(entry: Path, **what: object) -> None:
    """Change what the manifest says of the array `a`, so that its file fits in size and checksum."""
    file, manifest = entry / "a.npy", json.loads((entry / "manifest.json").read_text())
    manifest["arrays"]["a"] |= {"size": file.stat().st_size, "crc32": cache._checksum(file), **what}
    (entry / "manifest.json").write_text(json.dumps(manifest))


def no_array(entry: Path) -> None:
    (entry / "a.npy").write_bytes(b"this is no array" * 10)
    say(entry)


def pickled(entry: Path) -> None:
    np.save(entry / "a.npy", np.array([print], object), allow_pickle=True)
    say(entry, dtype="|O", shape=[1])


def another_array(entry: Path) -> None:
    np.save(entry / "a.npy", np.arange(9))
    say(entry)


def outside(entry: Path) -> None:
    np.save(entry.parent / "a.npy", np.arange(5))
    manifest = json.loads((entry / "manifest.json").read_text())
    manifest["arrays"]["../a"] = manifest["arrays"].pop("a")
    (entry / "manifest.json").write_text(json.dumps(manifest))


def manifest(text: str) -> Callable[[Path], object]:
    return lambda entry: (entry / "manifest.json").write_text(text)


DAMAGE = {
    "truncated": truncate,
    "overwritten at the head": overwrite_head,
    "overwritten at the tail": overwrite_tail,
    "a bit in the middle": flip_in_the_middle,
    "no array": no_array,
    "pickled": pickled,
    "another array": another_array,
    "an array of another folder": outside,
    "empty file": lambda entry: (entry / "big.npy").write_bytes(b""),
    "missing file": lambda entry: (entry / "a.npy").unlink(),
    "no manifest": lambda entry: (entry / "manifest.json").unlink(),
    "half a manifest": manifest('{"a": [1'),
    "a list as manifest": manifest("[1, 2]"),
    "a wrong manifest": manifest('{"a": 3}'),
    "an empty manifest": manifest("{}"),
    "no arrays": manifest('{"format": "huitian-cache-2", "arrays": {}}'),
    "a manifest of before": manifest('{"a": [168, 1]}'),
    "null": manifest("null"),
    "a deep manifest": manifest("[" * 100_000),
    "a huge manifest": manifest(" " * (2 << 20) + "{}"),
    "a folder as manifest": lambda entry: ((entry / "manifest.json").unlink(), (entry / "manifest.json").mkdir()),
    "binary manifest": lambda entry: (entry / "manifest.json").write_bytes(b"\xff\xfe"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_made_again(place, damage):
    build = Builder()
    cached("kind", KEY, build)
    damage(made := entries(place)[0])
    with pytest.warns(RuntimeWarning, match="is damaged .* made again") as caught:
        assert same(cached("kind", KEY, build), build.arrays)
    assert len(caught) == 1 and build.calls == 2
    assert same(cached("kind", KEY, build), build.arrays)
    assert build.calls == 2  # and is whole again
    assert made in entries(place)


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

    def full(file, array, **_):
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
    assert [path.name for path in place.iterdir()] == [".huitian-cache"]
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


def unfinished(place: Path, key: dict[str, int]) -> Path:
    """What a process leaves that is killed while it writes an entry."""
    cached("kind", key, Builder())
    entry = max(entries(place), key=lambda path: path.stat().st_mtime_ns)
    left = place / f".new-{entry.name}.abcd1234"
    entry.rename(left)
    (left / "manifest.json").unlink()
    return left


def test_what_dead_processes_left_goes_at_once_and_what_others_write_stays(place):
    left, at_work = unfinished(place, {"k": 1}), unfinished(place, {"k": 2})
    other = place / ".new-notes"
    other.mkdir()
    name = at_work.name.removeprefix(".new-").partition(".")[0]
    with FileLock(place / f".lock-{name}"):
        cached("kind", KEY, Builder())
        assert not left.exists() and at_work.exists() and other.exists()
    cached("kind", {"k": 3}, Builder())
    assert not at_work.exists() and other.exists()
    assert not list(place.glob(".lock-*"))


def picture(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x" * 1000)
    aged(folder, 90_000)
    return folder


def test_a_folder_of_somebody_is_used_and_nothing_in_it_deleted(place):
    theirs = [picture(place / name) for name in ("photos", ".ssh", ".new-year", "burn-in-nothing")]
    for k in range(3):
        cached("kind", {"k": k}, build := Builder(), limit_gb=1e-6)
        assert build.calls == 1
    assert all((folder / "a.jpg").exists() for folder in theirs)
    assert cache.folder() == place / "huitian"
    assert len(entries(place / "huitian")) == 1, "there the limit holds"
    assert sorted(place.iterdir()) == sorted([*theirs, place / "huitian"])


def test_only_entries_are_deleted_from_the_own_folder(place, tmp_path):
    for k in range(2):
        cached("kind", {"k": k}, Builder(), limit_gb=1)
    with_notes, linked = entries(place)
    (with_notes / "notes.txt").write_text("mine")
    linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(tmp_path / "elsewhere")
    named = picture(place / f"kind-{'0' * 24}")
    foreign = picture(place / f"kind-{'1' * 24}")
    (foreign / "manifest.json").write_text('{"name": "somebody"}')
    (place / "thesis.npy").write_bytes(b"mine")
    cached("kind", KEY, Builder(), limit_gb=1e-6)
    assert (with_notes / "notes.txt").exists() and (with_notes / "big.npy").exists()
    assert linked.is_symlink() and (tmp_path / "elsewhere" / "big.npy").exists()
    assert (named / "a.jpg").exists() and (foreign / "a.jpg").exists() and (place / "thesis.npy").exists()


def test_notes_in_a_damaged_entry_are_kept(place):
    cached("kind", KEY, Builder())
    entry = entries(place)[0]
    (entry / "notes.txt").write_text("mine")
    truncate(entry)
    with pytest.warns(RuntimeWarning, match="is damaged"):
        cached("kind", KEY, Builder())
    assert [file.read_text() for file in place.rglob("notes.txt")] == ["mine"]


def test_a_cache_of_before_is_known_by_its_entries(place):
    old = place / f"burn-in-{'a' * 24}"
    old.mkdir(parents=True)
    np.save(old / "x.npy", np.zeros(9))
    (old / "manifest.json").write_text('{"x": [200, 12345]}')
    aged(old, 1000)
    assert cache.folder() == place
    cached("kind", KEY, Builder(), limit_gb=1e-6)
    assert not old.exists(), "and they are deleted like others"


def test_entries_that_others_delete_meanwhile_are_nothing(place, monkeypatch):
    for k in range(4):
        cached("kind", {"k": k}, Builder())
    there = cache._is_entry

    def gone(item: Path) -> bool:
        found = there(item)
        shutil.rmtree(item, ignore_errors=True)
        return found

    monkeypatch.setattr(cache, "_is_entry", gone)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cached("kind", KEY, build := Builder(), limit_gb=1e-6)
        assert cached("kind", KEY, build).keys() == build.arrays.keys() and build.calls == 1


def test_arrays_that_do_not_fit_are_made_again():
    cached("kind", KEY, build := Builder())
    with pytest.warns(RuntimeWarning, match="do not fit"):
        cached("kind", KEY, build, sound=lambda arrays: arrays["a"].max() < 2)
    assert build.calls == 2


def test_without_a_home_arrays_stay_in_memory(tmp_path, monkeypatch):
    monkeypatch.delenv("HUITIAN_CACHE")
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", lambda _: "~/.cache/huitian")  # what it says then
    monkeypatch.chdir(tmp_path)
    with pytest.warns(RuntimeWarning, match="cannot be used .* going on without"):
        cached("kind", KEY, build := Builder())
    assert build.calls == 1 and not list(tmp_path.iterdir())


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
    assert len(entries(place)) == 5
    assert [path.name for path in place.iterdir() if path.name.startswith(".")] == [".huitian-cache"]
    never = Builder()
    assert [int(cached("race", {"k": k}, never)["b"]) for k in range(5)] == [3] * 5


def test_folder_of_the_user(monkeypatch, place):
    assert cache.folder() == place
    monkeypatch.delenv("HUITIAN_CACHE")
    assert cache.folder().name == "huitian"


def test_code_and_tables_of_any_folder_change_the_code_hash(tmp_path, monkeypatch):
    inner = tmp_path / "package" / "inner"
    inner.mkdir(parents=True)
    monkeypatch.setattr(cache, "__file__", str(inner.parent / "cache.py"))
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


def test_a_process_goes_through_a_full_folder_once_it_has_added_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUITIAN_CACHE", str(tmp_path))
    looked: list[Path] = []
    monkeypatch.setattr(cache, "_evict", lambda place, limit, keep: looked.append(keep))
    array = np.zeros(1000)  # 8 kB of a limit of 1.6 MB: two hundredths are four entries
    for k in range(10):
        cache.cached("test", {"k": k}, lambda: {"a": array}, limit_gb=1.6e-3)
    assert len(looked) == 3  # the first, for others may have filled it, and then as it grows
