"""Whose a folder of results is: where it may be, who is at work in it, what it is for."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from experiments.runs.store import tidy
from simulation.whole import clear_leftovers, text_hash, write_json
from simulation.yaml_source import SourceError

COMPARE, SWEEP = "compare.json", "sweep.json"
"""Markers: what a folder is for. Sweeps have their own, all other studies share one."""
_LOCK = ".lock"
_HASH = "hash"  # of all else that a marker says
_PATIENCE = 60.0  # seconds that a shard waits while another claims the folder


@dataclass(frozen=True)
class Shard:
    """One of several parts of the work, each done by a process of its own."""

    number: int
    count: int

    @property
    def suffix(self) -> str:
        """What tells the part's own files from those of others."""
        return f"-{self.number}-of-{self.count}"

    def part(self, length: int) -> slice:
        """The part of a sequence: parts follow each other and differ in length by one at most."""
        return slice((self.number - 1) * length // self.count, self.number * length // self.count)


def shard_of(text: str) -> Shard:
    """The shard that `I/N` names.

    Raises
    ------
    SourceError
        If it names none.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise SourceError(f"--shard {text}: give I/N, such as 3/8, with I from 1 to N")
    return Shard(int(found[1]), int(found[2]))


def usable(out: Path, *, replaced: bool = False) -> None:
    """Fail before the work when the results could not be written after it.

    Parameters
    ----------
    replaced : bool
        Whether the folder as a whole is put in place at the end (a single run), and not filled step by step.

    Raises
    ------
    SourceError
        One line that says why, and where else.
    """
    try:
        target = out.resolve()
        place = target.parent if replaced else target
        while not place.exists():
            place = place.parent
        longest = os.pathconf(place if place.is_dir() else place.parent, "PC_NAME_MAX")
        if any(len(os.fsencode(part)) > longest for part in target.parts):
            raise SourceError(f"--out {out}: a name there is longer than {longest} bytes")
    except OSError as error:
        raise SourceError(f"--out {out}: {error.strerror}") from None
    except RuntimeError:
        raise SourceError(f"--out {out}: its links go in a circle") from None
    if target.exists() and not target.is_dir():
        place = target
    if not place.is_dir():
        raise SourceError(f"--out {out}: {_shown(place)} is a file, not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise SourceError(f"--out {out}: no permission to write in {_shown(place)}")
    if replaced and target.is_mount():
        raise SourceError(f"--out {out}: a mount point cannot be replaced; give a folder in it")
    if replaced and target in (Path.cwd(), *Path.cwd().parents):
        raise SourceError(f"--out {out}: holds the working folder; give a folder in it")


def _shown(place: Path) -> Path:
    """A path as short as the user would write it."""
    return place.relative_to(Path.cwd()) if place.is_relative_to(Path.cwd()) else place


def said(out: Path, marker: str = COMPARE) -> dict[str, Any] | None:
    """What the marker of a folder says; None if there is none, or it is damaged; older ones have no hash."""
    try:
        content = json.loads((out / marker).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.pop(_HASH, None) not in (None, _hash(content)):
        return None
    return content


def write_marker(out: Path, content: Mapping[str, Any], marker: str = COMPARE) -> None:
    """Write what the marker of a folder says, with its hash."""
    write_json(out / marker, {**content, _HASH: _hash(content)})


def _hash(content: Mapping[str, Any]) -> str:
    read = json.loads(json.dumps(content))  # keys are text then, and stand in the order of text
    return text_hash(json.dumps(read, sort_keys=True))


@contextmanager
def claimed(
    out: Path,
    purpose: dict[str, Any],
    force: bool,
    *,
    marker: str = COMPARE,
    more: dict[str, Any] | None = None,
    odd: Callable[[dict[str, Any]], str] | None = None,
    check: Callable[[], None] = lambda: None,
    begin: Callable[[], None] = lambda: None,
    shard: Shard | None = None,
) -> Iterator[None]:
    """Make `out` a folder for a purpose, or go on in one that has it, and keep others out until the block ends.

    Parameters
    ----------
    purpose : dict
        What the marker must say; its `kind` names the study.
    more : dict, optional
        What the marker says besides, whatever it said before.
    odd : callable, optional
        What the folder holds that cannot be gone on with, from what its marker says; "" if it can. Without it the
        marker must say the purpose.
    check : callable
        Raises where what the folder holds cannot be gone on with. Its marker, runs and tables are as they were
        then; a folder that was not there is made, and files that a killed process left half-written are gone.
    begin : callable
        Writes what else the folder holds at first, while no other process is in it.
    shard : Shard, optional
        The part of the work that this process does, beside others in the same folder.

    Raises
    ------
    FileExistsError
        If the folder holds something else and `force` is false; the message says what.
    SourceError
        If another process is at work in it, or it cannot be written.
    """
    usable(out)
    purpose = json.loads(json.dumps(purpose))

    def marked() -> dict[str, Any]:
        """What the folder said before, if it goes on with it."""
        before, other = said(out, marker) or {}, "something else; give another --out"
        if before.get("kind") == purpose["kind"]:
            other = odd(before) if odd is not None else "" if purpose.items() <= before.items() else other
            if not other:
                return {**before, **purpose}
        if not force and any(not entry.name.startswith(".") for entry in out.iterdir()):
            raise FileExistsError(f"{out} already holds {other}, or --force to use it")
        return purpose

    if out.exists():
        marked()  # not even a lock is left in what belongs to others
    out.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out.resolve().parent)
    with ExitStack() as stack:
        entry = stack.enter_context(alone(out, str(purpose["kind"]), shard))
        before = marked()
        if shard is None:
            tidy(out)  # of others that are at work nothing may be tidied away
        check()
        write_marker(out, {**before, **(more or {})}, marker)
        begin()
        if shard is not None:
            entry.release()
        yield


@contextmanager
def to_be_made(folder: Path) -> Iterator[None]:
    """Keep others from making the same folder as a whole (a single run): the second would be refused after its work.

    Raises
    ------
    SourceError
        If another process makes it.
    """
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place.parent / f".{text_hash(place.name)[:16]}{_LOCK}", timeout=0)
    try:
        with suppress(NotImplementedError):  # a disk without locks: the folder is whole or not there in any case
            lock.acquire()
    except Timeout:
        raise SourceError(f"{folder}: another run is being made there; wait for it, or give another --out") from None
    try:
        yield
    finally:
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


@contextmanager
def alone(out: Path, kind: str, shard: Shard | None = None) -> Iterator[FileLock]:
    """Keep others out of a folder; the system frees it when the process dies.

    A shard keeps out whoever does all, and another process with the same part; it may release the lock that is given
    as soon as the folder is claimed, so that other shards can come in.

    Raises
    ------
    SourceError
        If another process has it.
    """
    with ExitStack() as stack:
        entry = FileLock(out / _LOCK, timeout=0 if shard is None else _PATIENCE)
        parts = [out / f"{_LOCK}{shard.suffix}"] if shard is not None else sorted(out.glob(f"{_LOCK}-*"))
        for file, lock in [(out / _LOCK, entry), *((part, FileLock(part, timeout=0)) for part in parts)]:
            try:
                lock.acquire()
            except Timeout:
                part = file.name.removeprefix(_LOCK).replace("-of-", "/").replace("-", " shard ")
                raise SourceError(
                    f"{out}: another {kind}{part} is at work in this folder; wait for it, or give another --out"
                ) from None
            except NotImplementedError:
                break  # a disk without locks; files of runs are whole or not there in any case
            stack.callback(lock.release)
        if shard is None:
            for ended in parts:
                ended.unlink(missing_ok=True)
        yield entry
