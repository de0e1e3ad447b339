"""Mesa agents that are views of the rows of tables."""

from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from mesa.discrete_space import OrthogonalMooreGrid

from simulation.agents.community import Community
from simulation.agents.facility import Facility
from simulation.agents.property_firm import PropertyFirm
from simulation.agents.social_organisation import SocialOrganisation
from simulation.agents.street_office import Department, StreetOffice
from simulation.state.communities import Communities
from simulation.state.estates import Estates
from simulation.state.facilities import Facilities
from simulation.state.offices import Firms, Offices
from simulation.state.organisations import Organisations
from simulation.state.table import make
from simulation.state.workers import Workers
from tests.simulation.state.test_facilities import facilities

KINDS = (
    (Community, Communities),
    (Facility, Facilities),
    (PropertyFirm, Firms),
    (SocialOrganisation, Organisations),
    (StreetOffice, Offices),
    (Department, Offices),
)


@pytest.fixture
def model():
    model = mesa.Model(seed=1)
    model.grid = OrthogonalMooreGrid((2, 2), random=model.random)
    model.world = SimpleNamespace()
    return model


def test_an_agent_reads_and_writes_its_row(model):
    table = facilities()
    agents = [Facility(model, table, row, model.grid[row % 2, row // 2]) for row in range(3)]
    agents[1].capacity = 33
    assert table.capacity.tolist() == [100, 33, 100]
    table.opened[2] = 4
    assert agents[2].opened == 4 and isinstance(agents[2].opened, int)
    assert agents[2].cell is model.grid[0, 1]  # the cell of the grid, not the column of the same name
    assert model.agents_by_type[Facility].get("kind") == ["clinic", "school", "clinic"]
    assert model.agents.select(lambda a: a.capacity > 50).agg("capacity", sum) == 200


def test_an_agent_follows_its_table_when_rows_are_appended(model):
    table = make(Organisations, kind=np.array([3]), community=0, weeks=5)
    agent = SocialOrganisation(model, table, 0, model.grid[0, 0])
    table.append({"kind": np.array([1, 2]), "community": 0, "weeks": 0})
    agent.weeks = -1
    assert table.weeks.tolist() == [-1, 0, 0]
    assert not agent.active and SocialOrganisation(model, table, 1, model.grid[0, 0]).active


@pytest.mark.parametrize(("kind", "table"), KINDS)
def test_every_column_is_an_attribute(kind, table):
    names = set(table.__dataclass_fields__) - {"cell"}
    assert all(isinstance(getattr(kind, name), property) for name in names)
    assert kind.table_class is table


def test_a_community_counts_its_filled_posts(model):
    model.world.workers = make(Workers, community=np.array([0, 0, 1, 0]), vacancy=np.array([0, 3, 0, 0]))
    table = make(
        Communities,
        name_zh=np.array(["甲", "乙"], object),
        name_en="",
        latent=np.zeros((2, 10)),
        open_issues=np.zeros((2, 10)),
        norm=np.zeros((2, 10)),
    )
    assert [Community(model, table, row, model.grid[0, 0]).workers for row in (0, 1)] == [2, 1]


def test_a_firm_knows_its_estates(model):
    model.world.estates = make(Estates, name_zh=np.array(["a", "b", "c"], object), name_en="", firm=np.array([1, 0, 1]))
    firms = make(Firms, name_zh=np.array(["甲", "乙"], object), name_en="")
    assert PropertyFirm(model, firms, 1, model.grid[0, 0]).estates.tolist() == [0, 2]
