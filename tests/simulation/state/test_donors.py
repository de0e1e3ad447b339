"""Donors stand for all: where they are a sample of the households, rare people are in it in their share."""

import numpy as np
import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.district.people.population import load_population
from simulation.parameters import Parameters
from simulation.state import donors
from simulation.state.residents import fixed_traits


@pytest.fixture(scope="module")
def people():
    district = load_district("huitian")
    return load_population(load_geography(district), district, Parameters(), 0.02, 1)


@pytest.mark.parametrize("each", [1, 2, 3, 5, 7, 11])
def test_members_are_among_the_donors_in_their_share(people, each, monkeypatch):
    """To one household of those with a member and one of those with two."""
    homes = len(people.household_ptr) - 1
    monkeypatch.setattr(donors, "_HOUSEHOLDS", homes // each)
    made = donors.make_donors(people, fixed_traits(people, Parameters(), 1))
    assert len(made.first) - 1 == -(-homes // each)
    assert abs(made.reports.sum() - people.double_report.sum() / each) <= (0 if each == 1 else 2)
    assert (made.reports <= made.party).all()


def test_where_all_are_donors_they_keep_their_order(people):
    made = donors.make_donors(people, fixed_traits(people, Parameters(), 1))
    assert np.array_equal(made.first, people.household_ptr)
    assert np.array_equal(made.age, people.age) and np.array_equal(made.reports, people.double_report)
