"""Levels at a date, and changes between two."""

from experiments.validation.measures.table import (
    BASELINE,
    PLAN,
    YEAR,
    Runs,
    at_start,
    during,
    last_value,
    mean,
    measure,
)

LARGE = 5000  # households above which the case calls a community too large


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
def circle_coverage(runs: Runs) -> float:
    """Share of communities covered at the end of 2020."""
    return last_value(runs[PLAN].district, "circle_coverage_communities", "2020-12-01", "2020-12-31")


@measure
def hotline_volume(runs: Runs) -> float:
    """Tickets by hotline per resident in 2020."""
    weeks = during(runs[PLAN].weeks, "2020-01-01", "2020-12-31")
    people = float(at_start(runs[PLAN])["residents"].sum() / runs[PLAN].manifest["scale"])
    return YEAR * float(weeks["hotline"].mean()) / people


@measure
def resolution_2019(runs: Runs) -> float:
    """Resolution rate in January 2019, without the plan."""
    return mean(runs[BASELINE].district, "resolution_rate", "2019-01-01", "2019-01-31")


@measure
def satisfied_2019(runs: Runs) -> float:
    """Satisfied rate in January 2019, without the plan."""
    return mean(runs[BASELINE].district, "satisfied_rate", "2019-01-01", "2019-01-31")


@measure
def satisfaction_2020(runs: Runs) -> float:
    """Satisfaction of the first half of 2020, 0-10."""
    return mean(runs[PLAN].district, "satisfaction", "2020-01-01", "2020-06-30") / 10


@measure
def satisfaction_change(runs: Runs) -> float:
    """Change of satisfaction from the first half of 2020 to that of 2021, 0-10."""
    return mean(runs[PLAN].district, "satisfaction", "2021-01-01", "2021-06-30") / 10 - satisfaction_2020(runs)


@measure
def announcement_dip(runs: Runs) -> float:
    """Satisfaction in the quarter after the plan of facilities is announced, less that without it."""
    there, gone = (
        mean(runs[name].district, "satisfaction", "2018-08-06", "2018-10-31") for name in ("announced", BASELINE)
    )
    return there - gone


@measure
def sorting_awareness(runs: Runs) -> float:
    """Awareness of waste sorting at the end of 2020."""
    return last_value(runs[PLAN].district, "waste_sorting_awareness", "2020-12-01", "2020-12-31")


@measure
def sorting_january(runs: Runs) -> float:
    """Waste sorted right in January 2021."""
    return mean(runs[PLAN].district, "waste_sorting_rate", "2021-01-01", "2021-01-31")


@measure
def sorting_may(runs: Runs) -> float:
    """Waste sorted right in May 2021."""
    return mean(runs[PLAN].district, "waste_sorting_rate", "2021-05-01", "2021-05-31")


@measure
def awareness_gap(runs: Runs) -> float:
    """Smallest gap of awareness over right sorting in any week."""
    d = runs[PLAN].district
    return float((d["waste_sorting_awareness"] - d["waste_sorting_rate"]).min())


@measure
def sorting_relapse(runs: Runs) -> float:
    """Sorting at the end of 2021 over that of December 2020, when guides leave at the end of 2020."""
    d = runs["plan_guides_leave"].district
    before = mean(d, "waste_sorting_rate", "2020-12-01", "2020-12-31")
    return mean(d, "waste_sorting_rate", "2021-12-01", "2021-12-31") / before


@measure
def volunteers_2020(runs: Runs) -> float:
    """Registered volunteers at the end of 2020."""
    return last_value(runs[PLAN].district, "volunteers", "2020-12-01", "2020-12-31")


@measure
def organisations_2020(runs: Runs) -> float:
    """Social organisations at the end of 2020."""
    return last_value(runs[PLAN].weeks, "organisations", "2020-12-01", "2020-12-31")


@measure
def organisations_2021(runs: Runs) -> float:
    """Social organisations at the end of August 2021."""
    return last_value(runs[PLAN].weeks, "organisations", "2021-08-01", "2021-08-31")


@measure
def burnout(runs: Runs) -> float:
    """Share of community workers with burnout, mean of 2018."""
    return mean(runs[BASELINE].weeks, "burnout", "2018-01-01", "2018-12-31")


@measure
def burnout_severe(runs: Runs) -> float:
    """Share of community workers with severe burnout, mean of 2018."""
    return mean(runs[BASELINE].weeks, "burnout_severe", "2018-01-01", "2018-12-31")


@measure
def projects_2018(runs: Runs) -> float:
    """Share of the plan's facility projects that are open at the end of 2018."""
    return last_value(runs[PLAN].weeks, "projects", "2018-12-01", "2018-12-31")


@measure
def projects_2021(runs: Runs) -> float:
    """Share of the plan's facility projects that are open in March 2021."""
    return last_value(runs[PLAN].weeks, "projects", "2021-03-01", "2021-03-31")
