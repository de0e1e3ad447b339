"""Write a run to its folder: whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import log10, power
from simulation.metrics.table import METRICS
from simulation.recording import Recording
from simulation.whole import file_hash, new_file, new_folder, write_json

FORMAT = "1"
MANIFEST, MANIFEST_FORMAT = "manifest.json", "2"
"""From format 2 on the manifest has the hashes of all files."""
_DIGITS = 6  # significant digits kept of a float


def write_run(
    folder: Path,
    recording: Recording,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    force: bool = False,
) -> None:
    """Write all files of a run beside `folder`, then let them take its place.

    Parameters
    ----------
    folder : Path
        Must not exist, or be empty, unless `force`.
    recording : Recording
        What `simulation.run.simulate` gave.
    tables : mapping, optional
        More tables of the run, by the names of their files.
    force : bool
        Replace what is there; it goes when the new files are in place.

    Raises
    ------
    FileExistsError
        If the folder holds something and `force` is false.
    OSError
        If the disk is full or cannot be written; nothing half-written stays, and what was there stays.
    """
    if folder.exists() and any(folder.iterdir()) and not force:
        raise FileExistsError(f"{folder} already holds something; give another --out, or --force to replace it")
    with new_folder(folder) as new:
        _write_all(new, recording, tables or {})


def _write_all(folder: Path, recording: Recording, tables: Mapping[str, pd.DataFrame]) -> None:
    names = ("district", "communities", "groups", "cells", "panel", "residents")
    frames = {f"{name}.parquet": getattr(recording, name) for name in names}
    for name, frame in {**frames, **tables}.items():
        if frame is not None:
            write_table(folder / name, frame)
    write_json(folder / "summary.json", summary(recording.district))
    hashes = {file.name: file_hash(file) for file in sorted(folder.iterdir()) if not file.name.startswith(".")}
    said = {**recording.manifest, "status": "done", "format": MANIFEST_FORMAT}
    write_json(folder / MANIFEST, {**said, "files": {MANIFEST: manifest_hash(said), **hashes}})


def manifest_hash(manifest: Mapping[str, Any]) -> str:
    """Hash of all that a manifest says but for the hashes of files."""
    said = {key: value for key, value in manifest.items() if key != "files"}
    return hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).hexdigest()


def write_table(file: Path, frame: pd.DataFrame) -> None:
    """Write a DataFrame as Parquet (zstd), whole or not at all, floats rounded to six significant digits."""
    plain = frame.copy(deep=False)
    for name in plain.columns:
        if plain[name].dtype.kind == "f":
            plain[name] = rounded(plain[name].to_numpy())
    table = pa.Table.from_pandas(plain, preserve_index=False)
    units = {name: METRICS[name].unit_en for name in frame.columns if name in METRICS}
    table = table.replace_schema_metadata({"huitian_format": FORMAT, "units": json.dumps(units)})
    with new_file(file) as new, new.open("wb") as handle:
        pq.write_table(table, handle, compression="zstd")


def rounded(values: np.ndarray) -> np.ndarray:
    """Six significant digits: beyond them a sum over residents says nothing, and files shrink."""
    wide = values.astype(np.float64)
    size = np.floor(log10(np.where((wide != 0) & np.isfinite(wide), np.abs(wide), 1.0)))
    factor = power(10.0, _DIGITS - 1 - size)
    return (np.rint(wide * factor) / factor).astype(values.dtype)


def summarise(district: pd.DataFrame, name: str) -> float | None:
    """One number for some weeks: the mean of a level or rate, the sum of a flow, the last of a running total."""
    values = district[name].dropna()
    if values.empty:
        return None
    how = METRICS[name].summary
    return float({"mean": values.mean, "sum": values.sum, "last": lambda: values.iloc[-1]}[how]())


def summary(district: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """First-year, last-year and whole-run value of each headline metric."""
    spans = {
        "first_year": district.iloc[:WEEKS_PER_YEAR],
        "last_year": district.iloc[-WEEKS_PER_YEAR:],
        "whole_run": district,
    }
    return {
        name: {span: summarise(rows, name) for span, rows in spans.items()}
        for name in METRICS
        if name in district.columns
    }
