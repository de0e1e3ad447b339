"""Speed of whole runs: start-up, weeks, memory, share of each process, cost by scale.

`python -m benchmarks.whole_model SCENARIO THREADS [WEEKS]` runs a scenario at full scale (four years without WEEKS)
in a process of its own and prints JSON; that is how the benchmark measures memory and start-up.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.resident_step import baseline, kernel_rate
from simulation.model import PROCESSES, begin_week, open_facilities
from simulation.recording import Recorder, sampled
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.state.world import World

SCENARIOS = ("baseline", "circles_and_splits", "huitian_plan", "huitian_history")
EVERYTHING = "huitian_plan"
LATE = 130  # weeks after which every lever of the plan is under way
SCALES = (0.01, 0.03, 0.1, 0.3, 1.0)
WEEKS = 26
ROUNDS = 3  # the best counts: others may use the machine
_BEGAN = "HUITIAN_BENCHMARK_BEGAN"


def run(scenario: str, threads: int, weeks: int | None = None, *, cold: bool = False) -> dict[str, float]:
    """A run in a fresh process; `cold` without anything that an earlier run left on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        caches = {"HUITIAN_CACHE": folder, "NUMBA_CACHE_DIR": folder} if cold else {}
        environment = {**os.environ, **caches, _BEGAN: repr(time.time())}
        only = [str(weeks)] if weeks else []
        command = [sys.executable, "-m", "benchmarks.whole_model", scenario, str(threads), *only]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return dict(json.loads(answer))


def side_by_side(runs: int) -> dict[str, float]:
    """Runs with one thread each at the same time, as comparisons go; their speeds added up."""
    with ThreadPoolExecutor(runs) as pool:
        found = list(pool.map(run, [EVERYTHING] * runs, [1] * runs))
    return {
        "million resident-ticks/s": sum(one["million resident-ticks/s"] for one in found),
        "seconds for the weeks": max(one["seconds for the weeks"] for one in found),
    }


def _report(scenario: str, threads: int, weeks: int | None) -> dict[str, float]:
    start = float(os.environ[_BEGAN])
    imported, arrived = time.time(), []
    recording = simulate(
        load_scenario(scenario),
        seed=1,
        weeks=weeks,
        threads=threads,
        progress=lambda _done, _weeks: arrived.append(time.time()),
    )
    manifest = recording.manifest
    found = {
        "million resident-ticks/s": manifest["resident_ticks_per_second"] / 1e6,
        "seconds for the weeks": manifest["step_seconds"],
        "weeks": manifest["weeks"],
        "seconds for imports": imported - start,
        "seconds from start to the end of week 1": arrived[0] - start,
        "peak memory, MB": manifest["peak_memory_mb"],
    }
    if "infected" in recording.district:
        found |= _epidemic_weeks(np.diff(arrived), recording.district["infected"].to_numpy()[1:] > 0)
    return found


def _epidemic_weeks(seconds: NDArray[np.float64], infected: NDArray[np.bool_]) -> dict[str, float]:
    """What a week costs while anybody is infected, over what the others cost; medians, others may use the machine."""
    if not infected.any():
        return {}
    ratio = np.median(seconds[infected]) / np.median(seconds[~infected])
    return {"weeks with infected people": int(infected.sum()), "cost of such a week over that of others": ratio}


def by_process(scenario: str, threads: int, after: int = 0) -> dict[str, float]:
    """Milliseconds a week of levers, each process and reading the metrics, full scale, some weeks after the start."""
    numba.set_num_threads(threads)
    plan = load_scenario(scenario)
    world = prepare(plan, 1, 1.0)
    open_facilities(world, plan.interventions)
    recorder = Recorder(sampled(len(world.residents), 0))
    spent: dict[str, float] = defaultdict(float)

    def levers(world: World) -> None:
        begin_week(world, plan.interventions)

    for week in range(-after - 1, WEEKS):  # one week to warm up
        for name, process in (("levers", levers), *PROCESSES, ("recording", recorder.week)):
            began = time.perf_counter()
            process(world)
            spent[name] += (week >= 0) * 1000 * (time.perf_counter() - began) / WEEKS
        world.tick += 1
    return spent


def by_scale(threads: int) -> dict[float, tuple[float, float]]:
    """Milliseconds of a week at growing shares of the district: whole model of the baseline, and its kernel alone."""
    found = {}
    for scale in SCALES:
        state = baseline(scale)
        residents = len(state.columns.overall)
        whole = min(_seconds(scale, threads) for _ in range(ROUNDS)) / WEEKS
        found[scale] = (1000 * whole, 1000 * residents / kernel_rate(state, threads))
    return found


def _seconds(scale: float, threads: int) -> float:
    recording = simulate(load_scenario("baseline"), seed=1, scale=scale, weeks=WEEKS, threads=threads)
    return float(recording.manifest["step_seconds"])


def line(found: dict[float, tuple[float, float]]) -> dict[str, float]:
    """Least squares, relative to the cost, of the milliseconds of a week: fixed + per district * scale."""
    scale = np.array(list(found))
    cost = np.array([whole for whole, _ in found.values()])
    design = np.column_stack([np.ones_like(scale), scale]) / cost[:, None]
    (fixed, slope), *_ = np.linalg.lstsq(design, np.ones_like(cost), rcond=None)
    off = np.abs((fixed + slope * scale) / cost - 1).max()
    return {"fixed, ms a week": fixed, "per district, ms a week": slope, "largest deviation, %": 100 * off}


if __name__ == "__main__":
    print(json.dumps(_report(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)))
