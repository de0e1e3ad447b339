"""Which parameter values can be reconciled with what was observed? History matching in waves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm, qmc

from experiments.answers.emulator import Emulator, fit

POINTS = 10
"""Points of a wave for each parameter, at least: rule of thumb for emulators (Loeppky, Sacks and Welch 2009)."""
_KEPT = 0.99
_CANDIDATES = 2**12
_LEVELS, _NEXT = 30, 0.2
"""Levels of the search for what is left, and the share of points that makes the next one."""
_WALKERS, _STEPS = 2**11, 6
_ACCEPTED = 0.3  # share of steps that walks aim at
_NORMAL_95 = 3.92
"""Width of a 95 % interval of a normal distribution, in standard deviations."""
Evaluate = Callable[[pd.DataFrame, int], pd.DataFrame]
"""Takes parameter values (one row per point, one column per parameter) and the number of the wave; gives columns point
(label of the row), target, value (mean of the replicates), variance (of that mean); a point that failed is missing."""


Censored = Literal["", "above", "below"]
"""Of an observation: a number, "at least so much", or "at most so much"."""


@dataclass(frozen=True)
class Target:
    """What was observed: an interval that holds the truth with 95 %, model discrepancy included.

    A source that says no more than "at least `low`" (`censored` is "above") or "at most `high`" ("below") leaves the
    truth open on that side; the width of the interval still says how well the end is known.
    """

    low: float
    high: float
    censored: Censored = ""

    @property
    def value(self) -> float:
        """What was said: the middle of the interval, or the end that is known."""
        return {"": (self.low + self.high) / 2, "above": self.low, "below": self.high}[self.censored]

    @property
    def variance(self) -> float:
        """Variance of a normal distribution with that interval."""
        return ((self.high - self.low) / _NORMAL_95) ** 2

    def distance(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far values are from what was said, without sign; 0 on a side that is open."""
        if self.censored == "above":
            return np.maximum(self.value - value, 0.0)
        return np.maximum(value - self.value, 0.0) if self.censored else np.abs(value - self.value)


@dataclass(frozen=True)
class Calibrated:
    """What history matching found.

    Attributes
    ----------
    ranges : DataFrame
        Columns parameter, prior_low, prior_high, low, high (of all that is not ruled out), q05, median, q95, best (of
        the least implausible point), shrinkage (share of the prior range that was ruled out; near 0: the evidence says
        nothing about it). Empty when everything was ruled out.
    waves : DataFrame
        Columns wave, runs (points), target, r_squared and inflation of its emulator, cutoff, ruled_out (share of the
        wave's candidates that this target alone rules out), least (smallest implausibility), remaining (share
        of the prior space that is left after the wave, all waves together).
    sample : DataFrame
        Points that are left, one column per parameter, and implausibility (largest over targets).
    emulators : dict
        Of each target, over the unit cube of the priors, fitted to the runs of all waves.
    """

    ranges: pd.DataFrame
    waves: pd.DataFrame
    sample: pd.DataFrame
    emulators: dict[str, Emulator] = field(default_factory=dict)


def cutoff(targets: int, waves: int) -> float:
    """Implausibility from which a value is ruled out.

    A truth has to pass every target in every wave: with normal errors it passes all with 99 % (Bonferroni). It is 3.45
    for six targets and three waves. Three sigma alone (Pukelsheim 1994) lose it in 5 % of such cases.
    """
    return float(norm.isf((1 - _KEPT) / (2 * targets * waves)))


def implausibility(
    emulators: Mapping[str, Emulator], targets: Mapping[str, Target], unit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """|emulated - observed| over the standard deviation of both, by target, float64 (targets, points).

    That of the emulator has its own doubt and the luck of a point's replicates.
    """
    rows = []
    for name, emulator in emulators.items():
        mean, variance = emulator(unit)
        rows.append(targets[name].distance(mean) / np.sqrt(variance + emulator.noise + targets[name].variance))
    return np.array(rows)


def history_matching(
    priors: Mapping[str, tuple[float, float]],
    targets: Mapping[str, Target],
    evaluate: Evaluate,
    *,
    waves: int = 3,
    points: int = 40,
    seed: int = 1,
) -> Calibrated:
    """Rule out, wave by wave, the parameter values that cannot give what was observed.

    Each wave runs points that are not ruled out yet, fits an emulator a target to the runs there, and rules out what
    is implausible for any target. The ranges that are left are those of a uniform prior, not of a likelihood.

    Parameters
    ----------
    priors : mapping
        Lowest and highest value of each parameter.

    Raises
    ------
    ValueError
        If too few runs of a wave succeed to fit an emulator (fewer than parameters + 2).
    """
    names, limit = list(priors), cutoff(len(targets), waves)
    low, high = (np.array([priors[name][end] for name in names], float) for end in (0, 1))
    rng = np.random.default_rng(seed)
    fitted: list[dict[str, Emulator]] = []
    runs, rows, left, remaining = pd.DataFrame(), [], _latin(len(names), points, rng), 1.0
    for wave in range(waves):
        chosen = left if wave == 0 else _spread(left, points)
        table = pd.DataFrame(low + chosen * (high - low), columns=names)
        runs = pd.concat([runs, _outcomes(evaluate(table, wave), chosen, list(targets), wave)], ignore_index=True)
        emulators = {name: _fit(runs[runs["target"] == name], wave, seed) for name in targets}
        probe = qmc.LatinHypercube(len(names), rng=rng).random(_CANDIDATES) if wave == 0 else left
        judged = implausibility(emulators, targets, probe)
        fitted.append(emulators)
        left, share = not_ruled_out(fitted, targets, limit, len(names), rng)
        remaining = min(remaining, share)  # no wave brings back what another ruled out; shares are estimates
        rows += [
            {
                "wave": wave + 1,
                "runs": len(chosen),
                "target": name,
                "r_squared": emulators[name].r_squared,
                "inflation": emulators[name].inflation,
                "cutoff": limit,
                "ruled_out": float((judged[k] >= limit).mean()),
                "least": float(judged[k].min()),
                "remaining": remaining,
            }
            for k, name in enumerate(targets)
        ]
        if not len(left):
            break
    worst = implausibility(fitted[-1], targets, left).max(axis=0) if len(left) else np.empty(0)
    values = low + left.reshape(-1, len(names)) * (high - low)
    sample = pd.DataFrame(values, columns=names).assign(implausibility=worst)
    return Calibrated(_ranges(sample, names, low, high), pd.DataFrame(rows), sample, fitted[-1])


def _latin(dimensions: int, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return qmc.LatinHypercube(dimensions, optimization="random-cd", rng=rng).random(count)


def _outcomes(found: pd.DataFrame, unit: NDArray[np.float64], targets: list[str], wave: int) -> pd.DataFrame:
    """Finite outcomes with the place of their point in the unit cube."""
    good = found[np.isfinite(found["value"].astype(float)) & found["target"].isin(targets)]
    return good.assign(unit=[unit[int(p)] for p in good["point"]], wave=wave)


def _fit(rows: pd.DataFrame, wave: int, seed: int) -> Emulator:
    dimensions = len(rows["unit"].iloc[0]) if len(rows) else 0
    if len(rows) < dimensions + 2:
        raise ValueError(
            f"wave {wave + 1}: only {len(rows)} usable runs for {dimensions} parameters; more points are needed"
        )
    return fit(np.stack(rows["unit"]), rows["value"].to_numpy(float), rows["variance"].to_numpy(float), seed)


def not_ruled_out(
    fitted: list[dict[str, Emulator]],
    targets: Mapping[str, Target],
    limit: float,
    dimensions: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], float]:
    """Points that no wave rules out, and the share of the unit cube that they fill.

    What is left may be a millionth of the cube, where no sample of it would find any. Subset simulation (Au and Beck
    2001) goes there in levels: of the points at hand the least implausible fifth is kept, and random walks from these,
    which stay below the level, make the next ones, until the level is the cut-off. The share is the product of those
    kept.

    Returns
    -------
    float64 (n, dimensions), float
        No points and 0 when even the least implausible ones of a level no longer come nearer.
    """
    at = qmc.LatinHypercube(dimensions, rng=rng).random(_CANDIDATES)
    worst, share = _worst(fitted, targets, at, np.inf), 1.0
    for _ in range(_LEVELS):
        level = max(limit, float(np.quantile(worst, _NEXT)))
        kept = worst < level
        share *= float(kept.mean())
        if not kept.any():
            break
        at, worst = at[kept], worst[kept]
        found = level <= limit
        at, worst = _walked(fitted, targets, level, at, worst, _WALKERS, rng)
        if found:
            return at, share
    return np.empty((0, dimensions)), 0.0


def _walked(
    fitted: list[dict[str, Emulator]],
    targets: Mapping[str, Target],
    level: float,
    at: NDArray[np.float64],
    worst: NDArray[np.float64],
    count: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`count` points below a level, by random walks of the shape of those that are there (Metropolis, uniform)."""
    dimensions = at.shape[1]
    shape = np.linalg.cholesky(np.cov(at.T).reshape(dimensions, dimensions) + 1e-10 * np.eye(dimensions))
    start = rng.permutation(np.arange(count) % len(at))
    at, worst, reach = at[start], worst[start], 1.2 / np.sqrt(dimensions)
    for _ in range(_STEPS):
        step = at + reach * rng.standard_normal(at.shape) @ shape.T
        inside = np.flatnonzero(((step >= 0) & (step <= 1)).all(axis=1))
        there = np.full(count, np.inf)
        there[inside] = _worst(fitted, targets, step[inside], level)
        moved = there < level
        at, worst = np.where(moved[:, None], step, at), np.where(moved, there, worst)
        reach *= np.exp(float(moved.mean()) - _ACCEPTED)
    return at, worst


def _worst(
    fitted: list[dict[str, Emulator]], targets: Mapping[str, Target], unit: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Largest implausibility over targets and waves, float64 (n,); infinite where it passes the level."""
    found, left = np.zeros(len(unit)), np.arange(len(unit))
    for emulators in reversed(fitted):  # the last wave rules out most of what is left
        for name, emulator in emulators.items():
            if not len(left):
                break
            found[left] = np.maximum(found[left], implausibility({name: emulator}, targets, unit[left])[0])
            over = found[left] >= level
            found[left[over]] = np.inf
            left = left[~over]
    return found


def _spread(candidates: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """`count` of the candidates, each as far as possible from those before it (maximin)."""
    chosen = [0]
    nearest = np.full(len(candidates), np.inf)
    while len(chosen) < min(count, len(candidates)):
        nearest = np.minimum(nearest, ((candidates - candidates[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(nearest.argmax()))
    return candidates[chosen]


def _ranges(
    sample: pd.DataFrame, names: list[str], low: NDArray[np.float64], high: NDArray[np.float64]
) -> pd.DataFrame:
    """Of the points that are left: what each parameter may still be; columns as `Calibrated.ranges`."""
    columns = ["parameter", "prior_low", "prior_high", "low", "high", "q05", "median", "q95", "best", "shrinkage"]
    if sample.empty:
        return pd.DataFrame(columns=columns)
    best = sample.loc[sample["implausibility"].idxmin()]
    rows = []
    for k, name in enumerate(names):
        values = sample[name]
        rows.append(
            (
                name,
                low[k],
                high[k],
                values.min(),
                values.max(),
                *values.quantile([0.05, 0.5, 0.95]),
                best[name],
                1 - (values.max() - values.min()) / (high[k] - low[k]),
            )
        )
    return pd.DataFrame(rows, columns=columns)
