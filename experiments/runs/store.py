"""Folders of runs: which are whole, and reading them."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.runs.engine import Job
from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.table import METRICS
from simulation.results import summarise

FILES = (
    "manifest.json",
    "summary.json",
    "district.parquet",
    "communities.parquet",
    "groups.parquet",
    "cells.parquet",
    "residents.parquet",
)


def manifest(folder: Path) -> dict[str, Any] | None:
    """Manifest of a whole run; None if the folder is none."""
    try:
        content: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = content.get("status") == "done" and all((folder / name).exists() for name in FILES)
    return content if whole else None


def is_done(job: Job, weeks: int, hashes: dict[str, str]) -> bool:
    """Whether the job's folder holds the run that the job would make with this code and data."""
    found = manifest(job.folder)
    return (
        found is not None
        and found["hashes"] == hashes
        and found["seed"] == job.seed
        and found["scale"] == job.scale
        and found["weeks"] == weeks
    )


def last_year(folder: Path) -> dict[str, float]:
    """Value of each metric over the last 52 weeks of a run (see `simulation.results.summarise`)."""
    rows = pd.read_parquet(folder / "district.parquet").iloc[-WEEKS_PER_YEAR:]
    values = {name: summarise(rows, name) for name in METRICS if name in rows.columns}
    return {name: value for name, value in values.items() if value is not None}
