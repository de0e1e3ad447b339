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

_SETTLING = 40 * WEEKS_PER_YEAR  # weeks; the calmest stay for ten years
_FEWEST = 1.0  # able workers that a load is reckoned over where nobody is left


def committee_hours(world: World) -> NDArray[np.float64]:
    """Hours left for tickets in the week by community; equation (6).

    Duties come first, but a floor is kept for residents: lists and reports, household management, what levers ask
    besides, coordination of the volunteers who work for residents, and answers by a date to whoever has authority. Also
    sets `world.committee_fixed` and `world.committee_owed`, the hours of such duties done and owed.
    """
    p, c = world.params, world.communities
    gross = p["staff.day_hours"] * p["staff.work_days"] * (1 - p["staff.absent"]) * (1 + p["staff.overtime"])
    hours = gross * _able(world) * world.levers.productivity
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


def _able(world: World) -> NDArray[np.float64]:
    """Staff of each community in workers who are neither new nor burnt out, float64 (n_communities,)."""
    p, w = world.params, world.workers
    novice = np.clip(1 - w.weeks / p["staff.novice_weeks"], 0, 1)
    able = (1 - p["staff.burnout_productivity"] * w.burnout) * (1 - p["staff.novice_productivity"] * novice)
    return np.bincount(w.community, able * (w.vacancy == 0), len(world.communities)).astype(np.float64, copy=False)


def step(world: World) -> None:
    """Burnout, experience, quits and hires of the week; posts are conserved. Then what committees know."""
    _serve(world)
    _know(world)


class Past:
    """What committees met in some weeks, and the staff and the knowledge that years of the same would leave."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._load: list[NDArray[np.float64]] = []  # by week
        self._able: list[float] = []  # by week, of the district
        self._opened = np.zeros(len(world.communities))

    def watch(self, process: str) -> None:
        """After the requests of a week: the load of committees with the staff they had, and the requests opened."""
        if process == "requests":
            self._load.append(self._world.communities.load.copy())
            self._able.append(float(_able(self._world).sum()))
            self._opened += self._world.week.opened

    def settle(self) -> None:
        """Staff as years of these weeks leave them, used to the load and without the most prone; what they know then.

        Without it the first years of a run would see these go. All loads move against the hours that the staff of the
        district have. The years have draws of their own, before the burn-in's.
        """
        world, c, now = self._world, self._world.communities, self._world.tick
        if not self._load:
            return
        latest, able = c.load_memory.copy(), float(np.mean(self._able))
        c.load_memory[:] = c.load_usual[:] = np.mean(self._load, axis=0)
        last = -int(world.params["run.burn_in_weeks"])
        for tick in range(last - _SETTLING, last):
            world.tick = tick
            load = self._load[tick % len(self._load)] * able / max(float(_able(world).sum()), _FEWEST)
            c.load_memory += (load - c.load_memory) / world.params["staff.load_memory"]
            _serve(world)
        world.tick = now
        c.load_memory[:] = latest
        c.knowledge[:] = _known(world, self._opened / len(self._load))


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
    """Local knowledge follows what workers can know by contacts and by their number."""
    c = world.communities
    c.knowledge += (_known(world, world.week.opened) - c.knowledge) / world.params["staff.knowledge_memory"]


def _known(world: World, opened: NDArray[np.generic]) -> NDArray[np.float64]:
    """Knowledge at rest with so many requests a week by community, float64 (n_communities,).

    The mean of two shares of households: those in contact, and those whom the workers can know.
    """
    p, c = world.params, world.communities
    households = np.maximum(c.households / world.scale, 1)
    visits = opened / households + world.levers.door_visits
    contacts = visits * p["staff.knowledge_memory"]
    coverage = np.minimum(1, p["staff.knowledge_visits"] * contacts)
    filled = np.bincount(world.workers.community, world.workers.vacancy == 0, len(c))
    return (coverage + np.minimum(1, p["staff.knowledge_reach"] * filled / households)) / 2
