"""Compare scenarios: replicates with common random numbers, paired differences, who gains and who loses."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.answers.communities import compare_communities, covered_share, same_units
from experiments.progress import Progress
from experiments.runs.claim import COMPARE, claimed
from experiments.runs.folders import TABLES
from experiments.runs.job import Job, Outcome, Work, name_of_job, versions
from experiments.runs.read import table_of, values
from experiments.runs.run_folder import run_to_folder
from experiments.runs.runner import Means, at_work
from experiments.runs.store import Store
from experiments.statistics import compare_values
from experiments.study.study import Study, difference
from simulation.random import replicate_seeds
from simulation.results import write_table
from simulation.scenario.load import ScenarioError
from simulation.scenario.types import Scenario
from simulation.whole import file_hash, write_json

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
    engine_name: str = "local",
    address: str | None = None,
    time_limit: float | None = None,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = run_to_folder,
) -> Comparison:
    """Run every scenario with the seeds `seed`, `seed` + 1, ... and compare each with the baseline.

    Runs that `out` already holds are used again when they are whole and scenario, district data and code are the
    same. `work` makes one run; tests give their own. Workers, engine, address and time limit: see
    `experiments.runs.runner.Means`.

    Raises
    ------
    ScenarioError
        If names are not unique, the baseline is none of them, or scenarios differ in district, start or weeks.
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If another comparison is at work in `out`, or the engine cannot be had.
    """
    baseline = baseline or scenarios[0].name
    _check(scenarios, baseline)
    seeds = replicate_seeds(seed, replicates)
    study = Study({s.name: s for s in scenarios}, baseline, seeds, scale=scale, weeks=weeks)
    purpose = {"kind": "comparison", "scenarios": list(study.scenarios)}
    claim, means = claimed(out, purpose, force), Means(workers, engine_name, address, time_limit)
    with at_work(claim, Store(out), work, means, warm=work is run_to_folder) as runner:
        done = runner.complete(study.jobs_in_folders(out), progress)
        runs = {name: [job.place for job in done if job.scenario.name == name] for name in study.scenarios}
        share = covered_share(study.scenarios[baseline].parameters)
        table = compare_values(same_units(values(table_of(done)), runs, share), baseline)
        winners = gains(done, baseline)
        write_table(out / TABLES["table"], table)
        write_table(out / TABLES["winners"], winners)
        if runs[baseline]:
            write_table(out / TABLES["communities"], compare_communities(runs, baseline, share))
        files = {name: file_hash(out / name) for name in TABLES.values() if (out / name).exists()}
        made = {name: {job.seed: name_of_job(job) for job in done if job.scenario.name == name} for name in runs}
        said = {"baseline": baseline, "seeds": list(seeds), "files": files, "runs": made}
        write_json(out / COMPARE, {**purpose, **said, "versions": versions(study.scenarios[baseline])})
    return Comparison(out, table, winners, scenarios, baseline, replicates, runs, runner.failed)


def _check(scenarios: list[Scenario], baseline: str) -> None:
    names = [s.name for s in scenarios]
    if len(set(names)) < len(names):
        raise ScenarioError(f"scenarios must have different names, not {', '.join(names)}")
    if len(names) < 2:
        raise ScenarioError("a comparison needs at least two scenarios")
    if baseline not in names:
        raise ScenarioError(f"the baseline '{baseline}' is none of the scenarios {', '.join(names)}")
    odd = difference(scenarios)
    if odd:
        raise ScenarioError(f"the scenarios differ in '{odd}'; only interventions and parameters may differ")


def gains(jobs: list[Job], baseline: str) -> pd.DataFrame:
    """Share of residents who gain or lose more than a point, resident by resident in pairs of the same seed.

    Columns: scenario, by ("life_stage" or "subdistrict"), group (code), residents, gain, lose, mean (points);
    means over the replicates.
    """
    folders = {(job.scenario.name, job.seed): job.place for job in jobs}
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
