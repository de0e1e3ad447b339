"""What each measure of the plan does in the model: its lever with it and without it, paired by common random numbers.

The table goes into the page of measures beside the figures of the case. A measure counts as what its lever loses when
it is left out. Soft measures are reported at nil and at the most of their priors too: nothing in the evidence moves a
prior, so the span between the two is all that can be said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.costs import COSTS
from experiments.progress import Progress
from experiments.runs.claim import claimed
from experiments.runs.job import Job, run_name
from experiments.runs.run_file import run_to_file
from experiments.runs.runner import Means, at_work
from experiments.runs.store import RUNS, Store
from experiments.statistics import Paired, paired
from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions, strengths
from simulation.metrics.table import METRICS
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

COLUMNS = [
    "measure",
    "kind",
    "scenario",
    "strength",
    "metric",
    "reference",
    "mean_difference",
    "ci_low",
    "ci_high",
    "half_weeks",
    "replicates",
    "scale",
]
_ENDED = ("epidemic_mobilisation", "high_level_coordination")
"""Levers that are over before the last year: they are judged by the weeks in which they were under way."""
STRENGTHS = ("plan", "nil", "most")
"""Doses of the plan; soft measures also with what carries their strength at nil, and at the most of its prior."""
_SMOOTH = 13  # weeks over which a path is averaged before its half is looked for


@dataclass(frozen=True)
class Contrast:
    """A pair of scenarios that a measure, or a whole lever (`measure` empty), tells apart."""

    measure: str
    kind: str
    strength: str
    metric: str
    there: Scenario
    gone: Scenario


def contrasts() -> Iterator[Contrast]:
    """All levers of the package and their measures, in the order of their numbers."""
    own = [item for item in interventions().values() if item.__module__.startswith("simulation.")]
    for item in sorted(own, key=lambda item: item.claim):
        lever = load_scenario(item.kind).interventions[item.kind]
        for metric in ("satisfaction", "load_committee", *COSTS):
            yield Contrast("", item.kind, "plan", metric, *_pair(lever, None, {}))
        for number, measure in sorted(item.measures.items()):
            for strength in STRENGTHS:
                carriers = _carriers(item, number, strength)
                if carriers is None:
                    continue
                fields, parameters = carriers
                there = lever.model_copy(update=fields)
                yield Contrast(
                    number, item.kind, strength, measure.metric, *_pair(there, lever.without(number), parameters)
                )


def _carriers(item: type[Intervention], number: str, strength: str) -> tuple[dict[str, Any], dict[str, float]] | None:
    """Fields and parameters that carry a measure at a strength; None where it is not soft and needs no second look."""
    found = [s for s in strengths(item) if s.measure == number]
    if strength == "plan":
        return {}, {}
    if not found:
        return None
    fields, parameters = {}, {}
    for one in found:
        value = 0.0 if strength == "nil" else one.most
        place, name = one.path.split(".", 1)
        if place == "parameters":
            parameters[name] = value
        else:
            fields[one.field] = value
    return fields, parameters


def _pair(there: Intervention, gone: Intervention | None, parameters: dict[str, float]) -> tuple[Scenario, Scenario]:
    """The scenario of a lever with it, and with what is left of it; both under the same parameters."""
    base = load_scenario("epidemic" if there.kind == "epidemic_mobilisation" else "baseline")
    base = base.model_copy(update={"parameters": base.parameters | parameters})
    rest = {} if gone is None else {gone.kind: gone}
    return (
        base.model_copy(update={"interventions": {there.kind: there}}),
        base.model_copy(update={"interventions": rest}),
    )


def measure_effects(
    folder: Path,
    *,
    scale: float,
    replicates: int,
    workers: int | None = None,
    memory: float | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Make the runs that `folder` does not hold yet, or that other code or data made, and the table of what they say.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row for each contrast: mean and 95 % t interval of the paired difference (last year's mean,
        or total of costs and infections), and the weeks until half of the last year's difference is reached.

    Raises
    ------
    RuntimeError
        If a run failed.
    """
    wanted = list(contrasts())
    seeds = range(1, replicates + 1)
    jobs = {
        name: Job(scenario, seed, scale, None, folder / RUNS / f"{name}.parquet")
        for one in wanted
        for scenario in (one.there, one.gone)
        for seed in seeds
        for name in [run_name(scenario, seed, scale, None)]
    }
    store = Store(folder, keep_weeks=True)
    claim = claimed(folder, {"kind": "measures"}, force=True)
    with at_work(claim, store, run_to_file, Means(workers, memory=memory), warm=True) as runner:
        runner.complete(list(jobs.values()), progress)
    for outcome in runner.failed:
        raise RuntimeError(f"{outcome.job.scenario.name}, seed {outcome.job.seed}: {outcome.error}")
    frames = {name: store.weeks(job) for name, job in jobs.items()}
    return pd.DataFrame([_row(one, frames, seeds, scale) for one in wanted], columns=COLUMNS)


def _row(one: Contrast, frames: Mapping[str, pd.DataFrame], seeds: range, scale: float) -> list[Any]:
    there, gone = (
        np.array([frames[run_name(scenario, seed, scale, None)][one.metric].to_numpy(np.float64) for seed in seeds])
        for scenario in (one.there, one.gone)
    )
    window = _window(one.there, one.kind, there.shape[1])
    found: Paired = paired(_outcome(there, one.metric, window), _outcome(gone, one.metric, window))
    return [
        one.measure,
        one.kind,
        one.kind,
        one.strength,
        one.metric,
        "epidemic" if one.kind == "epidemic_mobilisation" else "baseline",
        found.mean,
        found.low,
        found.high,
        half_weeks(np.nanmean(there - gone, axis=0), window),
        len(seeds),
        scale,
    ]


def _window(scenario: Scenario, kind: str, weeks: int) -> slice:
    """The last year, or the last year of a lever that is over before."""
    if kind not in _ENDED:
        return slice(weeks - WEEKS_PER_YEAR, weeks)
    lever = scenario.interventions[kind]
    first, last = ((day - scenario.start).days // 7 for day in (lever.start, lever.finish))  # type: ignore[attr-defined]
    return slice(max(first, last - WEEKS_PER_YEAR, 0), min(last, weeks))


def _outcome(paths: NDArray[np.float64], metric: str, window: slice) -> NDArray[np.float64]:
    """One number per run, float64 (runs,): the end of a running total, the mean of any other metric in the window."""
    return paths[:, -1] if METRICS[metric].summary == "last" else np.nanmean(paths[:, window], axis=1)


def half_weeks(path: NDArray[np.float64], window: slice = slice(-WEEKS_PER_YEAR, None)) -> float:
    """Weeks from the first difference until half of the mean over a window is reached; NaN where nothing differs.

    Parameters
    ----------
    path : float64 (weeks,)
        Mean paired difference by week.
    window : slice
        Weeks whose mean is what the difference comes to.
    """
    first = np.flatnonzero(path != 0)
    if not first.size:
        return float("nan")
    half = np.nanmean(path[window]) / 2
    smooth = np.convolve(path[first[0] :], np.ones(_SMOOTH) / _SMOOTH, mode="same")
    reached = np.flatnonzero(np.sign(half) * (smooth - half) >= 0)
    return float(reached[0]) if reached.size else float("nan")
