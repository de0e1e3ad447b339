"""Money of the week: wages through the ledger; firms and levers pay on their own."""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.state.ledger import FEN, SECTORS
from simulation.state.tickets import OPEN
from simulation.state.world import COUNTED, World


def step(world: World) -> None:
    """Wages of community workers; then everything that must be conserved is checked."""
    w = world.workers
    filled = np.bincount(w.community[w.vacancy == 0], minlength=len(world.communities))
    wage = round(FEN * world.params["staff.wage"] / WEEKS_PER_YEAR)
    world.ledger.pay_for("district", "employee", filled * wage, "wages of community workers")
    check(world)


def check(world: World) -> None:
    """Conservation of yuan and requests.

    Raises
    ------
    AssertionError
        If money or a request appeared from nowhere, or was lost.
    """
    assert int(world.ledger.balance.sum()) == 0, "money appeared or was lost"
    assert len(world.ledger.balance) == len(SECTORS) + len(world.firms), "an account was lost"
    opened, *ended = (world.balance.get(name, 0) for name in COUNTED)
    still = int(np.count_nonzero(world.tickets.status == OPEN))
    assert opened == sum(ended) + still, "a request appeared or was lost"
