"""Where compiled kernels are kept, that none comes from other sources or a damaged file, and the threads they use.

Numba compiles a function anew when its own file has changed, not when a file has that it takes equations or draws
from. In one folder for all states, a run could come from code that is there no more; so each state of the sources has
a folder of its own. And numba runs whatever its files hold: here each ends with a seal, and one without is not read.
"""

import contextlib
import hashlib
import io
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from simulation.yaml_source import SourceError

PACKAGE = Path(__file__).parent
MOST_THREADS = 1024
_SOURCES = (
    "domains.py",
    "random.py",
    "threads.py",
    "inner.py",
    "district/people/stages.py",
    "district/people/ties.py",
    "state",
    "processes",
)
"""Files and folders that share compiled functions and their constants; what else is compiled stands alone in a file."""
_FOLDER = re.compile(r"compiled-[0-9a-f]{16}")
_FILE = re.compile(r".*\.(nbi|nbc)(\.tmp\.\w+)?")  # numba's index and code, whole or half written
_LAYERS = ("default", "safe", "threadsafe", "forksafe", "tbb", "omp", "workqueue")
_SEAL = b"huitian1"  # ends a file whose checksum stands before it


def state(package: Path = PACKAGE) -> str:
    """Hash of the sources of shared compiled functions."""
    digest = hashlib.blake2b(_SEAL, digest_size=8)
    files = (file for name in _SOURCES for file in (package / name).rglob("*.py"))
    for file in sorted([*files, *(package / name for name in _SOURCES if name.endswith(".py"))]):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def choose_folder() -> None:
    """Tell numba where to keep compiled functions: below NUMBA_CACHE_DIR, else beside the sources, else in the user's
    cache; what older sources left there is deleted. Where none can be written, functions are compiled for this process.

    Best before numba is imported: what it has compiled by then is kept where numba chose.
    """
    name, places = f"compiled-{state()}", _places()
    for place in places:
        folder, new = place / name, not (place / name).exists()
        if _writable(folder):
            if new:
                _delete_older(place, folder)
            os.environ["NUMBA_CACHE_DIR"] = str(folder)  # worker processes take it over
            if "numba" in sys.modules:
                sys.modules["numba"].config.CACHE_DIR = str(folder)
            return
    _compile_always(places[-1])


def _places() -> list[Path]:
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        place = Path(chosen).absolute()
        return [place.parent if _FOLDER.fullmatch(place.name) else place]  # a folder of ours: from a parent process
    return [PACKAGE / "__pycache__", platformdirs.user_cache_path("huitian-compiled")]


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made if need be; a home that is not known counts as none."""
    try:
        if not folder.is_absolute():
            return False
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _delete_older(place: Path, folder: Path) -> None:
    """Delete the folders of other states: numba's files in them, and each of them that is empty then."""
    for old in place.glob("compiled-*"):
        if old != folder and _FOLDER.fullmatch(old.name) and not old.is_symlink():
            for top, _, files in os.walk(old, topdown=False):
                with contextlib.suppress(OSError):  # another process may be at it as well
                    for file in filter(_FILE.fullmatch, files):
                        Path(top, file).unlink(missing_ok=True)
                    Path(top).rmdir()


def _compile_always(place: Path) -> None:
    """Let numba keep nothing, instead of failing where it finds no place."""
    from numba.core import dispatcher

    def keep_nothing(_: Any) -> None:
        _say(f"compiled code cannot be kept in {place}; it is compiled anew for every process")

    functions: Any = dispatcher.Dispatcher
    functions.enable_caching = keep_nothing


@cache
def seal_files() -> None:
    """Have numba end each file that it writes with a checksum, and compile again what has none or another.

    Where a file cannot be written (a full disk), the function is compiled for this process.
    """
    from numba.core.caching import Cache, IndexDataCacheFile

    files: Any = IndexDataCacheFile
    open_for_write, load_index, load_data = files._open_for_write, files._load_index, files._load_data
    save_overload: Any = Cache.save_overload

    @contextlib.contextmanager
    def open_and_seal(self: Any, path: str) -> Iterator[io.BytesIO]:
        with open_for_write(self, path) as file:
            content = io.BytesIO()
            yield content
            file.write(_sealed(content.getvalue()))  # unpickling ignores what follows

    def load_whole_index(self: Any) -> Any:
        return load_index(self) if _is_whole(Path(self._index_path)) else {}

    def load_whole_data(self: Any, name: str) -> Any:
        if not _is_whole(Path(self._data_path(name))):
            raise FileNotFoundError(name)  # numba compiles then
        return load_data(self, name)

    def save_if_possible(self: Any, sig: Any, data: Any) -> None:
        try:
            save_overload(self, sig, data)
        except OSError as error:
            _say(f"compiled code cannot be kept in {self.cache_path} ({error.strerror}); going on without")

    files._open_for_write, files._load_index, files._load_data = open_and_seal, load_whole_index, load_whole_data
    Cache.save_overload = save_if_possible  # type: ignore[method-assign]


def _sealed(content: bytes) -> bytes:
    return content + hashlib.blake2b(content, digest_size=16).digest() + _SEAL


def _is_whole(file: Path) -> bool:
    """Whether a file, if it is there, is as it was written."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        content = b""
    if _sealed(content[: -16 - len(_SEAL)]) == content:
        return True
    _say("the compiled code that was kept is damaged; it is compiled again")
    return False


@cache
def _say(problem: str) -> None:
    warnings.warn(problem, RuntimeWarning, stacklevel=2)


def check_environment() -> None:
    """Refuse settings of numba that it would fail on, or that would start threads without number.

    Raises
    ------
    SourceError
        If NUMBA_NUM_THREADS or NUMBA_THREADING_LAYER cannot be used.
    """
    threads = os.environ.get("NUMBA_NUM_THREADS", "")
    if not threads:
        os.environ.pop("NUMBA_NUM_THREADS", None)  # numba takes an empty value for a mistake
    elif not re.fullmatch(r"\s*[0-9]{1,9}\s*", threads) or not 1 <= int(threads) <= MOST_THREADS:
        raise SourceError(f"NUMBA_NUM_THREADS={threads}: must be a whole number from 1 to {MOST_THREADS}")
    layer = os.environ.get("NUMBA_THREADING_LAYER", "default")
    if layer not in _LAYERS:
        raise SourceError(f"NUMBA_THREADING_LAYER={layer}: must be one of {', '.join(_LAYERS)}")


def let_threads_sleep() -> None:
    """Have the threads of kernels sleep until the next one, where the user has not chosen otherwise.

    Most of a week runs on one thread. Threads that wait for the next kernel in a loop, as those of OpenMP do at first,
    take the core of a neighbour for nothing, and memory and clock from the thread that works. OpenMP reads the choice
    when numba loads it for the first kernel on several threads; worker processes take it over.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def use_threads(wanted: int) -> None:
    """Use so many threads in kernels, or as many as numba allows (NUMBA_NUM_THREADS) if these are fewer.

    Raises
    ------
    ValueError
        If `wanted` is below 1.
    """
    import numba

    if wanted < 1:
        raise ValueError(f"threads {wanted}: must be at least 1")
    numba.set_num_threads(min(wanted, numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
