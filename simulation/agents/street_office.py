"""Street offices (街道办) and the departments (委办局) above them as agents."""

from simulation.agents.row_agent import RowAgent
from simulation.state.offices import Offices


class StreetOffice(RowAgent, table=Offices):
    """The office of a street or town."""


class Department(RowAgent, table=Offices):
    """A city or district department as far as it works for the area."""
