"""The weekly step of all residents (steps 5 and 10 to 13): terms by gate, then the fused kernel."""

import numpy as np
from numba import njit

from simulation.domains import DOMAINS
from simulation.parameters import Parameters
from simulation.processes import ties
from simulation.processes.quality import organisation_hours
from simulation.processes.requests import needs
from simulation.processes.residents import kernels
from simulation.state.columns import Coefficients
from simulation.state.world import World

_F = np.float32


def coefficients(p: Parameters, online: float = 0.0) -> Coefficients:
    """Scalars of the kernel from the table of parameters; `online` is a share of adults."""
    influence = p["influence.rate"] * (1 + p["influence.online"] * online)
    household, gate, other = (p[f"influence.weight_{kind}"] for kind in ("household", "gate", "other"))
    weights = np.array([household] * 2 + [gate] * 3 + [other] * 3).round().astype(np.int32)
    share = 1 / (255 * weights.sum())
    values = {
        "base": p["satisfaction.base"],
        "performance": p["satisfaction.performance"],
        "disconfirmation": p["satisfaction.disconfirmation"],
        "loss_aversion": p["satisfaction.loss_aversion"],
        "own_expectation": 1 - p["satisfaction.normative_weight"],
        "satisfaction_rate": 1 / p["satisfaction.memory"],
        "expectation_rate": 1 / p["satisfaction.expectation_memory"],
        "noise": 12**0.5 * p["satisfaction.experience_noise"],
        "topic_influence": min(1.0, len(DOMAINS) * influence) * share,
        "efficacy_influence": influence * share,
        "efficacy_memory": 1 / p["efficacy.memory"],
        "tie_share": share,
        "active_share": 1 / weights.sum(),
        "diffusion": p["sorting.diffusion"],
        "habit_weight": p["sorting.habit"],
        "habit_rise": 1 / p["sorting.habit_rise"],
        "habit_fall": 1 / p["sorting.habit_fall"],
        "volunteer_neighbours": p["volunteering.neighbours"],
        "volunteer_fatigue": p["volunteering.fatigue"],
        "exit_base": p["volunteering.exit"],
        "exit_fatigue": p["volunteering.exit_fatigue"],
        "fatigue_per_hour": 1 / p["volunteering.fatigue_hours"],
        "fatigue_recovery": 1 / p["volunteering.fatigue_memory"],
        "trust_rate": p["trust.rate"] / p["trust.place_weeks"],
        "trust_negative": p["trust.negative"],
    }
    bound = np.int32(round(255 * p["influence.confidence"]))
    floats = {name: _F(value) for name, value in values.items()}
    return Coefficients(**floats, bound=bound, weights=weights)  # type: ignore[arg-type]  # numpy scalars for numba


def step(world: World) -> None:
    """Terms by gate, one call of the kernel, and what it leaves for gates and communities."""
    announce(world)
    _terms(world)
    _arrivals(world)
    topic = world.tick % len(DOMAINS)
    widest = int(world.gates.residents.max())
    scalars = coefficients(world.params, world.levers.online)
    kernels.step_residents(
        world.seed,
        world.tick,
        topic,
        (world.tick + 1) % len(DOMAINS),
        widest,
        world.residents.columns,
        world.places,
        scalars,
        world.output,
    )
    world.residents.turn_week()
    _remember(world)


def announce(world: World) -> None:
    """Residents who hear of a coming improvement expect more of it from now on: E += eta (13)."""
    for domain, share in world.levers.announced.items():
        expectation = world.residents.columns.expectation[DOMAINS.index(domain)]
        np.minimum(expectation + _F(share * world.params["satisfaction.announcement"]), _F(1), out=expectation)


def _terms(world: World) -> None:
    p, g, c, at = world.params, world.gates, world.communities, world.places
    size = np.maximum(c.households / world.scale, 1)
    at.efficacy_shift[:] = (p["efficacy.size_slope"] * np.log(p["efficacy.size_reference"] / size))[g.community]
    law = 1.0 if world.context.waste_law and world.in_force("waste_law") else 0.0
    supervision = np.minimum(1, world.levers.supervision + law * p["sorting.supervision_context"])
    convenience = np.maximum(0, 1 - world.estates.station_minutes / p["sorting.station_minutes"])[g.estate]
    convenience = convenience + (1 - convenience) * np.minimum(1, world.levers.recycling)[g.community]
    at.sorting[:] = (
        p["sorting.base"]
        + p["sorting.norm"] * g.compliance
        + p["sorting.convenience"] * convenience
        + (p["sorting.supervision"] * supervision)[g.community]
        + law * p["sorting.fine"]
    )
    campaign = world.levers.campaign + law * p["sorting.campaign_context"]
    at.campaign[:] = (p["sorting.campaign"] * campaign)[g.community]
    hours = organisation_hours(world) / np.maximum(c.residents / world.scale, 1)
    near = np.minimum(1, hours / p["volunteering.organisation_standard"])[g.community]
    norm = np.minimum(1, g.norm + world.levers.norm[g.community])
    at.volunteering[:] = (
        p["volunteering.gate_norm"] * norm + p["volunteering.organisations"] * near + ties.examples(world)[g.community]
    )
    at.registration[:] = (2 * p["volunteering.registration"] * world.levers.invitations)[g.community]


def _arrivals(world: World) -> None:
    """Thresholds of issues and visits, and the domains that issues come from."""
    p, g, at = world.params, world.gates, world.places
    shares = np.array([p[f"needs.share_{domain}"] for domain in DOMAINS])
    rates = needs.issue_rates(p, at.performance[:, :, 0], shares / shares.sum())
    total = rates.sum(axis=1)
    _cumulate(rates, total, world.issue_shares)
    per_adult = g.households / np.maximum(g.adults, 1)
    at.issue[:] = needs.threshold(total * per_adult)
    at.visit[:] = needs.threshold(p["needs.visit_rate"] * per_adult)


@njit(cache=True)
def _cumulate(rates, total, shares):
    """Cumulative shares of the domains in the `total` of their rates, by gate."""
    for g in range(rates.shape[0]):
        x = 0.0
        for d in range(rates.shape[1]):
            x += rates[g, d]
            shares[g, d] = x / max(total[g], 1e-12)


def _remember(world: World) -> None:
    p, g, t = world.params, world.gates, world.output.tallies
    g.compliance[:] = t[:, kernels.T_SORT] / (kernels.FIXED * np.maximum(g.residents, 1))
    share = t[:, kernels.T_ACTIVE] / np.maximum(g.residents, 1)
    idle = 1 - np.minimum(1, share / p["gate.active_reference"])
    norm = 1 - idle * (1 - p["gate.head_norm"] * g.head)
    g.norm += (norm - g.norm) / p["gate.norm_memory"]
    people = kernels.FIXED * max(len(world.residents), 1)
    world.mean_awareness = float(t[:, kernels.T_AWARE].sum() / people)
    world.mean_compliance = float(t[:, kernels.T_SORT].sum() / people)
    world.communities.volunteer_hours[:] = world.by_community(t[:, kernels.T_HOURS]) / kernels.FIXED
    world.communities.volunteer_hours += world.scale * world.levers.activity_hours
