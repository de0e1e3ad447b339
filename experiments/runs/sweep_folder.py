"""The folder of a sweep: who may use it, its manifest, and reading it for the answers."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers.sweep import Sweep
from experiments.runs import sweep_store
from experiments.study.file import Experiment, Plan
from simulation.results import write_json
from simulation.yaml_source import SourceError

FAILED = "failed.csv"
_PACKAGES = ("huitian-sim", "numba", "numpy", "pandas", "pyarrow", "scipy")


@contextmanager
def owned(out: Path) -> Iterator[None]:
    """Keep a second sweep out of the folder while this one is at work; the system frees it when the process dies.

    Raises
    ------
    SourceError
        If another process has it.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SourceError(
                f"{out}: another sweep is at work in this folder; wait for it, or give another --out"
            ) from None
        except OSError:
            pass  # a disk without locks; files of runs are whole or not there in any case
        yield


def claim(out: Path, plan: Plan, points: pd.DataFrame, force: bool, allow_mixed: bool) -> None:
    """Make `out` a folder for this experiment, or go on in one that is.

    Raises
    ------
    FileExistsError
        If it holds something else and `force` is false.
    SourceError
        If it holds runs of other code or data and `allow_mixed` is false.
    """
    said = {
        "kind": "sweep",
        "name": plan.experiment.name,
        "experiment": plan.experiment.model_dump(mode="json", by_alias=True),
        "scenarios": {name: s.model_dump(mode="json", by_alias=True) for name, s in plan.scenarios.items()},
        "versions": sweep_store.versions(plan.scenarios[plan.baseline]),
        "packages": {name: version(name) for name in _PACKAGES},
    }
    said = json.loads(json.dumps(said))
    if any(not entry.name.startswith(".") for entry in out.iterdir()):
        before = manifest(out)
        same = before is not None and all(before.get(key) == said[key] for key in ("kind", "experiment", "scenarios"))
        same = same and _same_points(out / sweep_store.POINTS, points)
        if not same and not force:
            raise FileExistsError(f"{out} already holds something else; give another --out, or --force to use it")
    sweep_store.tidy(out)
    _refuse_mixture(out, said["versions"], allow_mixed)
    write_json(out / sweep_store.MARKER, said)
    (out / sweep_store.RUNS).mkdir(exist_ok=True)
    write_csv(out / sweep_store.POINTS, points.reset_index())


def _same_points(file: Path, points: pd.DataFrame) -> bool:
    """Whether the points are those on file, or none are yet: a table of points may have changed."""
    return not file.exists() or file.read_text("utf-8") == points.reset_index().to_csv(index=False)


def manifest(out: Path) -> dict[str, Any] | None:
    """What a folder says of its sweep; None if it holds none."""
    try:
        content: dict[str, Any] = json.loads((out / sweep_store.MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if content.get("kind") == "sweep" else None


def _refuse_mixture(out: Path, now: dict[str, str], allow_mixed: bool) -> None:
    whole, _ = sweep_store.found(out)
    for what in ("code", "district"):
        odd = sum(said[what] != now[what] for said in whole.values())
        if odd and not allow_mixed:
            raise SourceError(
                f"{out}: {odd} of {len(whole)} runs were made with other {what}; give another --out, "
                "delete them, or keep them with --allow-mixed"
            )


def write_csv(file: Path, table: pd.DataFrame) -> None:
    """Write a table under a temporary name and rename it."""
    new = file.with_name(f".{file.name}")
    table.to_csv(new, index=False, encoding="utf-8")
    new.replace(file)


def values_of(out: Path, runs: pd.DataFrame, metrics: list[str] | None = None) -> pd.DataFrame:
    """Last-year values of planned runs (columns run, point, scenario, seed): columns point, scenario, seed, metric,
    value; runs that are missing are left out."""
    table = sweep_store.last_years(out, runs["run"])
    if metrics is not None:
        table = table[table["metric"].isin(metrics)]
    return runs.merge(table, on="run")[["point", "scenario", "seed", "metric", "value"]]


def read_sweep(out: Path) -> Sweep:
    """A sweep from its folder, for the answers; runs that are missing are left out.

    Raises
    ------
    SourceError
        If the folder holds no sweep, no run of it is whole, or a file is damaged.
    """
    before = manifest(out)
    if before is None:
        raise SourceError(f"{out}: no sweep here")
    experiment = Experiment.model_validate_json(json.dumps(before["experiment"]))
    try:
        values = values_of(out, pd.read_csv(out / sweep_store.PLAN, dtype={"run": str}))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{out}: {str(error).splitlines()[0]}; `huitian doctor {out}` says which file, and the same "
            "`huitian sweep` makes it again"
        ) from None
    if values.empty:
        raise SourceError(f"{out}: no run is finished; `huitian sweep` goes on where it stopped")
    design, points = experiment.design, pd.read_csv(out / sweep_store.POINTS, index_col="point")
    titles = {name: (s["title"]["zh"], s["title"]["en"]) for name, s in before["scenarios"].items()}
    return Sweep(
        titles=titles,
        baseline=next(iter(titles)),
        kind=design.kind if design is not None else "",
        points=points,
        values=values,
        metrics=experiment.metrics,
        scale=experiment.scale,
        levels=design.levels if design is not None else 4,
        second_order=design.second_order if design is not None else False,
        acting={name: _acting(name, list(points.columns), before["scenarios"]) for name in titles},
    )


def _acting(name: str, factors: list[str], scenarios: dict[str, Any]) -> list[str]:
    """Factors that change a scenario, by the rules of `experiments.study.file.at_point`; the baseline is first."""
    switches = len(scenarios) == 1 or name != next(iter(scenarios))
    switched = {path for path in factors if path.startswith("interventions.") and path.count(".") == 1}
    return [
        path
        for path in factors
        if path.startswith("parameters.")
        or (path in switched and switches)
        or (
            path not in switched
            and (
                path.split(".")[1] in scenarios[name]["interventions"]
                or (switches and path.rpartition(".")[0] in switched)
            )
        )
    ]
