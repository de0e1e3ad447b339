"""What the epidemic does to daily life besides the illness: closed venues, work at home, lost income, put-off visits.

Everything follows one share, `restriction`: whole while the city responds, fading as life comes back. Nothing of it
happens without the context `epidemic`.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import CONVENIENCE, CULTURE, DAYS_PER_WEEK, ELDER, MEDICAL, SCHOOL
from simulation.elementary import exp
from simulation.state.infection import Infection
from simulation.state.world import World

_LOST = {
    SCHOOL: "epidemic.school_loss",
    MEDICAL: "epidemic.medical_loss",
    CONVENIENCE: "epidemic.convenience_loss",
    CULTURE: "epidemic.culture_loss",
}
_GONE = 0.005  # a restriction below it is none


def restriction(world: World) -> float:
    """Share of the restrictions in force this week, 0-1: exp(-weeks since the response ended / reopening time)."""
    if world.infection is None or world.tick < 0 or not world.in_force("epidemic_response"):
        return 0.0
    weeks = (world.date - world.district.event_date("epidemic_response_ends")).days / DAYS_PER_WEEK
    left = float(exp(np.array(-max(0.0, weeks) / world.params["epidemic.reopening_weeks"])))
    return left if left > _GONE else 0.0


def kept(world: World) -> dict[int, NDArray[np.float64]]:
    """Share of the performance that is left, by domain: float64 (n_communities,), only of domains that lose.

    Venues, schools, surgeries and shops are closed or keep short hours; care stays away from old people unless somebody
    goes to them.
    """
    share = restriction(world)
    if not share:
        return {}
    n, p = len(world.communities), world.params
    left = {domain: np.full(n, 1 - p[name] * share) for domain, name in _LOST.items()}
    left[ELDER] = 1 - p["epidemic.elder_loss"] * share * (1 - world.levers.elder_help)
    return left


def stay_in(world: World) -> None:
    """Activities and the ties that they make fall with the venues that are closed, whatever levers pay for them."""
    levers, open_share = world.levers, venues_open(world)
    levers.activity_hours = levers.activity_hours * open_share
    levers.ties = levers.ties * open_share
    levers.event_ties = levers.event_ties * open_share


def venues_open(world: World) -> float:
    """Share of the venues and activities that the restrictions leave open."""
    return 1 - world.params["epidemic.culture_loss"] * restriction(world)


def at_home(world: World) -> float:
    """Share of commuters who work at home this week."""
    return world.params["epidemic.home_work"] * restriction(world)


def poorer(world: World) -> float:
    """What lost income takes from the logit of paying the property fee."""
    return world.params["epidemic.pay_loss"] * restriction(world)


def further_issues(world: World) -> float:
    """Issues of isolation and supplies over those of every week: they come up in community services."""
    return world.params["epidemic.issue_rise"] * restriction(world)


def calls(world: World) -> float:
    """Utility that the hotline gains while offices are not open to visitors (5)."""
    return world.params["epidemic.hotline"] * restriction(world)


def put_off(world: World, state: Infection) -> None:
    """Service visits of the week: some are given up, others come back over `epidemic.catch_up_weeks`.

    The stock counts those that will come back, in weeks of ordinary visits.
    """
    p, share = world.params, restriction(world)
    away = p["epidemic.visits_put_off"] * share
    back = state.put_off * (1 - share) / p["epidemic.catch_up_weeks"]
    state.put_off += p["epidemic.visits_back"] * away - back
    state.visits = 1 - away + back


def visits(world: World) -> NDArray[np.float64]:
    """Service visits over those of an ordinary week by community, float64 (n_communities,)."""
    return np.ones(len(world.communities)) if world.infection is None else world.infection.visits
