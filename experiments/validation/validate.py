"""Make the runs of the patterns, measure them, and write the table."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from experiments.progress import Progress
from experiments.runs.claim import claimed
from experiments.runs.engine import recorded
from experiments.runs.job import Job, Outcome, Work
from experiments.runs.runner import Means, at_work
from experiments.runs.store import RUNS as RUNS_FOLDER
from experiments.runs.store import Store
from experiments.validation.measures import MEASURES
from experiments.validation.observe import Observer, Run, files, read_run
from experiments.validation.patterns import PATTERNS, judge
from experiments.validation.runs import RIVALS, RUNS, available, scenario_of, weeks_until
from simulation.random import replicate_seeds
from simulation.results import write_run, write_table
from simulation.whole import write_csv

RIVAL_USES = ("soft", "held_out")
"""Uses of the patterns that rival structures are measured by: what was calibrated tells nothing between them."""


@dataclass(frozen=True)
class Validation:
    """What a validation found: its folder, the table (see `patterns.judge`, with `structure`), and failed runs."""

    folder: Path
    table: pd.DataFrame
    failed: list[Outcome]


def record(job: Job, threads: int) -> None:
    """Make a run with an observer and write its folder."""
    observer = Observer()
    write_run(job.place, recorded(job, threads, observer), tables=observer.tables(), force=True)


def validate(
    *,
    out: Path,
    replicates: int = 3,
    workers: int | None = None,
    memory: float | None = None,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    rivals: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = record,
) -> Validation:
    """Run what the patterns need with the seeds `seed`, `seed` + 1, ..., and judge every pattern.

    Runs that `out` already holds are used again when scenario, district data and code are the same. With `rivals`
    the structures of `RIVALS` are run too. `work` makes one run; tests give their own.

    Raises
    ------
    FileExistsError
        If `out` holds something else and `force` is false.
    """
    jobs = {
        (rival, name, s): Job(scenario_of(name, rival), s, scale, weeks, _folder(out, rival, name, s))
        for rival in (RIVALS if rivals else ("",))
        for name in _needed(rival)
        for s in replicate_seeds(seed, replicates)
    }
    claim = claimed(out, {"kind": "validation"}, force)
    means = Means(workers, memory=memory)
    with at_work(claim, Store(out, files()), work, means, warm=work is record, watched=True) as runner:
        done = {job.place for job in runner.complete(list(jobs.values()), progress)}
        folders = {key: job.place for key, job in jobs.items() if job.place in done}
        tables = [_measured(folders, rival, weeks) for rival in dict.fromkeys(key[0] for key in jobs)]
        table = pd.concat(tables, ignore_index=True)
        write_table(out / "validation.parquet", table)
        write_csv(out / "validation.csv", table, "%.6g")
    return Validation(out, table, runner.failed)


def too_early(weeks: int | None) -> list[str]:
    """Patterns that runs of so many weeks do not show, because one of them ends before all is seen."""
    if weeks is None:
        return []
    scenarios = {name: scenario_of(name) for name in RUNS if available(name)}
    return [
        p.id
        for p in PATTERNS.values()
        if any(weeks < weeks_until(scenarios[run], p.last_day) for run in p.runs if run in scenarios)
    ]


def _folder(out: Path, rival: str, name: str, seed: int) -> Path:
    return out / RUNS_FOLDER / (f"{name}-{rival}" if rival else name) / f"seed-{seed}"


def _patterns(rival: str) -> list[str]:
    """Patterns that a structure is measured by."""
    return [p.id for p in PATTERNS.values() if not rival or (p.use in RIVAL_USES and p.measure)]


def _needed(rival: str) -> list[str]:
    """Runs that the patterns of a structure need and this version can make, in the order of `RUNS`."""
    wanted = {name for pattern in _patterns(rival) for name in PATTERNS[pattern].runs}
    return [name for name in RUNS if name in wanted and available(name)]


def _measured(folders: dict[tuple[str, str, int], Path], rival: str, weeks: int | None) -> pd.DataFrame:
    """Every pattern of a structure, measured seed by seed; a seed that lacks a run of a pattern is left out.

    Where `weeks` end before what a pattern looks at, it has no value: a part of a year is no year.
    """
    rows = []
    patterns = [PATTERNS[pattern] for pattern in _patterns(rival)]
    early = too_early(weeks)
    for seed in sorted({key[2] for key in folders if key[0] == rival}):
        runs: dict[str, Run] = {}
        for p in patterns:
            places = {name: folders.get((rival, name, seed)) for name in p.runs}
            if not p.measure or p.id in early or None in places.values():
                continue
            runs |= {name: read_run(place) for name, place in places.items() if place is not None and name not in runs}
            rows.append({"pattern": p.id, "seed": seed, "value": MEASURES[p.measure](runs)})
    values = pd.DataFrame(rows, columns=["pattern", "seed", "value"])
    if rival:  # what is known of the full model says nothing of another structure
        patterns = [replace(p, expected="missing", note="") for p in patterns]
    table = judge(values, patterns)
    table.insert(0, "structure", rival or "full")
    return table
