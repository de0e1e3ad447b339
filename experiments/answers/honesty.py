"""Is a posterior to be believed? What it predicts, what it makes of what it was not told, and truths that are known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import chisquare, kstest

from experiments.answers.calibration import Target
from experiments.answers.sampling import Effort, Floats, Likelihood, Prior, sample

_Q05, _Q95 = 0.05, 0.95
_PRIOR = 2000  # draws that show what the prior predicts
IDENTIFIED = 0.5
"""Contraction from which a parameter counts as identified by the observations."""
Turn = Callable[[int, int], None]
"""Told how many of how many are done."""


def marginals(names: list[str], low: Floats, high: Floats, prior: Prior, unit: Floats) -> pd.DataFrame:
    """What the draws say of each parameter.

    Returns
    -------
    DataFrame
        Columns parameter, prior_low, prior_mode (missing where the prior is uniform), prior_high, mean, sd, q05,
        median, q95, contraction (1 - variance / variance of the prior), distance (largest between the distribution
        functions of draws and prior, Kolmogorov) and identified.
    """
    values, width = low + unit * (high - low), high - low
    quantiles = np.quantile(values, [_Q05, 0.5, _Q95], axis=0)
    contraction = 1 - unit.var(axis=0, ddof=1) / prior.variance
    order = np.sort(prior.cumulative(unit), axis=0)
    steps = np.arange(len(unit) + 1)[:, None] / len(unit)
    distance = np.maximum(steps[1:] - order, order - steps[:-1]).max(axis=0)
    return pd.DataFrame(
        {
            "parameter": names,
            "prior_low": low,
            "prior_mode": low + prior.modes * width,
            "prior_high": high,
            "mean": values.mean(axis=0),
            "sd": values.std(axis=0, ddof=1),
            "q05": quantiles[0],
            "median": quantiles[1],
            "q95": quantiles[2],
            "contraction": contraction,
            "distance": distance,
            "identified": contraction > IDENTIFIED,
        }
    )


def predictive(prior: Prior, likelihood: Likelihood, unit: Floats, seed: int) -> pd.DataFrame:
    """What a world is expected to show of each target, by the emulators.

    Returns
    -------
    DataFrame
        Columns target, low, high, censored, prior_q05, prior_median, prior_q95, q05, median, q95, inside (share of
        worlds in the observed range, beyond an open end too), p: chance that a world shows more than was observed, the
        doubt of the observation included (near 0 or 1: the model cannot show it; of a censored target: that what it
        says is true).
    """
    rng = np.random.default_rng(seed)
    before = worlds(likelihood, prior.draws(_PRIOR, rng), rng)
    after = worlds(likelihood, unit, rng)
    mean, spread = likelihood.predicted(unit)
    rows = []
    for k, (name, target) in enumerate(likelihood.targets.items()):
        away = (mean[k] - target.value) / np.sqrt(spread[k] + target.variance)
        rows.append(
            {
                **observed(name, target),
                **_quantiles(before[k], "prior_"),
                **_quantiles(after[k]),
                "inside": inside(target, after[k]),
                "p": float(ndtr(-away if target.censored == "below" else away).mean()),
            }
        )
    return pd.DataFrame(rows)


def left_out(
    prior: Prior, likelihood: Likelihood, draws: int, effort: Effort, seed: int, turn: Turn | None = None
) -> pd.DataFrame:
    """What the other targets say of each: the posterior without it, and what that predicts.

    Returns
    -------
    DataFrame
        Columns target, low, high, censored, q05, median, q95 (of a world, with the doubt of an observation), covered:
        whether what was observed lies between the two (a censored one: is true with at least 5 %), and z: how many
        deviations the observation lies above what is predicted (missing where it is censored).
    """
    rng, rows = np.random.default_rng(seed), []
    for k, (name, target) in enumerate(likelihood.targets.items()):
        found = sample(prior, likelihood.without(name), draws, effort, seed + k)
        alone = Likelihood(likelihood.emulators, {name: target}, likelihood.replicates)
        world = worlds(alone, found.unit, rng)[0]
        world += np.sqrt(target.variance) * rng.standard_normal(len(world))
        low, high = np.quantile(world, [_Q05, _Q95])
        true = {"": low <= target.value <= high, "above": target.value <= high, "below": target.value >= low}
        rows.append(
            {
                **observed(name, target),
                **_quantiles(world),
                "covered": bool(true[target.censored]),
                "z": np.nan if target.censored else float((target.value - world.mean()) / world.std()),
            }
        )
        if turn is not None:
            turn(k + 1, len(likelihood.targets))
    return pd.DataFrame(rows)


def recovered(
    prior: Prior,
    likelihood: Likelihood,
    truths: int,
    draws: int,
    effort: Effort,
    seed: int,
    turn: Turn | None = None,
) -> pd.DataFrame:
    """Truths drawn from the prior, what each world shows drawn from the likelihood, and the posterior of each.

    Returns
    -------
    DataFrame
        A row for each truth and parameter (its number): columns truth, parameter, value, mean, q05, q95 (on the unit
        cube), contraction and rank of the value among the draws, 0 to `draws`.
    """
    rng, rows = np.random.default_rng(seed), []
    for k in range(truths):
        value = prior.draws(1, rng)
        told = _shown(likelihood, value, rng)
        unit = sample(
            prior, Likelihood(likelihood.emulators, told, likelihood.replicates), draws, effort, seed + k
        ).unit
        low, high = np.quantile(unit, [_Q05, _Q95], axis=0)
        rows.append(
            pd.DataFrame(
                {
                    "truth": k,
                    "parameter": range(len(prior.modes)),
                    "value": value[0],
                    "mean": unit.mean(axis=0),
                    "q05": low,
                    "q95": high,
                    "contraction": 1 - unit.var(axis=0, ddof=1) / prior.variance,
                    "rank": (unit < value).sum(axis=0),
                }
            )
        )
        if turn is not None:
            turn(k + 1, truths)
    return pd.concat(rows, ignore_index=True)


def recovery(names: list[str], table: pd.DataFrame, draws: int) -> pd.DataFrame:
    """Summary of `recovered`: how well each parameter comes back.

    Returns
    -------
    DataFrame
        Columns parameter, truths, contraction (mean), covered (share of truths in their 90 % interval), correlation
        (of truth and posterior mean) and p: chance of ranks as uneven as these if they are uniform, as they are for a
        posterior that is right (Talts and others 2018; Kolmogorov and Smirnov).
    """
    held = (table["q05"] <= table["value"]) & (table["value"] <= table["q95"])
    rows = [
        {
            "parameter": names[int(str(k))],
            "truths": len(part),
            "contraction": part["contraction"].mean(),
            "covered": held[part.index].mean(),
            "correlation": np.corrcoef(part["value"], part["mean"])[0, 1],
            "p": kstest((part["rank"] + 0.5) / (draws + 1), "uniform").pvalue,
        }
        for k, part in table.groupby("parameter")
    ]
    return pd.DataFrame(rows)


def evenness(ranks: "pd.Series[int]", draws: int, bins: int) -> float:
    """Chance of ranks (0 to `draws`) as uneven as these if all are as likely: chi-square over `bins` of equal width.

    `bins` must divide `draws` + 1.
    """
    counts = np.bincount(ranks.to_numpy(int) * bins // (draws + 1), minlength=bins)
    return float(chisquare(counts).pvalue)


def observed(name: str, target: Target) -> dict[str, Any]:
    """What was observed, as the first columns of a table say it."""
    return {"target": name, "low": target.low, "high": target.high, "censored": target.censored}


def inside(target: Target, world: Floats) -> float:
    """Share of worlds in the observed range; on the side where it is open, beyond it too."""
    low = (world >= target.low) | (target.censored == "below")
    return float((low & ((world <= target.high) | (target.censored == "above"))).mean())


def worlds(likelihood: Likelihood, unit: Floats, rng: np.random.Generator) -> Floats:
    """What one world shows at each point, (targets, n)."""
    mean, spread = likelihood.predicted(unit)
    return mean + np.sqrt(spread) * rng.standard_normal(mean.shape)


def _shown(likelihood: Likelihood, unit: Floats, rng: np.random.Generator) -> dict[str, Target]:
    """Targets as one world at a point would have given them; a censored one says on which side of its end it lies."""
    values = worlds(likelihood, unit, rng)[:, 0]
    told = {}
    for (name, target), value in zip(likelihood.targets.items(), values, strict=True):
        value += np.sqrt(target.variance) * rng.standard_normal()
        half = (target.high - target.low) / 2
        if not target.censored:
            told[name] = Target(value - half, value + half)
        elif value >= target.value:
            told[name] = Target(target.value, target.value + 2 * half, "above")
        else:
            told[name] = Target(target.value - 2 * half, target.value, "below")
    return told


def _quantiles(values: Floats, prefix: str = "") -> dict[str, float]:
    found = np.quantile(values, [_Q05, 0.5, _Q95])
    return dict(zip((f"{prefix}q05", f"{prefix}median", f"{prefix}q95"), map(float, found), strict=True))
