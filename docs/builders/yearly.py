"""A year of a run as the figures that are published: levels, rates and what surveys and registers would show."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.validation import observation
from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.table import METRICS

SCHOOLS = ("kindergarten", "primary_school", "secondary_school")
_BEFORE = ("2018-02-01", "2018-07-31")  # the half-year before the plan, as in the pattern P9


class Figure(NamedTuple):
    """A figure that is worked out from metrics: what it is, its unit, and how it is seen, where a sample sees it."""

    zh: str
    en: str
    unit: str
    seen: observation.Kind | None = None


FIGURES = {
    "hotline_per_resident": Figure("人均热线诉求", "hotline tickets per resident and year", "per resident-year"),
    "births_per_1000": Figure("出生率", "births per 1 000 residents and year", "per 1 000"),
    "school_places": Figure("学位", "places of kindergartens, primary and junior secondary schools", "places"),
    "school_places_used": Figure("在用学位", "places taken of them", "places"),
    "elder_beds": Figure("养老床位", "elder-care beds", "beds"),
    "volunteers_register": Figure("登记所示志愿者", "registered volunteers as a late register shows them", "people"),
    "organisations_register": Figure(
        "登记所示社会组织", "social organisations as a late register shows them", "organisations"
    ),
    "plan_rating": Figure("计划成效评价", "rating of the plan's effect, 0 to 10", "0–10"),
    "plan_rating_surveyed": Figure(
        "计划成效评价（调查所见）", "the same as a survey would show it", "0–10", "survey_0_10"
    ),
    "satisfied_five_point": Figure("五级满意比例", "residents who tick the fourth or fifth of five answers", "share"),
    "satisfied_surveyed": Figure("五级满意比例（调查所见）", "the same as a survey would show it", "share", "share"),
}
"""Figures beside the metrics, by name."""


def unit(name: str) -> str:
    """Unit of a figure or metric."""
    return FIGURES[name].unit if name in FIGURES else METRICS[name].unit_en


def label(name: str) -> tuple[str, str]:
    """Name of a figure or metric in Chinese and English."""
    what = FIGURES.get(name) or METRICS[name]
    return what.zh, what.en


def yearly(weeks: pd.DataFrame, residents: float, p: Mapping[str, float]) -> pd.DataFrame:
    """Figures of each calendar year of a run.

    Parameters
    ----------
    weeks : DataFrame
        The district's metrics by week (`district.parquet`); a week belongs to the year of its first day.
    residents : float
        Residents at full scale; the model keeps their number.
    p : mapping
        Parameters of the run.

    Returns
    -------
    DataFrame
        Indexed by year; a column for each metric (a running total at the end of the year, all else as mean of the
        weeks) and for each of `FIGURES`. What cannot be told is NaN.
    """
    day = pd.to_datetime(weeks["date"])
    names = [name for name in METRICS if name in weeks.columns]
    by_year = weeks[names].groupby(day.dt.year.rename("year"))
    means, ends = by_year.mean(), by_year.last()
    table = means.assign(**{name: ends[name] for name in names if METRICS[name].summary == "last"})
    table["hotline_per_resident"] = WEEKS_PER_YEAR * means["hotline_requests"] / residents
    table["births_per_1000"] = 1000 * WEEKS_PER_YEAR * means["births"] / residents
    table["school_places"] = sum(_capacity(means, f"{kind}_use", f"{kind}_utilisation") for kind in SCHOOLS)
    table["school_places_used"] = sum(means[f"{kind}_use"] for kind in SCHOOLS)
    table["elder_beds"] = _capacity(means, "elder_bed_use", "bed_occupancy")
    for name in ("volunteers", "organisations"):
        late = observation.lagged(weeks[name].to_numpy(float), p)
        table[f"{name}_register"] = pd.Series(late, index=day.dt.year).groupby(level=0).last()
    before = weeks.loc[day.between(*_BEFORE), "satisfaction"].mean()
    rating = [observation.rating_of_change(level - before, p) for level in means["satisfaction"]]
    table["plan_rating"] = table["plan_rating_surveyed"] = rating
    pairs = zip(means["satisfaction"], means["satisfaction_gini"], strict=True)
    table["satisfied_five_point"] = [observation.satisfied_share(*pair) for pair in pairs]
    table["satisfied_surveyed"] = observation.agreeing(table["satisfied_five_point"], p)
    return table


def error(name: str, value: float, p: Mapping[str, float]) -> float:
    """Standard error of a figure as a survey shows it, sample and unknown instrument; 0 for what no sample sees."""
    kind = FIGURES[name].seen if name in FIGURES else None
    if kind is None or math.isnan(value):
        return 0.0
    sample = observation.sampling_error(kind, value, math.nan, p)
    return math.hypot(sample, observation.unknown_instrument(kind, value, p))


def _capacity(means: pd.DataFrame, use: str, utilisation: str) -> "pd.Series[float]":
    """Places that there are: those taken over the part that is taken."""
    return means[use] / means[utilisation].replace(0, np.nan)
