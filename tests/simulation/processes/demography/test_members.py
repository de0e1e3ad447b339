"""Double-reporting members are persons: who reports, for how long, and what a successor does not take over."""

import numpy as np
import pytest

from simulation.district.people.stages import ADULT_FROM, COMMUTER, LOCAL_WORKER, OLD_FROM
from simulation.processes.demography import step
from simulation.state.communities import NEVER
from simulation.state.donors import Donors
from simulation.state.residents import NEVER_CAME, Residents
from tests.simulation.processes.demography.town import after, town

YEARS = 10


def works(people: Residents | Donors) -> np.ndarray:
    return np.isin(people.status, (LOCAL_WORKER, COMMUTER))


def test_members_are_party_members_with_a_job_in_every_week_of_ten_years():
    """And the share of workers who report stays within luck, four standard errors: wrong in one of 10 000 towns."""
    world = town(0.05)
    r, m = world.residents, world.members
    first, among = set(m.resident), r.reports.sum() / works(r).sum()
    for world.tick in range(52 * YEARS):
        step.week(world)
        assert np.array_equal(m.resident, np.flatnonzero(r.reports))
        age = r.age[m.resident]
        assert age.min() >= ADULT_FROM and age.max() < OLD_FROM
        assert (r.party_member & works(r))[m.resident].all()
    expected = among * works(r).sum()
    assert abs(len(m) - expected) < 4 * np.sqrt(expected)
    assert len(first - set(m.resident)) > 0.4 * len(first), "most rows have somebody else"


@pytest.mark.parametrize("demography", [True, False])
def test_neither_fatigue_nor_calls_pass_to_a_successor(demography):
    """Members who were there when the mark was set have it two years later; nobody else has, whoever had the row."""
    world = town(0.05, demography=demography)
    r, m = world.residents, world.members
    was = r.reports.copy()
    r.took_part[:], m.fatigue[:], m.came[:] = 0, 1, 0
    after(world, 104)
    known = was[m.resident] & (r.took_part[m.resident] != NEVER_CAME)
    assert np.array_equal(m.fatigue, known) and np.array_equal(m.came, np.where(known, 0, NEVER))
    assert 0 < known.sum() < len(m)
    assert np.array_equal(r.reports, was) != demography, "renters of the same age keep the status of the row"


def test_the_threshold_of_who_begins_or_ends_to_report_is_that_of_the_new_life():
    """Where people differ in nothing else, members act at a threshold 0.4 lower, and all others do not."""
    world = town(0.05)
    r = world.residents
    for threshold, reports in ((r.donors.threshold, r.donors.reports), (r.columns.threshold, r.reports)):
        threshold[np.isfinite(threshold)] = 1.0
        threshold[reports] = 0.6
    before = r.reports.copy()
    after(world, 52 * 4)
    assert (before & ~r.reports).any() and (~before & r.reports).any()
    expected = np.where(r.reports, 0.6, np.where(r.columns.adult == 1, 1.0, np.inf))
    assert np.array_equal(r.columns.threshold, expected.astype(np.float32))


def test_who_retires_stops_and_who_finds_work_may_begin():
    """Of members who turn 60 none is left; where all who work reported at the start, so does who takes up work."""
    world = town(0.05)
    r, m = world.residents, world.members
    r.age[m.resident], r.birthday[m.resident] = OLD_FROM - 1, 0
    r.donors.reports[works(r.donors)] = True
    students = np.flatnonzero((r.age == 21) & ~works(r))
    r.birthday[students] = 0
    old = m.resident.copy()
    after(world, 1)
    assert not r.reports[old][r.age[old] >= OLD_FROM].any() and (r.age[old] == OLD_FROM).sum() > 0.9 * len(old)
    begun = students[(r.age[students] == 22) & works(r)[students]]
    assert len(begun) > 10 and r.reports[begun].all() and np.isin(begun, m.resident).all()
