"""What comes up in the week, and what of it is turned in: the others end among neighbours or stay latent."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.elementary import log
from simulation.inner import AHEAD, ask
from simulation.processes import partners, ties
from simulation.processes.epidemic import daily_life
from simulation.processes.requests import choice
from simulation.random import Stream, bits, draw, key, unit_interval
from simulation.state.output import VISIT_FLAG
from simulation.state.world import World

_SELF_HELP = int(Stream.SELF_HELP)
_FIRST_BITS = 15  # of a word: about as many parts as a week has requests
_DAY_BITS = np.uint64(3)  # of a word that sorts by weekday first, then by luck


class Reports(NamedTuple):
    """Issues and visits of a week, one row each."""

    person: NDArray[np.int64]  # address of the draws: resident * copies + copy
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
    scalars = choice.coefficients(world.params, world.levers.online, daily_life.calls(world))
    choice.choose(world.seed, world.tick, found, _reporters(world), scalars, domain, channel, urgent, weekday)
    person = (found & np.uint32(VISIT_FLAG - 1)).astype(np.int64)
    return Reports(person, person // world.copies, found >= VISIT_FLAG, domain, channel, urgent, weekday)


def _reporters(world: World) -> choice.Reporters:
    r, g, c = world.residents, world.gates, world.communities
    return choice.Reporters(
        world.copies,
        r.gate,
        r.renter,
        r.older,
        r.columns.efficacy,
        r.columns.trust,
        g.community,
        g.firm,
        world.issue_shares,
        g.walk,
        c.volunteer_delay,
        world.firms.delay,
        c.delay,
        log(c.hotline_known),
        hotline_delay(world),
    )


def hotline_delay(world: World) -> NDArray[np.float64]:
    """Days that a hotline request is expected to take by community: the mean of the desks it may be sent to."""
    p, c = world.params, world.communities
    committee, street = p["requests.committee_share"], p["requests.street_share"]
    department = world.departments.delay[world.department_of_domain].mean()
    return (
        committee * c.delay
        + street * world.streets.delay[c.subdistrict]
        + max(0.0, 1 - committee - street) * department
    )


def turned_in(world: World, reports: Reports) -> NDArray[np.int64]:
    """Rows of the reports that become requests, int64, as they come in: by day, and within a day in random order.

    The others end among neighbours or stay latent.
    """
    rows = _split(
        world.seed,
        world.tick,
        reports,
        world.residents.gate,
        world.gates.community,
        ties.self_help(world),
        world.communities.latent,
    )
    luck = bits(world.seed, Stream.QUEUE, reports.person[rows], world.tick) >> _DAY_BITS
    day = reports.weekday[rows].astype(np.uint64) << (np.uint64(64) - _DAY_BITS)
    return rows[order(day | luck)]


@njit(cache=True)
def order(words):
    """Places of random 64-bit words in rising order, int64; equal ones stay as they came.

    Words that chance spreads evenly are nearly in order once they are counted by their first bits.
    """
    shift = np.uint64(64 - _FIRST_BITS)
    begin = np.zeros((1 << _FIRST_BITS) + 1, np.int64)
    for word in words:
        begin[np.int64(word >> shift) + 1] += 1
    for part in range(1, begin.shape[0]):
        begin[part] += begin[part - 1]
    places = np.empty(words.shape[0], np.int64)
    for k in range(words.shape[0]):
        first = np.int64(words[k] >> shift)
        places[begin[first]] = k
        begin[first] += 1
    for end in range(1, words.shape[0]):
        moved = places[end]
        i = end
        while i > 0 and words[places[i - 1]] > words[moved]:
            places[i] = places[i - 1]
            i -= 1
        places[i] = moved
    return places


def fade(world: World) -> None:
    """Unreported issues fade, and partners settle some of them."""
    world.communities.latent *= 1 - 1 / world.params["needs.latent_decay"]
    partners.settle(world)


@njit(cache=True)
def _split(seed, tick, reports, gate, community, self_help, latent):
    """Rows of the reports that become tickets, int64; the others are settled among neighbours or added to `latent`."""
    person, resident, domain, channel = reports.person, reports.resident, reports.domain, reports.channel
    start = key(seed, tick, _SELF_HELP)
    rows, count = np.empty(resident.shape[0], np.int64), 0
    for k in range(resident.shape[0]):
        ask(gate, resident[min(k + AHEAD, resident.shape[0] - 1)])
        if channel[k] >= choice.VOLUNTEER:
            rows[count] = k
            count += 1
            continue
        c = community[gate[resident[k]]]
        if channel[k] == choice.SILENCE or unit_interval(draw(start, person[k])) >= self_help[c]:
            latent[c, domain[k]] += 1.0
    return rows[:count]
