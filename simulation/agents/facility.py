"""Facilities as agents."""

from simulation.agents.row_agent import RowAgent
from simulation.state.facilities import Facilities


class Facility(RowAgent, table=Facilities):
    """A place that serves residents."""
