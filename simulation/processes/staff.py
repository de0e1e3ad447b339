"""Staff of the committees: hours after overhead, burnout, quits and hires.

After Homer (1985) and Oliva & Sterman (2001): load above an onset builds up burnout, burnout lowers productivity and
drives quits, vacancies raise the load of those who stay. Staff get used to part of a load that stays.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.random import Stream, uniform
from simulation.state.workers import Workers, proneness
from simulation.state.world import World

_SETTLING = 10 * WEEKS_PER_YEAR  # weeks; half of the staff changes in about four years


def committee_hours(world: World) -> NDArray[np.float64]:
    """Hours left for tickets in the week by community; equation (6).

    Duties come first, but a floor is kept for residents: lists and reports, household management, what levers ask
    besides, coordination of the volunteers who work for residents, and answers by a date to whoever has authority. Also
    sets `world.committee_fixed` and `world.committee_owed`, the hours of such duties done and owed.
    """
    p, c, w = world.params, world.communities, world.workers
    novice = np.clip(1 - w.weeks / p["staff.novice_weeks"], 0, 1)
    able = (1 - p["staff.burnout_productivity"] * w.burnout) * (1 - p["staff.novice_productivity"] * novice)
    gross = p["staff.day_hours"] * p["staff.work_days"] * (1 - p["staff.absent"]) * (1 + p["staff.overtime"])
    hours = gross * np.bincount(w.community, able * (w.vacancy == 0), len(c)) * world.levers.productivity
    levers, helping = world.levers, p["volunteering.request_share"] * c.volunteer_hours
    fixed = (
        p["staff.overhead_hours"] * levers.administration
        + p["staff.hours_per_household"] * levers.household_management * c.households / world.scale
        + levers.extra_hours
        + p["volunteering.coordination"] * levers.coordination * helping
        + p["requests.authority_hours"] * levers.authority_committee * hours
    )
    left = np.maximum(hours - fixed, p["staff.service_floor"] * hours)
    world.committee_fixed = hours - left
    world.committee_owed = fixed
    return left


def step(world: World) -> None:
    """Burnout, experience, quits and hires of the week; posts are conserved. Then what committees know."""
    _serve(world)
    _know(world)


def settle(world: World) -> None:
    """Staff as years of the present load would leave them: used to it, and those who are most prone have gone.

    Without it the first years of a run would see them go. The years have draws of their own, before the burn-in's.
    """
    c, now = world.communities, world.tick
    c.load_usual[:] = c.load_memory
    last = now - int(world.params["run.burn_in_weeks"])
    for tick in range(last - _SETTLING, last):
        world.tick = tick
        _serve(world)
    world.tick = now


def _serve(world: World) -> None:
    """Burnout, experience, quits and hires of a week."""
    p, w = world.params, world.workers
    filled = w.vacancy == 0
    rise = p["staff.burnout_build"] * w.proneness * _strain(world)[w.community] * (1 - w.burnout)
    w.burnout = np.where(filled, np.clip(w.burnout + rise - p["staff.burnout_recovery"] * w.burnout, 0, 1), 0.0)
    w.weeks += filled
    _turn_over(w, filled, world)


def _strain(world: World) -> NDArray[np.float64]:
    """Load above the onset by community, of which staff feel the part less that they have got used to."""
    p, c = world.params, world.communities
    c.load_usual += (c.load_memory - c.load_usual) / p["staff.adaptation_weeks"]
    onset = p["staff.burnout_onset"]
    usual = np.maximum(c.load_usual - onset, 0)
    return np.maximum(c.load_memory - onset - p["staff.adaptation"] * usual, 0)


def _turn_over(w: Workers, filled: NDArray[np.bool_], world: World) -> None:
    p = world.params
    hazard = p["staff.quit_rate"] / WEEKS_PER_YEAR * exp(p["staff.quit_burnout"] * w.burnout)
    quits = filled & (uniform(world.seed, Stream.QUIT, np.arange(len(w)), world.tick) < hazard)
    hired = w.vacancy == 1
    w.vacancy = np.where(quits, int(p["staff.vacancy_weeks"]), np.maximum(w.vacancy - 1, 0)).astype(np.int32)
    rows = np.flatnonzero(hired)
    w.hires[rows] += 1
    w.weeks[rows] = 0
    w.burnout[rows] = 0.0
    w.proneness[rows] = proneness(rows, w.hires[rows], p, world.seed)


def _know(world: World) -> None:
    """Local knowledge follows the coverage of households by workers' contacts."""
    p, c = world.params, world.communities
    households = np.maximum(c.households / world.scale, 1)
    visits = world.week.opened / households + world.levers.door_visits
    contacts = visits * p["staff.knowledge_memory"]
    coverage = np.minimum(1, p["staff.knowledge_visits"] * contacts)  # of households by contacts
    filled = np.bincount(world.workers.community, world.workers.vacancy == 0, len(c))
    reach = np.minimum(1, p["staff.knowledge_reach"] * filled / households)
    c.knowledge += ((coverage + reach) / 2 - c.knowledge) / p["staff.knowledge_memory"]
