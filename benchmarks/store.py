"""`python -m benchmarks.store`: time and memory of the store of a sweep at 1,000, 10,000 and 100,000 runs.

The runs are tiny and made up (60 weeks, six metrics): what is measured is the store, not the model. Each step is a
fresh process, whose peak memory is told beyond that of one that only imports what the step needs. With `--places` each
run keeps one metric by community as well, 130 columns more.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.printing import Table, show
from experiments.answers.by_place import means_by_place
from experiments.runs import run_file, runner
from experiments.runs.health import examine
from experiments.runs.job import Job, Outcome, Work, versions
from experiments.runs.kept import community_code, names_of
from experiments.runs.parts import GROUP, parts_of
from experiments.runs.store import RUNS
from experiments.study.designs import points_of
from experiments.study.file import Plan, load_plan
from experiments.study.read import read_sweep
from experiments.study.sweep import sweep
from simulation.memory import peak_megabytes

WEEKS, SEEDS = 60, 10
_DATES = pd.date_range("2018-01-01", periods=WEEKS, freq="7D")
_MADE = 1_000  # runs that are made one after the other
METRICS = ("satisfaction", "load_committee", "backlog", "requests", "cost_capital_yuan", "cost_operating_yuan")
TEXT = """schema: 1
name: store
question: {{en: what does the store cost?}}
scenarios: [baseline]
replicates: {seeds}
scale: 0.01
weeks: {weeks}
design:
  kind: latin_hypercube
  samples: {samples}
  factors: {{parameters.access.walk_speed: {{low: 60, high: 90}}, parameters.access.detour: {{low: 1.2, high: 1.6}}}}
metrics: [satisfaction, load_committee]
"""
BY_COMMUNITY = "outcomes:\n  near: {expression: satisfaction, by: community, window: whole_run, better: 1}\n"
COMMUNITIES = 130
STEPS = ("nothing", "verify", "again", "answers", "doctor")
"""Only import; a first start that verifies every file; the next, with nothing to do; reading for answers; doctor."""


def columns_of(plan: Plan) -> list[str]:
    """Columns of a run besides its weeks."""
    places = [kept.column(community_code(k)) for kept in plan.keep for k in range(COMMUNITIES)]
    return [*METRICS, *places]


def tiny(job: Job, threads: int) -> None:
    """Write the file of a made-up run."""
    places = [kept.column(community_code(k)) for kept in job.keep for k in range(COMMUNITIES)]
    run_file.write(job, weeks_of(job.seed, job.place.stem, [*METRICS, *places]))


def weeks_of(seed: int, run: str, columns: Sequence[str] = METRICS) -> pd.DataFrame:
    """Weeks of a made-up run: the same for the same seed and name."""
    luck = np.random.default_rng([seed, int(run, 16)])
    values = {name: np.round(luck.normal(50, 1, WEEKS), 3) for name in columns}
    return pd.DataFrame({"tick": np.arange(WEEKS, dtype=np.int32), "date": _DATES, **values})


def laid(folder: Path, runs: int, places: bool = False) -> Plan:
    """The experiment of so many runs."""
    text = TEXT.format(seeds=SEEDS, weeks=WEEKS, samples=runs // SEEDS) + BY_COMMUNITY * places
    (folder / "store.yaml").write_text(text, "utf-8")
    return load_plan(str(folder / "store.yaml"))


def fill(plan: Plan, out: Path) -> None:
    """The files that such a sweep ends with, written at once."""
    planned = plan.study(points_of(plan)).runs().drop_duplicates("run").set_index("run")
    made = {**versions(plan.scenarios[plan.baseline]), **({"kept": sorted(names_of(plan.keep))} if plan.keep else {})}
    columns = columns_of(plan)
    luck = np.random.default_rng(1)
    for name, names in parts_of(planned.reset_index()).items():
        values = np.round(luck.normal(50, 1, (len(names) * WEEKS, len(columns))), 3)
        whole = pd.DataFrame(values, columns=columns)
        whole.insert(0, "run", pd.Categorical.from_codes(np.repeat(np.arange(len(names)), WEEKS), names))
        whole.insert(1, "tick", np.tile(np.arange(WEEKS, dtype=np.int32), len(names)))
        whole.insert(2, "date", np.tile(_DATES, len(names)))
        frames = [whole.iloc[at : at + WEEKS] for at in range(0, len(whole), WEEKS)]
        table = pa.Table.from_pandas(whole, preserve_index=False)
        groups = [table.slice(at, GROUP * WEEKS) for at in range(0, len(table), GROUP * WEEKS)]
        said = {
            run: {"run": run, "seed": int(planned.at[run, "seed"]), "scale": 0.01, **made, "content": content}
            for run, content in zip(names, map(run_file.content_hash, frames), strict=True)
        }
        run_file.write_file(out / RUNS / f"{name}.parquet", groups, said)


@contextmanager
def _here(work: Work, *means: object) -> Iterator[object]:
    """A crew of this process: workers would hide what the store costs."""

    def crew(jobs: Iterable[Job]) -> Iterator[Outcome]:
        for job in jobs:
            work(job, 1)
            yield Outcome(job)

    yield crew


def step(name: str, folder: Path, runs: int, places: bool) -> dict[str, float]:
    """One step in this process: seconds, and peak memory."""
    runner.engine = lambda _: _here  # type: ignore[assignment,return-value]
    plan, out = laid(folder, runs, places), folder / "out"
    began = time.perf_counter()
    if name in ("make", "verify", "again"):
        assert not sweep(plan, out=out, work=tiny, force=name == "verify").failed
    elif name == "answers":
        measured = read_sweep(out)
        assert len(measured.values) > 0 and (not places or len(means_by_place(measured)) == COMMUNITIES)
    elif name == "doctor":
        assert not examine(out).problems
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "MB": peak_megabytes()}


def apart(name: str, folder: Path, runs: int, places: bool) -> dict[str, float]:
    """The same in a process of its own."""
    what = ["--step", name, "--folder", str(folder), "--runs", str(runs), *(["--places"] if places else [])]
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.store", *what],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(said.stdout.splitlines()[-1]))


def measured(runs: int, places: bool) -> Table:
    """A folder of so many runs: asked anew with nothing to do, read for answers, examined."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(laid(folder, runs, places), folder / "out")
        found = {one: apart(one, folder, runs, places) for one in STEPS}
        size = sum(file.stat().st_size for file in (folder / "out" / RUNS).iterdir()) / 1e6
        files = len(run_file.files(folder / "out" / RUNS))
    base = found.pop("nothing")
    rows = {f"{one}, s": each["seconds"] for one, each in found.items()}
    rows |= {f"{one}, MB": each["MB"] - base["MB"] for one, each in found.items()}
    return {"files": files, "MB on disk": size, **rows}


def made(runs: int, places: bool) -> Table:
    """So many runs made one after the other: what the store costs each, put together in files of many included."""
    with tempfile.TemporaryDirectory() as name:
        found = apart("make", Path(name), runs, places)
    return {"ms a run": 1000 * found["seconds"] / runs}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--runs", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--places", action="store_true", help="keep a metric by community too")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(step(options.step, options.folder, options.runs[0], options.places)))
        return
    tables = {f"{runs:,} runs": measured(runs, options.places) for runs in options.runs}
    show({"made one after the other": made(_MADE, options.places), **tables}, options.json)


if __name__ == "__main__":
    main()
