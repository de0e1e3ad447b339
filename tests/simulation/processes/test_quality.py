"""What residents meet, by hand for one small place: three communities, four gates, three estates."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.domains import DOMAINS
from simulation.parameters import Parameters
from simulation.processes import quality
from simulation.state.communities import Communities
from simulation.state.estates import Estates
from simulation.state.facilities import SERVICES, STAGES, Facilities
from simulation.state.gates import Gates
from simulation.state.levers import Levers
from simulation.state.organisations import Organisations
from simulation.state.table import make
from simulation.state.world import World

VALUES = {
    "needs.latent_penalty": 0.6,
    "satisfaction.normative_weight": 0.5,
    "satisfaction.norm_memory": 156,
    "environment.station_weight": 0.6,
    "environment.compliance_weight": 0.4,
    "environment.station_quality": 0.6,
    "quality.medical_clinic_share": 0.6,
    "quality.elder_station_share": 0.6,
    "quality.culture_base_share": 0.7,
    "quality.other_travel_slope": 0.5,
    "parking.travel": 0.2,
    "parking.order": 0.1,
    "parking.enforced": 0.2,
    "quality.travel": 0.45,
    "quality.travel_slope": 0.4,
    "bicycle.time_saved": 0.5,
    "quality.safety": 0.6,
    "order.guards": 0.0,
    "order.watch": 0.0,
    "order.rounds": 0.0,
    "quality.community_service": 0.75,
    "quality.knowledge_gain": 0.1,
    "quality.service_wait_days": 14,
    "quality.service_wait_weight": 0.5,
    "quality.elsewhere": 0.2,
    "organisations.mature_weeks": 52,
    "organisations.hours_seed": 5,
    "organisations.hours_mature": 25,
    "organisations.culture_standard": 0.05,
}  # whatever calibration makes of them
SERVED = tuple(SERVICES)


class Place(SimpleNamespace):
    by_community = World.by_community

    def in_force(self, event):
        return event in self.events


def place(access=0.5, **changes):
    gates = make(
        Gates,
        cell=np.array([0, 1, 1, 2]),
        estate=np.array([0, 1, 1, 2]),
        community=np.array([0, 1, 1, 2]),
        residents=np.array([100, 100, 300, 100]),
        households=40,
        adults=80,
        commute=1.0,
        compliance=0.25,
        order=0.6,
    )
    communities = make(
        Communities,
        name_zh=np.full(3, ""),
        name_en="",
        residents=np.array([100, 400, 100]),
        households=np.array([40, 80, 40]),
        delay=np.array([0.0, 14, 14]),
        knowledge=0.4,
        latent=np.zeros((3, 10)),
        open_issues=np.zeros((3, 10)),
        norm=np.full((3, 10), 0.5),
    )
    world = {
        "params": Parameters(VALUES),
        "tick": 1,
        "scale": 1.0,
        "gates": gates,
        "communities": communities,
        "events": (),
        "infection": None,
        "levers": make(Levers, 3),
        "context": SimpleNamespace(bike_path=True),
        "stale": set(),
        "facilities": make(Facilities, kind=np.full(1, "")),
        "organisations": make(
            Organisations, kind=np.zeros(3), community=np.array([1, 1, 2]), weeks=np.array([60, 3, -1])
        ),
        "estates": make(Estates, name_zh=np.full(3, ""), name_en="", quality=np.array([0.2, 0.5, 0.8])),
        "demand": {SERVICES[stage].need: np.full((3, 3), float(k)) for k, stage in enumerate(STAGES)},
        "access": {kind: np.full((3, 3), access, np.float32) for kind in SERVED},
        "places": SimpleNamespace(performance=np.zeros((4, 10, 3), np.float32), norm=np.zeros((4, 10), np.float32)),
    }
    return Place(**(world | changes))


def met(world, domain):
    """Performance of a domain after a step, float32 (n_gates, 3)."""
    quality.step(world)
    return world.places.performance[:, DOMAINS.index(domain)]


@pytest.mark.parametrize("domain", ["medical", "convenience", "elder_care"])
@pytest.mark.parametrize("local", [0.0, 0.5, 1.0])
def test_what_is_not_near_is_sought_elsewhere_with_less_success(domain, local):
    assert met(place(local), domain) == pytest.approx(local + 0.2 * (1 - local))


def test_each_gate_meets_the_access_of_its_cell_and_mobility():
    world = place()
    for stage in STAGES:
        world.access[stage] = np.arange(9, dtype=np.float32).reshape(3, 3) / 10
    assert met(world, "school") == pytest.approx(np.array([[0, 1, 2], [3, 4, 5], [3, 4, 5], [6, 7, 8]]) / 10)


def test_stages_of_school_count_by_the_children_of_their_age():
    """One child of 6-11 and two of 12-14 to none of 3-5 in every cell and class."""
    world = place(0.0)
    world.access["kindergarten"][:] = 1
    assert met(world, "school") == pytest.approx(0.0)
    world.access["secondary_school"][:] = 0.6
    assert met(world, "school") == pytest.approx(0.4)


def test_clinics_and_hospitals_share_in_medical_care():
    world = place(0.0)
    world.access["clinic"][:] = 1
    assert met(world, "medical") == pytest.approx(1 - 0.4 * 0.8)


def test_property_is_the_estate_and_environment_the_sorting():
    world = place()
    assert met(world, "property")[:, 0] == pytest.approx([0.2, 0.5, 0.5, 0.8])
    assert met(world, "environment") == pytest.approx(0.6 * 0.6 + 0.4 * 0.25)
    assert met(world, "safety") == pytest.approx(0.6)


def test_travel_falls_with_the_commute_most_for_commuters():
    world = place()
    world.gates.commute[:] = [1.0, 1.5, 0.5, 9.0]
    expected = [[0.45, 0.45, 0.45], [0.35, 0.25, 0.35], [0.55, 0.65, 0.55], [0, 0, 0]]
    assert met(world, "travel") == pytest.approx(np.array(expected))


def test_riding_shortens_the_commute_of_the_gate_by_the_share_who_ride(monkeypatch):
    """Commuters only: one in five of the second gate rides and saves half of the way."""
    monkeypatch.setattr(quality.bicycle, "riders", lambda world: np.array([0, 0.2, 0, 0]))
    travel = met(place(), "travel")
    assert travel[:, 1] == pytest.approx([0.45, 0.45 + 0.4 * 0.1, 0.45, 0.45])
    assert travel[:, [0, 2]] == pytest.approx(0.45)


def test_culture_is_venues_and_the_hours_of_organisations():
    """One mature and one young organisation give 30 hours to 400 people; one that ended gives none."""
    world = place()
    programme = np.array([0, 1 - np.exp(-30 / 400 / 0.05), 1 - np.exp(-30 / 400 / 0.05), 0])
    assert met(world, "culture")[:, 0] == pytest.approx(0.7 * (1 - 0.5 * 0.8) + 0.3 * programme)


def test_organisations_serve_as_many_at_a_smaller_scale():
    small = place(scale=0.5)
    small.communities.residents[:] //= 2
    assert met(small, "culture") == pytest.approx(met(place(), "culture"))


def test_community_service_is_swift_and_knows_the_people():
    waits = np.exp(-np.array([0.0, 14, 14, 14]) / 14)
    assert met(place(), "community_service")[:, 0] == pytest.approx(0.75 * (0.5 + 0.5 * waits) + 0.1 * 0.4)


def test_unsolved_issues_wear_down_their_domain_in_their_community():
    world = place()
    before = quality_of(world)
    world.communities.latent[1, DOMAINS.index("safety")] = 12
    world.communities.open_issues[1, DOMAINS.index("safety")] = 4
    ratio = quality_of(world) / before
    expected = np.ones((4, 10))
    expected[1:3, DOMAINS.index("safety")] = np.exp(-0.6 * 16 / 80)
    assert ratio == pytest.approx(expected[:, :, None].repeat(3, 2), rel=1e-5)


def quality_of(world):
    quality.step(world)
    return world.places.performance.astype(np.float64)


def test_norms_rise_to_the_best_communities_and_never_fall():
    world = place()
    world.communities.norm[:, DOMAINS.index("safety")] = 0.9
    for world.tick in range(4 * 400):
        quality.step(world)
    norm = world.communities.norm
    best = max(met(world, "property")[:, 0])
    assert norm[:, DOMAINS.index("property")] == pytest.approx(best, abs=1e-3)
    assert (norm[:, DOMAINS.index("safety")] == 0.9).all()
    assert world.places.norm == pytest.approx(0.5 * norm[[0, 1, 1, 2]])


def test_a_norm_takes_its_memory_to_rise():
    world = place()
    for world.tick in range(156):
        quality.step(world)
    gap = 0.8 - world.communities.norm[0, DOMAINS.index("property")]
    assert gap == pytest.approx(0.3 * (1 - 4 / 156) ** 39, abs=1e-6)
    assert gap == pytest.approx(0.3 * np.exp(-1), rel=0.02)


def test_a_shorter_commute_and_more_programmes_are_met():
    plain, moved = place(), place()
    moved.gates.commute[:] = plain.gates.commute[:] = 1.2
    moved.levers.commute_cut = 0.1
    moved.levers.programme_hours += 50
    assert (met(moved, "travel") > met(plain, "travel")).all()
    assert (met(moved, "culture") > met(plain, "culture")).all()
