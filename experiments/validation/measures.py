"""How each pattern is measured: a function of the runs of one seed, NaN where the runs are too short to show it."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.validation.observe import Run

Runs = Mapping[str, Run]
Measure = Callable[[Runs], float]
LARGE = 5000  # households above which the case calls a community too large
SMOOTH = 4  # weeks over which paths are averaged
YEAR, HALF_YEAR = 52, 26  # weeks
_BASELINE, _PLAN, _EPIDEMIC = "baseline", "huitian_plan", "plan_with_epidemic"

MEASURES: dict[str, Measure] = {}
"""Measures by the name that `patterns.csv` gives them."""


def measure(function: Measure) -> Measure:
    """Put a function into the table of measures under its own name."""
    MEASURES[function.__name__] = function
    return function


def during(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Rows whose week begins between two days, both included."""
    return frame[(frame["date"] >= first) & (frame["date"] <= last)]


def _mean(frame: pd.DataFrame, column: str, first: str, last: str) -> float:
    return float(during(frame, first, last)[column].mean())


def _last(frame: pd.DataFrame, column: str, first: str, last: str) -> float:
    values = during(frame, first, last)[column]
    return float(values.iloc[-1]) if len(values) else np.nan


def _at_start(run: Run) -> pd.DataFrame:
    return run.communities[run.communities["tick"] == run.communities["tick"].min()]


@measure
def residents(runs: Runs) -> float:
    """Residents at full scale."""
    return float(_at_start(runs[_BASELINE])["residents"].sum() / runs[_BASELINE].manifest["scale"])


@measure
def household_size(runs: Runs) -> float:
    """Residents per household."""
    return residents(runs) / float(_at_start(runs[_BASELINE])["households"].sum())


@measure
def large_communities(runs: Runs) -> float:
    """Communities, villages left out, above `LARGE` households."""
    start = _at_start(runs[_BASELINE])
    return float((start.loc[start["kind"] == "community", "households"] > LARGE).sum())


@measure
def circle_coverage(runs: Runs) -> float:
    """Share of communities covered at the end of 2020."""
    return _last(runs[_PLAN].district, "circle_coverage_communities", "2020-12-01", "2020-12-31")


def _saturation(runs: Runs, metric: str) -> float:
    """Gain of the last year from the last ten circles over that from the first ten."""
    end = {name: float(runs[name].district[metric].iloc[-YEAR:].mean())
           for name in (_BASELINE, "circles_52", "circles_63", "circles_73")}
    first = end["circles_52"] - end[_BASELINE]
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
def hotline_volume(runs: Runs) -> float:
    """Tickets by hotline per resident in 2020."""
    weeks = during(runs[_PLAN].weeks, "2020-01-01", "2020-12-31")
    people = float(_at_start(runs[_PLAN])["residents"].sum() / runs[_PLAN].manifest["scale"])
    return YEAR * float(weeks["hotline"].mean()) / people


@measure
def resolution_2019(runs: Runs) -> float:
    """Resolution rate in January 2019, without the plan."""
    return _mean(runs[_BASELINE].district, "resolution_rate", "2019-01-01", "2019-01-31")


@measure
def satisfied_2019(runs: Runs) -> float:
    """Satisfied rate in January 2019, without the plan."""
    return _mean(runs[_BASELINE].district, "satisfied_rate", "2019-01-01", "2019-01-31")


@measure
def satisfaction_2020(runs: Runs) -> float:
    """Satisfaction of the first half of 2020, 0-10."""
    return _mean(runs[_PLAN].district, "satisfaction", "2020-01-01", "2020-06-30") / 10


@measure
def satisfaction_change(runs: Runs) -> float:
    """Change of satisfaction from the first half of 2020 to that of 2021, 0-10."""
    return _mean(runs[_PLAN].district, "satisfaction", "2021-01-01", "2021-06-30") / 10 - satisfaction_2020(runs)


@measure
def announcement_dip(runs: Runs) -> float:
    """Satisfaction in the quarter after the plan of facilities is announced, less that without it."""
    there, gone = (_mean(runs[name].district, "satisfaction", "2018-08-06", "2018-10-31")
                   for name in ("announced", _BASELINE))
    return there - gone


@measure
def sorting_awareness(runs: Runs) -> float:
    """Awareness of waste sorting at the end of 2020."""
    return _last(runs[_PLAN].district, "waste_sorting_awareness", "2020-12-01", "2020-12-31")


@measure
def sorting_january(runs: Runs) -> float:
    """Waste sorted right in January 2021."""
    return _mean(runs[_PLAN].district, "waste_sorting_rate", "2021-01-01", "2021-01-31")


@measure
def sorting_may(runs: Runs) -> float:
    """Waste sorted right in May 2021."""
    return _mean(runs[_PLAN].district, "waste_sorting_rate", "2021-05-01", "2021-05-31")


@measure
def awareness_gap(runs: Runs) -> float:
    """Smallest gap of awareness over right sorting in any week."""
    d = runs[_PLAN].district
    return float((d["waste_sorting_awareness"] - d["waste_sorting_rate"]).min())


@measure
def sorting_relapse(runs: Runs) -> float:
    """Sorting at the end of 2021 over that of December 2020, when guides leave at the end of 2020."""
    d = runs["plan_guides_leave"].district
    before = _mean(d, "waste_sorting_rate", "2020-12-01", "2020-12-31")
    return _mean(d, "waste_sorting_rate", "2021-12-01", "2021-12-31") / before


@measure
def volunteers_2020(runs: Runs) -> float:
    """Registered volunteers at the end of 2020."""
    return _last(runs[_PLAN].district, "volunteers", "2020-12-01", "2020-12-31")


@measure
def organisations_2020(runs: Runs) -> float:
    """Social organisations at the end of 2020."""
    return _last(runs[_PLAN].weeks, "organisations", "2020-12-01", "2020-12-31")


@measure
def organisations_2021(runs: Runs) -> float:
    """Social organisations at the end of August 2021."""
    return _last(runs[_PLAN].weeks, "organisations", "2021-08-01", "2021-08-31")


@measure
def burnout(runs: Runs) -> float:
    """Share of community workers with burnout, mean of 2018."""
    return _mean(runs[_BASELINE].weeks, "burnout", "2018-01-01", "2018-12-31")


@measure
def burnout_severe(runs: Runs) -> float:
    """Share of community workers with severe burnout, mean of 2018."""
    return _mean(runs[_BASELINE].weeks, "burnout_severe", "2018-01-01", "2018-12-31")


@measure
def projects_2018(runs: Runs) -> float:
    """Share of the plan's facility projects that are open at the end of 2018."""
    return _last(runs[_PLAN].weeks, "projects", "2018-12-01", "2018-12-31")


@measure
def projects_2021(runs: Runs) -> float:
    """Share of the plan's facility projects that are open in March 2021."""
    return _last(runs[_PLAN].weeks, "projects", "2021-03-01", "2021-03-31")


def _of_split(run: Run, column: str, rows: pd.DataFrame | None = None) -> "pd.Series[float]":
    """Mean of a column over the divided communities and their parts by tick, weighted by households.

    `rows`: communities to use; by default those of `run` itself.
    """
    chosen = (run.split if rows is None else rows)["community"]
    part = run.communities[run.communities["community"].isin(chosen)]
    weighted = (part[column] * part["households"]).groupby(part["tick"]).sum()
    return weighted / part.groupby("tick")["households"].sum()


def _split_tick(run: Run) -> int:
    parts = run.split.loc[run.split["community"] != run.split["parent"], "community"]
    ticks = run.communities.loc[run.communities["community"].isin(parts), "tick"]
    return int(ticks.min()) if len(ticks) else -1


def _late_load(run: Run) -> float:
    """Load of the parts over the last half-year, once those to be hired are there."""
    tick = _split_tick(run)
    load = _of_split(run, "load_committee")
    return float(load.iloc[-HALF_YEAR:].mean()) if 0 <= tick <= load.index[-1] - HALF_YEAR else np.nan


@measure
def load_before_split(runs: Runs) -> float:
    """Load of the communities to be divided in the half-year before the split."""
    run = runs["splits"]
    tick = _split_tick(run)
    load = _of_split(run, "load_committee")
    return float(load[(load.index < tick) & (load.index >= tick - HALF_YEAR)].mean()) if tick > 0 else np.nan


@measure
def load_after_split(runs: Runs) -> float:
    """Load of the parts, staffed by the norm."""
    return _late_load(runs["splits"])


@measure
def load_same_staff(runs: Runs) -> float:
    """Change of load when the parts only share the staff there was, against the same places undivided."""
    run = runs["splits_same_staff"]
    undivided = _of_split(runs[_BASELINE], "load_committee", run.split)
    return _late_load(run) - float(undivided.iloc[-HALF_YEAR:].mean())


@measure
def wait_same_staff(runs: Runs) -> float:
    """Waiting time in the parts over that in the same places undivided, when the parts share the staff there was."""
    run = runs["splits_same_staff"]
    if np.isnan(_late_load(run)):
        return np.nan
    here, there = _of_split(run, "wait_weeks"), _of_split(runs[_BASELINE], "wait_weeks", run.split)
    return float(here.iloc[-HALF_YEAR:].mean() / there.iloc[-HALF_YEAR:].mean())


def _split_gain(runs: Runs, column: str) -> "pd.Series[float]":
    """Difference of a column in the divided communities from the same places undivided, by tick from the split on."""
    run = runs["splits"]
    gain = _of_split(run, column) - _of_split(runs[_BASELINE], column, run.split)
    return gain[gain.index >= _split_tick(run)]


@measure
def split_dip(runs: Runs) -> float:
    """Weeks from the split until satisfaction with community services is no longer below that without a split."""
    gain = _split_gain(runs, "satisfaction_community_service").rolling(SMOOTH, min_periods=1).mean().to_numpy()
    if len(gain) <= HALF_YEAR:
        return np.nan
    below = np.flatnonzero(gain < 0)
    return float(below[-1] + 1) if below.size else 0.0


@measure
def split_gain(runs: Runs) -> float:
    """Satisfaction with community services in the parts a year after the split, against no split, points."""
    gain = _split_gain(runs, "satisfaction_community_service")
    return float(gain.iloc[-SMOOTH:].mean()) if len(gain) > HALF_YEAR else np.nan


@measure
def split_efficacy(runs: Runs) -> float:
    """Efficacy of residents of the parts in the last half-year, against no split, 0-1."""
    run, other = runs["splits"], runs[_BASELINE]
    if np.isnan(_late_load(run)):
        return np.nan
    means = []
    for one in (run, other):
        part = one.efficacy[one.efficacy["tick"] >= run.efficacy["tick"].max() - HALF_YEAR]
        people = one.communities[["tick", "community", "residents"]]
        part = part[part["community"].isin(run.split["community"])].merge(people, on=["tick", "community"])
        means.append(float((part["efficacy"] * part["residents"]).sum() / part["residents"].sum()))
    return means[0] - means[1]


@measure
def queue_convexity(runs: Runs) -> float:
    """How much steeper closing times rise with households per worker in the busier half, days per 100 households.

    Closing time of a community: days within which nine tenths of its issues of 2019 were closed.
    """
    rows = during(runs[_BASELINE].communities, "2019-01-01", "2019-12-31")
    size = rows[rows["kind"] == "community"].groupby("community")["households_per_worker"].mean()
    tickets = runs[_BASELINE].closing
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
    run, other = runs["circles_73"].district, runs[_BASELINE].district
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
    both = runs["circles_73"].people.merge(runs[_BASELINE].people, on=["life_stage", "mobility"])
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
    n, x = len(values), values - values.mean()
    if n < 4 or np.ptp(values) == 0:
        return np.nan
    s = values.std(ddof=1)
    skew = n / ((n - 1) * (n - 2)) * float((x**3).sum()) / s**3
    excess = (n * (n + 1) * float((x**4).sum()) / s**4 / ((n - 1) * (n - 2) * (n - 3))
              - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))
    return float((skew**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


@measure
def fee_bimodality(runs: Runs) -> float:
    """Bimodality of the share of bills paid, over estates, at the end of 2019."""
    estates = runs[_BASELINE].estates
    if "collection" not in estates:
        return np.nan
    return bimodality(during(estates, "2019-12-01", "2019-12-31")["collection"].to_numpy(float))


def _epidemic_backlog(runs: Runs) -> "pd.Series[float]":
    """Open requests with the epidemic over those without, less 1, by day (first of the week)."""
    both = runs[_EPIDEMIC].district.merge(runs[_PLAN].district, on="date")
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
    a, b = runs["no_effect"].district, runs[_BASELINE].district
    return float(((a != b) & ~(a.isna() & b.isna())).to_numpy().sum())
