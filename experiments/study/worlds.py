"""Simulated worlds of a calibration: the runs at points of the parameters, and what each shows of the patterns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.progress import Progress
from experiments.runs.runner import Runner
from experiments.runs.store import RUNS
from experiments.study.calibration_file import MOST_WAVES, Calibration
from experiments.study.study import Study
from experiments.validation.measures import MEASURES
from experiments.validation.observe import read_run
from experiments.validation.patterns import PATTERNS
from experiments.validation.runs import scenario_of, weeks_until
from simulation.random import replicate_seeds

BLOCKS = {"check": MOST_WAVES, "scale": MOST_WAVES + 1}
"""Numbers, after those of the waves, of the draws of the posterior and of the runs that tell samples from the area."""


@dataclass(frozen=True)
class Worlds:
    """The runs that the patterns are measured in, at points of the parameters.

    Attributes
    ----------
    factors : dict
        What values of patterns are multiplied by, so that a sample shows what the whole area would; 1 where none is
        given. See `experiments.study.full_scale`.
    """

    plan: Calibration
    runner: Runner
    factors: Mapping[str, float] = field(default_factory=dict)

    def values(self, points: pd.DataFrame, block: int, name: str, progress: Progress | None) -> pd.DataFrame:
        """Have the runs of points made, and measure each pattern in each world: point, target, seed, value.

        Parameters
        ----------
        points : DataFrame
            Indexed by point; a column for each parameter.
        block : int
            Number of the wave, or one of the `BLOCKS`: each has its seeds.
        name : str
            Folder of the runs.
        """
        place = self.runner.store.out / RUNS / name
        studies = self._studies(points)
        jobs = {
            (point, run, seed): study.job(point, run, seed, place / f"point-{point}" / run / f"seed-{seed}")
            for point in map(int, points.index)
            for run, study in studies.items()
            for seed in seeds_of(self.plan, block, point)
        }
        done = {job.place for job in self.runner.complete(list(jobs.values()), progress)}
        table = _measure({key: job.place for key, job in jobs.items() if job.place in done}, self.plan)
        return table.assign(value=table["value"] * table["target"].map(self.factors).fillna(1.0))

    def drawn(self, points: pd.DataFrame, progress: Progress | None) -> pd.DataFrame:
        """The same at draws of the posterior."""
        return self.values(points, BLOCKS["check"], "check", progress)

    def _studies(self, points: pd.DataFrame) -> dict[str, Study]:
        """A study for each run: they differ in how long they last."""
        found = {}
        for run, last in self.plan.runs.items():
            scenario = scenario_of(run)
            weeks = None if last is None else weeks_until(scenario, last)
            found[run] = Study({run: scenario}, run, (), points.add_prefix("parameters."), self.plan.scale, weeks)
        return found


def seeds_of(plan: Calibration, block: int, point: int) -> Sequence[int]:
    """Seeds of the replicates at a point: no two points of any wave share one."""
    first = plan.seed + (block * plan.points_of_a_wave + point) * plan.replicates
    return replicate_seeds(first, plan.replicates)


def _measure(folders: dict[tuple[int, str, int], Path], plan: Calibration) -> pd.DataFrame:
    """Each pattern at each point in each world: point, target, seed, value."""
    rows = []
    for point, seed in sorted({(point, seed) for point, _, seed in folders}):
        runs = {name: read_run(folders[point, name, seed]) for name in plan.runs if (point, name, seed) in folders}
        rows += [
            (point, name, seed, MEASURES[PATTERNS[name].measure](runs))
            for name in plan.patterns
            if set(PATTERNS[name].runs) <= set(runs)
        ]
    return pd.DataFrame(rows, columns=["point", "target", "seed", "value"])
