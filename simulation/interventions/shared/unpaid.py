"""What levers share that count on work without pay."""

from simulation.interventions.shared.calendar import fen
from simulation.state.table import F64
from simulation.state.world import World


def give(world: World, hours: F64, purpose: str) -> None:
    """Hours of the week by community, float64 (n_communities,): counted, and noted at their shadow price."""
    world.levers.unpaid += hours
    world.ledger.note_unpaid(float(hours.sum()) * fen(world.params["budget.unpaid_hour"]), purpose)
