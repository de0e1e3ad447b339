"""Files and folders that are whole or not there, and what a killed process leaves of them."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from filelock import FileLock, Timeout

if TYPE_CHECKING:
    import pandas as pd

UNFINISHED = ".huitian-"
"""How the names of folders begin that are being written, each beside the place that it will take."""
_OLD = ".old"  # what stood in that place, until the new one is there
_LOCK = ".lock"


def file_hash(file: Path) -> str:
    """BLAKE2b of a file's bytes, 32 hexadecimal digits."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def text_hash(text: str) -> str:
    """The same of a text in UTF-8 that is written as it is."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A path beside `file` to write to, which takes its place at the end: the file is whole or as it was."""
    _clear_halves(file)
    new = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        yield new
        with new.open("rb") as handle:
            os.fsync(handle.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _clear_halves(file: Path) -> None:
    """Delete what dead processes left of a file that they were writing."""
    for half in file.parent.glob(f".{file.name}-*"):
        number = half.name.rpartition("-")[2]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            half.unlink(missing_ok=True)


def write_text(file: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all."""
    with new_file(file) as new:
        new.write_text(text, encoding="utf-8", newline="\n")


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write JSON in UTF-8, whole or not at all."""
    write_text(file, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_csv(file: Path, table: "pd.DataFrame", digits: str | None = None) -> None:
    """Write a table without its index as CSV in UTF-8, whole or not at all; `digits` as `%.6g` for its floats."""
    with new_file(file) as new:
        table.to_csv(new, index=False, encoding="utf-8", float_format=digits)


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` to fill, which takes its place at the end; what stood there goes after that.

    A lock inside tells others that its process is alive; the system frees it when the process dies.
    """
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place.parent))
    lock = FileLock(new / _LOCK, timeout=0)
    try:
        with contextlib.suppress(Timeout, NotImplementedError):  # a disk without locks: nobody clears it then
            lock.acquire()
        (new / _LOCK).write_text(place.name, "utf-8")
        yield new
        new.chmod(0o755)
        _exchange(new, place)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        lock.release()
    (place / _LOCK).unlink(missing_ok=True)


def _exchange(new: Path, place: Path) -> None:
    old = new.with_name(new.name + _OLD)
    there = place.exists()
    if there:
        place.rename(old)
    try:
        new.rename(place)
    except OSError:
        if there:
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def clear_leftovers(parent: Path) -> None:
    """Delete the folders that killed processes were writing in `parent`; what they had put aside goes back."""
    for new in parent.glob(f"{UNFINISHED}*"):
        if new.name.endswith(_OLD):
            if not new.with_name(new.name.removesuffix(_OLD)).exists():  # the new one is in its place
                shutil.rmtree(new, ignore_errors=True)
            continue
        with contextlib.suppress(OSError, Timeout, NotImplementedError):
            _clear(new)


def _clear(new: Path) -> None:
    if not (new / _LOCK).exists():
        new.rmdir()  # empty, as a process killed before the lock leaves it; one that lives makes it again
        return
    name = (new / _LOCK).read_text("utf-8")
    with FileLock(new / _LOCK, timeout=0):  # Timeout: its process is alive
        old, place = new.with_name(new.name + _OLD), new.with_name(name)
        if name and old.exists() and not place.exists():
            old.rename(place)
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
