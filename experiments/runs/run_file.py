"""Runs kept as files: one Parquet file for each run or for many, whole or not there, named after what the run is.

The file of a run holds the district's metrics by week, the versions of code and data that made it, and a hash of its
content. Files hold no time of day and no machine, so a sweep that was interrupted ends with the same bytes as one that
was not. All of them can be read at once:
`duckdb.sql("select * from 'runs/*.parquet' join 'plan.csv' using (run)")`.
"""

import hashlib
import json
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.job import Job, Made, versions
from experiments.statistics import last_year_values
from simulation.results import rounded, write_table
from simulation.whole import file_hash

PANELS = "panels"
_META = b"huitian_run"
_MERGED = "merged-"  # files of many runs begin so
UNREADABLE = (OSError, ValueError, KeyError, TypeError, NotImplementedError, pa.ArrowException)
"""What reading a damaged or foreign file may raise."""


def run_to_file(job: Job, threads: int) -> None:
    """Simulate a job and write its file, and that of the residents that its scenario follows."""
    from experiments.runs.engine import recorded

    made = recorded(job, threads)
    write(job, made.district, made.panel)


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
    table = frame.copy(deep=False)
    for name in table.columns:
        if table[name].dtype.kind == "f":
            table[name] = rounded(table[name].to_numpy())
    run = job.place.stem
    table.insert(0, "run", pd.Categorical([run] * len(table)))
    said = {
        "run": run,
        "seed": job.seed,
        "scale": job.scale,
        **versions(job.scenario),
        "content": _content_hash(table),
    }
    if panel is not None:
        panel_of(job.place).parent.mkdir(exist_ok=True)
        write_table(panel_of(job.place), panel)
        said["panel"] = file_hash(panel_of(job.place))
    write_file(job.place, pa.Table.from_pandas(table, preserve_index=False), said)


def split(weeks: pd.DataFrame, run: str, said: dict[str, Any], place: Path) -> None:
    """Give a run that was read from a file of many a file of its own."""
    own = weeks.dropna(axis=1, how="all").reset_index(drop=True)
    own["run"] = pd.Categorical([run] * len(own))
    write_file(place, pa.Table.from_pandas(own, preserve_index=False), {"run": run, **said})


def _content_hash(weeks: pd.DataFrame) -> str:
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


def write_file(file: Path, table: pa.Table, said: dict[str, Any]) -> None:
    """Write a table of runs with what made them, and wait for the disk."""
    table = table.replace_schema_metadata({_META: json.dumps(said, sort_keys=True)})
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as sink:
            pq.write_table(table, sink, compression="zstd", write_page_checksum=True)
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


def read(file: Path) -> tuple[pd.DataFrame, dict[str, dict[str, Any]]]:
    """Weeks of the runs of a file, and what made each, by run; checksums and content hashes are verified.

    Raises
    ------
    OSError, ValueError, and what else `UNREADABLE` lists
        If the file is damaged or foreign.
    """
    table = pq.read_table(file, page_checksum_verification=True)
    meta = (table.schema.metadata or {}).get(_META)
    if meta is None:
        raise ValueError("foreign: no run of a sweep")
    said = json.loads(meta)
    frame = table.to_pandas()
    frame["run"] = frame["run"].astype(str)
    runs = said if "run" not in said else {said["run"]: said}
    if set(frame["run"]) != set(runs) or ("run" in said and said["run"] != file.stem):
        raise ValueError("foreign: its name and its content differ")
    for run, weeks in frame.groupby("run", sort=False):
        if _content_hash(weeks) != runs[str(run)]["content"]:
            raise ValueError(f"damaged: run {run} does not hold what was written")
    return frame, runs


def made_by(file: Path) -> Made:
    """What the one run of a file is, without reading its weeks.

    Raises
    ------
    OSError, ValueError, KeyError
        If there is no such file, or it is none of a run.
    """
    return made(json.loads((pq.read_schema(file).metadata or {})[_META]))


def made(said: dict[str, Any]) -> Made:
    """What a run is, from what its file says of it."""
    return Made(said["run"], said["code"], said["district"])


def found(folder: Path, keep: dict[str, pd.DataFrame] | None = None) -> tuple[dict[str, Made], dict[Path, str]]:
    """Whole runs of a folder by name, and the files that are damaged or foreign, with the reason.

    `keep` takes the weeks of every run, by name.
    """
    whole: dict[str, Made] = {}
    bad: dict[Path, str] = {}
    for file in files(folder):
        try:
            frame, runs = read(file)
            odd = {place: run for run, said in runs.items() for place in _odd_panel(folder / f"{run}.parquet", said)}
            bad |= dict.fromkeys(odd, "damaged: not as it was written, or missing")
            runs = {run: said for run, said in runs.items() if run not in odd.values()}
            whole |= {run: made({"run": run, **said}) for run, said in runs.items()}
            if keep is not None:
                keep |= {str(run): weeks for run, weeks in frame.groupby("run", sort=False)}
        except UNREADABLE as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            bad[file] = reason if reason.startswith(("foreign", "damaged")) else f"damaged: {reason}"
    return whole, bad


def _odd_panel(place: Path, said: dict[str, Any]) -> list[Path]:
    """The table of followed residents of a run, if it is not what was written with it."""
    panel = panel_of(place)
    return [panel] if "panel" in said and not (panel.exists() and file_hash(panel) == said["panel"]) else []


def is_merged(file: Path) -> bool:
    """Whether a file is one of many runs, by its name."""
    return file.stem.startswith(_MERGED)


def merged_name(runs: list[str]) -> str:
    """Name of the file of many runs."""
    return f"{_MERGED}{hashlib.blake2b(''.join(sorted(runs)).encode(), digest_size=8).hexdigest()}.parquet"


def files(folder: Path) -> list[Path]:
    """Files of runs in a folder, by name."""
    return sorted(file for file in folder.glob("*.parquet") if not file.name.startswith("."))


def last_years(folder: Path, wanted: set[str]) -> pd.DataFrame:
    """Value of each metric over the last year of every wanted run: columns run, metric, value.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    parts = []
    for file in files(folder):
        if is_merged(file) or file.stem in wanted:
            stat = file.stat()
            table = _last_years(file, (stat.st_size, stat.st_mtime_ns))
            parts.append(table[table["run"].isin(wanted)])
    if not parts:
        return pd.DataFrame(
            {"run": pd.Series(dtype=str), "metric": pd.Series(dtype=str), "value": pd.Series(dtype="float64")}
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(["run", "metric"], ignore_index=True)


@lru_cache(maxsize=100_000)
def _last_years(file: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    """Of the runs of one file, read once as long as it stays as it is: adaptive replicates ask after every block."""
    rows = [
        (run, name, value)
        for run, weeks in read(file)[0].groupby("run", sort=True)
        for name, value in last_year_values(weeks).items()
    ]
    return pd.DataFrame(rows, columns=["run", "metric", "value"]).astype({"value": "float64"})
