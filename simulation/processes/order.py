"""Order around a gate: a stock that guards of the firm, rounds of the grid and neighbours who take part hold up.

Guards, lighting and closed gates are part of what a property firm does with its money, so they follow the quality of
the estate (19). Disputes and crime are issues of the domain; they wear order down like any other (`quality.py`).
"""

import numpy as np

from simulation.elementary import exp
from simulation.processes import parking
from simulation.state.table import F64
from simulation.state.world import World


def step(world: World) -> None:
    """Order moves towards what its causes hold up, over `order.memory` weeks."""
    world.gates.order += (held_up(world) - world.gates.order) / world.params["order.memory"]


def held_up(world: World) -> F64:
    """Order at rest by gate (4c), 0-1, float64 (n_gates,).

    `quality.safety` + guards (q - 1/2) + watch x norm of taking part + rounds (1 - exp(-visits / standard)) - parking x
    cars that block lanes (32).
    """
    p, g = world.params, world.gates
    rounds = 1 - exp(-world.levers.door_visits / p["order.visits"])
    return np.clip(
        p["quality.safety"]
        + p["order.guards"] * (world.estates.quality[g.estate] - 0.5)
        + p["order.watch"] * g.norm
        + p["order.rounds"] * rounds[g.community]
        - p["parking.order"] * parking.blocked(world),
        0,
        1,
    )
