"""How unsure is an effect when parameters are too? Its interval, and the share of draws that speak for an option.

Every draw of the parameters' posterior is run once, with a seed of its own, so that the differences of a scenario over
the draws hold luck and parameters together.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.verdict import Verdict
from experiments.statistics import LEVEL
from simulation.metrics.table import METRICS

DRAWS = ["draw", "seed", "scenario", "metric", "baseline", "value", "difference"]
"""Columns of `draws.parquet`."""
TOTAL = ["draws", "median_total", "ci_low_total", "ci_high_total", "probability_better", "verdict_total"]
"""Columns that draws add to the table of a comparison."""
FEWEST = 19
"""Draws below which no verdict is given: of n that all lie on one side the next lies there with n / (n + 1) only."""


def prediction_interval(values: NDArray[np.float64], level: float = LEVEL) -> NDArray[np.float64]:
    """Interval that holds the effect at a further draw, whatever the distribution of effects.

    A new draw lies between the r-th and the (n + 1 - r)-th of n with probability (n + 1 - 2r) / (n + 1) (David and
    Nagaraja 2003, Order Statistics, 7.3): of 39 draws the smallest and the largest give 95 %. Between two ranks the
    interval is interpolated and holds up to a hundredth more; with fewer draws it is the range of all, and holds less
    (`coverage`).

    Parameters
    ----------
    values : float64 (..., n)
        Differences at the draws, in the metric's unit.

    Returns
    -------
    float64 (2, ...)
        Lower and upper end; NaN with fewer than two draws.
    """
    n = values.shape[-1]
    if n < 2:
        return np.full((2, *values.shape[:-1]), np.nan)
    # rounded, or 39 draws would be a trace short of their first rank and leave out ties with it
    rank = max(round((n + 1) * (1 - level) / 2, 9), 1.0) - 1
    k, share = int(rank), rank % 1
    ordered = np.sort(values, axis=-1)
    steps = np.diff(ordered, axis=-1)
    return np.stack([ordered[..., k] + share * steps[..., k], ordered[..., n - 1 - k] - share * steps[..., n - 2 - k]])


def coverage(draws: int, level: float = LEVEL) -> float:
    """Probability that the interval of so many draws holds the effect at a further one."""
    return max(0.0, min(level, (draws - 1) / (draws + 1)))


def probability_better(differences: NDArray[np.float64], better: int) -> float:
    """Share of draws, float64 (n,), in which an option is better, ties half; NaN without draws or a better side.

    Parameters
    ----------
    better : int
        +1 when more is better, -1 when less is, 0 when neither can be said.
    """
    if not (len(differences) and better):
        return float("nan")
    return float((np.sign(differences) * better + 1).mean() / 2)


def total_verdict(differences: NDArray[np.float64], *, margin: float = 0.0, better: int = 1) -> Verdict:
    """What the differences over draws, float64 (n,), say.

    In 95 % of the draws the difference is 0 or smaller than the margin, whatever its sign: too small to matter. Else
    in 95 % it is better, or worse. Else, and with fewer than `FEWEST` draws, it cannot be told.

    Parameters
    ----------
    margin : float
        Smallest difference that matters, in the unit of the differences.
    better : int
        +1 when more is better, -1 when less is.
    """
    if len(differences) < FEWEST:
        return "cannot be told"
    if ((np.abs(differences) < margin) | (differences == 0)).mean() >= LEVEL:
        return "too small to matter"
    share = probability_better(differences, better)
    return "better" if share >= LEVEL else "worse" if share <= 1 - LEVEL else "cannot be told"


def over_draws(values: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Differences at each draw, from values of runs.

    Parameters
    ----------
    values : DataFrame
        Columns point (the draw), scenario, seed, metric, value.
    baseline : str
        Scenario that the others are measured against.

    Returns
    -------
    DataFrame
        Columns `DRAWS`: value of the scenario and of the baseline, and value - baseline, in the metric's unit.
    """
    keys = ["point", "seed", "metric"]
    base = values.loc[values["scenario"] == baseline, [*keys, "value"]]
    pairs = values[values["scenario"] != baseline].merge(base, on=keys, suffixes=("", "_base"))
    pairs = pairs.rename(columns={"point": "draw", "value_base": "baseline"})
    return pairs.assign(difference=pairs["value"] - pairs["baseline"])[DRAWS]


def with_totals(
    table: pd.DataFrame,
    draws: pd.DataFrame,
    own: Mapping[str, int] | None = None,
    matters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The table of a comparison with the columns `TOTAL`.

    Parameters
    ----------
    table : DataFrame
        Columns of `experiments.statistics.COLUMNS`.
    draws : DataFrame
        Columns `DRAWS`.
    own, matters : mapping, optional
        Direction of outcomes that are no metrics, and the smallest difference of them that matters, 0 unless named.

    Returns
    -------
    DataFrame
        draws (int): those in which both scenarios have a value; median_total, ci_low_total, ci_high_total in the
        metric's unit and probability_better: NaN without draws; verdict_total: "" without draws, else as
        `experiments.answers.verdict.verdicts`, by `total_verdict`.
    """
    groups = {key: group.to_numpy(float) for key, group in draws.groupby(["scenario", "metric"])["difference"]}
    rows = [
        _total(
            groups.get((row.scenario, row.metric), np.empty(0)),
            *_sides(str(row.metric), float(row.baseline_value), own, matters or {}),
        )
        for row in table.itertuples()
    ]
    return table.assign(**pd.DataFrame(rows, index=table.index, columns=TOTAL).astype({"draws": "int64"}))


def _sides(metric: str, level: float, own: Mapping[str, int] | None, matters: Mapping[str, float]) -> tuple[int, float]:
    """Better side of an outcome, and the smallest difference of it that matters."""
    if own is not None and metric in own:
        return own[metric], matters.get(metric, 0.0)
    return METRICS[metric].direction, METRICS[metric].least.at(level)


def _total(
    differences: NDArray[np.float64], direction: int, margin: float
) -> tuple[int, float, float, float, float, str]:
    if not len(differences):
        return 0, np.nan, np.nan, np.nan, np.nan, ""
    low, high = prediction_interval(differences)
    told: str = total_verdict(differences, margin=margin, better=direction or 1)
    if direction == 0:
        told = {"better": "more", "worse": "less"}.get(told, told)
    middle, share = float(np.median(differences)), probability_better(differences, direction)
    return len(differences), middle, float(low), float(high), share, told
