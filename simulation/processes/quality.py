"""Performance that residents meet, by gate and domain (steps 4 and 9), and the norms they hold it against.

Facilities act through access, estates through their firm, committees through waits; open and unreported issues of a
domain lower it for the whole community.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics import DOMAINS
from simulation.parameters import Parameters
from simulation.processes import epidemic, services
from simulation.world import World

SCHOOL, MEDICAL, TRAVEL, SAFETY, CONVENIENCE, ELDER, ENVIRONMENT, PROPERTY, CULTURE, SERVICE = range(10)
NORM_WEEKS = 4  # norms move over years: their reference is read every fourth week
_COMMUTER = 1


def step(world: World) -> None:
    """Fill `world.places.performance` and `world.places.norm`."""
    services.refresh(world)
    cell = world.gates.cell
    q = world.places.performance
    a, p = world.access, world.params
    q[:, SCHOOL] = a["school"][cell]
    clinic = np.float32(p["quality.medical_clinic_share"])
    q[:, MEDICAL] = _or_elsewhere(clinic * a["clinic"] + (1 - clinic) * a["hospital"], p)[cell]
    q[:, TRAVEL] = _travel(world)
    q[:, SAFETY] = p["quality.safety"]
    q[:, CONVENIENCE] = _or_elsewhere(a["service_circle"], p, _markets_left(world))[cell]
    station = np.float32(p["quality.elder_station_share"])
    q[:, ELDER] = _or_elsewhere(station * a["elder_station"] + (1 - station) * a["elder_institution"], p)[cell]
    if epidemic.responding(world):
        q[:, TRAVEL] *= epidemic.travel_factor(world)[world.gates.community][:, None]
        q[:, ELDER] *= epidemic.elder_factor(world)[world.gates.community][:, None]
    q[:, ENVIRONMENT] = _environment(world)[:, None]
    q[:, PROPERTY] = world.estates.quality[world.gates.estate][:, None]
    q[:, CULTURE] = _culture(world)
    q[:, SERVICE] = _community_service(world)[world.gates.community][:, None]
    q *= _issue_penalty(world)[world.gates.community].astype(np.float32)[:, :, None]
    if world.tick % NORM_WEEKS == 0:
        _norms(world)
    world.places.norm[:] = p["satisfaction.normative_weight"] * world.communities.norm[world.gates.community]


def _or_elsewhere(local: NDArray[np.float32], p: Parameters, left: float = 1.0) -> NDArray[np.float32]:
    """Performance when what cannot be had within a walk is sought elsewhere, with less success; `left` of it exists."""
    return 1 - (1 - local) * np.float32(1 - p["quality.elsewhere"] * left)


def _markets_left(world: World) -> float:
    """Share of the everyday trade beyond the circles that is left when street markets are closed."""
    return max(0.0, 1 - world.params["quality.market_loss"] * world.levers.markets_closed)


def _environment(world: World) -> NDArray[np.float64]:
    """Cleanliness by gate, float64 (n_gates,): state of the bin stations, and waste sorted right."""
    p = world.params
    state = p["environment.station_quality"]
    station = state + (1 - state) * np.minimum(1, world.levers.clean_up)
    return (p["environment.station_weight"] * station[world.gates.community]
            + p["environment.compliance_weight"] * world.gates.compliance)


def _travel(world: World) -> NDArray[np.float64]:
    """Performance of travel by gate and mobility class: it falls with the commute over its mean of 2018."""
    p = world.params
    cut = p["quality.bike_path_gain"] if world.context.bike_path and world.in_force("bike_path") else 0.0
    excess = world.gates.commute * (1 - cut) * (1 - world.levers.commute_cut) - 1
    slope = np.full(3, p["quality.travel_slope"] * p["quality.other_travel_slope"])
    slope[_COMMUTER] = p["quality.travel_slope"]
    return np.clip(p["quality.travel"] - excess[:, None] * slope, 0, 1)


def _culture(world: World) -> NDArray[np.float64]:
    """Venues by access, organisations by their hours for the community."""
    p = world.params
    venues = _or_elsewhere(world.access["culture_centre"], p)[world.gates.cell]
    hours = organisation_hours(world) / np.maximum(world.communities.residents / world.scale, 1)
    programme = 1 - np.exp(-hours / p["organisations.culture_standard"])
    share = p["quality.culture_base_share"]
    return share * venues + (1 - share) * programme[world.gates.community][:, None]


def organisation_hours(world: World) -> NDArray[np.float64]:
    """Weekly service hours of organisations by home community, full scale."""
    o, p = world.organisations, world.params
    hours = np.where(o.weeks >= p["organisations.mature_weeks"], p["organisations.hours_mature"],
                     p["organisations.hours_seed"]) * (o.weeks >= 0)
    return np.bincount(o.community, hours, len(world.communities)) + world.levers.programme_hours


def _community_service(world: World) -> NDArray[np.float64]:
    p, c = world.params, world.communities
    swift = np.exp(-c.delay / p["quality.service_wait_days"])
    weight = p["quality.service_wait_weight"]
    return np.minimum(1, p["quality.community_service"] * (1 - weight + weight * swift)
                      + p["quality.knowledge_gain"] * c.knowledge)


def _issue_penalty(world: World) -> NDArray[np.float64]:
    """Factor by community and domain: unsolved issues per household wear quality down."""
    c = world.communities
    per_household = (c.latent + c.open_issues) / np.maximum(c.households, 1)[:, None]
    return np.exp(-world.params["needs.latent_penalty"] * per_household)


def _norms(world: World) -> None:
    """Normative expectation (14): it rises towards the mean of the best quarter of communities, and never falls."""
    p, c = world.params, world.communities
    g = world.gates
    weight = world.by_community(g.residents)
    performance = world.places.performance[:, :, 0]
    mean = np.stack([world.by_community(g.residents * performance[:, d]) for d in range(len(DOMAINS))], 1)
    mean /= np.maximum(weight, 1)[:, None]
    best = max(1, len(c) // 4)
    reference = np.sort(mean, axis=0)[-best:].mean(axis=0)
    c.norm += NORM_WEEKS / p["satisfaction.norm_memory"] * np.maximum(reference - c.norm, 0)
