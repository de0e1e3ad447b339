"""Compare scenarios: replicates with common random numbers, paired differences, who gains and who loses.

Replicates tell of luck alone, at the default parameters; draws of the posterior tell of luck and parameters together.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.answers.communities import compare_communities, covered_share, same_units
from experiments.answers.gains import GAIN_POINTS
from experiments.answers.uncertainty import DRAWS, with_totals
from experiments.progress import Progress, in_round
from experiments.runs.claim import claimed, write_marker
from experiments.runs.folders import DRAWN, TABLES
from experiments.runs.job import Job, Outcome, Work, name_of_job, versions
from experiments.runs.read import table_of, values
from experiments.runs.runner import Means, at_work
from experiments.runs.store import Store
from experiments.statistics import compare_values
from experiments.study.over_draws import OverDraws, choose, run_over_draws, run_to_place
from experiments.study.study import Study, difference
from simulation.random import replicate_seeds
from simulation.results import write_table
from simulation.scenario.load import ScenarioError
from simulation.scenario.types import Scenario
from simulation.whole import file_hash


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
    draws, points : DataFrame
        Columns of `draws.parquet` and of `draws_points.parquet`; no rows without draws.
    runs : dict
        Folders of the finished runs of this comparison by scenario, in the order of seeds.
    own : tuple of str
        Factors of the posterior that a scenario sets itself, so that they stay as they are.
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
    draws: pd.DataFrame
    points: pd.DataFrame
    own: tuple[str, ...] = ()
    failed: list[Outcome] = field(default_factory=list)


def compare(
    scenarios: list[Scenario],
    *,
    out: Path,
    baseline: str | None = None,
    replicates: int = 3,
    draws: int | None = 0,
    posterior: Path | None = None,
    workers: int | None = None,
    memory: float | None = None,
    engine_name: str = "local",
    address: str | None = None,
    time_limit: float | None = None,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = run_to_place,
) -> Comparison:
    """Run every scenario with the seeds `seed`, `seed` + 1, ... and at draws, and compare each with the baseline.

    Runs that `out` already holds are used again when they are whole and scenario, district data and code are the
    same. `work` makes one run; tests give their own. Draws and posterior: see `experiments.study.over_draws.choose`;
    workers, memory, engine, address and time limit: `experiments.runs.runner.Means`.

    Raises
    ------
    ScenarioError
        If names are not unique, the baseline is none of them, or scenarios differ in district, start or weeks.
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If another comparison is at work in `out`, or engine or draws cannot be had.
    """
    baseline = baseline or scenarios[0].name
    _check(scenarios, baseline)
    chosen = choose(scenarios, draws, posterior, seed)
    seeds = replicate_seeds(seed, replicates)
    study = Study({s.name: s for s in scenarios}, baseline, seeds, scale=scale, weeks=weeks)
    purpose = {"kind": "comparison", "scenarios": list(study.scenarios)}
    claim, means = claimed(out, purpose, force), Means(workers, engine_name, address, time_limit, memory)
    drawn = OverDraws(pd.DataFrame(columns=DRAWS), pd.DataFrame(columns=["draw", "seed"]), {})
    with at_work(claim, Store(out), work, means, warm=work is run_to_place) as runner:
        rounds = (progress, progress) if chosen is None else _rounds(progress)
        done = runner.complete(study.jobs_in_folders(out), rounds[0])
        if chosen is not None:
            drawn = run_over_draws(runner, study, chosen, rounds[1])
        runs = {name: [job.place for job in done if job.scenario.name == name] for name in study.scenarios}
        share = covered_share(study.scenarios[baseline].parameters)
        table = compare_values(same_units(values(table_of(done)), runs, share), baseline)
        table = with_totals(table, drawn.differences)
        winners = gains(done, baseline)
        write_table(out / TABLES["table"], table)
        write_table(out / TABLES["winners"], winners)
        if runs[baseline]:
            write_table(out / TABLES["communities"], compare_communities(runs, baseline, share))
        _write_draws(out, drawn)
        kept = [*TABLES.values(), *DRAWN.values()]
        files = {name: file_hash(out / name) for name in kept if (out / name).exists()}
        made = {name: {job.seed: name_of_job(job) for job in done if job.scenario.name == name} for name in runs}
        said = {"baseline": baseline, "seeds": list(seeds), "files": files, "runs": made, "draws": drawn.about or None}
        write_marker(out, {**purpose, **said, "versions": versions(study.scenarios[baseline])})
    own = chosen.own if chosen is not None else ()
    return Comparison(
        out,
        table,
        winners,
        scenarios,
        baseline,
        replicates,
        runs,
        drawn.differences,
        drawn.points,
        own,
        runner.failed,
    )


def _rounds(progress: Progress | None) -> tuple[Progress | None, Progress | None]:
    return in_round(progress, "重复", "replicates", 1, 2), in_round(progress, "抽取", "draws", 2, 2)


def _write_draws(out: Path, drawn: OverDraws) -> None:
    """The tables of draws; without draws those of a comparison that had some go."""
    for name, table in (("draws", drawn.differences), ("points", drawn.points)):
        if drawn.about:
            write_table(out / DRAWN[name], table)
        else:
            (out / DRAWN[name]).unlink(missing_ok=True)


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
