"""Runs kept as files: one Parquet file for each run or for many, whole or not there, named after what they hold.

The file of a run holds the district's metrics by week (and those by place that a study asks for, see
`experiments.runs.kept`), the versions of code and data that made it, and a hash of its content; that of many runs holds
the same of each (`experiments.runs.parts`). Files hold no time of day and no machine,
so a sweep that was interrupted ends with the same bytes as one that was not. All of them can be read at once:
`duckdb.sql("select * from 'runs/*.parquet' join 'plan.csv' using (run)")`.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.job import Job, Made, versions
from experiments.runs.kept import Kept, columns_of, names_of
from experiments.statistics import last_year_table
from simulation.metrics.table import METRICS
from simulation.results import rounded, write_table
from simulation.whole import file_hash

PANELS = "panels"
_META = b"huitian_run"
MANY = ("part-", "rest-")
"""How the names of files of many runs begin."""
UNREADABLE = (OSError, ValueError, KeyError, TypeError, NotImplementedError, pa.ArrowException)
"""What reading a damaged or foreign file may raise."""


def run_to_file(job: Job, threads: int) -> None:
    """Simulate a job and write its file, and that of the residents that its scenario follows."""
    from experiments.runs.by_place import with_places
    from experiments.runs.engine import recorded
    from experiments.runs.stages import stages_for

    stages = stages_for(job.keep)
    made = recorded(job, threads, stages)
    write(job, with_places(made, job, stages), made.panel)


def panel_of(place: Path) -> Path:
    """Where the residents that a run follows are kept: beside the folder of its file, under the same name."""
    return place.parents[1] / PANELS / place.name


def write(job: Job, frame: pd.DataFrame, panel: pd.DataFrame | None = None) -> None:
    """Write the weeks of a run to `job.place` under a temporary name, wait for the disk, rename.

    The table of followed residents goes first, so that a run that is there has it; its hash stands with the run.

    Raises
    ------
    OSError
        If the disk is full or cannot be written; nothing half-written stays.
    """
    run = job.place.stem
    columns = {
        name: rounded(column.to_numpy()) if column.dtype.kind == "f" else column for name, column in frame.items()
    }
    table = pd.DataFrame({"run": pd.Categorical([run] * len(frame)), **columns}, frame.index)
    said = {
        "run": run,
        "seed": job.seed,
        "scale": job.scale,
        **versions(job.scenario),
        "content": content_hash(table),
    }
    if job.keep:
        said["kept"] = sorted(names_of(job.keep))
    if panel is not None:
        panel_of(job.place).parent.mkdir(exist_ok=True)
        write_table(panel_of(job.place), panel)
        said["panel"] = file_hash(panel_of(job.place))
    write_file(job.place, [pa.Table.from_pandas(table, preserve_index=False)], said)


def content_hash(weeks: pd.DataFrame) -> str:
    """Hash of the values of a run; columns without any value do not count, for a merged file may have more of them."""
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(set(weeks.columns) - {"run"}):
        column = weeks[name]
        numbers = column.astype("datetime64[ns]").astype("int64") if column.dtype.kind == "M" else column
        values = numbers.to_numpy("float64", copy=True)
        empty = np.isnan(values)
        if not empty.all():
            values[empty] = np.nan  # NaN has many forms
            digest.update(f"{name}\0".encode() + values.tobytes())
    return digest.hexdigest()


def write_file(file: Path, tables: Sequence[pa.Table], said: dict[str, Any]) -> None:
    """Write tables of runs, each a row group, with what made them, and wait for the disk."""
    schema = tables[0].schema.with_metadata({_META: json.dumps(said, sort_keys=True)})
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as sink:
            with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True) as writer:
                for table in tables:
                    rows = max(len(table), 1)
                    writer.write_table(table.replace_schema_metadata(schema.metadata), row_group_size=rows)
            sink.flush()
            os.fsync(sink.fileno())
        Path(name).chmod(0o644)
        Path(name).rename(file)
    finally:
        Path(name).unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def index(file: Path) -> dict[str, dict[str, Any]]:
    """What made each run of a file, by run, from its last bytes alone.

    Raises
    ------
    OSError, ValueError, and what else `UNREADABLE` lists
        If the file is cut off or foreign.
    """
    return _index(pq.read_schema(file), file)


def _index(schema: pa.Schema, file: Path) -> dict[str, dict[str, Any]]:
    meta = (schema.metadata or {}).get(_META)
    if meta is None:
        raise ValueError("foreign: no run of a sweep")
    said = json.loads(meta)
    if "run" in said and said["run"] == file.stem:
        return {said["run"]: said}
    if "run" in said or not holds_many(file):
        raise ValueError("foreign: its name and its content differ")
    return dict(said)


def read(file: Path) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Weeks of the runs of a file, and what made each, by run; checksums and content hashes are verified.

    Raises
    ------
    OSError, ValueError, and what else `UNREADABLE` lists
        If the file is damaged or foreign.
    """
    table = pq.read_table(file, page_checksum_verification=True)
    runs = _index(table.schema, file)
    frame = table.to_pandas()
    frame["run"] = frame["run"].astype(str)
    if set(frame["run"]) != set(runs):
        raise ValueError("foreign: its name and its content differ")
    for run, weeks in frame.groupby("run", sort=False):
        if content_hash(weeks) != runs[str(run)]["content"]:
            raise ValueError(f"damaged: run {run} does not hold what was written")
    return frame, runs


def made_by(file: Path) -> Made:
    """What the one run of a file is, without reading its weeks.

    Raises
    ------
    OSError, ValueError, KeyError
        If there is no such file, or it is none of a run.
    """
    return made(index(file)[file.stem])


def made(said: dict[str, Any]) -> Made:
    """What a run is, from what its file says of it."""
    return Made(said["run"], said["code"], said["district"], frozenset(said.get("kept", ())))


class Found(NamedTuple):
    """What a folder of runs holds.

    `whole` are runs by name, `bad` files that are damaged or foreign, with the reason, `where` the file of each whole
    run, and `twice` files of one run that stands in a file of many as well, and keeps no more there.
    """

    whole: dict[str, Made]
    bad: dict[Path, str]
    where: dict[str, Path]
    twice: list[Path]


def found(folder: Path, keep: dict[str, pd.DataFrame] | None = None, known: Collection[Path] = frozenset()) -> Found:
    """Whole runs of a folder, and what is wrong in it.

    Parameters
    ----------
    keep : dict, optional
        Takes the weeks of every run, by name.
    known : collection of Path
        Files that were verified and are as they were: only their last bytes are read.
    """
    whole: dict[str, Made] = {}
    bad: dict[Path, str] = {}
    where: dict[str, Path] = {}
    twice: list[Path] = []
    for file in files(folder):  # those of one run come first
        try:
            if file in known and keep is None:
                runs = index(file)
            else:
                frame, runs = read(file)
                if keep is not None:
                    keep |= {str(run): weeks for run, weeks in frame.groupby("run", sort=False)}
        except UNREADABLE as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            bad[file] = reason if reason.startswith(("foreign", "damaged")) else f"damaged: {reason}"
            continue
        odd = {place: run for run, said in runs.items() for place in _odd_panel(folder / f"{run}.parquet", said)}
        bad |= dict.fromkeys(odd, "damaged: not as it was written, or missing")
        runs = {run: said for run, said in runs.items() if run not in odd.values()}
        more = {run for run in runs if run in where and whole[run].kept > made({"run": run, **runs[run]}).kept}
        runs = {run: said for run, said in runs.items() if run not in more}  # made again, and not yet put together
        twice += [where[run] for run in runs if run in where and not holds_many(where[run])]
        whole |= {run: made({"run": run, **said}) for run, said in runs.items()}
        where |= dict.fromkeys(runs, file)
    return Found(whole, bad, where, twice)


def _odd_panel(place: Path, said: dict[str, Any]) -> list[Path]:
    """The table of followed residents of a run, if it is not what was written with it."""
    panel = panel_of(place)
    return [panel] if "panel" in said and not (panel.exists() and file_hash(panel) == said["panel"]) else []


def holds_many(file: Path) -> bool:
    """Whether a file is one of many runs, by its name."""
    return file.stem.startswith(MANY)


def files(folder: Path) -> list[Path]:
    """Files of runs in a folder, by name."""
    return sorted(file for file in folder.glob("*.parquet") if not file.name.startswith("."))


def last_years(folder: Path, wanted: set[str], metrics: Collection[str] | None = None) -> pd.DataFrame:
    """Value of each metric, or of some, over the last year of every wanted run: columns run, metric, value.

    A file of many runs is read row group by row group, and of its columns only those asked for.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    asked = None if metrics is None else tuple(name for name in METRICS if name in metrics)
    parts = [pd.DataFrame({"run": [], "metric": [], "value": []}).astype({"run": str, "metric": str, "value": float})]
    seen: set[str] = set()
    for file in files(folder):  # those of one run first: what was made again stands in one of many as well
        if not holds_many(file) and (file.stem not in wanted or file.stem in seen):
            continue
        table = _last_years(file, asked)
        new = {run for run in table["run"].unique() if run in wanted and run not in seen}
        seen |= new
        parts.append(table[table["run"].isin(new)])
    return pd.concat(parts, ignore_index=True).sort_values("run", kind="stable", ignore_index=True)


def weeks_of(
    folder: Path, wanted: Collection[str], columns: Collection[str] | None = None, kept: Collection[Kept] = ()
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Weeks of wanted runs, each run once, in order of ticks; of their columns all, or those that are named, and those
    of metrics by place that are `kept`.

    A file of many runs is read row group by row group; checksums of pages are verified.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    seen: set[str] = set()
    for file in files(folder):  # those of one run first: what was made again stands in one of many as well
        if not holds_many(file) and (file.stem not in wanted or file.stem in seen):
            continue
        whole = pq.ParquetFile(file, page_checksum_verification=True)
        names = whole.schema_arrow.names
        some = None if columns is None else {"run", "tick", "date", *columns, *columns_of(kept, names)}
        asked = [name for name in names if some is None or name in some]
        for k in range(whole.num_row_groups):
            group = whole.read_row_group(k, columns=asked).to_pandas().astype({"run": str})
            for run, weeks in group.groupby("run", sort=False):
                if run in wanted and run not in seen:
                    seen.add(str(run))
                    yield str(run), weeks.sort_values("tick", ignore_index=True)


def _last_years(file: Path, metrics: tuple[str, ...] | None) -> pd.DataFrame:
    if metrics is None:
        return _summed_up(file, None)
    stat = file.stat()
    return _kept(file, (stat.st_size, stat.st_mtime_ns), metrics)


@lru_cache(maxsize=100_000)
def _kept(file: Path, stamp: tuple[int, int], metrics: tuple[str, ...]) -> pd.DataFrame:
    """Read once as long as the file stays as it is: adaptive replicates ask after every block."""
    return _summed_up(file, metrics)


def _summed_up(file: Path, metrics: tuple[str, ...] | None) -> pd.DataFrame:
    if not holds_many(file):
        return last_year_table(read(file)[0], metrics)
    whole = pq.ParquetFile(file, page_checksum_verification=True)
    there = [name for name in whole.schema_arrow.names if metrics is None or name in ("run", "tick", *metrics)]
    rows = [
        last_year_table(whole.read_row_group(k, columns=there).to_pandas().astype({"run": str}), metrics)
        for k in range(whole.num_row_groups)
    ]
    return pd.concat(rows, ignore_index=True)
