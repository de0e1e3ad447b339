"""What life brings to each resident besides the district: once a year, in a week of one's own, another draw of luck.

Work, health and family move how people judge everything around them for about a year. The draw is a pure function of
(seed, resident, week), so no policy can change it.
"""

import numpy as np
from numba import njit

from simulation.domains import WEEKS_PER_YEAR
from simulation.random import Stream, draw, key
from simulation.state.residents import IN_STEPS
from simulation.state.world import World

_LUCK = int(Stream.LUCK)
_WORD = np.uint64(0xFFFF)
_MEAN = 2 * 65535  # of a sum of four 16-bit words
_SD = (4 * (65536**2 - 1) / 12) ** 0.5


@njit(cache=True)
def _redraw(seed, tick, luck, steps):
    """Luck of those whose week it is: the sum of four uniform words, close to normal, of spread `steps` in 1/256."""
    start = key(seed, tick, _LUCK)
    for i in range(tick % WEEKS_PER_YEAR, luck.shape[0], WEEKS_PER_YEAR):
        z = draw(start, i)
        total = np.int64(0)
        for part in range(4):
            total += np.int64((z >> np.uint64(16 * part)) & _WORD)
        luck[i] = np.int8(min(127.0, max(-127.0, np.rint(steps * (total - _MEAN) / _SD))))


def step(world: World) -> None:
    """New luck for the residents whose week of the year this is: one in 52."""
    steps = IN_STEPS * world.params["satisfaction.luck_sd"]
    _redraw(world.seed, world.tick, world.residents.columns.luck, steps)


def begin(world: World) -> None:
    """The luck of everyone at the start: what the year before the first week drew."""
    steps = IN_STEPS * world.params["satisfaction.luck_sd"]
    for tick in range(world.tick - WEEKS_PER_YEAR, world.tick):
        _redraw(world.seed, tick, world.residents.columns.luck, steps)
