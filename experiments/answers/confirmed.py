"""What is left of what a search found? Its best options on seeds, and at parameters, that the search has not seen.

The options of a front were chosen because they looked good on the seeds of the search, so their values there are too
good on average (the winner's curse). On other seeds nothing was chosen, and means and intervals are those of any
comparison; over draws of the posterior so are those of luck and parameters.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.answers.outcomes import SPENDING, better, with_spending
from experiments.answers.search import OBJECTIVES
from experiments.answers.uncertainty import TOTAL, with_totals
from experiments.statistics import compare_values, undominated

COLUMNS = [
    "option",
    "metric",
    "baseline_value",
    "searched",
    "confirmed",
    "ci_low",
    "ci_high",
    "replicates",
    *TOTAL,
    "within_budget",
    "on_front",
]


def picked(front: pd.DataFrame, most: int) -> pd.DataFrame:
    """So many options of a front at most, evenly along it from the cheapest to the dearest.

    Parameters
    ----------
    front : DataFrame
        Rows of `experiments.answers.search.Found.portfolios`.
    """
    ordered = front.sort_values(SPENDING, kind="stable")
    return ordered.iloc[np.unique(np.linspace(0, len(ordered) - 1, min(len(ordered), most)).round().astype(int))]


def confirmed(
    searched: pd.DataFrame,
    fresh: pd.DataFrame,
    draws: pd.DataFrame,
    baseline: str,
    budget: float,
    objectives: Sequence[str] = OBJECTIVES,
) -> pd.DataFrame:
    """Differences of options from the baseline, as the search saw them and on fresh seeds.

    Parameters
    ----------
    searched, fresh : DataFrame
        Columns scenario (the option), seed, metric, value, of the baseline too: on the seeds of the search, and on
        others.
    draws : DataFrame
        Differences at draws of the posterior, columns `experiments.answers.uncertainty.DRAWS`; no rows without draws.
    budget : float
        Most spending beyond that of the baseline, yuan.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row for each option and objective: value of the baseline on the seeds of the search; mean
        difference there; on fresh seeds the mean difference with its 95 % paired t interval; over the draws the columns
        `TOTAL`; whether the option keeps to the budget, and whether no other of these options beats it in everything,
        by the means on fresh seeds. Each interval is that of its option alone: who chooses again among them is a little
        too hopeful again.
    """
    before, now = (
        compare_values(with_spending(values)[lambda rows: rows["metric"].isin(objectives)], baseline)
        for values in (searched, fresh)
    )
    keys = ["scenario", "metric"]
    now = with_totals(now, with_spending(draws), {SPENDING: better(SPENDING)})
    both = now.merge(before[[*keys, "mean_difference", "baseline_value"]], on=keys, suffixes=("", "_searched"))
    wide = both.pivot(index="scenario", columns="metric", values="mean_difference").reindex(columns=list(objectives))
    losses = np.column_stack([-better(name) * wide[name].to_numpy(float) for name in objectives])
    good = dict(zip(wide.index, undominated(losses), strict=True))
    within = (wide[SPENDING] <= budget).to_dict()
    found = both.rename(
        columns={
            "scenario": "option",
            "mean_difference": "confirmed",
            "mean_difference_searched": "searched",
        }
    ).assign(baseline_value=both["baseline_value_searched"])
    return found.assign(within_budget=found["option"].map(within), on_front=found["option"].map(good))[COLUMNS]
