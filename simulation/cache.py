"""Arrays that are costly to make, kept on disk under a hash of everything that they depend on.

An entry is a folder of `.npy` files with a manifest, written under a temporary name and renamed when whole, so that a
crash or a second process at the same time leaves no half entry. Of processes that want the same entry at the same
time one makes it and the others wait. Arrays come back memory-mapped: all processes share the same pages, and what
one writes to an array is its own copy of a page, seen by nobody else.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
import platformdirs
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.generic]]
LIMIT_GB = 4.0
_ABANDONED = 86400.0  # seconds after which an unfinished entry belongs to nobody
_SAMPLE = 1 << 16  # bytes of each end of a file that its checksum covers


def folder() -> Path:
    """Where entries are kept: the variable HUITIAN_CACHE, else the user's cache folder."""
    return Path(os.environ.get("HUITIAN_CACHE") or platformdirs.user_cache_dir("huitian"))


@cache
def code_hash() -> str:
    """Hash of the package's source and tables: a change of code makes new entries."""
    digest = hashlib.blake2b(digest_size=8)
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")) + sorted(package.rglob("*.csv")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def cached(kind: str, key: dict[str, Any], build: Callable[[], Arrays], *, limit_gb: float = LIMIT_GB) -> Arrays:
    """Arrays of an entry, made by `build` when there is none.

    A damaged entry is made again. When the folder cannot be written (read-only, full) the arrays stay in memory and
    one warning says so.

    Parameters
    ----------
    kind : str
        First part of the entry's name.
    key : dict
        Everything that the arrays depend on besides the code, as JSON values.
    build : callable
        Makes the arrays.
    limit_gb : float
        The entries used longest ago are deleted beyond this size.
    """
    text = json.dumps([kind, key, code_hash(), np.__version__, numba.__version__], sort_keys=True)
    entry = folder() / f"{kind}-{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"
    arrays = _load(entry)
    if arrays is not None:
        return arrays
    with _alone(entry):
        arrays = _load(entry)  # another process may have made it meanwhile
        if arrays is not None:
            return arrays
        made = build()
        try:
            _store(entry, made)
            _evict(entry.parent, limit_gb * 1e9, keep=entry)
        except OSError as error:
            why = error.strerror or f"not written in full: {error}"
            warnings.warn(
                f"the cache {entry.parent} cannot be used ({why}); going on without", RuntimeWarning, stacklevel=2
            )
            return made
    return _load(entry) or made  # mapped: shared with those who come later


@contextlib.contextmanager
def _alone(entry: Path) -> Iterator[None]:
    """Wait until no other process makes the entry; the system frees the lock of a process that dies."""
    with contextlib.ExitStack() as stack:
        try:
            entry.parent.mkdir(parents=True, exist_ok=True)
            file = entry.with_name(f".lock-{entry.name}")
            lock = stack.enter_context(file.open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            stack.callback(file.unlink, missing_ok=True)
        except OSError:
            pass  # no lock can be had here: at worst an entry is made twice, with the same content
        yield


def _checksum(file: Path) -> int:
    """Checksum of the ends of a file: cheap, and a truncated or overwritten file fails it."""
    with file.open("rb") as data:
        head = data.read(_SAMPLE)
        data.seek(max(0, file.stat().st_size - _SAMPLE))
        return zlib.crc32(data.read(_SAMPLE), zlib.crc32(head))


def _load(entry: Path) -> Arrays | None:
    try:
        manifest = json.loads((entry / "manifest.json").read_text("utf-8"))
        for name, (size, checksum) in manifest.items():
            file = entry / f"{name}.npy"
            if file.stat().st_size != size or _checksum(file) != checksum:
                raise ValueError(f"{file} is damaged")
        # plain arrays over copy-on-write maps: the kernels know no other type, and would be compiled once more for it
        arrays = {
            name: np.asarray(np.load(entry / f"{name}.npy", mmap_mode="c" if size > _SAMPLE else None))
            for name, (size, _) in manifest.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    with contextlib.suppress(OSError):  # a read-only cache serves as well; it only forgets when it was used
        os.utime(entry)
    return arrays


def _store(entry: Path, arrays: Arrays) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=entry.parent))
    try:
        manifest = {}
        for name, values in arrays.items():
            with (new / f"{name}.npy").open("wb") as file:
                np.save(file, np.asarray(values, order="C"))
                file.flush()
                os.fsync(file.fileno())
            manifest[name] = ((new / f"{name}.npy").stat().st_size, _checksum(new / f"{name}.npy"))
        (new / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        shutil.rmtree(entry, ignore_errors=True)
        try:
            new.rename(entry)
        except OSError:
            if not (entry / "manifest.json").exists():
                raise  # else another process was faster, and its entry is the same
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _evict(place: Path, limit: float, keep: Path) -> None:
    now = time.time()
    entries = sorted(
        (e for e in place.iterdir() if e.is_dir() and e != keep), key=lambda e: e.stat().st_mtime, reverse=True
    )
    entries = [e for e in entries if not e.name.startswith(".") or now - e.stat().st_mtime > _ABANDONED]
    used = _size(keep)
    for entry in entries:
        used += _size(entry)
        if used > limit:
            shutil.rmtree(entry, ignore_errors=True)


def _size(entry: Path) -> int:
    return sum(file.stat().st_size for file in entry.glob("*") if file.is_file())
