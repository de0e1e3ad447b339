"""Runs to 2035: eighteen years in which cohorts change, and nothing leaves its range."""

import numpy as np
import pytest

from simulation.run import simulate
from simulation.scenario.load import load_scenario

YEARS, WEEKS_PER_YEAR = 18, 52


@pytest.mark.slow
def test_eighteen_years_stay_in_range():
    """The people of 2018 grow old: more of them over 60, fewer births, fewer children at last than ten years before."""
    run = simulate(load_scenario("baseline"), seed=1, scale=0.01, weeks=YEARS * WEEKS_PER_YEAR)
    weeks = run.district
    year = weeks.groupby(weeks["tick"] // WEEKS_PER_YEAR)
    flows = year[["births", "deaths", "moved_in", "moved_out"]].sum() / 851_516
    assert flows["births"] + flows["moved_in"] == pytest.approx(flows["deaths"] + flows["moved_out"])
    assert flows["births"].between(0.004, 0.013).all() and flows["deaths"].between(0.002, 0.010).all()
    assert flows["deaths"].iloc[-3:].mean() > flows["deaths"].iloc[:3].mean()
    assert flows["births"].iloc[-3:].mean() < flows["births"].iloc[:3].mean()
    old, young = year["share_60_plus"].mean(), year["share_under_15"].mean()
    assert old.iloc[0] == pytest.approx(0.155, abs=0.01) and 0.2 < old.iloc[-1] < 0.3
    assert young.between(0.09, 0.16).all() and young.iloc[-1] < young.iloc[8]
    levels = [name for name in weeks if name.startswith("satisfaction") and name != "satisfaction_gini"]
    assert weeks[levels].apply(lambda column: column.between(0, 100).all()).all()
    counted = weeks.select_dtypes("number").drop(columns=["response_rate", "resolution_rate", "satisfied_rate"])
    assert np.isfinite(counted.to_numpy(float)).all()
    beds = year["elder_bed_use"].mean()
    assert beds.iloc[-1] > beds.iloc[1], "more old people than institutions had been built for"
