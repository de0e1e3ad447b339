"""Compare scenarios: replicates with common random numbers, paired differences, who gains and who loses."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.communities import compare_communities
from experiments.progress import Progress
from experiments.runs import store
from experiments.runs.engine import Job, Outcome, Work, default_workers, run_job
from experiments.runs.engines.local import execute
from experiments.runs.folders import MARKER
from experiments.statistics import compare_values
from simulation.cache import code_hash
from simulation.results import write_json, write_table
from simulation.run import content_hash, district_of
from simulation.scenario.load import ScenarioError
from simulation.scenario.types import Scenario

GAIN_POINTS = 1.0
"""A resident gains or loses when the overall index at the end differs by more than this (points of 100)."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    Attributes
    ----------
    folder : Path
        Where runs and tables are.
    table : DataFrame
        Columns of `comparison.parquet`, see `docs/results.md`.
    winners : DataFrame
        Shares of residents who gain and lose, by scenario, life stage and subdistrict.
    runs : dict
        Folders of the finished runs of this comparison by scenario, in the order of seeds.
    failed : list of Outcome
        Runs that could not be made.
    """

    folder: Path
    table: pd.DataFrame
    winners: pd.DataFrame
    scenarios: list[Scenario]
    baseline: str
    replicates: int
    runs: dict[str, list[Path]]
    failed: list[Outcome] = field(default_factory=list)


def compare(
    scenarios: list[Scenario],
    *,
    out: Path,
    baseline: str | None = None,
    replicates: int = 3,
    workers: int | None = None,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = run_job,
) -> Comparison:
    """Run every scenario with the seeds `seed`, `seed` + 1, ... and compare each with the baseline.

    Runs that `out` already holds are used again when scenario, district data and code are the same. `work` makes
    one run; tests give their own.

    Raises
    ------
    ScenarioError
        If names are not unique, the baseline is none of them, or scenarios differ in district, start or weeks.
    FileExistsError
        If `out` holds something else and `force` is false.
    """
    baseline = baseline or scenarios[0].name
    _check(scenarios, baseline)
    purpose = {"kind": "comparison", "scenarios": [s.name for s in scenarios]}
    claim(out, purpose, force)
    jobs = [
        Job(s, r, scale, weeks, out / "runs" / s.name / f"seed-{r}")
        for s in scenarios
        for r in range(seed, seed + replicates)
    ]
    failed = run_missing(jobs, workers or default_workers(scale), progress, work)
    bad = {outcome.job.folder for outcome in failed}
    done = [job for job in jobs if job.folder not in bad]
    table = compare_values(_values(done), baseline)
    winners = gains(done, baseline)
    write_table(out / "comparison.parquet", table)
    write_table(out / "winners.parquet", winners)
    runs = {s.name: [job.folder for job in done if job.scenario.name == s.name] for s in scenarios}
    if runs[baseline]:
        write_table(out / "communities_comparison.parquet", compare_communities(runs, baseline))
    write_json(out / MARKER, {**purpose, "baseline": baseline, "seeds": list(range(seed, seed + replicates))})
    return Comparison(out, table, winners, scenarios, baseline, replicates, runs, failed)


def _check(scenarios: list[Scenario], baseline: str) -> None:
    names = [s.name for s in scenarios]
    if len(set(names)) < len(names):
        raise ScenarioError(f"scenarios must have different names, not {', '.join(names)}")
    if len(names) < 2:
        raise ScenarioError("a comparison needs at least two scenarios")
    if baseline not in names:
        raise ScenarioError(f"the baseline '{baseline}' is none of the scenarios {', '.join(names)}")
    for what in ("district", "readings", "start", "weeks", "context"):
        if len({str(getattr(s, what)) for s in scenarios}) > 1:
            raise ScenarioError(f"the scenarios differ in '{what}'; only interventions and parameters may differ")


def claim(out: Path, purpose: dict[str, Any], force: bool) -> None:
    """Make `out` a folder for this purpose, or go on in one whose marker says the same and perhaps more.

    Raises
    ------
    FileExistsError
        If the folder holds something else and `force` is false.
    """
    marker = out / MARKER
    if out.exists() and any(not entry.name.startswith(".") for entry in out.iterdir()):
        try:
            same = purpose.items() <= json.loads(marker.read_text("utf-8")).items()
        except (OSError, ValueError):
            same = False
        if not same and not force:
            raise FileExistsError(f"{out} already holds something else; give another --out, or --force to use it")
    out.mkdir(parents=True, exist_ok=True)
    write_json(marker, purpose)


def run_missing(
    jobs: list[Job],
    workers: int,
    progress: Progress | None,
    work: Work,
    whole: Callable[[Job, int, dict[str, str]], bool] = store.is_done,
) -> list[Outcome]:
    """Make the runs that are missing or made by other code or data; returns those that failed.

    `whole` says of a job, its weeks and its hashes whether the run is there.
    """
    district = district_of(jobs[0].scenario).content_hash
    missing = [
        job
        for job in jobs
        if not whole(
            job,
            job.weeks or job.scenario.weeks,
            {"scenario": content_hash(job.scenario), "district": district, "code": code_hash()},
        )
    ]
    done = len(jobs) - len(missing)
    if progress is not None:
        progress(done, len(jobs), "")
    failed = []
    for outcome in execute(missing, max(1, min(workers, len(missing))), work):
        done += 1
        if outcome.error:
            failed.append(outcome)
        if progress is not None:
            progress(done, len(jobs), f"{outcome.job.scenario.name} seed {outcome.job.seed}")
    return failed


def _values(jobs: list[Job]) -> pd.DataFrame:
    rows = [
        {"scenario": job.scenario.name, "seed": job.seed, "metric": metric, "value": value}
        for job in jobs
        for metric, value in store.last_year(job.folder).items()
    ]
    return pd.DataFrame(rows)


def gains(jobs: list[Job], baseline: str) -> pd.DataFrame:
    """Share of residents who gain or lose more than a point, resident by resident in pairs of the same seed.

    Columns: scenario, by ("life_stage" or "subdistrict"), group (code), residents, gain, lose, mean (points);
    means over the replicates.
    """
    folders = {(job.scenario.name, job.seed): job.folder for job in jobs}
    parts = []
    for (scenario, seed), folder in folders.items():
        other = folders.get((baseline, seed))
        if scenario == baseline or other is None:
            continue
        now, before = (pd.read_parquet(f / "residents.parquet") for f in (folder, other))
        # files keep one decimal: without rounding, float32 tells 51.1 - 50.1 from 1
        now["change"] = np.round(now["overall"].astype(np.float64) - before["overall"], 1)
        for by in ("life_stage", "subdistrict"):
            change = now.groupby(by)["change"]
            parts.append(
                pd.DataFrame(
                    {
                        "scenario": scenario,
                        "by": by,
                        "residents": change.size(),
                        "gain": change.agg(lambda x: float((x > GAIN_POINTS).mean())),
                        "lose": change.agg(lambda x: float((x < -GAIN_POINTS).mean())),
                        "mean": change.mean(),
                    }
                )
                .rename_axis("group")
                .reset_index()
            )
    if not parts:
        return pd.DataFrame(columns=["scenario", "by", "group", "residents", "gain", "lose", "mean"])
    return pd.concat(parts).groupby(["scenario", "by", "group"], sort=False, as_index=False).mean()
