"""Trips on a bicycle path: from homes near its entrances to the jobs at its other end, by season.

The district's data have the entrances (facilities of the kind `bicycle_entrance`), the day of the opening (event
`bike_path`) and the number of people who commute to where the path leads (figure `bike_path_commuters`). How near each
gate is to an entrance is a column of the gates.
"""

from datetime import date

import numpy as np

from simulation.domains import DAYS_PER_WEEK
from simulation.state.table import F64
from simulation.state.world import World

FIGURE = "bike_path_commuters"
_WARMEST, _HALF_YEAR = 196, 182.5  # 15 July as a day of the year; days from the warmest to the coldest


def is_open(world: World) -> bool:
    """Whether there is a path, and it is open this week."""
    return world.context.bike_path and world.in_force("bike_path") and bool(world.gates.path.any())


def jobs_share(world: World) -> F64:
    """Share of each gate's commuters whose job lies at the other end, float64 (n_gates,); it falls with nearness."""
    close = world.gates.path
    known = world.district.figures.get(FIGURE)
    drawn = float((world.gates.commuters * close).sum()) / world.scale
    if known is None or drawn <= 0:
        return np.zeros(len(close))
    return np.minimum(1.0, known.value / drawn * close)


def riders(world: World) -> F64:
    """Share of each gate's commuters who ride to work this week, float64 (n_gates,); nil while there is no path."""
    if not is_open(world):
        return np.zeros(len(world.gates))
    p = world.params
    return p["bicycle.riders"] * season(world.date, p["bicycle.winter"]) * jobs_share(world)


def rides_per_day(world: World) -> F64:
    """Rides of a day on the path by gate, full scale, float64 (n_gates,): to work and back, and all others."""
    g, p = world.gates, world.params
    if not is_open(world):
        return np.zeros(len(g))
    commuting = 2 * p["staff.work_days"] / DAYS_PER_WEEK * riders(world) * g.commuters
    others = p["bicycle.other_rides"] / 1000 * season(world.date, p["bicycle.winter"]) * g.path * g.residents
    return (commuting + others) / world.scale


def season(day: date, winter: float) -> float:
    """Rides of a day of the year over those in mid-July: even from 1 down to `winter` in mid-January and back."""
    apart = abs(day.timetuple().tm_yday - _WARMEST)
    return 1 - (1 - winter) * min(apart, 2 * _HALF_YEAR - apart) / _HALF_YEAR
