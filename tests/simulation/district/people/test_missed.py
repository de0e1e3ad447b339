"""Marginals that make sense and cannot be met are told with what the people have instead."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest

from simulation.district.data.district import District
from simulation.district.people.fit import fit, warn_of_missed
from simulation.district.people.population import build_population
from simulation.parameters import Parameters

SCALE = 0.02


def asked(district: District, **shares: float) -> District:
    """The district with other marginals."""
    changed = {name: replace(district.marginals[name], value=value) for name, value in shares.items()}
    return replace(district, marginals=district.marginals | changed)


def told(geography, district: District) -> list[str]:
    people = build_population(geography, district, Parameters(), SCALE)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_missed(people, district)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("male", 0.0, r"marginals\.male: 0 \(share\) cannot be met, the people have 0\.2\d+: couples are"),
        ("male", 1.0, r"marginals\.male: 1 \(share\) cannot be met, the people have 0\.7\d+"),
        ("commute_minutes", 2.0, r"commute_minutes: 2 \(min\) cannot be met, the people have 1\d\.?\d*: .* 10 to 150"),
        ("commute_minutes", 200.0, r"commute_minutes: 200 \(min\) cannot be met, the people have 1[45]\d"),
        ("double_report", 0.09, r"double_report: 0\.09 .* cannot be met, the people have 0\.0[45]\d*: party members"),
    ],
)
def test_a_marginal_out_of_reach_is_told_with_its_size(geography, district, name, value, said) -> None:
    [line] = told(geography, asked(district, **{name: value}))
    assert re.search(said, line) and "district.yaml" in line


@pytest.mark.parametrize(
    "shares", [{}, {"male": 0.4}, {"commute_minutes": 30.0}, {"double_report": 0.03}, {"owners": 0.0, "cars": 1.0}]
)
def test_what_is_met_but_for_luck_is_not_told(geography, district, shares) -> None:
    assert told(geography, asked(district, **shares)) == []


def test_nobody_and_everybody_have_no_standard_error(geography, district) -> None:
    asked_for = asked(district, workers=0.0, owners=1.0)
    table = fit(build_population(geography, asked_for, Parameters(), SCALE), asked_for)
    assert table.loc["owners", "achieved"] == 1 and table.loc["workers", "achieved"] == 0
    assert table.loc["commuters_of_workers", "cases"] == 0
    assert np.isnan(table.loc[["owners", "workers", "commuters_of_workers"], "z"]).all()
    assert np.isnan(table.loc["commuters_of_workers", "achieved"])
