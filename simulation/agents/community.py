"""Communities (社区) and villages (村) as agents."""

import numpy as np

from simulation.agents.row_agent import RowAgent
from simulation.state.communities import Communities


class Community(RowAgent, table=Communities):
    """A residents' committee with its community, or a village."""

    @property
    def workers(self) -> int:
        """Filled posts."""
        posts = self.model.world.workers
        return int(np.count_nonzero((posts.community == self.row) & (posts.vacancy == 0)))
