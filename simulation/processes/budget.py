"""Money of the week: wages, and the shadow price of unpaid hours; firms and levers pay on their own."""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.state.estates import WORKING
from simulation.state.ledger import FEN, SECTORS
from simulation.state.table import F64
from simulation.state.tickets import OPEN
from simulation.state.world import COUNTED, World


def step(world: World) -> None:
    """Wages of community workers; then everything that must be conserved is checked."""
    w = world.workers
    filled = np.bincount(w.community[w.vacancy == 0], minlength=len(world.communities))
    wage = round(FEN * world.params["staff.wage"] / WEEKS_PER_YEAR)
    world.ledger.pay_for("district", "employee", filled * wage, "wages of community workers")
    _note_unpaid(world)
    check(world)


def unpaid_hours(world: World) -> F64:
    """Hours of the week that nobody here is paid for by community, float64 (n_communities,), full scale."""
    return world.communities.volunteer_hours + _owners_hours(world) + world.levers.unpaid


def _owners_hours(world: World) -> F64:
    """Hours of owners' committees; one whose estate lies in several communities counts by households."""
    g, e = world.gates, world.estates
    share = g.households / np.maximum(e.households[g.estate], 1)
    return world.by_community(world.params["owners.hours"] * share * (e.owners[g.estate] == WORKING))


def _note_unpaid(world: World) -> None:
    """Hours of volunteers and of owners' committees; those of levers are noted by the levers."""
    hour = FEN * world.params["budget.unpaid_hour"]
    world.ledger.note_unpaid(hour * float(world.communities.volunteer_hours.sum()), "volunteers")
    world.ledger.note_unpaid(hour * float(_owners_hours(world).sum()), "owners' committees")


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
