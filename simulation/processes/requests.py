"""Requests (steps 6 and 7): new tickets enter queues, desks serve them, residents learn from the outcome.

Conservation: opened = resolved + unresolved + withdrawn + open, by count, at the end of every week.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.parameters import Parameters
from simulation.population.kernels import VISIT_FLAG
from simulation.population.random import Stream, draw, key, uniform, unit_interval
from simulation.processes import needs, tickets, ties
from simulation.processes.staff import committee_hours
from simulation.processes.tickets import COMMITTEE, DEPARTMENT, FIRM, OPEN, RESOLVED, STREET, VOLUNTEER, Desks, Tickets
from simulation.world import World

COMMUNITY_SERVICE = 9
_CALL_BACK = int(Stream.CALL_BACK)
_ACTOR = np.array([3, 0, 1, 2, 2])  # whom a resident credits, by tier: row of `trust`
_UNIFORM_WIDTH = 12.0**0.5  # width of a uniform distribution of unit variance


def step(world: World) -> None:
    """One week of requests."""
    found = np.concatenate([world.output.found[a:a + n] for a, n in
                            zip(world.output.found_ptr, world.output.found_count, strict=True)])
    _latent_fade(world)
    desks = _desks(world)
    _open(world, found, desks)
    t, p = world.tickets, world.params
    before = _hours_left(world)
    tickets.serve_week(world.seed, world.tick, t, desks, _work(p), p["requests.contact_hours"],
                       int(p["requests.sla_days"]), p["requests.escalate"], p["requests.reopen"],
                       int(p["staff.work_days"]))
    world.arrived += np.maximum(desks.used + _hours_left(world) - before, 0)  # contacts, and work that moved here
    tickets.withdraw(world.seed, world.tick, t, 1 / p["requests.patience_weeks"], 7 * world.tick + 6)
    _learn(world)
    _call_back(world)
    _count(world)
    _observe(world, desks)
    world.handled = t
    world.tickets = tickets.keep(t, (t.status == OPEN) | (t.hotline & ~t.called))


def _work(p: Parameters) -> NDArray[np.float64]:
    return np.array([p["requests.work_visit"], p["requests.work_firm"], p["requests.work_committee"],
                     p["requests.work_street"], p["requests.work_department"]])


def _hours_left(world: World) -> NDArray[np.float64]:
    """Hours of work waiting at each desk, float64 (n_desks,)."""
    first = _first(world)
    hours = np.zeros(first[-1])
    _add_left(world.tickets, first, hours)
    return hours


@njit(cache=True)
def _add_left(t, first, hours):
    for k in range(t.left.shape[0]):
        if t.status[k] == OPEN:
            hours[first[t.tier[k]] + t.unit[k]] += t.left[k]


def _latent_fade(world: World) -> None:
    world.communities.latent *= 1 - 1 / world.params["needs.latent_decay"]
    world.communities.latent *= (1 - np.minimum(world.levers.matching, 1))[:, None]


def _open(world: World, found: NDArray[np.uint32], desks: Desks) -> None:
    """Choose channels, keep what stays unreported as latent issues, and append the tickets."""
    n = len(found)
    domain, channel, weekday = np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.int32)
    urgent = np.empty(n, np.bool_)
    reformed = world.context.hotline_reform and world.in_force("hotline_reform")
    choice = needs.choice(world.params, reformed, world.levers.online)
    needs.report(world.seed, world.tick, found, _reporters(world), choice, domain, channel, urgent, weekday)
    who = (found & np.uint32(VISIT_FLAG - 1)).astype(np.int64)
    community = world.gates.community[world.residents.gate[who]]
    helped = uniform(world.seed, Stream.SELF_HELP, who, world.tick) < ties.self_help(world)[community]
    unreported = (channel == needs.SILENCE) | ((channel == needs.NEIGHBOUR) & ~helped)
    np.add.at(world.communities.latent, (community[unreported], domain[unreported]), 1.0)
    rows = channel >= needs.VOLUNTEER
    visit = (found[rows] & np.uint32(VISIT_FLAG)) > 0
    new = _route(world, desks, who[rows], domain[rows], channel[rows], urgent[rows], weekday[rows], visit)
    world.week.opened += np.bincount(new.community, minlength=len(world.communities))
    world.tickets = tickets.join(world.tickets, new)


def _reporters(world: World) -> needs.Reporters:
    r, g, c = world.residents, world.gates, world.communities
    shares = world.issue_shares
    return needs.Reporters(r.gate, r.renter, r.older, r.columns.efficacy, r.columns.trust, g.community, g.firm,
                           g.subdistrict, shares, g.walk, c.volunteer_delay, world.firms.delay, c.delay,
                           world.streets.delay)


def _route(world: World, desks: Desks, who: NDArray[np.int64], domain: NDArray[np.int8], channel: NDArray[np.int8],
           urgent: NDArray[np.bool_], weekday: NDArray[np.int32], visit: NDArray[np.bool_]) -> Tickets:
    """New tickets with their first desk; the hotline dispatches to committee, street or department."""
    p, g, tick = world.params, world.residents.gate[who], world.tick
    community, firm, street = world.gates.community[g], world.gates.firm[g], world.gates.subdistrict[g]
    hotline = channel == needs.HOTLINE
    u = uniform(world.seed, Stream.DISPATCH, who, tick)
    dispatched = np.where(u < p["requests.committee_share"], COMMITTEE, np.where(
        u < p["requests.committee_share"] + p["requests.street_share"], STREET, DEPARTMENT))
    direct = np.array([-1, -1, VOLUNTEER, FIRM, COMMITTEE, -1])[channel]
    tier = np.where(hotline, dispatched, direct)
    sibling = _sibling(world, community)
    misrouted = (tier == COMMITTEE) & (sibling >= 0) & (
        uniform(world.seed, Stream.MISROUTE, who, tick) < world.levers.misroute[community])
    unit = np.select([tier <= VOLUNTEER, tier == FIRM, tier == COMMITTEE, tier == STREET],
                     [community, firm, np.where(misrouted, sibling, community), street],
                     world.department_of_domain[domain])
    factor = _lognormal(uniform(world.seed, Stream.WORK, who, 2 * tick),
                        uniform(world.seed, Stream.WORK, who, 2 * tick + 1), p["requests.work_cv"])
    mean = np.where(visit, p["requests.work_visit"], _work(p)[tier])
    slow = np.where(visit, _visit_slowdown(world)[community], 1.0)
    left = np.where(misrouted, p["requests.handover_hours"], mean * factor * slow)
    desk = desks.first[tier] + unit
    world.arrived = np.bincount(desk, left, desks.first[-1]).astype(np.float64)
    left = np.where(misrouted, left, left * desks.cut[desk])
    return tickets.new_tickets(
        len(who), resident=who, community=community, firm=firm, street=street, domain=domain, visit=visit,
        hotline=hotline, urgent=urgent, misrouted=misrouted, tier=tier, unit=unit, opened_tick=tick,
        opened=7 * tick + weekday, factor=np.where(visit, factor * mean / _work(p)[COMMITTEE], factor), left=left)


def _sibling(world: World, community: NDArray[np.int32]) -> NDArray[np.int64]:
    """The community that a confused request goes to: the parent of a new part, else the latest part; -1 if none."""
    c = world.communities
    other = c.parent.astype(np.int64).copy()
    other[c.parent[c.parent >= 0]] = np.flatnonzero(c.parent >= 0)
    return other[community]


def _lognormal(u: NDArray[np.float64], v: NDArray[np.float64], cv: float) -> NDArray[np.float64]:
    """Log-normal numbers with mean 1 from two uniform ones (Box & Muller 1958)."""
    normal = np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v)
    sigma = np.sqrt(np.log(1 + cv**2))
    return np.exp(sigma * normal - sigma**2 / 2)


def _visit_slowdown(world: World) -> NDArray[np.float64]:
    p = world.params
    return 1 + p["room.visit_slowdown"] * np.clip(1 - world.communities.room_area / p["room.standard"], 0, 1)


def _first(world: World) -> NDArray[np.int64]:
    """First desk of each tier, and the number of desks."""
    c, f, s, d = (len(x) for x in (world.communities, world.firms, world.streets, world.departments))
    return np.cumsum([0, c, f, c, s, d])


def _desks(world: World) -> Desks:
    """Hours, speed and skill of every desk this week."""
    p, c, first = world.params, world.communities, _first(world)
    week_days = p["staff.work_days"]
    committee = committee_hours(world)
    volunteer = p["volunteering.substitution"] * p["volunteering.request_share"] * c.volunteer_hours
    hours = np.concatenate([volunteer, world.firms.hours, committee,
                            world.streets.hours * world.levers.street_hours,
                            world.departments.hours * world.levers.department_hours])
    load = np.concatenate([np.zeros(len(c)), world.firms.load_memory, c.load_memory, world.streets.load_memory,
                           world.departments.load_memory])
    over = np.maximum(load - 1, 0)
    slow = np.ones(first[-1])
    slow[first[COMMITTEE]:first[STREET]] = _visit_slowdown(world)
    n = first[-1]
    return Desks(first, hours / week_days, np.full(n, p["staff.day_hours"]),
                 np.maximum(p["staff.corner_floor"], 1 - p["staff.corner_cutting"] * over), slow,
                 _resolve_logit(world, over), np.zeros(n), np.zeros(n), np.zeros(n, np.int64),
                 world.department_of_domain)


def _resolve_logit(world: World, over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equation (8) for every desk."""
    p, first = world.params, _first(world)
    knowledge = np.zeros(first[-1])
    knowledge[first[COMMITTEE]:first[STREET]] = world.communities.knowledge
    knowledge[:first[FIRM]] = 1.0  # a gate head knows the gate
    authority = np.zeros(first[-1])
    authority[first[COMMITTEE]:first[DEPARTMENT]] = world.levers.authority
    authority[first[STREET]:first[DEPARTMENT]] += p["requests.authority_street"]
    authority[first[DEPARTMENT]:] = p["requests.authority_department"]
    skill = np.full(first[-1], p["staff.skill"])
    skill[first[STREET]:first[DEPARTMENT]] += world.levers.street_skill
    reform = p["requests.resolve_reform"] * world.ramp("hotline_reform") if world.context.hotline_reform else 0.0
    return (p["requests.resolve_base"] + reform + p["requests.resolve_staff"] * (skill - 0.5)
            + p["requests.resolve_authority"] * authority + p["requests.resolve_knowledge"] * knowledge
            - p["requests.resolve_overload"] * over)


@njit(inline="always")
def _experience(resolved, days, manner, c):
    """Experience of a closed ticket, equation (9), in 0-1."""
    return c[0] + c[1] * resolved + c[2] * np.exp(-days / c[3]) + c[4] * manner


@njit(inline="always")
def _meet(satisfaction, expectation, who, y, norm, e):
    """Satisfaction and expectation of a domain after one experience y, equations (11)-(13)."""
    base, performance, disconfirmation, aversion, own, rate, rate_e = e
    gap = y - norm - own * expectation[who]
    gap = min(gap, aversion * gap)
    target = min(1.0, max(0.0, base + performance * y + disconfirmation * gap))
    satisfaction[who] += rate * (target - satisfaction[who])
    expectation[who] += rate_e * (y - expectation[who])


@njit(inline="always")
def _hear(efficacy, near, far, who, change, share):
    """Efficacy of the resident and, by hearsay, of the eight ties moves by the outcome."""
    efficacy[who] = min(1.0, max(0.0, efficacy[who] + change))
    for k in range(near.shape[1]):
        j = who + near[who, k]
        efficacy[j] = min(1.0, max(0.0, efficacy[j] + share * change))
    j = far[who]
    efficacy[j] = min(1.0, max(0.0, efficacy[j] + share * change))


@njit(cache=True)
def _close(t, first_day, col, actor, manner, norm, ticket, equations, trust_rate, negative, event, share):
    """Apply the experience of every ticket that ended in this week."""
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    resident, status, opened, closed, tier = t.resident, t.status, t.opened, t.closed, t.tier
    community, visit, trust, efficacy, near, far = t.community, t.visit, col.trust, col.efficacy, col.near, col.far
    satisfaction, expectation = col.satisfaction[COMMUNITY_SERVICE], col.expectation[COMMUNITY_SERVICE]
    for k in range(resident.shape[0]):
        if closed[k] < first_day or status[k] == OPEN:
            continue
        who = resident[k]
        resolved = 1.0 if status[k] == RESOLVED else 0.0
        y = _experience(resolved, closed[k] - opened[k], manner[community[k]], ticket)
        _meet(satisfaction, expectation, who, y, norm[community[k]], equations)
        row = actor[tier[k]]
        gap = y - trust[row, who]
        step = trust_rate * (gap if gap > 0 else negative * gap)
        trust[row, who] = min(1.0, max(0.0, trust[row, who] + step))
        if not visit[k]:
            _hear(efficacy, near, far, who, event if resolved > 0 else -event, share)


def _ticket_constants(p: Parameters) -> NDArray[np.float64]:
    return np.array([p["requests.experience_base"], p["requests.experience_resolved"], p["requests.experience_speed"],
                     p["requests.experience_days"], p["requests.experience_manner"]])


def _learn(world: World) -> None:
    p, c = world.params, world.communities
    phi = p["satisfaction.normative_weight"]
    equations = (p["satisfaction.base"], p["satisfaction.performance"], p["satisfaction.disconfirmation"],
                 p["satisfaction.loss_aversion"], 1 - phi, 1 / p["satisfaction.memory"],
                 1 / p["satisfaction.expectation_memory"])
    _close(world.tickets, 7 * world.tick, world.residents.columns, _ACTOR, _manner(world),
           phi * c.norm[:, COMMUNITY_SERVICE], _ticket_constants(p), equations, p["trust.rate"], p["trust.negative"],
           p["efficacy.event"], p["efficacy.hearsay"])


def _manner(world: World) -> NDArray[np.float64]:
    """One less mean burnout of the community's workers."""
    w, n = world.workers, len(world.communities)
    filled = w.vacancy == 0
    count = np.bincount(w.community[filled], minlength=n)
    return 1 - np.bincount(w.community[filled], w.burnout[filled], n) / np.maximum(count, 1)


@njit(cache=True)
def _answer(seed, tick, t, today, sla_days, contact_days, manner, ticket, threshold, width, due, contacted, settled,
            pleased):
    """Call back every hotline ticket whose time has come, and count the three rates by community."""
    start = key(seed, tick, _CALL_BACK)
    for k in range(t.resident.shape[0]):
        if not t.hotline[k] or t.called[k] or t.opened[k] + sla_days > today:
            continue
        t.called[k] = True
        c = t.community[k]
        done = t.status[k] == RESOLVED and t.closed[k] <= t.opened[k] + sla_days
        days = t.closed[k] - t.opened[k] if done else sla_days
        y = _experience(1.0 if done else 0.0, days, manner[c], ticket)
        y += width * (unit_interval(draw(start, t.resident[k])) - 0.5)
        due[c] += 1
        contacted[c] += t.contacted[k] >= t.opened[k] and t.contacted[k] - t.opened[k] <= contact_days
        settled[c] += done
        pleased[c] += y > threshold


def _call_back(world: World) -> None:
    p, w = world.params, world.week
    _answer(world.seed, world.tick, world.tickets, 7 * world.tick + 6, int(p["requests.sla_days"]),
            int(p["requests.contact_days"]), _manner(world), _ticket_constants(p), p["requests.satisfied_threshold"],
            p["requests.satisfied_noise"] * _UNIFORM_WIDTH, w.due, w.responded, w.settled, w.pleased)


def _count(world: World) -> None:
    t, n, w = world.tickets, len(world.communities), world.week
    ended = t.closed >= 7 * world.tick
    for status, counts in ((RESOLVED, w.resolved), (tickets.UNRESOLVED, w.unresolved),
                           (tickets.WITHDRAWN, w.withdrawn)):
        counts += np.bincount(t.community[ended & (t.status == status)], minlength=n)
    w.waited += np.bincount(t.community[ended], (t.closed - t.opened)[ended] + 1.0, n)
    still = t.status == OPEN
    cells = t.community[still].astype(np.int64) * 10 + t.domain[still]
    world.communities.open_issues[:] = np.bincount(cells, minlength=10 * n).reshape(n, 10)
    for name in ("opened", "resolved", "unresolved", "withdrawn"):
        world.balance[name] = world.balance.get(name, 0) + int(getattr(w, name).sum())


def _observe(world: World, desks: Desks) -> None:
    """Loads of the week, and the delays that residents come to expect (exponential average)."""
    p, first = world.params, _first(world)
    committees = slice(first[COMMITTEE], first[STREET])
    supply, asked = desks.hours * p["staff.work_days"], world.arrived.copy()
    supply[committees] += world.committee_fixed
    asked[committees] += world.committee_owed
    load = np.divide(asked, supply, out=np.zeros_like(supply), where=supply > 0)
    share = 1 / p["channel.delay_memory"]
    memory = 1 / p["staff.load_memory"]
    open_now = world.tickets.status == OPEN
    desk = first[world.tickets.tier] + world.tickets.unit
    waiting = np.bincount(desk[open_now], 7 * world.tick + 7 - world.tickets.opened[open_now], first[-1])
    number = desks.finished + np.bincount(desk[open_now], minlength=first[-1])
    mean = (desks.waited + waiting) / np.maximum(number, 1)
    for tier, table in ((FIRM, world.firms), (COMMITTEE, world.communities), (STREET, world.streets),
                        (DEPARTMENT, world.departments)):
        rows = slice(first[tier], first[tier + 1])
        table.load[:] = load[rows]
        table.hours_needed[:] = asked[rows]
        table.hours_supplied[:] = supply[rows]
        table.load_memory += memory * (load[rows] - table.load_memory)
        table.delay += share * np.where(number[rows] > 0, mean[rows] - table.delay, 0)
    rows = slice(first[VOLUNTEER], first[FIRM])
    world.communities.volunteer_delay += share * np.where(
        number[rows] > 0, mean[rows] - world.communities.volunteer_delay, 0)
