"""What a split does to the communities that are divided, against the same places undivided."""

import numpy as np
import pandas as pd

from experiments.validation.measures.table import BASELINE, HALF_YEAR, SMOOTH, Runs, measure
from experiments.validation.observe import Run


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
    undivided = _of_split(runs[BASELINE], "load_committee", run.split)
    return _late_load(run) - float(undivided.iloc[-HALF_YEAR:].mean())


@measure
def wait_same_staff(runs: Runs) -> float:
    """Waiting time in the parts over that in the same places undivided, when the parts share the staff there was."""
    run = runs["splits_same_staff"]
    if np.isnan(_late_load(run)):
        return np.nan
    here, there = _of_split(run, "wait_weeks"), _of_split(runs[BASELINE], "wait_weeks", run.split)
    return float(here.iloc[-HALF_YEAR:].mean() / there.iloc[-HALF_YEAR:].mean())


def _split_gain(runs: Runs, column: str) -> "pd.Series[float]":
    """Difference of a column in the divided communities from the same places undivided, by tick from the split on."""
    run = runs["splits"]
    gain = _of_split(run, column) - _of_split(runs[BASELINE], column, run.split)
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
    run, other = runs["splits"], runs[BASELINE]
    if np.isnan(_late_load(run)):
        return np.nan
    means = []
    for one in (run, other):
        part = one.efficacy[one.efficacy["tick"] >= run.efficacy["tick"].max() - HALF_YEAR]
        people = one.communities[["tick", "community", "residents"]]
        part = part[part["community"].isin(run.split["community"])].merge(people, on=["tick", "community"])
        means.append(float((part["efficacy"] * part["residents"]).sum() / part["residents"].sum()))
    return means[0] - means[1]
