"""Runs of a sweep in an object store, or at any other address that fsspec knows: for machines that share no folder.

`s3://BUCKET/NAME` needs `s3fs`, `gs://` needs `gcsfs`; `sftp://`, `file://` and others come with fsspec. What lies
there is laid out as in the folder of a sweep: `runs/*.parquet`, and `panels/` of residents who are followed. A run is
named after what it is and always has the same bytes, so nothing there is ever overwritten by something else, and any
number of machines may send at the same time. What is fetched is verified by the hash that each run carries.
"""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.extras import missing
from experiments.runs.run_file import MANY, PANELS
from experiments.runs.store import RUNS
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    from experiments.console import Report

_HALF = ".half"
"""Ends the name of a file that is being sent."""


def is_address(place: str | Path) -> bool:
    """Whether a place is an address and no path."""
    return "://" in str(place)


@contextmanager
def _said(address: str) -> Iterator[None]:
    """What any of the many kinds of stores may raise, as one line.

    Raises
    ------
    SourceError
        With the address and the reason.
    """
    try:
        yield
    except SourceError:
        raise
    except Exception as error:  # each kind of store has errors of its own
        if isinstance(error, ModuleNotFoundError) and missing(error):
            raise
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise SourceError(f"{address}: {reason}") from None


def _opened(address: str) -> tuple[Any, str]:
    """File system of an address, and the path in it."""
    import fsspec

    store, path = fsspec.core.url_to_fs(address)
    return store, path.rstrip("/")


def _there(store: Any, folder: str) -> dict[str, int]:
    """Size of each file of a folder by name; none where there is no such folder."""
    found = store.find(folder, maxdepth=1, detail=True) if store.exists(folder) else {}
    return {path.rpartition("/")[2]: int(about["size"]) for path, about in found.items()}


def holds_runs(address: str) -> bool:
    """Whether runs are at an address already.

    Raises
    ------
    SourceError
        If the address is of no kind that can be had.
    """
    with _said(address):
        store, top = _opened(address)
        return bool(_there(store, f"{top}/{RUNS}"))


def send(out: Path, address: str) -> int:
    """Send the runs of a folder that are not there yet; returns how many files were sent.

    Raises
    ------
    SourceError
        If the store cannot be had, or a file cannot be sent; what was sent before stays.
    """
    with _said(address):
        store, top = _opened(address)
        sent = 0
        for folder in (PANELS, RUNS):  # a run that is there has its panel
            there = _there(store, f"{top}/{folder}")
            here = [file for file in sorted((out / folder).glob("*.parquet")) if not file.name.startswith(".")]
            for file in here:
                if not file.exists() or there.get(file.name) == file.stat().st_size:  # may be in a file of many by now
                    continue
                target = f"{top}/{folder}/{file.name}"
                store.makedirs(f"{top}/{folder}", exist_ok=True)
                store.put_file(str(file), target + _HALF)
                store.mv(target + _HALF, target)  # whoever reads meets whole files only
                sent += 1
        return sent


@contextmanager
def sent_to(address: str | None, out: Path, progress: "Report") -> Iterator["Report"]:
    """The same progress, which sends what is finished at every tenth of the runs, and when the block ends in any way.

    Raises
    ------
    SourceError
        As `send`.
    """
    if address is None:
        yield progress
        return
    tenths = 0

    def told(done: int, total: int, what: str = "") -> None:
        nonlocal tenths
        progress(done, total, what)
        if 10 * done // max(total, 1) > tenths:
            tenths = 10 * done // max(total, 1)
            send(out, address)

    try:
        yield told
    except BaseException:
        with suppress(SourceError):  # the first trouble is what is told
            send(out, address)
        raise
    send(out, address)


@contextmanager
def fetched(address: str, runs: Collection[str]) -> Iterator[Path]:
    """A folder, for as long as the block takes, with the files at an address that may hold some of these runs.

    Raises
    ------
    SourceError
        If the store cannot be had, or holds no runs.
    """
    with tempfile.TemporaryDirectory() as folder:
        with _said(address):
            store, top = _opened(address)
            there = [name for name in _there(store, f"{top}/{RUNS}") if name.endswith(".parquet")]
            if not there:
                raise SourceError(f"{address}: no runs of a sweep there")
            panels = _there(store, f"{top}/{PANELS}")
            wanted = [(RUNS, name) for name in there if name.startswith(MANY) or Path(name).stem in runs]
            wanted += [(PANELS, name) for name in panels if Path(name).stem in runs]
            for kind, name in wanted:
                (Path(folder) / kind).mkdir(exist_ok=True)
                store.get_file(f"{top}/{kind}/{name}", str(Path(folder) / kind / name))
        (Path(folder) / RUNS).mkdir(exist_ok=True)
        yield Path(folder)
