"""`make bench`: the weekly step of the residents by kernel, numpy and Mesa objects, and the whole model, in one run."""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numba

from benchmarks.bandwidth import bytes_per_resident, copy_bandwidth
from benchmarks.mesa_step import Town
from benchmarks.numpy_step import numpy_week
from benchmarks.state import State, kernel_week
from simulation.model import PROCESSES, step_week
from simulation.processes.residents import coefficients
from simulation.run import prepare, simulate
from simulation.scenario import load_scenario

MESA_SCALE = 0.012
SCALES = (0.01, 0.03, 0.1, 0.3, 1.0)
_START_UP = "import simulation.run; from simulation.scenario import load_scenario; s = load_scenario('{0}'); " \
            "simulation.run.prepare(s, 1, 1.0)"


def state(scale: float) -> State:
    """The residents of the baseline after one week."""
    world = prepare(load_scenario("baseline"), 1, scale)
    step_week(world, {})
    return State(world.seed, world.tick, world.residents.columns, world.places, coefficients(world.params),
                 world.output)


def rate(step: Callable[[], None], residents: int, rounds: int) -> float:
    """Million resident-ticks a second, the best of some rounds after one to warm up."""
    step()
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - began)
    return residents / best / 1e6


def resident_step(threads: int) -> dict[str, float]:
    """The same equations three ways; the objects at a smaller size, for their sake."""
    full, small = state(1.0), state(MESA_SCALE)
    n, m = len(full.columns.overall), len(small.columns.overall)
    found = {}
    for count in range(1, threads + 1):
        numba.set_num_threads(count)
        found[f"kernel, {count} thread{'s' if count > 1 else ''}"] = rate(lambda: kernel_week(full), n, 15)
    found["numpy"] = rate(lambda: numpy_week(full), n, 3)
    town = Town(small)
    found[f"Mesa objects ({m:,} residents)"] = rate(town.step, m, 2)
    return found


def whole_model(threads: int) -> dict[str, float]:
    """Four years of the full plan of both levers at full scale."""
    scenario = load_scenario("circles_and_splits")
    simulate(scenario, seed=1, weeks=2, threads=threads)
    manifest = simulate(scenario, seed=1, threads=threads).manifest
    return {"million resident-ticks/s": manifest["resident_ticks_per_second"] / 1e6,
            "seconds for 208 weeks": manifest["step_seconds"],
            "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def start_up() -> float:
    """Seconds from nothing to the first week at full scale in a fresh process, caches warm."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _START_UP.format("baseline")], check=True)
    return time.perf_counter() - began


def by_process(threads: int, weeks: int = 20) -> dict[str, float]:
    """Milliseconds a week of each process at full scale."""
    numba.set_num_threads(threads)
    world = prepare(load_scenario("baseline"), 1, 1.0)
    step_week(world, {})
    spent = dict.fromkeys((name for name, _ in PROCESSES), 0.0)
    for _ in range(weeks):
        world.tick += 1
        world.week = type(world.week)(*(column * 0 for column in vars(world.week).values()))
        for name, process in PROCESSES:
            began = time.perf_counter()
            process(world)
            spent[name] += 1000 * (time.perf_counter() - began) / weeks
    return spent


def by_scale(threads: int) -> dict[str, float]:
    """Seconds for 26 weeks at growing shares of the district."""
    scenario, found = load_scenario("baseline"), {}
    for scale in SCALES:
        simulate(scenario, seed=1, scale=scale, weeks=2, threads=threads)
        run = simulate(scenario, seed=1, scale=scale, weeks=26, threads=threads)
        found[f"{scale:g}"] = run.manifest["step_seconds"]
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--threads", type=int, default=min(2, numba.config.NUMBA_NUM_THREADS))
    options = parser.parse_args()
    threads = options.threads
    steps = resident_step(threads)
    bandwidth = {count: copy_bandwidth(count) for count in range(1, threads + 1)}
    found = {"resident step, million resident-ticks/s": steps,
             "ratio to numpy": {name: value / steps["numpy"] for name, value in steps.items()},
             "copy bandwidth, GB/s": {f"{count} threads": value / 1e9 for count, value in bandwidth.items()},
             "whole model": whole_model(threads), "start-up, s": {"warm": start_up()},
             "milliseconds a week": by_process(threads), "seconds for 26 weeks by scale": by_scale(threads)}
    moved = bytes_per_resident()
    best = max(value for name, value in steps.items() if name.startswith("kernel"))
    found["what bounds it"] = {"bytes per resident and week": moved, "GB/s moved by the kernel": best * moved / 1e3,
                               "share of the copy bandwidth": best * 1e6 * moved / bandwidth[threads]}
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for title, rows in found.items():
        print(title)
        for name, value in rows.items():
            print(f"  {name:42} {value:10.3g}")


if __name__ == "__main__":
    main()
