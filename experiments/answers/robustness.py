"""Which option does well whatever turns out to be true? Regret over the cases of the uncertainties."""

import pandas as pd


def regrets(values: pd.DataFrame, better: int) -> pd.DataFrame:
    """Regret of each option in each case: how far it stays behind the best option of that case.

    Parameters
    ----------
    values : DataFrame
        Columns option, case, seed, value of one metric; the mean over the seeds that every option has in a case
        counts, and cases without any are left out.
    better : int
        +1 when more is better, -1 when less is.

    Returns
    -------
    DataFrame
        Columns option, case, value, regret (>= 0, unit of the metric).

    Raises
    ------
    ValueError
        If no case has every option.
    """
    rows = values.pivot(index=["case", "seed"], columns="option", values="value").dropna()
    wide = rows.groupby(level="case").mean()
    if wide.empty:
        raise ValueError("no case has every option; regret needs all options in the same cases")
    gain = better * wide
    regret = gain.rsub(gain.max(axis=1), axis=0)
    long = wide[list(values["option"].unique())].stack().rename("value").reset_index()
    long["regret"] = regret.stack().reindex(pd.MultiIndex.from_frame(long[["case", "option"]])).to_numpy()
    return long[["option", "case", "value", "regret"]]


def robustness(regret: pd.DataFrame, better: int, threshold: float | None = None) -> pd.DataFrame:
    """Measures of robustness of each option (Lempert et al. 2006; McPhail et al. 2018).

    Parameters
    ----------
    regret : DataFrame
        What `regrets` gives.
    threshold : float, optional
        Value that satisfies; without it the median of all values.

    Returns
    -------
    DataFrame
        Columns option, cases, mean, worst, best, max_regret, mean_regret, p90_regret, best_share (cases in which no
        option is better), threshold, satisficing_share (cases that reach it), minimax_rank (1 has the least maximal
        regret); sorted by it.
    """
    enough = float(regret["value"].median()) if threshold is None else threshold
    groups = regret.groupby("option", sort=False)
    low, high = groups["value"].min(), groups["value"].max()
    found = pd.DataFrame(
        {
            "cases": groups.size(),
            "mean": groups["value"].mean(),
            "worst": low if better > 0 else high,
            "best": high if better > 0 else low,
            "max_regret": groups["regret"].max(),
            "mean_regret": groups["regret"].mean(),
            "p90_regret": groups["regret"].quantile(0.9),
            "best_share": (regret["regret"] == 0).groupby(regret["option"], sort=False).mean(),
            "threshold": enough,
            "satisficing_share": (better * (regret["value"] - enough) >= 0)
            .groupby(regret["option"], sort=False)
            .mean(),
        }
    )
    found["minimax_rank"] = found["max_regret"].rank(method="min").astype(int)
    return found.rename_axis("option").reset_index().sort_values("minimax_rank", kind="stable", ignore_index=True)
