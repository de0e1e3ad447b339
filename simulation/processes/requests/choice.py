"""The channel that a resident chooses for an issue: a multinomial logit, equation (5) of `docs/model.md`.

An issue is latent until its resident reports it: silence is a channel too, and unreported issues lower the quality of
their domain (`processes/quality.py`).
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import N_DOMAINS, SERVICE, TRUST_COMMITTEE, TRUST_FIRM, TRUST_NEIGHBOURS, TRUST_STREET
from simulation.inner import AHEAD, ask
from simulation.parameters import Parameters
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.output import VISIT_FLAG
from simulation.threads import on_threads, take

SILENCE, NEIGHBOUR, VOLUNTEER, FIRM, COMMITTEE, HOTLINE = range(6)
N_CHANNELS = 6
_CHUNK = 512  # events that one thread works on together
_LAST = N_DOMAINS - 1
_WORK_DAYS = 5  # of a week, on which requests are opened
_DETAIL, _CHANNEL = int(Stream.ISSUE_DETAIL), int(Stream.CHANNEL)


class Reporters(NamedTuple):
    """What the choice depends on: columns of residents and of the units that they may turn to."""

    copies: int  # persons that each resident stands for
    gate: NDArray[np.int32]  # of each resident
    renter: NDArray[np.uint8]
    older: NDArray[np.uint8]
    efficacy: NDArray[np.float32]
    trust: NDArray[np.float32]  # (4, n): firm, committee, street, neighbours
    gate_community: NDArray[np.int32]
    gate_firm: NDArray[np.int32]
    issue_weights: NDArray[np.float32]  # (n_gates, 10) cumulative shares of the domains
    walk: NDArray[np.float32]  # (n_gates) minutes to the office
    delay_volunteer: NDArray[np.float64]  # days, by community
    delay_firm: NDArray[np.float64]  # days, by firm
    delay_committee: NDArray[np.float64]  # days, by community
    known_hotline: NDArray[np.float64]  # log of the share who know and would try the hotline, by community
    delay_hotline: NDArray[np.float64]  # days, by community: of the desks that the hotline sends requests to


class Choice(NamedTuple):
    """Coefficients of equation (5)."""

    utility: NDArray[np.float64]  # (6,) by channel
    delay: float
    walk: float  # per minute
    efficacy: float
    trust: float
    severity: float
    renter: float
    older: float
    urgent_share: float


def coefficients(params: Parameters, online: float = 0.0, calls: float = 0.0) -> Choice:
    """The coefficients; a share of adults is `online` with firm and committee, `calls` is added for the hotline."""
    names = ("silence", "neighbour", "volunteer", "firm", "committee", "hotline")
    utility = np.array([params[f"channel.{name}"] for name in names])
    utility[[FIRM, COMMITTEE]] += params["channel.online"] * online
    utility[HOTLINE] += calls
    return Choice(
        utility,
        params["channel.delay"],
        params["channel.walk"] / 10,
        params["channel.efficacy"],
        params["channel.trust"],
        params["channel.severity"],
        params["channel.renter_bias"],
        params["channel.older_bias"],
        params["requests.urgent_share"],
    )


@njit(inline="always")
def _pick(u, x):
    """Index drawn from a softmax of `u` with the uniform number x."""
    top = u.max()
    total = 0.0
    for k in range(u.shape[0]):
        u[k] = np.exp(u[k] - top)
        total += u[k]
    x *= total
    for k in range(u.shape[0]):
        x -= u[k]
        if x < 0.0:
            return k
    return u.shape[0] - 1


def choose(seed, tick, found, reporters, choice, domain, channel, urgent, weekday):
    """Domain, channel, urgency and weekday of every issue and visit in `found`; fills the last four arrays.

    A service visit goes to the committee in the domain of community services.
    """
    counter = np.zeros(1, np.int64)
    on_threads(_choose_chunks, counter, seed, tick, found, reporters, choice, domain, channel, urgent, weekday)


@njit(cache=True, nogil=True)
def _choose_chunks(counter, seed, tick, found, reporters, choice, domain, channel, urgent, weekday):
    """`choose` for chunk after chunk of the events from `counter` on (int64 [1], shared by threads)."""
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    copies, gate, renter, older = reporters.copies, reporters.gate, reporters.renter, reporters.older
    efficacy, trust, walk, weights = reporters.efficacy, reporters.trust, reporters.walk, reporters.issue_weights
    community, firm, known_hotline = reporters.gate_community, reporters.gate_firm, reporters.known_hotline
    delay_volunteer, delay_firm = reporters.delay_volunteer, reporters.delay_firm
    delay_committee, delay_hotline, base = reporters.delay_committee, reporters.delay_hotline, choice.utility
    details, channels = key(seed, tick, _DETAIL), key(seed, tick, _CHANNEL)
    n, u = found.shape[0], np.empty(N_CHANNELS)
    of_neighbours, of_firm, of_committee, of_street = (
        trust[TRUST_NEIGHBOURS],
        trust[TRUST_FIRM],
        trust[TRUST_COMMITTEE],
        trust[TRUST_STREET],
    )
    begin = _CHUNK * take(counter)
    while begin < n:
        for e in range(begin, min(n, begin + _CHUNK)):
            soon = np.int64(found[min(e + AHEAD, n - 1)] & np.uint32(VISIT_FLAG - 1)) // copies
            ask(gate, soon)
            ask(efficacy, soon)
            ask(renter, soon)
            ask(older, soon)
            ask(of_neighbours, soon)
            ask(of_firm, soon)
            ask(of_committee, soon)
            ask(of_street, soon)
            person = np.int64(found[e] & np.uint32(VISIT_FLAG - 1))
            z = draw(details, person)
            weekday[e] = np.int64((z >> np.uint64(8)) & np.uint64(0xFFFF)) * _WORK_DAYS >> 16
            if found[e] & np.uint32(VISIT_FLAG):
                domain[e], channel[e], urgent[e] = SERVICE, COMMITTEE, False
                continue
            who = person // copies
            g, x = gate[who], unit_interval(z)
            d = 0
            while d < _LAST and x >= weights[g, d]:
                d += 1
            severity = np.float64(z & np.uint64(0xFF)) / 255.0
            c, f = community[g], firm[g]
            bias = choice.renter * renter[who] + choice.older * older[who]
            common = choice.efficacy * efficacy[who] + choice.severity * severity + bias
            neighbours, street = choice.trust * of_neighbours[who], choice.trust * of_street[who]
            in_firm, in_committee = choice.trust * of_firm[who], choice.trust * of_committee[who]
            u[SILENCE] = base[SILENCE]
            u[NEIGHBOUR] = base[NEIGHBOUR] + neighbours
            u[VOLUNTEER] = base[VOLUNTEER] + common + neighbours - choice.delay * delay_volunteer[c]
            u[FIRM] = base[FIRM] + common + in_firm - choice.delay * delay_firm[f]
            at_office = choice.delay * delay_committee[c]
            u[COMMITTEE] = base[COMMITTEE] + common + in_committee - at_office - choice.walk * walk[g]
            u[HOTLINE] = base[HOTLINE] + known_hotline[c] + common + street - choice.delay * delay_hotline[c]
            domain[e] = d
            urgent[e] = severity > 1.0 - choice.urgent_share
            channel[e] = _pick(u, unit_interval(draw(channels, person)))
        begin = _CHUNK * take(counter)
