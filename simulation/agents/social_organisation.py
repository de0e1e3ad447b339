"""Social organisations (社会组织) as agents."""

from simulation.agents.row_agent import RowAgent
from simulation.state.organisations import Organisations


class SocialOrganisation(RowAgent, table=Organisations):
    """A social organisation at its home community."""

    @property
    def active(self) -> bool:
        """Whether it still exists."""
        return bool(self.weeks >= 0)
