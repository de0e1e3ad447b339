"""Shapes of answers: saturation, convexity, overshoot, who gains, two humps, recovery."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.validation.measures.table import (
    BASELINE,
    HALF_YEAR,
    HISTORY,
    PLAN,
    SMOOTH,
    YEAR,
    Runs,
    during,
    measure,
)


def _saturation(runs: Runs, metric: str) -> float:
    """Gain of the last year from the last ten circles over that from the first ten."""
    end = {
        name: float(runs[name].district[metric].iloc[-YEAR:].mean())
        for name in (BASELINE, "circles_52", "circles_63", "circles_73")
    }
    first = end["circles_52"] - end[BASELINE]
    return (end["circles_73"] - end["circles_63"]) / first if first > 0 else np.nan


@measure
def coverage_saturation(runs: Runs) -> float:
    """Residents whom the last ten circles bring within reach of one over those of the first ten."""
    return _saturation(runs, "circle_coverage_residents")


@measure
def satisfaction_saturation(runs: Runs) -> float:
    """Gain in satisfaction with everyday services from the last ten circles over that from the first ten."""
    return _saturation(runs, "satisfaction_convenience")


@measure
def queue_convexity(runs: Runs) -> float:
    """How much steeper closing times rise with households per worker in the busier half, days per 100 households.

    Closing time of a community: days within which nine tenths of its issues of 2019 were closed.
    """
    rows = during(runs[BASELINE].communities, "2019-01-01", "2019-12-31")
    size = rows[rows["kind"] == "community"].groupby("community")["households_per_worker"].mean()
    tickets = runs[BASELINE].closing
    tickets = tickets[tickets["year"] == 2019].sort_values("days")
    days = pd.Series({c: _ninth_tenth(part) for c, part in tickets.groupby("community")}, dtype=float)
    both = pd.DataFrame({"size": size, "days": days}).dropna().sort_values("size").to_numpy(float)
    half = len(both) // 2
    if half < 3:
        return np.nan
    return 100 * (slope(*both[-half:].T) - slope(*both[:half].T))


def _ninth_tenth(tickets: pd.DataFrame) -> float:
    """Days, interpolated inside a day, within which 90 % of the tickets (sorted by days) were closed."""
    total = tickets["tickets"].cumsum().to_numpy(float)
    return float(np.interp(0.9 * total[-1], total, tickets["days"].to_numpy(float)))


def slope(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Slope of the least-squares line."""
    return float(np.cov(x, y)[0, 1] / np.var(x, ddof=1)) if np.var(x) > 0 else np.nan


def overshoot(path: NDArray[np.floating]) -> tuple[float, float]:
    """By how much the peak of a path exceeds its end, as a share of the end, and the weeks until half of it is gone.

    `path`: gains by week. The end is the mean of the last half-year.
    """
    smooth = pd.Series(path).rolling(SMOOTH, min_periods=SMOOTH).mean().to_numpy()
    end = float(np.mean(path[-HALF_YEAR:]))
    peak = int(np.nanargmax(smooth))
    if end <= 0 or smooth[peak] <= end:
        return 0.0, np.nan
    gone = np.flatnonzero(smooth[peak:] <= (smooth[peak] + end) / 2)
    return float(smooth[peak] / end - 1), float(gone[0]) if gone.size else np.nan


def _step_gain(runs: Runs) -> NDArray[np.floating]:
    run, other = runs["circles_73"].district, runs[BASELINE].district
    return (run["satisfaction_convenience"] - other["satisfaction_convenience"]).to_numpy(float)


@measure
def gain_overshoot(runs: Runs) -> float:
    """By how much the gain from 31 circles at once exceeds at its peak what remains of it."""
    path = _step_gain(runs)
    return overshoot(path)[0] if len(path) >= 2 * YEAR else np.nan


@measure
def gain_half_life(runs: Runs) -> float:
    """Weeks from the peak until half of the overshoot is gone."""
    path = _step_gain(runs)
    return overshoot(path)[1] if len(path) >= 2 * YEAR else np.nan


def _gains_by_group(runs: Runs, kind: str, groups: tuple[str, ...]) -> float:
    """Gain in convenience from 31 circles of some groups of people less that of everyone, points."""
    both = runs["circles_73"].people.merge(runs[BASELINE].people, on=["life_stage", "mobility"])
    if both.empty:
        return np.nan
    gain, weight = both["convenience_x"] - both["convenience_y"], both["residents_x"]
    chosen = both[kind].isin(groups)
    return float(np.average(gain[chosen], weights=weight[chosen]) - np.average(gain, weights=weight))


@measure
def older_gain(runs: Runs) -> float:
    """Gain of residents aged 60 and over from more circles, less the mean gain."""
    return _gains_by_group(runs, "life_stage", ("young_old", "old"))


@measure
def commuter_gain(runs: Runs) -> float:
    """Gain of commuters from more circles, less the mean gain."""
    return _gains_by_group(runs, "mobility", ("commuting",))


def bimodality(values: NDArray[np.floating]) -> float:
    """Sarle's coefficient of bimodality (SAS/STAT): above 5/9, that of the uniform, there is more than one hump."""
    n = len(values)
    if n < 4 or np.ptp(values) == 0:
        return np.nan
    x, s = values - values.mean(), values.std(ddof=1)
    skew = n / ((n - 1) * (n - 2)) * float((x**3).sum()) / s**3
    excess = n * (n + 1) * float((x**4).sum()) / s**4 / ((n - 1) * (n - 2) * (n - 3)) - 3 * (n - 1) ** 2 / (
        (n - 2) * (n - 3)
    )
    return float((skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


@measure
def fee_bimodality(runs: Runs) -> float:
    """Bimodality of the share of bills paid, over estates, at the end of 2019."""
    estates = runs[BASELINE].estates
    if "collection" not in estates:
        return np.nan
    return bimodality(during(estates, "2019-12-01", "2019-12-31")["collection"].to_numpy(float))


def _epidemic_backlog(runs: Runs) -> "pd.Series[float]":
    """Open requests with the epidemic over those without, less 1, by day (first of the week)."""
    both = runs[HISTORY].district.merge(runs[PLAN].district, on="date")
    return (both["backlog_x"] / both["backlog_y"] - 1).set_axis(both["date"])


@measure
def epidemic_backlog(runs: Runs) -> float:
    """Rise of the backlog in February to April 2020 through the epidemic, share."""
    return float(_epidemic_backlog(runs)["2020-02-01":"2020-04-30"].mean())


@measure
def epidemic_clearing(runs: Runs) -> float:
    """Weeks from the peak of the additional backlog until less than a tenth of it is left."""
    rise = _epidemic_backlog(runs)["2020-01-01":].rolling(SMOOTH, min_periods=SMOOTH).mean().to_numpy()
    if len(rise) < HALF_YEAR or not np.nanmax(rise) > 0:
        return np.nan
    peak = int(np.nanargmax(rise))
    gone = np.flatnonzero(rise[peak:] < rise[peak] / 10)
    return float(gone[0]) if gone.size else float(len(rise) - peak)


@measure
def no_effect(runs: Runs) -> float:
    """Values of the weekly table that levers without effect change."""
    a, b = runs["no_effect"].district, runs[BASELINE].district
    return float(((a != b) & ~(a.isna() & b.isna())).to_numpy().sum())
