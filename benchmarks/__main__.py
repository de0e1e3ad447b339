"""`make bench`: the weekly step of the residents by kernel, numpy and Mesa objects, and the whole model, in one run.

Where `laser-core` is installed, LASER is beside them; it needs more packages than all others and so is in no lock.
"""

import argparse

import numba

from benchmarks import history, laser_step, neighbour, resident_step, whole_model
from benchmarks.bandwidth import bytes_per_resident, copy_bandwidth, variables_written
from benchmarks.printing import Table, show


def step_tables(threads: int) -> dict[str, Table]:
    """The resident step three ways, their ratios, and what bounds the fastest."""
    state = resident_step.baseline(1.0)
    rates = resident_step.rates(state, threads)
    bandwidth = {count: copy_bandwidth(count) for count in range(1, threads + 1)}
    moved = bytes_per_resident(state.columns)
    traffic = {count: rate * moved for count, rate in zip(bandwidth, rates.values(), strict=False)}
    bound = {"bytes per resident and week": moved, "megabytes a week": moved * len(state.columns.overall) / 1e6}
    for count in bandwidth:
        bound[f"copy bandwidth, GB/s, threads: {count}"] = bandwidth[count] / 1e9
        bound[f"moved by the kernel, GB/s, threads: {count}"] = traffic[count] / 1e9
        bound[f"share of the bandwidth, %, threads: {count}"] = 100 * traffic[count] / bandwidth[count]
    updates = {name: rate * variables_written(state.columns) / 1e6 for name, rate in rates.items()}
    kin = laser_step.rate(len(state.columns.overall), threads)
    if kin is not None:
        updates[f"LASER, an epidemic, threads: {threads}"] = kin * laser_step.VARIABLES / 1e6
    return {
        f"resident step at {len(state.columns.overall):,} residents, million resident-ticks/s": {
            name: rate / 1e6 for name, rate in rates.items()
        },
        "variables brought up to date, millions a second": updates,
        "resident step beside a busy neighbour, million resident-ticks/s": neighbour.rates(state, threads),
        "times as fast as numpy": {name: rate / rates["numpy"] for name, rate in rates.items()},
        "times as fast as Mesa objects": {name: rate / min(rates.values()) for name, rate in rates.items()},
        "what bounds the kernel": bound,
    }


def run_tables(threads: int) -> dict[str, Table]:
    """Whole runs at full scale. They come first: a child process inherits the peak of its parent's memory."""
    everything = whole_model.EVERYTHING
    found: dict[str, Table] = {
        f"whole model, {everything}, first run on a machine": whole_model.run(everything, threads, 2, cold=True)
    }
    for scenario in whole_model.SCENARIOS:
        whole_model.run(scenario, threads, 1)  # leaves people, burn-in and compiled code on the disk
        found[f"whole model, {scenario}, threads: {threads}"] = whole_model.run(scenario, threads)
    found[f"whole model, {everything}, threads: 1"] = whole_model.run(everything, 1)
    found[f"whole model, {everything}, {threads} runs of 1 thread side by side"] = whole_model.side_by_side(threads)
    return found


def cost_tables(threads: int) -> dict[str, Table]:
    """The share of each process, and the cost by scale."""
    plain = whole_model.by_process("baseline", threads)
    late = whole_model.by_process(whole_model.EVERYTHING, threads, whole_model.LATE)
    costs = whole_model.by_scale(threads)
    return {
        "milliseconds of a week, baseline": {**plain, "sum": sum(plain.values())},
        f"milliseconds of a week, {whole_model.EVERYTHING}, after {whole_model.LATE} weeks": {
            **late,
            "sum": sum(late.values()),
        },
        "milliseconds of a week by scale": {f"{scale:g}": whole for scale, (whole, _) in costs.items()},
        "of which the kernel": {f"{scale:g}": kernel for scale, (_, kernel) in costs.items()},
        "straight line through the cost by scale": whole_model.line(costs),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--history", action="store_true", help="add a row to benchmarks/history.csv")
    parser.add_argument("--threads", type=int, default=min(2, numba.config.NUMBA_NUM_THREADS))
    options = parser.parse_args()
    tables = {**run_tables(options.threads), **step_tables(options.threads), **cost_tables(options.threads)}
    show(tables, options.json)
    if options.history:
        history.append(tables, options.threads)


if __name__ == "__main__":
    main()
