"""The store of a sweep: one Parquet file a run, whole or not there, named after what the run is.

A run's name is a hash of its scenario, seed, scale and weeks; its file holds the district's metrics by week, the
versions of code and data that made it, and a hash of its content. Files hold no time of day and no machine, so a sweep
that was interrupted ends with the same bytes as one that was not. Everything in `runs/` can be read at once:
`duckdb.sql("select * from 'runs/*.parquet' join 'plan.csv' using (run)")`.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.engine import Job, recorded
from simulation.cache import code_hash
from simulation.district.data.district import load_district
from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.table import METRICS
from simulation.results import rounded, summarise
from simulation.run import content_hash, district_of
from simulation.scenario.context import Readings
from simulation.scenario.types import Scenario

MARKER = "sweep.json"
RUNS = "runs"
PLAN, POINTS = "plan.csv", "points.csv"
_META = b"huitian_run"
_MERGED = "merged-"  # files of many runs begin so
_OLD, _NEW = ".runs-single", ".runs-merged"  # folders that a merge leaves only when it is killed


def run_name(scenario: Scenario, seed: int, scale: float, weeks: int | None) -> str:
    """Name of a run, 16 hexadecimal digits: the same for the same scenario, whatever it is called."""
    text = json.dumps([content_hash(scenario), seed, scale, weeks or scenario.weeks])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def versions(scenario: Scenario) -> dict[str, str]:
    """Hashes of the code and of the district's data."""
    return {"code": code_hash(), "district": district_of(scenario).content_hash}


@cache
def _district_hash(name: str, readings: Readings) -> str:
    """Reading and checking the data takes longer than all else that writing a run does: once a worker."""
    return load_district(name, population=readings.population, communities=readings.communities).content_hash


def run_to_file(job: Job, threads: int) -> None:
    """Simulate a job and write its one file; `job.folder` is the file."""
    write(job, recorded(job, threads).district)


def write(job: Job, frame: pd.DataFrame) -> None:
    """Write the weeks of a run to `job.folder` (a file's path) under a temporary name, wait for the disk, rename.

    Raises
    ------
    OSError
        If the disk is full or cannot be written; nothing half-written stays.
    """
    table = frame.copy(deep=False)
    for name in table.columns:
        if table[name].dtype.kind == "f":
            table[name] = rounded(table[name].to_numpy())
    table.insert(0, "run", pd.Categorical([job.folder.stem] * len(table)))
    plain = pa.Table.from_pandas(table, preserve_index=False)
    said = {
        "run": job.folder.stem,
        "seed": job.seed,
        "scale": job.scale,
        "code": code_hash(),
        "district": _district_hash(job.scenario.district, job.scenario.readings),
        "content": _content_hash(table),
    }
    _write_table(job.folder, plain.replace_schema_metadata({_META: json.dumps(said, sort_keys=True)}))


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


def _write_table(file: Path, table: pa.Table) -> None:
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
    OSError, ValueError
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


def made_by(file: Path) -> dict[str, str]:
    """What made the one run of a file, without reading its weeks.

    Raises
    ------
    OSError, ValueError
        If there is no such file, or it is none of a run.
    """
    said: dict[str, str] = json.loads((pq.read_schema(file).metadata or {})[_META])
    return said


def found(out: Path) -> tuple[dict[str, dict[str, Any]], dict[Path, str]]:
    """Whole runs of a sweep with what made each, and the files that are damaged or foreign, with the reason."""
    whole: dict[str, dict[str, Any]] = {}
    bad: dict[Path, str] = {}
    for file in files(out):
        try:
            whole |= read(file)[1]
        except (OSError, ValueError, KeyError, TypeError, NotImplementedError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            bad[file] = reason if reason.startswith(("foreign", "damaged")) else f"damaged: {reason}"
    return whole, bad


def tidy(out: Path) -> None:
    """Finish a merge that was killed, and delete what killed workers left half-written; for whoever owns the folder."""
    runs, new = out / RUNS, out / _NEW
    if not runs.exists() and new.exists():
        new.rename(runs)  # it was checked before the single files were put aside
    for leftover in (new, out / _OLD):
        shutil.rmtree(leftover, ignore_errors=True)
    for half in [*runs.glob(".*"), *out.glob(".*.csv"), *out.glob(f".{MARKER}-*")]:
        half.unlink(missing_ok=True)


def is_merged(file: Path) -> bool:
    """Whether a run file is one of many runs, by its name."""
    return file.stem.startswith(_MERGED)


def files(out: Path) -> list[Path]:
    """Run files of a sweep, by name."""
    return sorted(file for file in (out / RUNS).glob("*.parquet") if not file.name.startswith("."))


def last_years(out: Path, wanted: Iterable[str]) -> pd.DataFrame:
    """Value of each metric over the last 52 weeks of every wanted run: columns run, metric, value.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    chosen = set(wanted)
    parts = []
    for file in files(out):
        if is_merged(file) or file.stem in chosen:
            stat = file.stat()
            table = _last_years(file, (stat.st_size, stat.st_mtime_ns))
            parts.append(table[table["run"].isin(chosen)])
    if not parts:
        return pd.DataFrame(
            {"run": pd.Series(dtype=str), "metric": pd.Series(dtype=str), "value": pd.Series(dtype="float64")}
        )
    return pd.concat(parts, ignore_index=True).drop_duplicates(["run", "metric"], ignore_index=True)


@lru_cache(maxsize=100_000)
def _last_years(file: Path, stamp: tuple[int, int]) -> pd.DataFrame:
    """Of the runs of one file, read once as long as it stays as it is: adaptive replicates ask after every block."""
    rows = []
    for run, weeks in read(file)[0].groupby("run", sort=True):
        late = weeks.iloc[-WEEKS_PER_YEAR:]
        rows += [(run, name, summarise(late, name)) for name in METRICS if name in late.columns]
    table = pd.DataFrame(rows, columns=["run", "metric", "value"])
    return table.dropna(subset=["value"]).astype({"value": "float64"})


def merge(out: Path) -> int:
    """Put all run files of a sweep into one; returns the number of runs in it, 0 when there is nothing to merge.

    The merged file is written beside `runs/` and checked; then the two folders change places, so that at any moment
    `runs/` holds every run once, or is away until `tidy` puts it back.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign, or the disk is full; the single files stay.
    """
    single = files(out)
    if len(single) < 2:
        return 0
    frames: list[pd.DataFrame] = []
    runs: dict[str, dict[str, Any]] = {}
    for file in single:
        frame, said = read(file)
        frames.append(frame[~frame["run"].isin(runs)] if runs.keys() & said.keys() else frame)
        runs |= {run: made for run, made in said.items() if run not in runs}
    whole = pd.concat(frames, ignore_index=True).sort_values(["run", "tick"], kind="stable", ignore_index=True)
    whole["run"] = whole["run"].astype("category")
    plain = pa.Table.from_pandas(whole, preserve_index=False)
    name = hashlib.blake2b("".join(sorted(runs)).encode(), digest_size=8).hexdigest()
    shutil.rmtree(out / _NEW, ignore_errors=True)
    target = out / _NEW / f"{_MERGED}{name}.parquet"
    _write_table(target, plain.replace_schema_metadata({_META: json.dumps(runs, sort_keys=True)}))
    if set(read(target)[1]) != set(runs):
        raise ValueError(f"{target}: the merged file does not hold every run; the single files stay")
    (out / RUNS).rename(out / _OLD)
    (out / _NEW).rename(out / RUNS)
    shutil.rmtree(out / _OLD)
    return len(runs)
