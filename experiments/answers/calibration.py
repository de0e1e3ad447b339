"""Which parameter values can be reconciled with what was observed? History matching in waves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.answers.emulator import Emulator, fit

CUTOFF = 3.0
"""Implausibility from which a value is ruled out: three sigma (Pukelsheim 1994; Vernon et al. 2010)."""
_CANDIDATES = 2**13
_ROUNDS = 30
_NORMAL_95 = 3.92
"""Width of a 95 % interval of a normal distribution, in standard deviations."""
Evaluate = Callable[[pd.DataFrame, int], pd.DataFrame]
"""Takes parameter values (one row per point, one column per parameter) and the number of the wave; gives columns point
(label of the row), target, value (mean of the replicates), variance (of that mean); a point that failed is missing."""


@dataclass(frozen=True)
class Target:
    """What was observed: an interval that holds the truth with 95 %, model discrepancy included."""

    low: float
    high: float

    @property
    def value(self) -> float:
        """Middle of the interval."""
        return (self.low + self.high) / 2

    @property
    def variance(self) -> float:
        """Variance of a normal distribution with that interval."""
        return ((self.high - self.low) / _NORMAL_95) ** 2


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
        Columns wave, runs (points), target, r_squared and inflation of its emulator, ruled_out (share of the wave's
        candidates that this target alone rules out), least (smallest implausibility), remaining (share of the prior
        space that is left after the wave).
    sample : DataFrame
        Points that are left, one column per parameter, and implausibility (largest over targets).
    """

    ranges: pd.DataFrame
    waves: pd.DataFrame
    sample: pd.DataFrame


def implausibility(
    emulators: Mapping[str, Emulator], targets: Mapping[str, Target], unit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """|emulated - observed| over the standard deviation of both, by target, float64 (targets, points)."""
    rows = []
    for name, emulator in emulators.items():
        mean, variance = emulator(unit)
        rows.append(np.abs(mean - targets[name].value) / np.sqrt(variance + targets[name].variance))
    return np.array(rows)


def history_matching(
    priors: Mapping[str, tuple[float, float]],
    targets: Mapping[str, Target],
    evaluate: Evaluate,
    *,
    waves: int = 3,
    points: int = 40,
    seed: int = 1,
    cutoff: float = CUTOFF,
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
    names = list(priors)
    low, high = (np.array([priors[name][end] for name in names], float) for end in (0, 1))
    rng = np.random.default_rng(seed)
    fitted: list[dict[str, Emulator]] = []
    runs, rows, left = pd.DataFrame(), [], _latin(len(names), points, rng)
    remaining = 1.0
    for wave in range(waves):
        chosen = left if wave == 0 else _spread(left, points)
        table = pd.DataFrame(low + chosen * (high - low), columns=names)
        runs = pd.concat([runs, _outcomes(evaluate(table, wave), chosen, list(targets), wave)], ignore_index=True)
        known = runs[_plausible(np.stack(runs["unit"]), fitted, targets, cutoff)] if fitted else runs
        emulators = {name: _fit(known[known["target"] == name], wave, seed) for name in targets}
        probe = qmc.LatinHypercube(len(names), rng=rng).random(_CANDIDATES) if wave == 0 else left
        judged = implausibility(emulators, targets, probe)
        fitted.append(emulators)
        left, share = _left(fitted, targets, cutoff, probe, rng)
        remaining *= share
        rows += [
            {
                "wave": wave + 1,
                "runs": len(chosen),
                "target": name,
                "r_squared": emulators[name].r_squared,
                "inflation": emulators[name].inflation,
                "ruled_out": float((judged[k] >= cutoff).mean()),
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
    return Calibrated(_ranges(sample, names, low, high), pd.DataFrame(rows), sample)


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


def _plausible(
    unit: NDArray[np.float64], fitted: list[dict[str, Emulator]], targets: Mapping[str, Target], cutoff: float
) -> NDArray[np.bool_]:
    """Points that no wave rules out, bool (n,)."""
    good = np.ones(len(unit), bool)
    for emulators in fitted:
        rows = np.flatnonzero(good)
        if not len(rows):
            break
        good[rows] = (implausibility(emulators, targets, unit[rows]) < cutoff).all(axis=0)
    return good


def _left(
    fitted: list[dict[str, Emulator]],
    targets: Mapping[str, Target],
    cutoff: float,
    probe: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], float]:
    """Many points that are not ruled out, and the share of `probe` that the last wave left.

    New points are drawn from the box around those found, a tenth wider on each side, until there are enough.
    """
    found = probe[_plausible(probe, fitted[-1:], targets, cutoff)]
    share = len(found) / len(probe)
    for _ in range(_ROUNDS if len(found) else 0):
        if len(found) >= _CANDIDATES // 4:
            break
        low, high = found.min(axis=0), found.max(axis=0)
        margin = 0.1 * (high - low) + 1e-3
        low, high = np.clip(low - margin, 0, 1), np.clip(high + margin, 0, 1)
        drawn = low + (high - low) * rng.random((_CANDIDATES, len(low)))
        found = np.vstack([found, drawn[_plausible(drawn, fitted, targets, cutoff)]])
    return found, share


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
