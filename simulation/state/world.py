"""The state of one run: tables of entities, columns of residents, and what connects them.

A process reads and writes the world; nothing else holds state. `build.py` makes it, `model.py` steps it.
"""

from dataclasses import dataclass, field
from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.agents.community import Communities, Workers
from simulation.agents.facility import Facilities
from simulation.agents.property_firm import Estates, Firms
from simulation.agents.social_organisation import Organisations
from simulation.agents.street_office import Offices
from simulation.agents.table import Table
from simulation.parameters import Parameters
from simulation.processes.access import Grid
from simulation.processes.epidemic.infection import Infection
from simulation.processes.requests.tickets import Tickets
from simulation.state.columns import Output, Places
from simulation.state.ledger import Ledger
from simulation.state.levers import Levers
from simulation.state.residents import Residents

if TYPE_CHECKING:
    from simulation.district.data.district import District
    from simulation.district.map.geography import Geography
    from simulation.scenario.context import Context


@dataclass(eq=False)
class Gates(Table):
    """One row a gate (楼门): about forty households behind one door."""

    cell: NDArray[np.int32]
    estate: NDArray[np.int32]
    community: NDArray[np.int32]
    subdistrict: NDArray[np.int32]
    firm: NDArray[np.int32]
    residents: NDArray[np.int64]
    adults: NDArray[np.int64]
    households: NDArray[np.int64]
    commute: NDArray[np.float64]  # mean one-way commute of its commuters over the district's mean
    head: NDArray[np.bool_]  # has a gate head (楼门长)
    norm: NDArray[np.float64]  # remembered share of active residents, scaled to 0-1
    compliance: NDArray[np.float64]  # share of waste sorted right last week
    walk: NDArray[np.float32]  # minutes to the community's office


@dataclass(eq=False)
class Households:
    """Columns of households that the fee bill needs."""

    estate: NDArray[np.int32]
    bill: NDArray[np.int64]  # fen a bill
    kind: NDArray[np.uint8]  # 0 responsive, 1 always pays, 2 never pays
    payer: NDArray[np.int32]  # row of the resident who decides
    paid: NDArray[np.bool_]  # the latest bill
    arrears: NDArray[np.int64]  # fen
    first: NDArray[np.int64]  # first resident of each household, then the number of residents
    renters: NDArray[np.int64]  # rows of the households that rent


@dataclass
class Week:
    """Counts of the week by community, filled by the processes and read by the recorder."""

    opened: NDArray[np.int64]
    resolved: NDArray[np.int64]
    unresolved: NDArray[np.int64]
    withdrawn: NDArray[np.int64]
    waited: NDArray[np.float64]  # days, sum over what closed
    due: NDArray[np.int64]  # hotline tickets called back
    responded: NDArray[np.int64]
    settled: NDArray[np.int64]
    pleased: NDArray[np.int64]


def new_week(n_communities: int) -> Week:
    """A week in which nothing has happened."""

    def count() -> NDArray[np.int64]:
        return np.zeros(n_communities, np.int64)

    return Week(count(), count(), count(), count(), np.zeros(n_communities), count(), count(), count(), count())


@dataclass
class World:
    """Everything that a run knows. `tick` 0 is the first week of the scenario; burn-in weeks are negative."""

    district: "District"
    geography: "Geography"
    params: Parameters
    context: "Context"
    start: Date
    seed: int
    scale: float
    tick: int
    residents: Residents
    households: Households
    gates: Gates
    estates: Estates
    communities: Communities
    workers: Workers
    firms: Firms
    streets: Offices
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
    cell_community: NDArray[np.int64]
    """Community of each cell as the boundaries are now, int64 (n_cells,); -1 where nobody lives."""
    demand: dict[str, NDArray[np.float64]]
    """People by kind of need, mobility class and cell, float64 (3, n_cells), full scale."""
    department_of_domain: NDArray[np.int16]
    issue_shares: NDArray[np.float32]
    """Cumulative shares of the domains among issues by gate, float32 (n_gates, 10); set with the thresholds."""
    arrived: NDArray[np.float64]
    """Hours of the work that arrived this week by desk."""
    committee_fixed: NDArray[np.float64]
    """Hours that committees spend on administration this week, at the scale of the run."""
    committee_owed: NDArray[np.float64]
    """Hours of administration that committees owe this week, at the scale of the run."""
    mean_awareness: float
    mean_compliance: float
    access: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Performance by cell and mobility class of the domains that facilities serve, float32 (n_cells, 3)."""
    stale: set[str] = field(default_factory=set)
    """Kinds of facilities that changed since access was computed."""
    covered: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((3, 0), np.bool_))
    """Cells within a 15-minute walk of an open service circle by mobility class, bool (3, n_cells)."""
    handled: Tickets | None = None
    """The tickets of the week just stepped, those included that ended in it; for those who watch a run."""
    infection: Infection | None = None
    """Only with an epidemic."""
    balance: dict[str, int] = field(default_factory=dict)
    """Tickets opened, resolved, unresolved and withdrawn since the beginning; see `processes/requests.py`."""

    @property
    def date(self) -> Date:
        """Monday of the week."""
        return self.start + timedelta(weeks=self.tick)

    def tick_of(self, day: Date) -> int:
        """Tick of the week that holds `day`."""
        return (day - self.start).days // 7

    def in_force(self, event: str) -> bool:
        """Whether a dated event of the context (district data) has happened by this week."""
        return self.date >= self.district.event_date(event)

    def ramp(self, event: str) -> float:
        """0 before a dated event, rising to 1 over `requests.reform_weeks`."""
        weeks = (self.date - self.district.event_date(event)).days / 7
        return float(np.clip(weeks / self.params["requests.reform_weeks"], 0, 1))

    def open_facilities(
        self,
        kind: str,
        cells: NDArray[np.int32],
        capacity: float,
        opened: NDArray[np.int32],
        *,
        quality: float = 1.0,
        open_adult: float = 1.0,
        open_commuter: float = 0.5,
    ) -> range:
        """Add facilities that serve from the tick `opened` (one for each cell) on; returns their rows."""
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
                "added": True,
            }
        )

    def by_community(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Sum a column of gates over communities, float64 (n_communities)."""
        return np.bincount(self.gates.community, values, len(self.communities)).astype(np.float64, copy=False)

    def boundaries_changed(self) -> None:
        """Refresh what depends on which gate lies in which community."""
        c, g, n = self.communities, self.gates, len(self.communities)
        c.households[:] = np.bincount(g.community, g.households, n)
        c.residents[:] = np.bincount(g.community, g.residents, n)
