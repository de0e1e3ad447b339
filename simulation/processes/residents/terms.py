"""What is the same for all residents of a gate: terms of the equations, chances of issues and of service visits."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYTIME, DOMAINS, SERVICE
from simulation.elementary import log
from simulation.parameters import Parameters
from simulation.processes import ties
from simulation.processes.epidemic import daily_life
from simulation.processes.quality import organisation_hours
from simulation.state.world import World


def set_terms(world: World) -> None:
    """Terms of efficacy, waste sorting and volunteering (15, 17, 21, 22) that are the same for a whole gate."""
    p, g, c, at = world.params, world.gates, world.communities, world.places
    size = np.maximum(c.households / world.scale, 1)
    at.efficacy_shift[:] = (p["efficacy.size_slope"] * log(p["efficacy.size_reference"] / size))[g.community]
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
    at.campaign[:] = (p["sorting.campaign"] * campaign)[g.community] + background(p)
    hours = organisation_hours(world) / np.maximum(c.residents / world.scale, 1)
    near = np.minimum(1, hours / p["volunteering.organisation_standard"])[g.community]
    norm = np.minimum(1, g.norm + world.levers.norm[g.community])
    at.volunteering[:] = (
        p["volunteering.gate_norm"] * norm + p["volunteering.organisations"] * near + ties.examples(world)[g.community]
    )
    at.registration[:] = (2 * p["volunteering.registration"] * world.levers.invitations)[g.community]


def background(p: Parameters) -> float:
    """Awareness that school, media and newcomers teach in a week: as much as is forgotten where nothing else happens.

    Without it the awareness of the start would not be at rest: k (1 - a) + beta a (1 - a) = a / tau at the start's a.
    """
    a = p["sorting.awareness_start"]
    forgotten = a / ((1 - a) * p["sorting.awareness_memory"])
    return max(0.0, forgotten - p["sorting.diffusion"] * a)


def set_arrivals(world: World) -> None:
    """Thresholds of issues and visits, and the domains that issues come from."""
    p, g, at = world.params, world.gates, world.places
    shares = np.array([p[f"needs.share_{domain}"] for domain in DOMAINS])
    rates = issue_rates(p, at.performance[:, :, DAYTIME], shares / shares.sum())
    if (further := daily_life.further_issues(world)) > 0:
        rates[:, SERVICE] += further * rates.sum(axis=1)
    total = rates.sum(axis=1)
    _cumulate(rates, total, world.issue_shares)
    per_adult = g.households / np.maximum(g.adults, 1)
    stands_for = 1 / (world.scale * world.copies)  # people of the district for a person drawn: 1 but for rounding
    at.issue[:] = threshold(total * per_adult * stands_for)
    visits = p["needs.visit_rate"] * daily_life.visits(world)[g.community]
    at.visit[:] = threshold(visits * per_adult * stands_for)


@njit(cache=True)
def _cumulate(rates, total, shares):
    """Cumulative shares of the domains in the `total` of their rates, by gate."""
    for g in range(rates.shape[0]):
        x = 0.0
        for d in range(rates.shape[1]):
            x += rates[g, d]
            shares[g, d] = x / max(total[g], 1e-12)


def issue_rates(
    params: Parameters, performance: NDArray[np.float32], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Issues per household and week by gate and domain, float64 (n_gates, 10).

    Poor performance breeds issues: the rate grows by `needs.issue_quality_feedback` times the shortfall from the
    reference performance (7.1), and never falls below zero.
    """
    shortfall = params["needs.quality_reference"] - performance
    return (
        params["needs.issue_rate"] * shares * np.maximum(0.0, 1.0 + params["needs.issue_quality_feedback"] * shortfall)
    )


def threshold(rate: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Rates of a week as thresholds of a 32-bit draw; a rate over one counts as one."""
    return (np.clip(rate, 0.0, 1.0) * (2**32 - 1)).astype(np.uint32)
