"""Speed of whole runs: start-up, weeks, memory, share of each process, cost by scale.

`python -m benchmarks.whole_model THREADS` runs four years at full scale in a process of its own and prints JSON; that
is how the benchmark measures memory and start-up.
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

from benchmarks.resident_step import baseline, kernel_rate
from simulation.model import PROCESSES
from simulation.run import Recorder, prepare, sampled, simulate
from simulation.scenario import load_scenario
from simulation.world import new_week

SCENARIO = "circles_and_splits"
SCALES = (0.01, 0.03, 0.1, 0.3, 1.0)
WEEKS = 26
ROUNDS = 3  # the best counts: others may use the machine
_BEGAN = "HUITIAN_BENCHMARK_BEGAN"


def run(threads: int, *, cold: bool = False) -> dict[str, float]:
    """A run in a fresh process; `cold` without anything that an earlier run left on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        caches = {"HUITIAN_CACHE": folder, "NUMBA_CACHE_DIR": folder} if cold else {}
        environment = {**os.environ, **caches, _BEGAN: repr(time.time())}
        weeks = ["2"] if cold else []
        command = [sys.executable, "-m", "benchmarks.whole_model", str(threads), *weeks]
        answer = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return dict(json.loads(answer))


def side_by_side(runs: int) -> dict[str, float]:
    """Runs with one thread each at the same time, as comparisons go; their speeds added up."""
    with ThreadPoolExecutor(runs) as pool:
        found = list(pool.map(run, [1] * runs))
    return {"million resident-ticks/s": sum(one["million resident-ticks/s"] for one in found),
            "seconds for the weeks": max(one["seconds for the weeks"] for one in found)}


def _report(threads: int, weeks: int | None) -> dict[str, float]:
    arrived: list[float] = []
    recording = simulate(load_scenario(SCENARIO), seed=1, weeks=weeks, threads=threads,
                         progress=lambda _done, _weeks: arrived.append(time.time()))
    manifest = recording.manifest
    return {"million resident-ticks/s": manifest["resident_ticks_per_second"] / 1e6,
            "seconds for the weeks": manifest["step_seconds"],
            "weeks": manifest["weeks"],
            "seconds from start to the end of week 1": arrived[0] - float(os.environ[_BEGAN]),
            "peak memory, MB": manifest["peak_memory_mb"]}


def by_process(threads: int) -> dict[str, float]:
    """Milliseconds a week of each process of the baseline at full scale, and of reading the metrics."""
    numba.set_num_threads(threads)
    world = prepare(load_scenario("baseline"), 1, 1.0)
    recorder = Recorder(sampled(len(world.residents), 0))
    spent: dict[str, float] = defaultdict(float)
    steps = (*PROCESSES, ("recording", recorder.week))
    for week in range(-1, WEEKS):
        world.week = new_week(len(world.communities))
        for name, process in steps:
            began = time.perf_counter()
            process(world)
            spent[name] += (week >= 0) * 1000 * (time.perf_counter() - began) / WEEKS  # one week to warm up
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
    print(json.dumps(_report(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)))
