"""Runs with known effects, made without the model; importable by worker processes."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.runs import runner
from experiments.runs.by_place import with_places
from experiments.runs.job import Job, Outcome, Work, district_hash
from experiments.runs.run_file import write
from experiments.study.file import load_plan
from experiments.study.sweep import Result, sweep
from simulation.cache import code_hash
from simulation.metrics.table import METRICS
from simulation.recording import Recording
from simulation.results import write_run
from simulation.run import content_hash
from simulation.scenario.types import Scenario

RESIDENTS = 400
KEPT = (
    "satisfaction",
    "satisfaction_school",
    "share_satisfied",
    "satisfaction_gini",
    "load_committee",
    "load_property",
    "load_street",
    "households_per_worker",
    "burnout",
    "backlog",
    "requests",
    "resolved",
    "resolution_rate",
    "satisfied_rate",
    "wait_weeks",
    "circle_coverage_communities",
    "kindergarten_utilisation",
    "volunteers",
    "trust",
    "cost_capital_yuan",
    "cost_operating_yuan",
    "cost_shadow_yuan",
)
"""Metrics of each kind, a quarter of all: a comparison takes its time by metric."""
EFFECT = {"baseline": 0.0, "service_circles": 2.0}
"""Points that each scenario adds to satisfaction; the residents of odd rows get twice that, those of even rows none."""


def recording(
    scenario: Scenario, seed: int, scale: float = 1.0, weeks: int = 60, kept: Collection[str] = KEPT
) -> Recording:
    """Luck of the seed, shared by all scenarios, plus the known effect."""
    luck = np.random.default_rng(seed)
    effect = EFFECT[scenario.name]
    tick = np.arange(weeks, dtype=np.int32)
    metrics = {name: luck.normal(1, 0.1) + luck.normal(0, 0.01, weeks) for name in METRICS if name in kept}
    metrics["satisfaction"] = 50 + luck.normal(0, 3) + luck.normal(0, 0.1, weeks) + effect
    metrics["cost_operating_yuan"] = 1000.0 * (tick + 1)
    district = pd.DataFrame(
        {"tick": tick, "date": pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D"), **metrics}
    )
    places = pd.concat(
        [
            district.drop(columns="date").assign(
                community=np.int16(c),
                parent=np.int16(-1),
                subdistrict=np.int16(c),
                residents=200.0,
                households=80.0,
                workers=4.0,
                name_zh="社区",
                name_en="community",
                kind="community",
            )
            for c in (0, 1)
        ],
        ignore_index=True,
    )
    groups = pd.DataFrame(
        {
            "tick": [0],
            "life_stage": ["child"],
            "subdistrict": np.array([0], np.int16),
            "residents": [RESIDENTS],
            "satisfaction": [50.0],
        }
    )
    row = np.arange(RESIDENTS)
    residents = pd.DataFrame(
        {
            "overall": (luck.integers(200, 700, RESIDENTS) / 10 + 2 * effect * (row % 2)).astype(np.float32),
            "life_stage": (row % 2).astype(np.uint8),
            "subdistrict": (row // 200).astype(np.int16),
            "community": (row // 200).astype(np.int16),
        }
    )
    cells = pd.DataFrame(
        {
            "cell_x": np.array([0, 1], np.int16),
            "cell_y": np.array([0, 0], np.int16),
            "community": np.array([0, 1], np.int16),
        }
    )
    return Recording(
        district,
        places,
        groups,
        residents,
        cells,
        None,
        {
            "seed": seed,
            "scale": scale,
            "weeks": weeks,
            "scenario": scenario.model_dump(mode="json", by_alias=True),
            "hashes": {
                "scenario": content_hash(scenario),
                "code": code_hash(),
                "district": district_hash(scenario),
            },
        },
    )


Crew = Callable[[Work, Iterable[Job]], list[Outcome]]


def use(monkeypatch: pytest.MonkeyPatch, crew: Crew) -> None:
    """Let a function of this process take the place of the engines."""

    @contextmanager
    def opened(work: Work, *means: object) -> Iterator[Callable[[Iterable[Job]], list[Outcome]]]:
        yield partial(crew, work)

    monkeypatch.setattr(runner, "engine", lambda name: opened)


def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Make all runs here; the list fills with their jobs."""
    jobs: list[Job] = []

    def crew(work: Work, waiting: Iterable[Job]) -> list[Outcome]:
        for job in waiting:
            work(job, 1)
            jobs.append(job)
        return [Outcome(job) for job in waiting]

    use(monkeypatch, crew)
    return jobs


def experiment(name: str, replicates: int = 2) -> str:
    """Text of a small experiment, to which more keys can be added: the circles against the baseline."""
    return f"""schema: 1
name: {name}
question: {{zh: 问, en: question}}
scenarios: [baseline, service_circles]
replicates: {replicates}
scale: 0.01
"""


def swept(folder: Path, text: str, work: Work) -> Result:
    """Sweep the experiment `text`, put into a folder as `mine.yaml`, to `out` beside it, in this process."""
    (folder / "mine.yaml").write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        in_this_process(patch)
        return sweep(load_plan(str(folder / "mine.yaml")), out=folder / "out", work=work)


def make(job: Job, threads: int) -> None:
    """Write the run of a job."""
    made = recording(job.scenario, job.seed, job.scale, job.weeks or job.scenario.weeks)
    if job.in_file:
        write(job, with_places(made, job))
    else:
        write_run(job.place, made, force=True)
