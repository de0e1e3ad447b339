"""Beds of elder-care institutions: who can pay for one, and how long it takes until they are taken.

Who seeks a bed follows from age (`state/facilities.py`), where it is found from `processes/access.py`. Those in a bed
stay residents of the district.
"""

from simulation.elementary import exp, log
from simulation.state.facilities import INSTITUTION
from simulation.state.world import World


def affordable(world: World) -> float:
    """Share of those who seek a bed that can pay the mean price of those open, 0-1.

    Means are log-logistic: 1 / (1 + (price / median)^slope); `elder.means`, `elder.means_slope`.
    """
    p, f = world.params, world.facilities
    rows = f.serving(INSTITUTION, world.tick)
    beds = f.capacity[rows].sum()
    if beds <= 0:
        return 0.0
    price = float((f.capacity[rows] * f.price[rows]).sum() / beds)
    if price <= 0:
        return 1.0
    return float(1 / (1 + exp(p["elder.means_slope"] * log(price / p["elder.means"]))))


def fill(world: World) -> None:
    """Occupied beds move towards those sought over `elder.fill_weeks`; institutions of the data begin at rest."""
    f = world.facilities
    rows = f.serving(INSTITUTION, world.tick)
    if not f.use[rows].any():
        f.use[rows] = f.sought[rows] * ~f.added[rows]
    f.use[rows] += (f.sought[rows] - f.use[rows]) / world.params["elder.fill_weeks"]
