"""Partners: offers are finite and typed; platforms match at home, lists district-wide (26)."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.domains import ELDER, N_DOMAINS, SAFETY, TRAVEL
from simulation.parameters import Parameters
from simulation.processes import partners
from simulation.processes.partners import matched
from simulation.state.levers import Levers
from simulation.state.organisations import KINDS, Organisations
from simulation.state.table import make
from tests.simulation.processes.part import part_of_world


def column(*values, domain=TRAVEL):
    table = np.zeros((len(values), N_DOMAINS))
    table[:, domain] = values
    return table


def test_a_platform_matches_no_more_than_there_is_of_either():
    needs, offers = column(100, 4), column(10, 40)
    found = matched(needs, offers, np.full(2, 0.5), np.zeros(2))
    assert found[:, TRAVEL].tolist() == [5, 2] and found.sum() == 7


def test_an_offer_of_one_kind_meets_no_need_of_another():
    assert not matched(column(100), column(100, domain=SAFETY), np.ones(1), np.ones(1)).any()


def test_lists_bring_what_is_spare_to_where_it_is_needed():
    """All of what is spare (38 of 50) goes over the left needs; a community without a list gets none of it."""
    needs, offers = column(100, 4), column(10, 40)
    both = matched(needs, offers, np.ones(2), np.ones(2))
    assert both[:, TRAVEL] == pytest.approx([46, 4])
    assert matched(needs, offers, np.ones(2), np.array([0.0, 1.0]))[0, TRAVEL] == pytest.approx(10)


def test_never_more_is_settled_than_is_needed_or_offered():
    luck = np.random.default_rng(1)
    for _ in range(50):
        needs, offers = luck.random((7, N_DOMAINS)) * 9, luck.random((7, N_DOMAINS)) * 9
        found = matched(needs, offers, luck.random(7), luck.random(7))
        assert (found >= 0).all() and (found <= needs + 1e-9).all()
        assert (found.sum(axis=0) <= offers.sum(axis=0) + 1e-9).all()


def town(latent, kinds=()):
    """Two communities; organisations of the given kinds, all mature, in the first."""
    kind = np.array([KINDS.index(name) for name in kinds], np.int8)
    return part_of_world(
        Parameters({}),
        communities=SizedCommunities(latent=latent.copy()),
        organisations=make(Organisations, len(kind), kind=kind, community=0, weeks=500),
        levers=make(Levers, 2),
        scale=1.0,
    )


class SizedCommunities(SimpleNamespace):
    def __len__(self):
        return len(self.latent)


def test_without_levers_and_organisations_of_a_field_nothing_is_settled():
    latent = np.full((2, N_DOMAINS), 50.0)
    world = town(latent, ["culture_sport", "volunteer", "online_platform"])
    partners.settle(world)
    assert np.array_equal(world.communities.latent, latent)


@pytest.mark.parametrize(("kind", "domain"), [("elder_disabled", ELDER), ("dispute", SAFETY)])
def test_organisations_settle_issues_of_their_field_at_home(kind, domain):
    world = town(np.full((2, N_DOMAINS), 50.0), [kind] * 3)
    partners.settle(world)
    p, expected = world.params, np.full((2, N_DOMAINS), 50.0)
    expected[0, domain] -= 3 * p["organisations.hours_mature"] / p["organisations.issue_hours"]
    assert world.communities.latent == pytest.approx(expected)


def test_what_members_lend_and_what_they_do_are_different_things():
    p = Parameters({})
    places, hands = partners.places(p), partners.hands(p)
    assert places.sum() == pytest.approx(1) and hands.sum() == pytest.approx(1)
    assert places[TRAVEL] > 0 == hands[TRAVEL] and hands[SAFETY] > 0 == places[SAFETY]
