"""`python -m benchmarks.sweeps`: what a sweep costs beyond its runs: parallel efficiency, overhead, memory of a worker.

Two kinds of run are made. One sleeps for a second and writes its file: it shows what supervisor and store cost whatever
else the machine does. The other is the model at a tenth of the district. Times begin with the first run that is
finished, so that the start of the workers (a few seconds, once a sweep) is told apart.
"""

import argparse
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.printing import Table, show
from experiments.runs import run_file
from experiments.runs.job import Job, Work
from experiments.study.file import load_plan
from experiments.study.sweep import sweep

SLEEP = 1.0
TEXT = """schema: 1
name: benchmark
question: {{zh: 开销, en: overhead}}
scenarios: [baseline, circles_and_splits]
replicates: {replicates}
scale: {scale}
weeks: {weeks}
"""


def nothing(job: Job, threads: int) -> None:
    """Write the file of a run of four years."""
    weeks = job.weeks or 1
    luck = np.random.default_rng(job.seed)
    columns = {name: luck.normal(50, 1, weeks) for name in ("satisfaction", "load_committee", "backlog", "requests")}
    run_file.write(job, pd.DataFrame({"tick": np.arange(weeks, dtype=np.int32), **columns}))


def sleepy(job: Job, threads: int) -> None:
    """The same after a second."""
    time.sleep(SLEEP)
    nothing(job, threads)


def single(job: Job, threads: int) -> None:
    """The model with one thread however many workers there are: a lone worker would take both cores."""
    run_file.run_to_file(job, 1)


class _Memory(threading.Thread):
    """Looks at the worker processes now and then; largest private and proportional memory of one, bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.largest: dict[str, int] = {}

    def run(self) -> None:
        """Until `over`."""
        while not self.over.wait(0.5):
            for worker in psutil.Process().children(recursive=True):
                try:
                    memory = worker.memory_full_info()
                except psutil.Error:
                    continue
                for name in ("uss", "pss", "rss"):
                    self.largest[name] = max(self.largest.get(name, 0), getattr(memory, name, 0))


def timed(
    work: Work, workers: int, engine: str, *, replicates: int, scale: float = 0.01, weeks: int = 208
) -> dict[str, float]:
    """A sweep of two scenarios: seconds a run from the first that is finished on, start, memory of a worker."""
    arrived: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "benchmark.yaml"
        file.write_text(TEXT.format(replicates=replicates, scale=scale, weeks=weeks), "utf-8")
        memory = _Memory()
        memory.start()
        began = time.perf_counter()
        result = sweep(
            load_plan(str(file)),
            out=Path(folder) / "out",
            workers=workers,
            engine_name=engine,
            work=work,
            progress=lambda _done, _total, _what: arrived.append(time.perf_counter()),
        )
        memory.over.set()
        memory.join()
    if result.failed:
        raise RuntimeError(result.failed[0].error)
    ends = np.array(arrived[1:]) - began  # the first call comes before any run
    # runs end in rounds of as many as there are workers: the first round holds the start
    return {
        "runs": len(ends),
        "seconds to the first run": float(ends[0]),
        "seconds a run": float((ends[-1] - ends[workers - 1]) / (len(ends) - workers)),
        **{f"{name} of a worker, MB": size / 1e6 for name, size in memory.largest.items()},
    }


def tables(workers: int, engine: str) -> dict[str, Table]:
    """Everything that the page of performance tells about sweeps."""
    empty = timed(nothing, workers, engine, replicates=100)
    asleep = timed(sleepy, workers, engine, replicates=10)
    alone, together = (timed(single, count, engine, replicates=8, scale=0.1) for count in (1, workers))
    return {
        "runs that do nothing": {
            "overhead a run, s": empty["seconds a run"],
            "start, s": empty["seconds to the first run"],
        },
        "runs that sleep a second": {
            "efficiency": SLEEP / workers / asleep["seconds a run"],
            "overhead a run, s": asleep["seconds a run"] * workers - SLEEP,
        },
        "the model at a tenth of the district": {
            "seconds a run, 1 worker": alone["seconds a run"],
            f"seconds a run, {workers} workers": together["seconds a run"],
            "efficiency": alone["seconds a run"] / workers / together["seconds a run"],
            **{name: value for name, value in together.items() if name.endswith("MB")},
        },
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engine", choices=("local", "dask", "ray"), default="local")
    options = parser.parse_args()
    show(tables(options.workers, options.engine), options.json)


if __name__ == "__main__":
    main()
