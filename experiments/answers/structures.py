"""Which structure of the model foretells what was observed, and which conclusions hold in one of them only?

A structure is scored by what it foretold of each pattern, and weighted by pseudo-BMA+ (Yao, Vehtari, Simpson and Gelman
2018): weights from sums of log scores, averaged over a Bayesian bootstrap of the patterns, since a few patterns are a
small sample of what might be asked. Stacking would put all weight on a mixture that few patterns happen to like.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax
from scipy.stats import norm

from experiments.answers.calibration import Target
from experiments.study.draws import picked, spread

AGREE = 0.95
"""Share of the draws of a structure in which an effect has the same sign, from which it is a conclusion."""
MIDDLE = (0.05, 0.5, 0.95)
"""Shares of the draws that are told: of these, 90 % lie between the outer ones."""
_BOOTSTRAPS = 4000


def log_scores(values: pd.DataFrame, accepted: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Log predictive score of every structure for every pattern.

    A range that is accepted holds the truth with 95 %, luck of the observation and discrepancy of the model included:
    the score is the log of the mean over the draws of that normal density. Where one end is open the score is the log
    of the probability that the pattern shows, the share of draws strictly inside with half a draw added to either side
    (Krichevsky and Trofimov 1981): the table states no tolerance there, and a value on the end shows nothing.

    Parameters
    ----------
    values : DataFrame
        Columns structure, draw, pattern, value; missing values are left out.
    accepted : mapping
        Lowest and highest accepted value of each pattern; an open end is infinite.

    Returns
    -------
    DataFrame
        Indexed by structure, a column for each pattern that every structure has; scores can be compared inside a
        column, where they have the same unit.
    """
    known = values[np.isfinite(values["value"].astype(float))]
    scores = {
        pattern: {name: _score(part["value"].to_numpy(float), *accepted[str(pattern)]) for name, part in own}
        for pattern, own in ((p, rows.groupby("structure", sort=False)) for p, rows in known.groupby("pattern"))
    }
    order = [pattern for pattern in accepted if pattern in scores]
    table = pd.DataFrame({pattern: scores[pattern] for pattern in order}, index=values["structure"].unique())
    return table.dropna(axis=1).rename_axis("structure")


def _score(values: NDArray[np.float64], low: float, high: float) -> float:
    if np.isfinite(low) and np.isfinite(high):
        target = Target(low, high)
        return float(logsumexp(norm.logpdf(target.value, values, np.sqrt(target.variance))) - np.log(len(values)))
    inside = ((values > low) & (values < high)).sum()
    return float(np.log((inside + 0.5) / (len(values) + 1)))


def weights(scores: pd.DataFrame, seed: int = 1) -> "pd.Series[float]":
    """Pseudo-BMA+ weight of each structure, sum 1; missing without a pattern.

    `scores`: see `log_scores`.
    """
    n = scores.shape[1]
    if not n:
        return pd.Series(np.nan, scores.index)
    shares = np.random.default_rng(seed).dirichlet(np.ones(n), _BOOTSTRAPS)
    each = softmax(n * shares @ scores.to_numpy(float).T, axis=1)
    return pd.Series(each.mean(axis=0), scores.index)


def missed(values: pd.DataFrame, accepted: Mapping[str, tuple[float, float]]) -> dict[str, list[str]]:
    """Patterns by structure whose middle 90 % of draws lies outside the accepted range; an end alone is outside."""
    found: dict[str, list[str]] = {str(name): [] for name in values["structure"].unique()}
    known = values[np.isfinite(values["value"].astype(float))]
    for (name, pattern), part in known.groupby(["structure", "pattern"], sort=False)["value"]:
        bottom, _, top = part.quantile(MIDDLE)
        low, high = accepted[str(pattern)]
        open_end = not (np.isfinite(low) and np.isfinite(high))
        if bottom > high or top < low or (open_end and (bottom >= high or top <= low)):
            found[str(name)].append(str(pattern))
    order = list(accepted)
    return {name: sorted(patterns, key=order.index) for name, patterns in found.items()}


def effects(differences: pd.DataFrame) -> pd.DataFrame:
    """What the draws say of each effect in each structure.

    Parameters
    ----------
    differences : DataFrame
        Columns structure, draw, metric, difference.

    Returns
    -------
    DataFrame
        Columns structure, metric, low, median, high (`MIDDLE` of the draws), up (share of draws above 0), sign (1 or
        −1 where at least `AGREE` of the draws have it, else 0).
    """
    rows = []
    for (name, metric), part in differences.groupby(["structure", "metric"], sort=False)["difference"]:
        known = part.to_numpy(float)[np.isfinite(part.to_numpy(float))]
        if not known.size:
            continue
        up, down = float((known > 0).mean()), float((known < 0).mean())
        sign = int(up >= AGREE) - int(down >= AGREE)
        rows.append((name, metric, *np.quantile(known, MIDDLE), up, sign))
    return pd.DataFrame(rows, columns=["structure", "metric", "low", "median", "high", "up", "sign"])


def conclusions(told: pd.DataFrame, structures: Sequence[str]) -> pd.DataFrame:
    """In which structures each conclusion holds.

    Parameters
    ----------
    told : DataFrame
        See `effects`.
    structures : sequence of str
        All that count; a metric that one of them lacks is left out.

    Returns
    -------
    DataFrame
        Columns metric, sign (of the conclusion), held (names, by spaces), count. A metric without a conclusion in any
        structure has no row; one with opposite conclusions has two.
    """
    table = told.pivot(index="metric", columns="structure", values="sign").reindex(columns=list(structures)).dropna()
    rows = [
        (metric, sign, " ".join(name for name in structures if row[name] == sign), int((row == sign).sum()))
        for metric, row in table.reindex(told["metric"].unique()).dropna().iterrows()
        for sign in (1, -1)
        if (row == sign).any()
    ]
    return pd.DataFrame(rows, columns=["metric", "sign", "held", "count"])


def with_structures(draws: pd.DataFrame, weights: Mapping[str, float], seed: int = 1) -> pd.DataFrame:
    """The draws with a column `structure`, a structure as often as its weight says.

    Systematic: of n draws a structure of weight w has n w, but for less than one, and any first part of them has about
    its share. A comparison over the draws then runs over structures as well. Draws are those of the full model's
    posterior, whatever the structure: a rival would be calibrated to other values.

    Raises
    ------
    ValueError
        If a weight is negative or missing, or all are nil.
    """
    names, shares = list(weights), np.array(list(weights.values()), float)
    if not (np.isfinite(shares).all() and (shares >= 0).all() and shares.sum() > 0):
        raise ValueError("weights of structures must be numbers of at least 0, and some above")
    n = len(draws)
    places = (np.argsort(np.argsort(spread(n))) + np.random.default_rng(seed).random()) / max(n, 1)
    return draws.assign(structure=[names[k] for k in picked(places, shares)])
