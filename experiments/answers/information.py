"""What to find out first? The value of knowing a parameter before an option is chosen (EVPPI), from draws.

A decision is a set of options, doing nothing among them, and the criterion is net benefit: what an option gives, less
its cost at a willingness to pay. Without cost the option that gives most in every draw is always chosen, and nothing is
worth finding out.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.frontier import frontier
from experiments.answers.smooth import FEWEST, Smoother, beyond_chance, permuted

CHOICES = ["willing", "cheaper", "dearer", "best", "chance", "evpi"]
COLUMNS = ["factor", "evppi", "seen_from", "seen"]
_ROUNDING = 1e-12  # of the largest benefit


def net_benefit(gain: pd.DataFrame, cost: pd.DataFrame, willing: float) -> pd.DataFrame:
    """Gain less what the cost would buy: a row for each draw, a column for each option, in the unit of the gain.

    Parameters
    ----------
    gain, cost : DataFrame
        By draw and option, beyond doing nothing, which is a column of zeros; yuan a year.
    willing : float
        Yuan a year for a unit of gain.
    """
    return gain - cost / willing


def perfect_information(benefit: NDArray[np.float64]) -> NDArray[np.float64]:
    """What knowing the benefits before choosing is worth, E max - max E (Raiffa and Schlaifer 1961), >= 0.

    Parameters
    ----------
    benefit : float64 (draws, ..., options)

    Returns
    -------
    float64 (...,)
        Unit of the benefit. Of single runs it holds what only luck decides and nobody can find out: a ceiling.
    """
    value = benefit.max(axis=-1).mean(axis=0) - benefit.mean(axis=0).max(axis=-1)
    return np.where(value > _ROUNDING * np.abs(benefit).max(), value, 0.0)


def choices(gain: pd.DataFrame, cost: pd.DataFrame) -> pd.DataFrame:
    """How sure is the choice where it is closest? At each willingness to pay at which the better choice changes hands.

    These are the incremental costs of a unit of the efficient options, on means over the draws. Between two of them one
    option is best, and further from them its place is surer.

    Returns
    -------
    DataFrame
        Columns `CHOICES`, in the order of willing (yuan a year for a unit of gain): cheaper and dearer, the options
        that are equally good there on average; best (the option that most draws prefer), chance (share of draws that
        do), evpi (unit of the gain). No rows where no option buys more for more money.
    """
    means = pd.DataFrame({"option": gain.columns, "cost": cost.mean().to_numpy(), "effect": gain.mean().to_numpy()})
    steps = frontier(means)
    rows = []
    for row in steps[np.isfinite(steps["icer"]) & (steps["icer"] > 0)].itertuples():
        benefit = net_benefit(gain, cost, row.icer)
        wins = benefit.idxmax(axis=1).value_counts(normalize=True)
        evpi = float(perfect_information(benefit.to_numpy()))
        rows.append((row.icer, row.compared_with, row.option, wins.index[0], float(wins.iloc[0]), evpi))
    return pd.DataFrame(rows, columns=CHOICES).sort_values("willing", kind="stable", ignore_index=True)


def information(benefit: pd.DataFrame, factors: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Expected value of perfect information on each parameter alone (EVPPI), by regression on the draws.

    The benefit of every option is smoothed over one factor (Strong, Oakley and Brennan 2014; the curves are those of
    `experiments.answers.smooth`); the curves are what one would expect of the options if one knew the factor, and the
    value is the mean of the best of them, less the best mean. Luck and all other factors average out.

    Curves through few draws follow luck too, and a maximum turns that into value. So the mean value that the same
    factor has when draws are permuted is taken off, and a factor is seen only where its value passes `seen_from`,
    which the largest of all factors passes in 5 % of the permutations.

    Parameters
    ----------
    benefit : DataFrame
        By draw and option, see `net_benefit`.
    factors : DataFrame
        Indexed by draw, a column for each factor that the draws vary.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, the most valuable factor first; evppi and seen_from in the unit of the benefit.

    Raises
    ------
    ValueError
        If there are fewer than twenty draws.
    """
    known = benefit.index.intersection(factors.index)
    if len(known) < FEWEST:
        raise ValueError(f"{len(known)} draws are too few to say what is worth finding out; at least {FEWEST}")
    table, varied = benefit.loc[known].to_numpy(np.float64), factors.loc[known]
    varied = varied.loc[:, varied.nunique() > 1]
    shuffled = permuted(table, seed)  # (times, draws, options)
    values, chance = np.zeros(varied.shape[1]), np.zeros((varied.shape[1], len(shuffled)))
    for k, name in enumerate(varied.columns):
        smoother = Smoother(varied[name])
        own = _value(smoother, table[None])
        null = _value(smoother, shuffled)
        values[k], chance[k] = own[0], null
    taken_off = chance.mean(axis=1)
    limit = beyond_chance((chance - taken_off[:, None]).max(axis=0)) if len(values) else np.nan
    net = np.maximum(values - taken_off, 0.0)
    found = pd.DataFrame({"factor": list(varied.columns), "evppi": net, "seen_from": limit, "seen": net > limit})
    return found.sort_values("evppi", ascending=False, kind="stable", ignore_index=True)[COLUMNS]


def _value(smoother: Smoother, tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Value of a factor for each table of benefits, float64 (tables, draws, options) -> (tables,)."""
    times, draws, options = tables.shape
    flat = tables.transpose(1, 0, 2).reshape(draws, times * options)
    return perfect_information(smoother.fit(flat).fitted.reshape(draws, times, options))
