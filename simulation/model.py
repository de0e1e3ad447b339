"""DistrictModel: the Mesa model. It builds the agents over the world's tables and runs the processes in order."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import mesa
import numpy as np
from mesa.discrete_space import OrthogonalMooreGrid
from mesa.discrete_space.property_layer import PropertyLayer

from simulation.agents.community import Community
from simulation.agents.facility import Facility
from simulation.agents.property_firm import PropertyFirm
from simulation.agents.resident import Resident, ResidentSet
from simulation.agents.row_agent import RowAgent
from simulation.agents.social_organisation import SocialOrganisation
from simulation.agents.street_office import Department, StreetOffice
from simulation.interventions.base import Intervention
from simulation.interventions.shared.placing import open_ordered
from simulation.processes import (
    budget,
    double_report,
    fees,
    organisations,
    owners,
    participation,
    quality,
    staff,
    ties,
)
from simulation.processes import property as property_service
from simulation.processes.demography import step as demography
from simulation.processes.epidemic import step as epidemic
from simulation.processes.requests import step as requests
from simulation.processes.residents import step as residents
from simulation.scenario.types import Scenario
from simulation.state.levers import Levers
from simulation.state.output import FIXED, T_OVERALL
from simulation.state.table import Table, make
from simulation.state.week import Week
from simulation.state.world import World

PROCESSES = (
    ("quality", quality.step),
    ("demography", demography.step),
    ("epidemic", epidemic.step),
    ("double_report", double_report.step),
    ("participation", participation.step),
    ("ties", ties.step),
    ("residents", residents.step),
    ("requests", requests.step),
    ("owners", owners.step),
    ("fees", fees.step),
    ("property", property_service.step),
    ("organisations", organisations.step),
    ("staff", staff.step),
    ("budget", budget.step),
)
"""The order of a week after interventions have been applied; each is a function of the world."""


def open_facilities(world: World, interventions: Mapping[str, Intervention]) -> None:
    """Site what the levers order, in the order of their kinds, and put it on the calendar; once, before the run."""
    open_ordered(world, [order for _, lever in sorted(interventions.items()) for order in lever.orders(world)])


def begin_week(world: World, interventions: Mapping[str, Intervention]) -> None:
    """Levers back to neutral, then interventions in the order of their kinds; nothing counted yet."""
    world.levers = make(Levers, len(world.communities))
    for _, intervention in sorted(interventions.items()):
        intervention.apply(world, world.tick)
    world.week = make(Week, len(world.communities))


def step_week(
    world: World, interventions: Mapping[str, Intervention], watch: Callable[[str], None] | None = None
) -> None:
    """One week of a world: interventions first, then every process in order.

    `watch` is called with the name of each process after it; it may read the world, not write to it.
    """
    begin_week(world, interventions)
    for name, process in PROCESSES:
        process(world)
        if watch is not None:
            watch(name)


class DistrictModel(mesa.Model):  # type: ignore[misc]  # Mesa has no types
    """A district with its residents, week by week.

    Parameters
    ----------
    world : World
        The state, before or after its burn-in.
    scenario : Scenario
        Its facilities are sited here; interventions are applied from tick 0 on, in the order of their kinds.
    sited : bool
        Whether the world has the facilities already, as that of a run that goes on.

    Attributes
    ----------
    grid : OrthogonalMooreGrid
        100 m cells; property layers `active`, `community`, `households`, `satisfaction`.
    agents_by_type : dict
        Mesa's, with an entry for `Resident` whose set is made of columns.

    Examples
    --------
    >>> from simulation.run import prepare
    >>> from simulation.scenario.load import load_scenario
    >>> plan = load_scenario("baseline")
    >>> model = DistrictModel(prepare(plan, seed=1, scale=0.01), plan)  # after the burn-in, before the first week
    >>> model.step()
    >>> sorted(agent.__name__ for agent in model.agents_by_type)[:3]
    ['Community', 'Department', 'Facility']
    """

    def __init__(self, world: World, scenario: Scenario, *, sited: bool = False) -> None:
        super().__init__(seed=world.seed % 2**32)
        self.world = world
        self.scenario = scenario
        self._stepped = False
        if not sited:
            open_facilities(world, scenario.interventions)
        self.residents = ResidentSet(self)

    @cached_property
    def grid(self) -> OrthogonalMooreGrid:
        """Cells, layers and the agents on them, made when somebody looks: linking cells takes as long as ten weeks of
        a small run, and the weeks need none of it.
        """
        geography = self.world.geography
        size = geography.width, geography.height
        grid = OrthogonalMooreGrid(size, torus=False, random=self.random)
        for name in ("active", "community", "households", "satisfaction"):
            grid.add_property_layer(PropertyLayer(name, size, 0.0, dtype=float))
        grid.active.data[geography.cell_x, geography.cell_y] = 1.0
        grid.households.data[geography.cell_x, geography.cell_y] = (
            np.bincount(self.world.gates.cell, self.world.gates.households, len(geography.cell_x)) / self.world.scale
        )
        self._cells = [grid[int(x), int(y)] for x, y in zip(geography.cell_x, geography.cell_y, strict=True)]
        self.__dict__["grid"] = grid  # for the agents that come to live on it
        self._place_offices()
        self.draw_layers()
        return grid

    @property
    def agents(self) -> Any:
        """Mesa's AgentSet of all agents but residents, who are columns (`residents`)."""
        self.grid  # noqa: B018  # they are made with it
        return super().agents

    @property
    def agent_types(self) -> list[type]:
        """Types of agents, residents included."""
        return list(self.agents_by_type)

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """AgentSets by type of agent, residents included."""
        self.grid  # noqa: B018  # they are made with it
        return {**super().agents_by_type, Resident: self.residents}

    def step(self, watch: Callable[[str], None] | None = None) -> None:
        """One week; see `step_week`. The week before ends here, if `turn` has not ended it."""
        self.turn()
        step_week(self.world, self.scenario.interventions, watch)
        self._stepped = True

    def turn(self) -> None:
        """End the week that was stepped, after its metrics have been read; before a step it does nothing."""
        self.world.tick += self._stepped
        self._stepped = False

    def forget(self) -> None:
        """Let go of the model: Mesa 3.3 numbers agents in a table of the class that keeps every model alive."""
        mesa.Agent._ids.pop(self, None)

    def draw_layers(self) -> None:
        """Bring the property layers up to date for whoever looks at the map."""
        world, geography = self.world, self.world.geography
        n = len(geography.cell_x)
        at = geography.cell_x, geography.cell_y
        self.grid.community.data[at] = world.cell_community
        people = np.bincount(world.gates.cell, world.gates.residents, n)
        index = np.bincount(world.gates.cell, world.output.tallies[:, T_OVERALL] / FIXED, n)
        self.grid.satisfaction.data[at] = np.divide(100 * index, people, out=np.full(n, np.nan), where=people > 0)
        self.meet_newcomers()

    def _place_offices(self) -> None:
        world = self.world
        street_cells = world.geography.subdistricts["office_cell"].to_numpy()
        for row in range(len(world.streets)):
            StreetOffice(self, world.streets, row, self._cells[street_cells[row]])
        for row in range(len(world.departments)):
            Department(self, world.departments, row, self._cells[street_cells[0]])
        for row in range(len(world.firms)):
            served = np.flatnonzero(world.gates.firm == row)
            cell = world.gates.cell[served[0]] if len(served) else street_cells[0]
            PropertyFirm(self, world.firms, row, self._cells[cell])

    def meet_newcomers(self) -> None:
        """Give an agent to every row of the tables that has none yet, and take leave of organisations that ended."""
        world = self.world
        homes = world.communities.office_cell
        self._meet(Community, world.communities, homes)
        self._meet(Facility, world.facilities, world.facilities.cell)
        for agent in list(super().agents_by_type.get(SocialOrganisation, ())):
            if not agent.active:
                agent.remove()
        alive = world.organisations.weeks >= 0
        self._meet(SocialOrganisation, world.organisations, homes[world.organisations.community], alive)

    def _meet(self, kind: type[RowAgent], table: Table, cells: np.ndarray, chosen: np.ndarray | None = None) -> None:
        known = {agent.row for agent in super().agents_by_type.get(kind, ())}
        for row in range(len(table)):
            if row not in known and (chosen is None or chosen[row]):
                kind(self, table, row, self._cells[int(cells[row])])
