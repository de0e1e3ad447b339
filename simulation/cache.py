"""Arrays that are costly to make, kept on disk under a hash of everything that they depend on.

An entry is a folder of `.npy` files with a manifest, written under a temporary name and renamed when whole, so that a
crash or a second process at the same time leaves no half entry. Of processes that want the same entry at the same
time one makes it and the others wait. Arrays come back memory-mapped: all processes share the same pages, and what
one writes to an array is its own copy of a page, seen by nobody else.

Nothing is deleted but entries: folders with the name and the manifest of one, in a folder that was empty when the
cache began there or that held entries already. Of an entry only the files that it consists of are deleted, one by one.
"""

import contextlib
import hashlib
import json
import os
import re
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numba
import numpy as np
import platformdirs
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from simulation import extensions

Arrays = dict[str, NDArray[np.generic]]
LIMIT_GB = 4.0
_MARKER = ".huitian-cache"
_MARKER_TEXT = "Huitian keeps arrays here and may delete any of its entries.\n"
_ENTRY = re.compile(r"[a-z][a-z-]*-[0-9a-f]{24}")
_UNFINISHED = re.compile(rf"\.new-({_ENTRY.pattern})\.\w+")
_LONGEST_MANIFEST = 1 << 20  # bytes
_BLOCK = 1 << 20  # bytes read at once for a checksum
_MAPPED = 1 << 17  # bytes from which a file is mapped rather than read

_Name = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*$")]


class _Array(BaseModel):
    """What a manifest says of an array's file."""

    model_config = ConfigDict(strict=True, extra="forbid")

    size: Annotated[int, Field(gt=0)]  # bytes
    crc32: int  # of the whole file
    dtype: str
    shape: list[int]


class _Manifest(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: Literal["huitian-cache-2"] = "huitian-cache-2"
    arrays: Annotated[dict[_Name, _Array], Field(min_length=1)]


_ANY_MANIFEST: TypeAdapter[Any] = TypeAdapter(
    _Manifest | Annotated[dict[_Name, tuple[int, int]], Field(min_length=1)]  # the second: size and sum, as once
)


class _DamagedError(ValueError):
    """An entry is there, but not as it was written."""


def folder() -> Path:
    """Where entries are kept: the variable HUITIAN_CACHE, else the user's cache folder.

    A folder that holds other things and no entry is not mixed with: entries go to a folder `huitian` in it.
    """
    place = Path(os.environ.get("HUITIAN_CACHE") or platformdirs.user_cache_dir("huitian"))
    return place if _is_own(place) else place / "huitian"


_SLACK = 0.02
"""Share of its limit by which a process may let a folder grow before it looks for what to evict."""
_added: dict[Path, float] = {}
"""Bytes that this process has stored in a folder since it last looked there."""


@cache
def code_hash() -> str:
    """Hash of the package's source and tables, and of packages that add to it: a change of code makes new entries."""
    digest = hashlib.blake2b(digest_size=8)
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")) + sorted(package.rglob("*.csv")):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes())
    for name, version in extensions.distributions().items():
        digest.update(f"{name}\0{version}\0".encode())
    for file in extensions.sources():
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def cached(
    kind: str,
    key: dict[str, Any],
    build: Callable[[], Arrays],
    *,
    sound: Callable[[Arrays], bool] | None = None,
    limit_gb: float = LIMIT_GB,
) -> Arrays:
    """Arrays of an entry, made by `build` when there is none.

    A damaged entry is made again, with a warning. When the folder cannot be written (read-only, full) the arrays stay
    in memory and one warning says so.

    Parameters
    ----------
    kind : str
        First part of the entry's name: small letters and hyphens.
    key : dict
        Everything that the arrays depend on besides the code, as JSON values.
    build : callable
        Makes the arrays.
    sound : callable, optional
        Whether arrays that were found may be used, for those by which compiled code reads memory without a check.
    limit_gb : float
        The entries used longest ago are deleted beyond this size.
    """
    text = json.dumps([kind, key, code_hash(), np.__version__, numba.__version__], sort_keys=True)
    place = folder()
    entry = place / f"{kind}-{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"
    with contextlib.suppress(_DamagedError):
        if (arrays := _load(entry, sound)) is not None:
            return arrays
    _begin(place)
    with _alone(entry):
        try:
            if (arrays := _load(entry, sound)) is not None:
                return arrays  # another process has made it meanwhile
        except _DamagedError as error:
            warnings.warn(
                f"the cache entry {entry} is damaged ({error}); it is made again", RuntimeWarning, stacklevel=2
            )
        made = build()
        try:
            _store(entry, made)
        except OSError as error:
            why = error.strerror or str(error)
            warnings.warn(f"the cache {place} cannot be used ({why}); going on without", RuntimeWarning, stacklevel=2)
            return made
        _make_room(place, limit_gb * 1e9, entry)
    with contextlib.suppress(_DamagedError):
        return _load(entry, sound) or made  # mapped: shared with those who come later
    return made


def _items(place: Path) -> list[Path]:
    try:
        return sorted(place.iterdir())
    except OSError:
        return []


def _is_own(place: Path) -> bool:
    """Whether the cache may keep and delete entries here: marked by it, empty, or holding an entry."""
    if os.path.exists(place / _MARKER):
        return True
    items = _items(place)
    return not items or any(_is_entry(item) for item in items)


def _make(place: Path) -> None:
    if place.parts[:1] == ("~",):
        raise OSError("no home folder is known")
    place.mkdir(parents=True, exist_ok=True)


def _begin(place: Path) -> None:
    """Mark the folder as the cache's own, and clear what processes that died left in it."""
    with contextlib.suppress(OSError):
        _make(place)
        if not os.path.exists(place / _MARKER):
            (place / _MARKER).write_text(_MARKER_TEXT, "utf-8")
    for item in _items(place):
        if (match := _UNFINISHED.fullmatch(item.name)) and os.path.isdir(item) and not os.path.islink(item):
            with contextlib.suppress(OSError, Timeout), _lock(place / match[1], timeout=0):
                _delete_files(item)


@contextlib.contextmanager
def _lock(entry: Path, timeout: float) -> Iterator[None]:
    """Lock of an entry, whose file goes with it; the system frees it when the process dies."""
    file = entry.with_name(f".lock-{entry.name}")
    with FileLock(file, timeout=timeout, fallback_to_soft=False):
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(entry: Path) -> Iterator[None]:
    """Wait until no other process makes the entry."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # no lock can be had here: at worst an entry is made twice, with one content
            _make(entry.parent)
            stack.enter_context(_lock(entry, timeout=-1))
        yield


def _checksum(file: Path) -> int:
    """CRC-32 of a whole file: it is there against accidents, and costs about as much as reading the file."""
    crc = 0
    with file.open("rb") as data:
        while block := data.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return crc


def _read_manifest(entry: Path) -> Any:
    """The manifest of an entry of any format; ValueError if it is none, OSError if it cannot be read."""
    file = entry / "manifest.json"
    if not file.is_file() or file.stat().st_size > _LONGEST_MANIFEST:
        raise ValueError("it has no manifest")
    try:
        return _ANY_MANIFEST.validate_json(file.read_bytes())
    except ValidationError:
        raise ValueError("its manifest is not one") from None


def _load(entry: Path, sound: Callable[[Arrays], bool] | None) -> Arrays | None:
    """Arrays of an entry, None if there is none.

    Raises
    ------
    _DamagedError
        If there is one, but any of it is not as it was written.
    """
    if not os.path.exists(entry):
        return None
    try:
        manifest = _read_manifest(entry)
        if not isinstance(manifest, _Manifest):
            raise ValueError("its manifest is of another version")
        arrays = {name: _array(entry / f"{name}.npy", said) for name, said in manifest.arrays.items()}
        if sound is not None and not sound(arrays):
            raise ValueError("its numbers do not fit each other")
    except (OSError, ValueError, TypeError, LookupError, EOFError) as error:
        if not os.path.exists(entry):
            return None  # another process has deleted it meanwhile
        raise _DamagedError(getattr(error, "strerror", None) or error) from None
    with contextlib.suppress(OSError):  # a read-only cache serves as well; it only forgets when it was used
        os.utime(entry)
    return arrays


def _array(file: Path, said: _Array) -> NDArray[np.generic]:
    if not file.is_file() or file.stat().st_size != said.size:
        raise ValueError(f"{file.name} is missing or cut")
    if _checksum(file) != said.crc32:
        raise ValueError(f"{file.name} has changed")
    # a plain array over a copy-on-write map: the kernels know no other type, and would be compiled once more for it
    values = np.asarray(np.load(file, mmap_mode="c" if said.size > _MAPPED else None, allow_pickle=False))
    if values.dtype.str != said.dtype or list(values.shape) != said.shape:
        raise ValueError(f"{file.name} is another array")
    return values


def _store(entry: Path, arrays: Arrays) -> None:
    """Write an entry in place of what is there under its name, while this process has its lock."""
    _make(entry.parent)
    new = _aside(entry)
    try:
        said = {}
        for name, values in arrays.items():
            ordered, target = np.asarray(values, order="C"), new / f"{name}.npy"
            with target.open("wb") as file:
                np.save(file, ordered, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
            said[name] = _Array(
                size=target.stat().st_size,
                crc32=_checksum(target),
                dtype=ordered.dtype.str,
                shape=list(ordered.shape),
            )
        (new / "manifest.json").write_text(_Manifest(arrays=said).model_dump_json(), "utf-8")
        if os.path.exists(entry):
            _discard(entry)
        new.rename(entry)
    finally:
        _delete_files(new)


def _aside(entry: Path) -> Path:
    """A new folder for an entry that is not whole yet, or no more."""
    return Path(tempfile.mkdtemp(prefix=f".new-{entry.name}.", dir=entry.parent))


def _is_entry(item: Path) -> bool:
    """Whether a path has the name and the manifest of an entry, and nothing else is in it."""
    if not _ENTRY.fullmatch(item.name) or os.path.islink(item) or not all(map(_is_part, _items(item))):
        return False
    try:
        _read_manifest(item)
    except (OSError, ValueError):
        return False
    return True


def _is_part(file: Path) -> bool:
    return (file.suffix == ".npy" or file.name == "manifest.json") and (os.path.isfile(file) or os.path.islink(file))


def _discard(entry: Path) -> None:
    """Delete an entry: it vanishes under its name at once, so that nobody reads half of it."""
    away = _aside(entry)
    try:
        entry.rename(away)
    finally:
        _delete_files(away)


def _delete_files(item: Path) -> None:
    """Delete the files that an entry consists of and then its folder, which stays if it holds anything else."""
    for file in _items(item):
        if _is_part(file):
            file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        item.rmdir()


def _make_room(place: Path, limit: float, new: Path) -> None:
    """Evict after an entry has been stored, once this process has added so much that it can matter.

    To go through a full folder takes as long as a year of a small run, so that it is not done for every new entry.
    """
    added = _added.get(place, limit) + _size(new)
    if added > _SLACK * limit:
        _evict(place, limit, keep=new)
        added = 0.0
    _added[place] = added


def _evict(place: Path, limit: float, keep: Path) -> None:
    """Delete the entries used longest ago beyond a size in bytes; what other processes delete meanwhile is nothing."""
    used, aged = _size(keep), []
    for entry in _items(place):
        if entry != keep and _is_entry(entry):
            with contextlib.suppress(OSError):
                aged.append((entry.stat().st_mtime, entry))
    for _, entry in sorted(aged, reverse=True):
        used += _size(entry)
        if used > limit:
            with contextlib.suppress(OSError):
                _discard(entry)


def _size(entry: Path) -> int:
    total = 0
    for file in _items(entry):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total
