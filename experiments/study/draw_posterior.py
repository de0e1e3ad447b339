"""Draws of the posterior from the emulators of a calibration, with what shows whether they are to be believed."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers import honesty
from experiments.answers.calibration import Calibrated, Target
from experiments.answers.sampling import Effort, Floats, Likelihood, Prior, Sampled, sample
from experiments.progress import Progress, in_round
from experiments.runs.job import versions
from experiments.runs.runner import LOG
from experiments.study.calibration_file import Calibration, Draws, Range, ends
from experiments.study.posterior import FILE, write_posterior
from experiments.validation.runs import scenario_of
from simulation.parameters import PARAMETERS
from simulation.whole import new_file, write_csv

TRACE, MARGINALS, PREDICTIVE, LEFT_OUT, RECOVERY = (
    "trace.parquet",
    "posterior.csv",
    "predictive.csv",
    "left_out.csv",
    "recovery.csv",
)
_BESIDE = 1  # stream of random numbers of what is not calibrated
_SHORT = 2  # chains of the checks, of which there are many, are so many times shorter
_TRACED, _WALKERS = 200, 8  # steps and walkers of an ensemble that the trace keeps


Run = Callable[[pd.DataFrame, Progress | None], pd.DataFrame]
"""Has worlds made at points and measured; gives columns point, target, seed, value."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn, and the tables of it that are shown: by parameter, with the diagnostics of the chains, and by
    pattern; see `experiments.answers.honesty`.
    """

    sampled: Sampled
    marginals: pd.DataFrame
    predictive: pd.DataFrame


@dataclass(frozen=True)
class Question:
    """Prior and likelihood on the unit cube, and where that cube lies."""

    names: list[str]
    low: Floats
    high: Floats
    prior: Prior
    likelihood: Likelihood

    def values(self, unit: Floats) -> pd.DataFrame:
        """Points of the unit cube as parameters."""
        return pd.DataFrame(self.low + unit * (self.high - self.low), columns=self.names)


def asked(plan: Calibration, draws: Draws, targets: Mapping[str, Target], found: Calibrated) -> Question:
    """What is to be sampled."""
    names, low, high, prior = _prior(plan.parameters, draws)
    return Question(names, low, high, prior, Likelihood(found.emulators, targets, plan.replicates))


def _prior(given: Mapping[str, Range], draws: Draws) -> tuple[list[str], Floats, Floats, Prior]:
    """The mode of a triangular prior is the default, or the end of the range next to it."""
    names, ranges = list(given), ends(given)
    low, high = (np.array([ranges[name][end] for name in names], float) for end in (0, 1))
    modes = np.clip((np.array([PARAMETERS[name].default for name in names], float) - low) / (high - low), 0, 1)
    flat = np.array([(given[name].prior or draws.prior) == "uniform" for name in names])
    return names, low, high, Prior(np.where(flat, np.nan, modes))


def from_prior(plan: Calibration, draws: Draws) -> pd.DataFrame:
    """Draws of the parameters that no pattern hangs on: independent, a column for each."""
    names, low, high, prior = _prior(plan.from_prior, draws)
    unit = prior.draws(draws.draws, np.random.default_rng([plan.seed, _BESIDE]))
    return pd.DataFrame(low + unit * (high - low), columns=names)


def draw_posterior(
    plan: Calibration,
    draws: Draws,
    targets: Mapping[str, Target],
    found: Calibrated,
    run: Run,
    out: Path,
    progress: Progress | None = None,
) -> Drawn:
    """Write `posterior.parquet` and, beside it, `posterior.csv` (by parameter), `trace.parquet`, `predictive.csv`,
    `left_out.csv` and `recovery.csv`; tables as `experiments.answers.honesty` describes them.

    The same plan and runs give the same draws on the same machine; another one may round otherwise, and then has other
    draws of the same posterior.
    """
    began = time.monotonic()
    question = asked(plan, draws, targets, found)
    effort = Effort(draws.ensembles, draws.settle, draws.steps)
    sampled = sample(question.prior, question.likelihood, draws.draws, effort, plan.seed)
    sampling = time.monotonic() - began
    points = question.values(sampled.unit).join(from_prior(plan, draws))
    with new_file(out / TRACE) as new:
        _trace(question, sampled).to_parquet(new)
    table = honesty.marginals(question.names, question.low, question.high, question.prior, sampled.unit)
    table = table.assign(r_hat=sampled.r_hat, autocorrelation=sampled.autocorrelation, ess=sampled.size)
    _csv(table, out / MARGINALS)
    told = honesty.predictive(question.prior, question.likelihood, sampled.unit, plan.seed)
    if draws.check:
        report = in_round(progress, "抽样检验", "draws that are run", 1, 1)
        first = points.iloc[: draws.check].reset_index(drop=True)
        told = told.merge(_run(targets, run(first, report)), on="target", how="left")
    _csv(told, out / PREDICTIVE)
    about = _about(plan, draws, found, sampled, out) | {"sampling_seconds": round(sampling)}
    write_posterior(out / FILE, points, about)
    _checks(plan, draws, question, replace(effort, ensembles=1, steps=max(effort.steps // _SHORT, 10)), out, progress)
    return Drawn(sampled, table, told)


def _checks(
    plan: Calibration, draws: Draws, question: Question, effort: Effort, out: Path, progress: Progress | None
) -> None:
    """Each pattern from the others, and truths that are known."""

    def turn(report: Progress | None) -> honesty.Turn | None:
        return None if report is None else lambda done, total: report(done, total, "")

    prior, likelihood = question.prior, question.likelihood
    if len(likelihood.targets) > 1:
        report = in_round(progress, "留一检验", "a pattern left out", 1, 1)
        _csv(honesty.left_out(prior, likelihood, draws.draws, effort, plan.seed, turn(report)), out / LEFT_OUT)
    if draws.recovery:
        report = in_round(progress, "已知真值", "known truths", 1, 1)
        ranks = honesty.recovered(prior, likelihood, draws.recovery, draws.draws, effort, plan.seed, turn(report))
        _csv(honesty.recovery(question.names, ranks, draws.draws), out / RECOVERY)


def _run(targets: Mapping[str, Target], values: pd.DataFrame) -> pd.DataFrame:
    """What the draws that were run show of each pattern: target, runs, run_q05, run_median, run_q95, run_inside."""
    rows = []
    for name, part in values.groupby("target", sort=False)["value"]:
        world = part.dropna().to_numpy(float)
        low, middle, high = np.quantile(world, [0.05, 0.5, 0.95])
        rows.append((name, len(world), low, middle, high, honesty.inside(targets[str(name)], world)))
    return pd.DataFrame(rows, columns=["target", "runs", "run_q05", "run_median", "run_q95", "run_inside"])


def _about(plan: Calibration, draws: Draws, found: Calibrated, sampled: Sampled, out: Path) -> dict[str, Any]:
    """How the draws were made, for the file that holds them."""
    by_run = {run: versions(scenario_of(run)) for run in plan.runs}
    seconds = _seconds(out / LOG)
    return {
        "experiment": plan.name,
        "method": "history matching in waves, then a synthetic likelihood over Gaussian processes, sampled by emcee",
        "plan": plan.model_dump(mode="json", by_alias=True),
        "patterns": plan.patterns,
        "prior": draws.prior,
        "scale": plan.scale,
        "seed": plan.seed,
        "waves": int(found.waves["wave"].max()),
        "points": int(found.waves.groupby("wave")["runs"].first().sum()),
        "code": next(iter(by_run.values()))["code"],
        "district": {run: made["district"] for run, made in by_run.items()},
        "run_seconds": round(sum(seconds)),
        "runs": len(seconds),
        "r_hat": float(f"{sampled.r_hat.max():.4f}"),
        "ess": int(sampled.size.min()),
        "acceptance": float(f"{sampled.acceptance:.3f}"),
        "kept": float(f"{sampled.kept:.3f}"),
    }


def _seconds(log: Path) -> list[float]:
    """Seconds of a worker for each run that was made, as the log of all commands has them."""
    if not log.exists():
        return []
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [line["seconds"] or 0.0 for line in lines if not line["error"]]


def _trace(question: Question, sampled: Sampled) -> pd.DataFrame:
    """Some steps of some walkers: ensemble, step, walker, and a column for each parameter."""
    steps = np.unique(np.linspace(0, sampled.chains.shape[1] - 1, _TRACED).astype(int))
    part = sampled.chains[:, steps, :_WALKERS]
    index = pd.MultiIndex.from_product(
        [range(part.shape[0]), steps, range(part.shape[2])], names=["ensemble", "step", "walker"]
    )
    table = question.values(part.reshape(-1, part.shape[-1])).astype(np.float32).set_index(index)
    return table.reset_index()


def _csv(table: pd.DataFrame, file: Path) -> None:
    write_csv(file, table, "%.6g")
