"""Write a run to its folder: whole or not at all."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.table import METRICS
from simulation.recording import Recording

FORMAT = "1"
_DIGITS = 6  # significant digits kept of a float


def write_run(folder: Path, recording: Recording, *, force: bool = False) -> None:
    """Write all files of a run under a temporary name beside `folder`, then rename.

    Parameters
    ----------
    folder : Path
        Must not exist, or be empty, unless `force`.
    recording : Recording
        What `simulate` gave.
    force : bool
        Replace what is there.

    Raises
    ------
    FileExistsError
        If the folder holds something and `force` is false.
    OSError
        If the disk is full or cannot be written; nothing half-written stays.
    """
    if folder.exists() and any(folder.iterdir()) and not force:
        raise FileExistsError(f"{folder} already holds something; give another --out, or --force to replace it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_all(new, recording)
        new.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _write_all(folder: Path, recording: Recording) -> None:
    for name in ("district", "communities", "groups", "cells", "panel", "residents"):
        frame = getattr(recording, name)
        if frame is not None:
            write_table(folder / f"{name}.parquet", frame)
    write_json(folder / "summary.json", summary(recording.district))
    write_json(folder / "manifest.json", {**recording.manifest, "status": "done", "format": FORMAT})


def write_table(file: Path, frame: pd.DataFrame) -> None:
    """Write a DataFrame as Parquet (zstd), floats rounded to six significant digits, and wait for the disk."""
    plain = frame.copy(deep=False)
    for name in plain.columns:
        if plain[name].dtype.kind == "f":
            plain[name] = rounded(plain[name].to_numpy())
    table = pa.Table.from_pandas(plain, preserve_index=False)
    units = {name: METRICS[name].unit_en for name in frame.columns if name in METRICS}
    table = table.replace_schema_metadata({"huitian_format": FORMAT, "units": json.dumps(units)})
    with file.open("wb") as handle:
        pq.write_table(table, handle, compression="zstd")
        handle.flush()
        os.fsync(handle.fileno())


def rounded(values: np.ndarray) -> np.ndarray:
    """Six significant digits: beyond them a sum over residents says nothing, and files shrink."""
    wide = values.astype(np.float64)
    size = np.floor(np.log10(np.abs(wide), out=np.zeros_like(wide), where=(wide != 0) & np.isfinite(wide)))
    factor = 10.0 ** (_DIGITS - 1 - size)
    return (np.rint(wide * factor) / factor).astype(values.dtype)


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write JSON in UTF-8 under a temporary name, wait for the disk, rename: the file is whole or as it was."""
    new = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        with new.open("w", encoding="utf-8") as handle:
            json.dump(content, handle, ensure_ascii=False, indent=1)
            handle.write("\n")
            handle.flush()
            os.fsync(handle.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


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
