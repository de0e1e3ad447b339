"""Levels at a date, and changes between two."""

import numpy as np

from experiments.validation.measures.table import (
    BASELINE,
    HISTORY,
    MEASURES,
    YEAR,
    Measure,
    Runs,
    at_start,
    last_value,
    mean,
    measure,
)
from experiments.validation.observation import rating_of_change
from simulation.parameters import Parameters

LARGE = 5000  # households above which the case calls a community too large
_JANUARY_2019, _JANUARY_2021 = ("2019-01-01", "2019-01-31"), ("2021-01-01", "2021-01-31")
_END_2018, _END_2020 = ("2018-12-01", "2018-12-31"), ("2020-12-01", "2020-12-31")
_ALL_2018 = ("2018-01-01", "2018-12-31")
_BEFORE = ("2018-02-01", "2018-07-31")  # the plan was published in August 2018


def _mean(run: str, table: str, column: str, days: tuple[str, str]) -> Measure:
    """Mean of a column of a run between two days, both included."""
    return lambda runs: mean(getattr(runs[run], table), column, *days)


def _last(run: str, table: str, column: str, days: tuple[str, str]) -> Measure:
    """Last value of a column of a run between two days, both included."""
    return lambda runs: last_value(getattr(runs[run], table), column, *days)


MEASURES |= {
    # communities covered, share
    "circle_coverage": _last(HISTORY, "district", "circle_coverage_communities", _END_2020),
    # rates of the hotline without the plan
    "resolution_2019": _mean(BASELINE, "district", "resolution_rate", _JANUARY_2019),
    "satisfied_2019": _mean(BASELINE, "district", "satisfied_rate", _JANUARY_2019),
    # waste: awareness, and what is sorted right
    "sorting_awareness": _last(HISTORY, "district", "waste_sorting_awareness", _END_2020),
    "sorting_january": _mean(HISTORY, "district", "waste_sorting_rate", _JANUARY_2021),
    "sorting_may": _mean(HISTORY, "district", "waste_sorting_rate", ("2021-05-01", "2021-05-31")),
    # registered volunteers, social organisations
    "volunteers_2020": _last(HISTORY, "district", "volunteers", _END_2020),
    "organisations_2020": _last(HISTORY, "district", "organisations", _END_2020),
    "organisations_2021": _last(HISTORY, "district", "organisations", ("2021-08-01", "2021-08-31")),
    # community workers with burnout and with severe burnout, shares
    "burnout": _mean(BASELINE, "district", "burnout", _ALL_2018),
    "burnout_severe": _mean(BASELINE, "weeks", "burnout_severe", _ALL_2018),
    # residents who took part in the year before, mean of the first half of 2021
    "participation": _mean(HISTORY, "district", "participation", ("2021-01-01", "2021-06-30")),
    # rides on the bicycle path a day, June 2019 to May 2020, when the press counted, without the epidemic
    "path_rides": _mean(BASELINE, "district", "rides_per_day", ("2019-06-03", "2020-05-31")),
    # the plan's facility projects that are open, share
    "projects_2018": _last(HISTORY, "weeks", "projects", _END_2018),
    "projects_2021": _last(HISTORY, "weeks", "projects", ("2021-03-01", "2021-03-31")),
}


@measure
def residents(runs: Runs) -> float:
    """Residents at full scale."""
    return float(at_start(runs[BASELINE])["residents"].sum() / runs[BASELINE].manifest["scale"])


@measure
def household_size(runs: Runs) -> float:
    """Residents per household."""
    return residents(runs) / float(at_start(runs[BASELINE])["households"].sum())


@measure
def large_communities(runs: Runs) -> float:
    """Communities, villages left out, above `LARGE` households."""
    start = at_start(runs[BASELINE])
    return float((start.loc[start["kind"] == "community", "households"] > LARGE).sum())


@measure
def hotline_volume(runs: Runs) -> float:
    """Tickets by hotline per resident in 2020."""
    people = float(at_start(runs[HISTORY])["residents"].sum() / runs[HISTORY].manifest["scale"])
    return YEAR * mean(runs[HISTORY].district, "hotline_requests", "2020-01-01", "2020-12-31") / people


def _hotline_growth(runs: Runs, year: int) -> float:
    """Tickets by hotline a week in a year over those of the year before."""
    now, before = (
        mean(runs[HISTORY].district, "hotline_requests", f"{y}-01-01", f"{y}-12-31") for y in (year, year - 1)
    )
    return now / before if before > 0 else np.nan


@measure
def hotline_growth_2019(runs: Runs) -> float:
    """Tickets by hotline in 2019 over those of 2018."""
    return _hotline_growth(runs, 2019)


@measure
def hotline_growth_2020(runs: Runs) -> float:
    """Tickets by hotline in 2020 over those of 2019."""
    return _hotline_growth(runs, 2020)


@measure
def members_on_duty(runs: Runs) -> float:
    """Double-reporting members who had come to a call by the end of March 2020, per community or village."""
    days = ("2020-03-01", "2020-03-31")
    share = last_value(runs[HISTORY].district, "double_report_turnout", *days)
    return share * last_value(runs[HISTORY].weeks, "members", *days) / len(at_start(runs[HISTORY]))


def _effect_rating(runs: Runs, first: str, last: str) -> float:
    """Answer, 0-10, to how satisfied one is with what the plan has brought: a retrospective item, not life in general.

    The change is that since the half-year before the plan; see `observation.rating_of_change`.
    """
    d = runs[HISTORY].district
    change = mean(d, "satisfaction", first, last) - mean(d, "satisfaction", *_BEFORE)
    return rating_of_change(change, Parameters())


@measure
def effect_rating_2020(runs: Runs) -> float:
    """Rating of the plan's effect in the first half of 2020, 0-10."""
    return _effect_rating(runs, "2020-01-01", "2020-06-30")


@measure
def effect_rating_change(runs: Runs) -> float:
    """Change of the rating of the plan's effect to the first half of 2021, 0-10."""
    return _effect_rating(runs, "2021-01-01", "2021-06-30") - effect_rating_2020(runs)


@measure
def announcement_dip(runs: Runs) -> float:
    """Satisfaction in the quarter after the plan of facilities is announced, less that without it."""
    there, gone = (
        mean(runs[name].district, "satisfaction", "2018-08-06", "2018-10-31") for name in ("announced", BASELINE)
    )
    return there - gone


@measure
def awareness_gap(runs: Runs) -> float:
    """Smallest gap of awareness over right sorting in any week."""
    d = runs[HISTORY].district
    return float((d["waste_sorting_awareness"] - d["waste_sorting_rate"]).min())


@measure
def sorting_relapse(runs: Runs) -> float:
    """Sorting at the end of 2021 over that of December 2020, when guides leave at the end of 2020."""
    d = runs["history_guides_leave"].district
    before = mean(d, "waste_sorting_rate", "2020-12-01", "2020-12-31")
    return mean(d, "waste_sorting_rate", "2021-12-01", "2021-12-31") / before
