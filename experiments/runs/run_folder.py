"""A run kept as a folder of tables: is it whole, what is it, and what does it say?"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.runs.damage import DamagedError
from experiments.runs.job import Job, Made, name_of
from experiments.statistics import last_year_values
from simulation.results import MANIFEST, manifest_hash, write_run
from simulation.scenario.context import Title
from simulation.scenario.messages import explain
from simulation.whole import file_hash

TABLES = ("district.parquet", "communities.parquet", "groups.parquet", "cells.parquet", "residents.parquet")
FILES = (MANIFEST, "summary.json", *TABLES)
_MODEL = ConfigDict(strict=True, extra="allow", frozen=True)
_Name = Annotated[str, Field(pattern=r"^\w[\w.-]*$")]  # of a file in the folder, and never a path


class Hashes(BaseModel):
    """What made a run."""

    model_config = _MODEL
    scenario: str
    district: str
    code: str


class Resolved(BaseModel):
    """The scenario of a run as its manifest has it: what readers of results rely on."""

    model_config = _MODEL
    name: str
    title: Title
    district: str
    start: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    context: dict[str, Any]
    interventions: dict[str, dict[str, Any]]
    parameters: dict[str, float]


class Manifest(BaseModel):
    """The manifest of a whole run; see `docs/results.md`."""

    model_config = _MODEL
    status: Literal["done"]
    seed: int = Field(ge=0)
    scale: float = Field(gt=0, le=1)
    weeks: int = Field(ge=1)
    scenario: Resolved
    hashes: Hashes
    format: Literal["1", "2"] = "1"
    files: dict[_Name, str] | None = None
    residents: int = 0
    wall_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    versions: dict[str, str] = {}
    processor: str = ""

    @property
    def made(self) -> Made:
        """What the run is."""
        run = name_of(self.hashes.scenario, self.seed, self.scale, self.weeks)
        return Made(run, self.hashes.code, self.hashes.district)

    def plain(self) -> dict[str, Any]:
        """As it stands in the file."""
        return self.model_dump(mode="json", exclude_unset=True)


def run_to_folder(job: Job, threads: int) -> None:
    """Simulate a job and write its folder."""
    from experiments.runs.engine import recorded

    write_run(job.place, recorded(job, threads), force=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a run.

    Raises
    ------
    DamagedError
        If there is none, or it is not what a run writes.
    """
    file = folder / MANIFEST
    try:
        said = json.loads(file.read_text("utf-8"))
        found = Manifest.model_validate_json(json.dumps(said))
    except OSError:
        raise DamagedError(f"{folder}: unfinished or damaged ({', '.join(_missing(folder, FILES))})") from None
    except ValidationError as error:
        keys, problem = explain(error, Manifest)
        raise DamagedError(f"{file}: {': '.join(filter(None, ('.'.join(keys), problem)))}") from None
    except (ValueError, RecursionError):
        raise DamagedError(f"{file}: unfinished or damaged: no JSON") from None
    if found.files is not None and found.files.get(MANIFEST) != manifest_hash(said):
        raise DamagedError(f"{file}: damaged: it does not hold what was written")
    return found


def verify(folder: Path, more: Iterable[str] = ()) -> Manifest:
    """The manifest of a run whose files, and those of `more`, all hold what was written.

    A run of an older version has no hashes of its files: it is read as a whole, and its weeks are counted.

    Raises
    ------
    DamagedError
        If a file is missing or damaged.
    """
    found = read_manifest(folder)
    missing = _missing(folder, (*FILES, *more))
    if missing:
        raise DamagedError(f"{folder}: unfinished or damaged ({', '.join(missing)})")
    if found.files is None:
        _read_old(folder, found)
        return found
    unknown = sorted({*FILES, *more} - found.files.keys())
    odd = [name for name, said in found.files.items() if name != MANIFEST and not _holds(folder / name, said)]
    if unknown or odd:
        raise DamagedError(f"{folder}: damaged: {', '.join(unknown + odd)} not as it was written")
    return found


def _missing(folder: Path, names: Iterable[str]) -> list[str]:
    return [name for name in names if not (folder / name).is_file()]


def _holds(file: Path, said: str) -> bool:
    try:
        return file_hash(file) == said
    except OSError:
        return False


def _read_old(folder: Path, found: Manifest) -> None:
    if found.format != "1":
        raise DamagedError(f"{folder / MANIFEST}: files: is required")
    try:
        for name in TABLES:
            frame = pd.read_parquet(folder / name)
            if name == "district.parquet" and frame["tick"].tolist() != list(range(found.weeks)):
                raise ValueError(f"{name} does not hold the {found.weeks} weeks of the run")
    except (OSError, ValueError, KeyError) as error:
        raise DamagedError(f"{folder}: damaged: {str(error).splitlines()[0]}") from None


def weeks(folder: Path) -> pd.DataFrame:
    """The district's metrics by week."""
    return pd.read_parquet(folder / "district.parquet")


def last_year(folder: Path) -> dict[str, float]:
    """Value of each metric over the last year of a run."""
    return last_year_values(weeks(folder))
