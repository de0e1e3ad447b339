"""What is the level, or the effect, of each scenario? Means with intervals, which every design can give."""

import pandas as pd

from experiments.answers.outcomes import by_point
from experiments.statistics import anytime_intervals, group_intervals, t_interval

COLUMNS = [
    "scenario",
    "point",
    "metric",
    "points",
    "replicates",
    "mean",
    "ci_low",
    "ci_high",
    "sd_factors",
    "sd_luck",
    "q05",
    "median",
    "q95",
]


def means_by_point(values: pd.DataFrame, sequential: bool = False) -> pd.DataFrame:
    """Means of the replicates of each scenario and point, with t intervals: of luck alone.

    Parameters
    ----------
    values : DataFrame
        Columns scenario, point, seed, metric, value: levels, or differences from a baseline in pairs.
    sequential : bool
        Whether the number of replicates was decided by what they said.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; those of a spread over points are NaN, intervals too with one replicate.
    """
    groups = values.groupby(["scenario", "point", "metric"], sort=False)["value"]
    found = (
        (anytime_intervals if sequential else group_intervals)(groups)
        .join(groups.std().rename("sd_luck"))
        .reset_index()
    )
    return found.assign(
        points=1,
        replicates=found["n"],
        ci_low=found["mean"] - found["half"],
        ci_high=found["mean"] + found["half"],
    ).reindex(columns=COLUMNS)


def means_of_sample(values: pd.DataFrame) -> pd.DataFrame:
    """Means over the points of a sample: what each scenario gives over all that the factors may be.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row for each scenario and metric; point is NaN. The interval is that of the mean over
        points (t, points being the sample; luck that all points of a seed share is not in it). sd_factors is the spread
        of the means of points beyond what luck gives, sd_luck that of the replicates of a point (NaN with one);
        quantiles are those of the means of points.
    """
    rows = []
    for (scenario, metric), part in by_point(values).groupby(["scenario", "metric"], sort=False):
        n, replicates = len(part), int(part["replicates"].max())
        mean, ci_low, ci_high = t_interval(part["value"].to_numpy())
        luck = float(part["variance"].mean())
        spread = float(part["value"].var(ddof=1)) if n > 1 else float("nan")
        low, middle, high = part["value"].quantile([0.05, 0.5, 0.95])
        beyond = max(spread - (luck if luck == luck else 0.0), 0.0) ** 0.5 if n > 1 else float("nan")
        rows.append(
            {
                "scenario": scenario,
                "metric": metric,
                "points": n,
                "replicates": replicates,
                "mean": mean,
                "ci_low": ci_low,
                "ci_high": ci_high,
                "sd_factors": beyond,
                "sd_luck": (luck * replicates) ** 0.5,
                "q05": low,
                "median": middle,
                "q95": high,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)
