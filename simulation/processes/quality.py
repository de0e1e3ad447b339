"""Performance that residents meet, by gate and domain, and the norms they hold it against.

Facilities act through access, estates through their firm, committees through waits; open and unreported issues of a
domain lower it for the whole community.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import (
    COMMUTER,
    CONVENIENCE,
    CULTURE,
    DAYTIME,
    DOMAINS,
    ELDER,
    ENVIRONMENT,
    MEDICAL,
    N_MOBILITY,
    PROPERTY,
    SAFETY,
    SCHOOL,
    SERVICE,
    TRAVEL,
)
from simulation.elementary import exp
from simulation.parameters import Parameters
from simulation.processes import bicycle, order, parking, services
from simulation.processes.epidemic import daily_life
from simulation.processes.epidemic import step as epidemic
from simulation.state.facilities import CIRCLE, INSTITUTION, SERVICES, STAGES, VENUE
from simulation.state.organisations import FIELDS, KINDS
from simulation.state.world import World

NORM_WEEKS = 4  # norms move over years: their reference is read every fourth week
_Source = tuple[NDArray[Any], NDArray[Any]]  # performance where it is made, and the row of it that each gate meets


def step(world: World) -> None:
    """Fill `world.places.performance` and `world.places.norm`."""
    services.refresh(world)
    order.step(world)
    wear = issue_penalty(world).astype(np.float32)
    for domain, (values, row) in enumerate(_sources(world)):
        _meet(world.places.performance, domain, _by_class(values), row, wear, world.gates.community)
    if world.tick % NORM_WEEKS == 0:
        _norms(world)
    weighted = world.params["satisfaction.normative_weight"] * world.communities.norm
    world.places.norm[:] = weighted.astype(np.float32)[world.gates.community]


def _sources(world: World) -> list[_Source]:
    """Performance before wear of each domain, where it is made, and the row of it that each gate meets.

    Values are (n,), or (n, 3) where the mobility classes differ; n is cells, estates, communities or gates.
    """
    a, p, g = world.access, world.params, world.gates
    gates = np.arange(len(g), dtype=np.int32)
    clinic = np.float32(p["quality.medical_clinic_share"])
    medical = _or_elsewhere(clinic * a["clinic"] + (1 - clinic) * a["hospital"], p)
    station = np.float32(p["quality.elder_station_share"])
    elder = _or_elsewhere(station * a["elder_station"] + (1 - station) * a[INSTITUTION], p)
    sources: dict[int, _Source] = {
        SCHOOL: (_school(world), g.cell),
        MEDICAL: (medical, g.cell),
        TRAVEL: (_travel(world), gates),
        SAFETY: (world.gates.order, gates),
        CONVENIENCE: (_or_elsewhere(a[CIRCLE], p, _markets_left(world)), g.cell),
        ELDER: (elder, g.cell),
        ENVIRONMENT: (_environment(world), gates),
        PROPERTY: (world.estates.quality, g.estate),
        CULTURE: (_culture(world), gates),
        SERVICE: (_community_service(world), g.community),
    }
    if epidemic.responding(world):
        sources[TRAVEL] = _kept(sources[TRAVEL], epidemic.travel_factor(world)[g.community]), gates
    for domain, share in daily_life.kept(world).items():
        sources[domain] = _kept(sources[domain], share[g.community]), gates
    return [sources[domain] for domain in range(len(DOMAINS))]


def _kept(source: _Source, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is left of the performance by gate, float64 (n_gates, 3), when each gate keeps a share of it."""
    values, row = source
    return values.astype(np.float32)[row] * share[:, None]


def _by_class(values: NDArray[Any]) -> NDArray[np.float32]:
    """Performance by mobility class, float32 (n, 3); a column holds for all classes."""
    return np.array(np.broadcast_to(values.reshape(len(values), -1), (len(values), N_MOBILITY)), np.float32)


@njit(cache=True)
def _meet(performance, domain, values, row, wear, community):
    """Fill one domain of `performance` (n_gates, 10, 3): what is made at the gate's row of `values`, less the wear."""
    for g in range(row.shape[0]):
        for m in range(N_MOBILITY):
            performance[g, domain, m] = values[row[g], m] * wear[community[g], domain]


def _school(world: World) -> NDArray[np.float32]:
    """Schooling by cell and mobility class: what each stage offers, weighed by the district's children of its age."""
    children = np.array([world.demand[SERVICES[stage].need].sum() for stage in STAGES])
    share = (children / max(children.sum(), 1.0)).astype(np.float32)
    return sum(part * world.access[stage] for part, stage in zip(share, STAGES, strict=True))


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
    return (
        p["environment.station_weight"] * station[world.gates.community]
        + p["environment.compliance_weight"] * world.gates.compliance
    )


def _travel(world: World) -> NDArray[np.float64]:
    """Performance of travel by gate and mobility class: it falls with the commute over its mean of 2018.

    So it does with the cars that stand in the street (32). Those who ride on the bicycle path are faster, so the mean
    commute of their gate is shorter.
    """
    p = world.params
    gone = (1 - world.levers.commute_cut) * (1 - daily_life.at_home(world))
    commute = np.repeat((world.gates.commute * gone)[:, None], N_MOBILITY, axis=1)
    commute[:, COMMUTER] *= 1 - p["bicycle.time_saved"] * bicycle.riders(world)
    slope = np.full(N_MOBILITY, p["quality.travel_slope"] * p["quality.other_travel_slope"])
    slope[COMMUTER] = p["quality.travel_slope"]
    parked = p["parking.travel"] * parking.crowding(world)
    return np.clip(p["quality.travel"] - (commute - 1) * slope - parked[:, None], 0, 1)


def _culture(world: World) -> NDArray[np.float64]:
    """Venues by access, organisations by their hours for the community."""
    p = world.params
    venues = _or_elsewhere(world.access[VENUE], p)[world.gates.cell]
    hours = leisure_hours(world) + world.levers.programme_hours
    hours /= np.maximum(world.communities.residents / world.scale, 1)
    programme = 1 - exp(-hours / p["organisations.culture_standard"])
    share = p["quality.culture_base_share"]
    return share * venues + (1 - share) * programme[world.gates.community][:, None]


def leisure_hours(world: World) -> NDArray[np.float64]:
    """Weekly hours of the organisations for culture and social life by home community, full scale."""
    return hours_by_kind(world) @ np.array([kind not in FIELDS for kind in KINDS])


def organisation_hours(world: World) -> NDArray[np.float64]:
    """Weekly service hours of organisations and programmes by home community, full scale."""
    return hours_by_kind(world).sum(axis=1) + world.levers.programme_hours


def hours_by_kind(world: World) -> NDArray[np.float64]:
    """Weekly service hours of organisations by home community and kind, float64 (n_communities, 9), full scale."""
    o, p, n = world.organisations, world.params, len(world.communities)
    hours = np.where(
        o.weeks >= p["organisations.mature_weeks"], p["organisations.hours_mature"], p["organisations.hours_seed"]
    ) * (o.weeks >= 0)
    place = o.community.astype(np.int64) * len(KINDS) + o.kind
    return np.bincount(place, hours, n * len(KINDS)).astype(np.float64, copy=False).reshape(n, len(KINDS))


def _community_service(world: World) -> NDArray[np.float64]:
    p, c = world.params, world.communities
    swift = exp(-c.delay / p["quality.service_wait_days"])
    weight = p["quality.service_wait_weight"]
    return np.minimum(
        1, p["quality.community_service"] * (1 - weight + weight * swift) + p["quality.knowledge_gain"] * c.knowledge
    )


def issue_penalty(world: World) -> NDArray[np.float64]:
    """Factor by community and domain: unsolved issues per household wear quality down."""
    c = world.communities
    per_household = (c.latent + c.open_issues) / np.maximum(c.households / world.scale, 1)[:, None]
    return exp(-world.params["needs.latent_penalty"] * per_household)


def _norms(world: World) -> None:
    """Normative expectation (14): it rises towards the mean of the best quarter of communities, and never falls."""
    c = world.communities
    c.norm += NORM_WEEKS / world.params["satisfaction.norm_memory"] * np.maximum(best_quarter(world) - c.norm, 0)


def best_quarter(world: World) -> NDArray[np.float64]:
    """Mean performance of the best quarter of the communities by domain, float64 (10,)."""
    c, g = world.communities, world.gates
    weight = world.by_community(g.residents)
    performance = world.places.performance[:, :, DAYTIME]
    mean = np.stack([world.by_community(g.residents * performance[:, d]) for d in range(len(DOMAINS))], 1)
    mean /= np.maximum(weight, 1)[:, None]
    best = max(1, len(c) // 4)
    reference: NDArray[np.float64] = np.sort(mean, axis=0)[-best:].mean(axis=0)
    return reference
