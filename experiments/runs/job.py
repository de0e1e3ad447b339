"""A job, how it ended, and what a run is: the one way to know whether a run on disk is the one that is wanted."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from experiments.runs.kept import Kept
from simulation.cache import code_hash
from simulation.district.data.district import district_folder, files_hash, load_district
from simulation.scenario.context import Readings
from simulation.scenario.types import Scenario


@dataclass(frozen=True)
class Turn:
    """A run's turn in a chain of runs that one process makes, one after the other; see `experiments.runs.chains`.

    Attributes
    ----------
    chain : str
        Which chain: jobs that follow each other and have the same are of one.
    leave : tuple of int
        Weeks before which later runs of the chain begin.
    """

    chain: str
    leave: tuple[int, ...]


@dataclass(frozen=True)
class Job:
    """One run: everything that a fresh process needs to make it.

    `place` says how it is kept: a Parquet file of the district's weeks where it ends in `.parquet`
    (`experiments.runs.run_file`), else a folder with all tables (`experiments.runs.run_folder`). Without a `turn`
    it shares no weeks with others. A file has the metrics by place to `keep` beside the district's.
    """

    scenario: Scenario
    seed: int
    scale: float
    weeks: int | None
    place: Path
    turn: Turn | None = None
    keep: tuple[Kept, ...] = ()

    @property
    def length(self) -> int:
        """Weeks of the run."""
        return self.scenario.weeks if self.weeks is None else self.weeks

    @property
    def in_file(self) -> bool:
        """Whether the run is kept as one file."""
        return self.place.suffix == ".parquet"


@dataclass(frozen=True)
class Outcome:
    """How a job ended; `error` is empty when its run is whole, `seconds` are those that its worker took, if known."""

    job: Job
    error: str = ""
    seconds: float | None = None


Work = Callable[[Job, int], None]
"""Makes a job with a number of threads, and keeps its run at its place."""


@dataclass(frozen=True)
class Made:
    """What a run on disk is: its name, and the hashes of the code and of the district's data that made it.

    `kept` names the metrics by place that it has beside (`experiments.runs.kept`), which are no part of what it is.
    """

    run: str
    code: str
    district: str
    kept: frozenset[str] = field(default=frozenset(), compare=False)


def name_of(scenario_hash: str, seed: int, scale: float, weeks: int) -> str:
    """Name of a run, 16 hexadecimal digits: the same for the same scenario, whatever it is called."""
    text = json.dumps([scenario_hash, seed, scale, weeks])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def run_name(scenario: Scenario, seed: int, scale: float, weeks: int | None) -> str:
    """Name of the run of a scenario; see `name_of`."""
    from simulation.run import content_hash  # loads the model, which readers of results do without

    return name_of(content_hash(scenario), seed, scale, weeks or scenario.weeks)


def versions(scenario: Scenario) -> dict[str, str]:
    """Hashes of the code and of the district's data."""
    return {"code": code_hash(), "district": district_hash(scenario)}


def district_hash(scenario: Scenario) -> str:
    """Hash of the district's data under the readings that a scenario chooses."""
    return _district(scenario).content_hash


def residents(scenario: Scenario, scale: float) -> float:
    """Simulated residents of a run, about: those of its district in the sample."""
    return scale * _district(scenario).residents


def subdistricts(scenario: Scenario) -> tuple[str, ...]:
    """Codes of the subdistricts of a scenario's district, in the order of their numbers."""
    return _district(scenario).subdistricts


def communities(scenario: Scenario) -> int:
    """Communities of a scenario's district at the start."""
    return _district(scenario).communities


class _District(NamedTuple):
    content_hash: str
    residents: float
    subdistricts: tuple[str, ...]
    communities: int


def _district(scenario: Scenario) -> _District:
    return _read(scenario.district, scenario.readings, files_hash(district_folder(scenario.district)))


@lru_cache(maxsize=64)
def _read(name: str, readings: Readings, files: str) -> _District:
    """What runs ask of a district. To read and check the data takes longer than all else that writing a run does: once
    for each state of them.
    """
    found = load_district(name, **readings.model_dump())
    streets = tuple(str(code) for code in found.table("subdistricts")["code"])
    return _District(found.content_hash, float(found.population), streets, len(found.table("communities")))


def name_of_job(job: Job) -> str:
    """Name of the run of a job."""
    return run_name(job.scenario, job.seed, job.scale, job.weeks)


def wanted(job: Job) -> Made:
    """What the run of a job must be."""
    made_by = versions(job.scenario)
    return Made(name_of_job(job), made_by["code"], made_by["district"])
