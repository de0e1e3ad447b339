"""The draws of a comparison: every scenario at each draw of the posterior, with one seed of its own for each draw."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers.communities import same_units_of_files, with_coverage_of_the_start
from experiments.answers.uncertainty import over_draws
from experiments.progress import Progress
from experiments.runs.claim import claimed
from experiments.runs.job import Job
from experiments.runs.kept import names_of
from experiments.runs.read import values
from experiments.runs.run_file import write
from experiments.runs.run_folder import run_to_folder
from experiments.runs.runner import Runner
from experiments.runs.store import RUNS, Store
from experiments.study.posterior import Posterior, read_posterior, shipped
from experiments.study.settings import SCALE, STRUCTURES
from experiments.study.study import Study
from simulation.random import LARGEST_SEED, replicate_seeds
from simulation.scenario.types import Scenario
from simulation.whole import file_hash
from simulation.yaml_source import SourceError

FOLDER = "draws"
"""Where, in the folder of a comparison, its runs at draws are."""
DRAWS_SCALE = 0.05
"""Largest share of households in a run at a draw: samples are unbiased within the table of `docs/verification.md`, and
over draws parameters, not the luck that a sample adds, leave most open."""
DEFAULT = 39
"""Draws unless told: the fewest whose range holds the effect at a further one with 95 %."""
FIRST_SEED = 10_000
"""Seeds of draws begin so far behind the first of the replicates, of which there are no more: draws keep their seeds
when replicates are added."""
_TOGETHER = 8  # draws whose scenarios are run one after the other: workers then wait for no burn-in of each other's


@dataclass(frozen=True)
class Draws:
    """Draws that a comparison runs over.

    Attributes
    ----------
    posterior : Posterior
        Where they come from.
    points : DataFrame
        Indexed by draw, from 1; a column for each factor by dotted path.
    seeds : range
        One for each draw, in their order.
    own : tuple of str
        Factors of the posterior that a scenario sets itself: they stay as they are in all scenarios.
    """

    posterior: Posterior
    points: pd.DataFrame
    seeds: range
    own: tuple[str, ...]


@dataclass(frozen=True)
class OverDraws:
    """What runs at draws say.

    Attributes
    ----------
    differences : DataFrame
        Columns of `draws.parquet`.
    points : DataFrame
        Those of `draws_points.parquet`: draw, seed, and a column for each factor.
    about : dict
        What the marker of the comparison says of them.
    """

    differences: pd.DataFrame
    points: pd.DataFrame
    about: dict[str, Any]


def choose(scenarios: Collection[Scenario], count: int | None, file: Path | None, seed: int) -> Draws | None:
    """The first draws of a posterior; None where there shall be none.

    Parameters
    ----------
    count : int, optional
        Draws; without it `DEFAULT`, or all of fewer, where there is a posterior, and none where there is not.
    file : Path, optional
        The posterior, instead of the one that comes with the district.
    seed : int
        First seed of the replicates.

    Raises
    ------
    SourceError
        If there is no posterior, it has fewer draws, one may not be set, or a seed is too large.
    """
    first = next(iter(scenarios))
    file = file or shipped(first.district)
    if count == 0 or (count is None and file is None):
        return None
    if file is None:
        raise SourceError(f"--draws {count}: {first.district} comes with no posterior; give one with --posterior FILE")
    posterior = read_posterior(file, first)
    if SCALE in posterior.points.columns:
        raise SourceError(f"{file}: {SCALE}: runs at draws have a scale of their own")
    points = posterior.first(min(DEFAULT, len(posterior.points)) if count is None else count)
    own = tuple(str(path) for path in points.columns if any(_sets(scenario, str(path)) for scenario in scenarios))
    largest = LARGEST_SEED - FIRST_SEED - len(points) + 1
    if seed > largest:
        raise SourceError(
            f"seed {seed}: must be at most {largest}, so that {len(points)} draws have seeds of their own, up to "
            f"{LARGEST_SEED}"
        )
    return Draws(posterior, points.drop(columns=list(own)), replicate_seeds(seed + FIRST_SEED, len(points)), own)


def _sets(scenario: Scenario, path: str) -> bool:
    """Whether a scenario itself sets what a factor would."""
    area, _, name = path.partition(".")
    if area == "parameters":
        return name in scenario.parameters
    if area == "structure":
        return any(name in scenario.parameters for values in STRUCTURES.values() for name in values)
    plain: Any = Scenario.model_fields[area].get_default(call_default_factory=True)
    now: Any = getattr(scenario, area)
    return bool(getattr(now, name) != getattr(plain, name)) if name else bool(now != plain)


def run_to_place(job: Job, threads: int) -> None:
    """Simulate a job and keep it as its place says: a folder for a replicate, a file for a draw."""
    if not job.in_file:
        run_to_folder(job, threads)
        return
    from experiments.runs.engine import recorded

    made = recorded(job, threads)
    write(job, with_coverage_of_the_start(made.district, made.communities, job.scenario.parameters), made.panel)


def run_over_draws(runner: Runner, study: Study, draws: Draws, progress: Progress | None = None) -> OverDraws:
    """Make what is missing of the runs at draws, with the workers of a comparison, and read them.

    Parameters
    ----------
    runner : Runner
        That of the replicates. Runs that fail are told to it; their draws are left out of all scenarios.
    study : Study
        The comparison without draws.
    """
    scale = min(study.scale, DRAWS_SCALE)
    studies = {
        draw: Study(study.scenarios, study.baseline, [seed], draws.points.loc[[draw]], scale, study.weeks)
        for draw, seed in zip(draws.points.index, draws.seeds, strict=True)
    }
    plan, failed = made_at_draws(runner, studies, progress)
    whole = plan[~plan["draw"].isin(failed)]
    points = draws.points.rename_axis("draw").reset_index()
    points.insert(1, "seed", draws.seeds)
    return OverDraws(
        over_draws(same_units_of_files(values(whole), whole), study.baseline),
        points[~points["draw"].isin(failed)].reset_index(drop=True),
        {
            "posterior": {"file": draws.posterior.file.name, "hash": file_hash(draws.posterior.file)},
            "asked": len(draws.points),
            "failed": sorted(failed),
            "own": list(draws.own),
            "scale": scale,
            "first_seed": draws.seeds[0],
        },
    )


def made_at_draws(
    runner: Runner, studies: Mapping[int, Study], progress: Progress | None = None
) -> tuple[pd.DataFrame, set[int]]:
    """Make what is missing of the runs of one study for each draw.

    Returns
    -------
    DataFrame
        Plan: columns run, point, scenario, seed, draw, place.
    set of int
        Draws at which a run failed; the runner is told of one run of each.
    """
    out = runner.store.out / FOLDER
    plan = pd.concat([one.runs().assign(draw=draw) for draw, one in studies.items()], ignore_index=True)
    plan["place"] = [out / RUNS / f"{run}.parquet" for run in plan["run"]]
    with claimed(out, {"kind": "draws"}, force=True):
        beside = runner.beside(Store(out, kept=names_of(next(iter(studies.values())).keep)))
        beside.complete(_jobs(studies, plan), progress)
    lost = {outcome.job.place: outcome for outcome in beside.failed}
    failed = {int(row.draw): lost[row.place] for row in plan.itertuples() if row.place in lost}
    runner.failed += [replace(one, error=f"draw {draw}: {one.error}") for draw, one in failed.items()]
    return plan, set(failed)


def _jobs(studies: Mapping[int, Study], plan: pd.DataFrame) -> list[Job]:
    """Jobs of every run once, by blocks of draws, and in them by scenario."""
    order = {name: k for k, name in enumerate(next(iter(studies.values())).scenarios)}
    once = plan.drop_duplicates("run").itertuples()
    rows = sorted(once, key=lambda row: ((row.draw - 1) // _TOGETHER, order[row.scenario], row.draw, row.point))
    return [studies[row.draw].job(row.point, row.scenario, row.seed, row.place) for row in rows]
