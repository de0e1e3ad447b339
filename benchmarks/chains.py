"""`python -m benchmarks.chains`: what runs save that go on from each other's weeks instead of from the start.

Of three studies one seed is made, once with every run for itself and once in chains, by one process with one thread:
the scenarios of `make demo`, and two experiments that come with the project. Weeks are counted exactly; times are of
the processor, so that neighbours do not count, without the files that runs write.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.printing import Table, show
from experiments.runs.chains import Chain, chains
from experiments.runs.job import Job
from experiments.study.designs import study_of
from experiments.study.file import load_plan
from simulation.fork import Held
from simulation.run import simulate
from simulation.scenario.load import load_scenario

DEMO = ("baseline", "service_circles", "community_splits", "circles_and_splits", "huitian_plan")
EXPERIMENTS = ("split_threshold", "budget_frontier")
_MANY = 99  # snapshots: more than any tree here is deep


def studies(scale: float) -> dict[str, list[Job]]:
    """Runs of one seed by study."""
    found = {"demo": [Job(load_scenario(name), 1, scale, None, Path(name)) for name in DEMO]}
    for name in EXPERIMENTS:
        study = study_of(load_plan(name, {"scale": scale}))
        found[name] = study.with_seeds([1]).jobs_in_files(Path())
    return found


def seconds(made: Sequence[Chain]) -> float:
    """Processor time of the runs of some chains."""
    began, held = time.process_time(), Held()
    for job in (job for chain in made for job in chain.turns()):
        leave = () if job.turn is None else job.turn.leave
        simulate(job.scenario, seed=job.seed, scale=job.scale, weeks=job.weeks, threads=1, held=held, leave=leave)
    return time.process_time() - began


def table(jobs: list[Job]) -> Table:
    """Weeks and seconds of a study, alone and in chains."""
    alone, shared = chains(jobs, 1, -1), chains(jobs, 1, _MANY)
    weeks = [sum(chain.weeks for chain in made) for made in (alone, shared)]
    seconds(shared)  # finds sites, cuts communities, compiles
    took = [seconds(made) for made in (alone, shared)]
    return {
        "runs": len(jobs),
        "weeks, each run for itself": weeks[0],
        "weeks, in chains": weeks[1],
        "times fewer weeks": weeks[0] / weeks[1],
        "processor seconds, each run for itself": took[0],
        "processor seconds, in chains": took[1],
        "times less time": took[0] / took[1],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chains", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--scale", type=float, default=0.05)
    options = parser.parse_args()
    found = studies(options.scale)
    show({f"{name}, scale {options.scale:g}": table(jobs) for name, jobs in found.items()}, options.json)


if __name__ == "__main__":
    main()
