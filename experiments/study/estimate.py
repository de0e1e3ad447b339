"""What a sweep would take: runs, disk, time, memory."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from experiments.runs import run_file
from experiments.runs.chains import chains, room
from experiments.runs.engine import cores
from experiments.runs.job import communities, residents, subdistricts
from experiments.runs.kept import names_of
from experiments.runs.memory import GB, of_a_run, workers_that_fit
from experiments.runs.store import RUNS, verified
from experiments.study.designs import study_of
from experiments.study.file import Plan
from simulation.metrics.table import METRICS
from simulation.parameters import Parameters
from simulation.state.residents import LIFE_STAGES
from simulation.yaml_source import SourceError

_PROBE_WEEKS = 52
_BYTES_PER_VALUE = 5.0  # of a weekly metric in a compressed file
_HARDER = 2  # times as much of one by place: few numbers are alike


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take; `done` of its runs are there already, all but `points` is for the others.

    Of their weeks `weeks` are simulated; the others are `shared`, a share of all from 0 to 1, with runs of one past.
    `gigabytes` is the memory of all workers at most.
    """

    runs: int
    done: int
    points: int
    weeks: int
    shared: float
    megabytes: float
    seconds: float
    workers: int
    gigabytes: float


def check_room(plan: Plan, out: Path) -> None:
    """Refuse a sweep whose runs will not fit on the disk, before it begins; what is there already counts as made.

    Raises
    ------
    SourceError
        One line with the estimate.
    """
    study = study_of(plan)
    weeks = plan.experiment.weeks or next(iter(plan.scenarios.values())).weeks
    need = _bytes(len(study.points) * len(plan.scenarios) * len(study.seeds), weeks, _columns(plan))
    need -= sum(file.stat().st_size for file in run_file.files(out / RUNS))
    place = out.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if need > free:
        raise SourceError(
            f"--out {out}: not enough room: the runs take about {need / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are free; "
            "give another --out, or fewer points or --replicates"
        )


def _bytes(runs: int, weeks: int, columns: int) -> float:
    """Bytes of runs on the disk."""
    return runs * weeks * columns * _BYTES_PER_VALUE


def _columns(plan: Plan) -> int:
    """Columns of a run: the district's metrics, and those by place that the experiment asks for, by what they take."""
    scenario = plan.scenarios[plan.baseline]
    sizes = {"": 1, "life_stage": len(LIFE_STAGES)}
    if plan.keep:
        sizes |= {"community": communities(scenario), "subdistrict": len(subdistricts(scenario))}
    return len(METRICS) + _HARDER * sum(sizes[kept.by] for kept in plan.keep)


def estimate(plan: Plan, workers: int | None = None, out: Path | None = None, memory: float | None = None) -> Estimate:
    """Count the runs of an experiment and measure a short one; with adaptive replicates the least number counts.

    The time is that of `workers` of the local engine which do not get in each other's way, with a burn-in for each seed
    and each combination of parameters.
    """
    from simulation.fork import Held
    from simulation.run import simulate

    e, study = plan.experiment, study_of(plan)
    runs = study.runs().drop_duplicates("run")
    there = run_file.found(out / RUNS, known=verified(out)).whole if out is not None else {}
    whole = {run for run, made in there.items() if names_of(study.keep) <= made.kept}
    todo = runs[~runs["run"].isin(whole)]
    jobs = [job for job in study.jobs_in_files(out or Path()) if job.place.stem not in whole]
    people = residents(plan.scenarios[plan.baseline], e.scale)
    busy = workers or workers_that_fit(people, cores(), memory)
    made = chains(jobs, busy, room(people, busy, memory))
    simulated, every = sum(chain.weeks for chain in made), sum(job.length for job in jobs)
    weeks = e.weeks or next(iter(plan.scenarios.values())).weeks
    last = study.at(int(study.points.index[-1]), list(study.scenarios)[-1])

    held: Held = {}

    def busy_for(weeks: int, leave: tuple[int, ...] = ()) -> float:
        began = time.process_time()  # of this process alone: neighbours do not count
        simulate(last, seed=e.seed, scale=e.scale, weeks=weeks, threads=1, held=held, leave=leave)
        return time.process_time() - began

    busy_for(1)  # compiles, fills the cache
    start = busy_for(1)
    probe = max(min(_PROBE_WEEKS, weeks - 1), 1)
    week = max(busy_for(1 + probe, (1,)) - start, 0) / probe
    going_on = busy_for(1)
    worlds = {
        (row.seed, str(sorted(study.at(row.point, row.scenario).parameters.items()))) for row in todo.itertuples()
    }
    burning = len(worlds) * Parameters(last.parameters)["run.burn_in_weeks"]
    seconds = len(made) * start + (len(jobs) - len(made)) * going_on + week * (simulated + burning)
    return Estimate(
        len(runs),
        len(runs) - len(todo),
        len(study.points),
        simulated,
        1 - simulated / every if every else 0.0,
        _bytes(len(todo), weeks, _columns(plan)) / 1e6,
        seconds / busy,
        busy,
        busy * of_a_run(people) / GB,
    )
