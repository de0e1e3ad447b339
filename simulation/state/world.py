"""The state of one run: tables of entities, columns of residents, and what connects them.

A process reads and writes the world; nothing else holds state. Each kind of entity has its table in a file of this
package; what lies between them is declared below:

==================  =====================================================================
the people          `residents.py`, `members.py`, `households.py`, `gates.py`, `estates.py`
who serves them     `communities.py` with `workers.py`, `offices.py` (streets, departments, firms),
                    `organisations.py`, `facilities.py`
what is under way   `tickets.py`, `infection.py`, `week.py` (counts of the week), `output.py`
what may be moved   `levers.py` (by interventions), `ledger.py` (money)
==================  =====================================================================

`build.py` makes a world, `snapshot.py` keeps one, `boundaries.py` divides a community, `model.py` steps it.
"""

from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.district.data.district import District
from simulation.district.map.geography import Geography
from simulation.domains import DAYS_PER_WEEK, N_MOBILITY
from simulation.parameters import Parameters
from simulation.scenario.context import Context
from simulation.state.communities import Communities
from simulation.state.donors import N_AGES
from simulation.state.estates import Estates
from simulation.state.facilities import Facilities
from simulation.state.gates import Gates, Places
from simulation.state.grid import Grid
from simulation.state.households import Households
from simulation.state.infection import Infection
from simulation.state.ledger import Ledger
from simulation.state.levers import Levers
from simulation.state.members import Members
from simulation.state.offices import Firms, Offices, Streets
from simulation.state.organisations import Organisations
from simulation.state.output import Output
from simulation.state.residents import Residents
from simulation.state.table import F32, F64, I16, I64, Column, Flag
from simulation.state.tickets import Tickets
from simulation.state.week import Week
from simulation.state.workers import Workers

COUNTED = ("opened", "resolved", "unresolved", "withdrawn")
"""What may become of a request, as `World.balance` counts it."""


def copies(scale: float) -> int:
    """How many people a resident of a run at this scale stands for where requests are concerned; 1 at full scale."""
    return max(1, round(1 / scale))


@dataclass
class World:
    """Everything that a run knows. `tick` 0 is the first week of the scenario; burn-in weeks are negative."""

    district: District
    geography: Geography
    params: Parameters
    context: Context
    start: Date
    seed: int
    scale: float
    """Share of the households in the run."""
    tick: int
    residents: Residents
    members: Members
    households: Households
    gates: Gates
    estates: Estates
    communities: Communities
    workers: Workers
    firms: Firms
    streets: Streets
    departments: Offices
    organisations: Organisations
    facilities: Facilities
    ledger: Ledger
    levers: Levers
    tickets: Tickets
    places: Places
    output: Output
    week: Week
    grid_index: Grid
    cell_community: Annotated[I64, Column("community of each cell as the boundaries are now; -1 where nobody lives")]
    nearest_home: Annotated[I64, Column("nearest cell where people live; the cell itself where some do")]
    demand: dict[str, NDArray[np.float64]]
    """People by kind of need, mobility class and cell, float64 (3, n_cells), full scale."""
    department_of_domain: Annotated[I16, Column("row of the department of each domain")]
    issue_shares: Annotated[F32, Column("cumulative shares of the domains among issues by gate and domain")]
    arrived: Annotated[F64, Column("hours of the work that arrived this week by desk")]
    committee_fixed: Annotated[F64, Column("hours of administration done this week by community")]
    committee_owed: Annotated[F64, Column("hours of administration owed this week by community")]
    mean_awareness: float  # of residents, last week
    mean_compliance: float  # share of waste sorted right, last week
    access: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Performance by cell and mobility class of the domains that facilities serve, float32 (n_cells, 3)."""
    stale: set[str] = field(default_factory=set)
    """Kinds of facilities that changed since access was computed."""
    covered: Annotated[Flag, Column("in reach of a service circle, by mobility class and cell", moves=True)] = field(
        default_factory=lambda: np.zeros((N_MOBILITY, 0), np.bool_)
    )
    birth_chance: Annotated[F64, Column("of a woman who may bear, by the age she reaches this year", moves=True)] = (
        field(default_factory=lambda: np.zeros(N_AGES))
    )
    venue_uses: Annotated[F64, Column("uses of culture venues a week by cell of home, full scale", moves=True)] = field(
        default_factory=lambda: np.zeros(0)
    )
    handled: Tickets | None = None
    """The tickets of the week just stepped, those included that ended in it; for those who watch a run."""
    infection: Infection | None = None
    """Only with an epidemic."""
    balance: dict[str, int] = field(default_factory=dict)
    """Tickets opened, resolved, unresolved and withdrawn since the beginning; checked by `processes/budget.py`."""

    @property
    def copies(self) -> int:
        """Residents of the district that a resident of the run stands for wherever requests are concerned."""
        return copies(self.scale)

    @property
    def date(self) -> Date:
        """Monday of the week."""
        return self.start + timedelta(weeks=self.tick)

    def tick_of(self, day: Date) -> int:
        """Tick of the week that holds `day`."""
        return (day - self.start).days // DAYS_PER_WEEK

    def first_tick(self, day: Date) -> int:
        """Tick of the first week that begins on `day` or after it: what is dated inside a week acts from the next."""
        return -((self.start - day).days // DAYS_PER_WEEK)

    def in_force(self, event: str) -> bool:
        """Whether a dated event of the context (district data) has happened by this week."""
        return self.tick >= self.first_tick(self.district.event_date(event))

    def open_facilities(
        self,
        kind: str,
        cells: NDArray[np.int32],
        capacity: NDArray[np.float64] | float,
        opened: NDArray[np.int32],
        *,
        quality: float = 1.0,
        open_adult: float = 1.0,
        open_commuter: float = 0.5,
        price: NDArray[np.float64] | float = 0.0,
    ) -> range:
        """Add facilities that serve from the ticks `opened`, one for each cell; returns their rows."""
        self.stale.add(kind)
        return self.facilities.append(
            {
                "kind": kind,
                "name_zh": "",
                "name_en": "",
                "cell": cells,
                "capacity": capacity,
                "opened": opened,
                "open_adult": open_adult,
                "open_commuter": open_commuter,
                "quality": quality,
                "price": price,
                "sought": 0.0,
                "use": 0.0,
                "added": True,
            }
        )

    def community_near(self, cells: NDArray[np.integer]) -> NDArray[np.int64]:
        """Community of each of `cells`, and where nobody lives, that of the nearest homes; same shape as `cells`."""
        return self.cell_community[self.nearest_home[cells]]

    def by_community(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sum a column of gates over communities, float64 (n_communities)."""
        total = np.zeros(len(self.communities))
        _add_up(self.gates.community, np.ascontiguousarray(values, np.float64), total)
        return total

    def boundaries_changed(self) -> None:
        """Refresh what depends on which gate lies in which community."""
        c, g, n = self.communities, self.gates, len(self.communities)
        c.households[:] = np.bincount(g.community, g.households, n)
        c.residents[:] = np.bincount(g.community, g.residents, n)


@njit(cache=True)
def _add_up(place, values, total):  # type: ignore[no-untyped-def]  # numba takes types from the call
    row = 0
    while row < values.shape[0]:  # places come in runs: a sum that stays in a register is added to faster
        here = place[row]
        so_far = total[here]
        while row < values.shape[0] and place[row] == here:
            so_far += values[row]
            row += 1
        total[here] = so_far
