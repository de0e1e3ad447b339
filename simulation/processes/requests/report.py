"""What comes up in the week, and what of it is turned in: the others end among neighbours or stay latent."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.processes import partners, ties
from simulation.processes.requests import choice
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.output import VISIT_FLAG
from simulation.state.world import World

_SELF_HELP = int(Stream.SELF_HELP)


class Reports(NamedTuple):
    """Issues and visits of a week, one row each, in the order of the residents."""

    resident: NDArray[np.int64]
    visit: NDArray[np.bool_]  # a service visit, not an issue
    domain: NDArray[np.int8]
    channel: NDArray[np.int8]
    urgent: NDArray[np.bool_]
    weekday: NDArray[np.int32]


def report(world: World) -> Reports:
    """Domain, channel, urgency and weekday of everything that came up this week."""
    out = world.output
    found = np.concatenate([out.found[a : a + n] for a, n in zip(out.found_ptr, out.found_count, strict=True)])
    n = len(found)
    domain, channel, weekday = np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.int32)
    urgent = np.empty(n, np.bool_)
    reformed = world.context.hotline_reform and world.in_force("hotline_reform")
    scalars = choice.coefficients(world.params, reformed, world.levers.online)
    choice.choose(world.seed, world.tick, found, _reporters(world), scalars, domain, channel, urgent, weekday)
    return Reports(
        (found & np.uint32(VISIT_FLAG - 1)).astype(np.int64), found >= VISIT_FLAG, domain, channel, urgent, weekday
    )


def _reporters(world: World) -> choice.Reporters:
    r, g, c = world.residents, world.gates, world.communities
    return choice.Reporters(
        r.gate,
        r.renter,
        r.older,
        r.columns.efficacy,
        r.columns.trust,
        g.community,
        g.firm,
        g.subdistrict,
        world.issue_shares,
        g.walk,
        c.volunteer_delay,
        world.firms.delay,
        c.delay,
        world.streets.delay,
    )


def turned_in(world: World, reports: Reports) -> NDArray[np.int64]:
    """Rows of the reports that become requests, int64; the others end among neighbours or stay latent."""
    return _split(
        world.seed,
        world.tick,
        reports,
        world.residents.gate,
        world.gates.community,
        ties.self_help(world),
        world.communities.latent,
    )


def fade(world: World) -> None:
    """Unreported issues fade, and partners settle some of them."""
    world.communities.latent *= 1 - 1 / world.params["needs.latent_decay"]
    partners.settle(world)


@njit(cache=True)
def _split(seed, tick, reports, gate, community, self_help, latent):
    """Rows of the reports that become tickets, int64; the others are settled among neighbours or added to `latent`."""
    resident, domain, channel = reports.resident, reports.domain, reports.channel
    start = key(seed, tick, _SELF_HELP)
    rows, count = np.empty(resident.shape[0], np.int64), 0
    for k in range(resident.shape[0]):
        if channel[k] >= choice.VOLUNTEER:
            rows[count] = k
            count += 1
            continue
        c = community[gate[resident[k]]]
        if channel[k] == choice.SILENCE or unit_interval(draw(start, resident[k])) >= self_help[c]:
            latent[c, domain[k]] += 1.0
    return rows[:count]
