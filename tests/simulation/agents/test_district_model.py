"""The Mesa model of a hundredth of the district: agents in their places, residents as an AgentSet, map layers."""

import mesa
import numpy as np
import pytest

from simulation.agents.community import Community
from simulation.agents.facility import Facility
from simulation.agents.property_firm import PropertyFirm
from simulation.agents.resident import Resident
from simulation.agents.social_organisation import SocialOrganisation
from simulation.agents.street_office import Department, StreetOffice
from simulation.model import DistrictModel
from simulation.run import prepare
from simulation.scenario.load import load_scenario


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Tests of this module only look, but for one week at the start."""
    scenario = load_scenario("baseline")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUITIAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        model = DistrictModel(prepare(scenario, 1, 0.01), scenario)
    model.step()
    model.draw_layers()
    return model


def test_every_row_has_one_agent(model):
    world = model.world
    tables = {
        Community: world.communities,
        Facility: world.facilities,
        PropertyFirm: world.firms,
        StreetOffice: world.streets,
        Department: world.departments,
    }
    for kind, table in tables.items():
        assert sorted(model.agents_by_type[kind].get("row")) == list(range(len(table)))
    alive = np.flatnonzero(world.organisations.weeks >= 0)
    assert sorted(model.agents_by_type[SocialOrganisation].get("row")) == alive.tolist()


def test_agents_stand_in_their_cells(model):
    geography = model.world.geography
    for community in model.agents_by_type[Community]:
        cell = model.world.communities.office_cell[community.row]
        assert community.cell.coordinate == (geography.cell_x[cell], geography.cell_y[cell])
    firm = model.agents_by_type[PropertyFirm][0]
    assert len(firm.estates) > 0
    assert firm in firm.cell.agents


def test_residents_are_an_agent_set_of_the_model(model):
    residents = model.agents_by_type[Resident]
    assert len(residents) == len(model.world.residents)
    by_community = residents.groupby("community").count()
    assert [
        by_community.get(row, 0) for row in range(len(model.world.communities))
    ] == model.world.communities.residents.tolist()
    commuters = residents.select(lambda r: r.mobility == 1)
    assert 0 < len(commuters) < len(residents)
    resident = commuters[0]
    assert resident.overall == pytest.approx(residents.get("overall")[resident.row])
    assert all(0 <= tie.row < len(residents) for tie in resident.ties)
    assert Resident in model.agent_types


def test_residents_are_who_the_population_says_and_live_in_cells(model):
    residents = model.agents_by_type[Resident]
    elders = residents.select(lambda r: r.age >= 60)
    assert set(elders.get("life_stage")) == {"young_old", "old"}
    assert elders.get("older").all() and not residents.select(lambda r: r.age < 60).get("older").any()
    assert (residents.select(lambda r: r.status == 4).get("commute_minutes") > 0).mean() > 0.9
    resident = residents[1234]
    assert resident.cell is model.grid[resident.cell.coordinate]
    assert model.grid.community.data[resident.cell.coordinate] == resident.community
    assert resident.subdistrict == model.world.communities.subdistrict[resident.community]


def test_the_data_collector_of_mesa_reads_residents_and_communities(model):
    collector = mesa.DataCollector(
        model_reporters={"mean": lambda m: m.agents_by_type[Resident].agg("overall", np.mean)},
        agenttype_reporters={Community: {"load": "load"}, Resident: {"overall": "overall"}},
    )
    collector.collect(model)
    people = collector.get_agenttype_vars_dataframe(Resident)
    assert len(people) == len(model.agents_by_type[Resident])
    assert collector.get_model_vars_dataframe()["mean"].iloc[0] == pytest.approx(people["overall"].mean(), rel=1e-5)
    assert len(collector.get_agenttype_vars_dataframe(Community)) == len(model.world.communities)


def test_communities_know_their_workers(model):
    posts = sum(community.workers for community in model.agents_by_type[Community])
    assert posts == np.count_nonzero(model.world.workers.vacancy == 0)


def test_layers_of_the_map(model):
    grid, world = model.grid, model.world
    cells = len(world.geography.cell_x)
    assert grid.active.data.sum() == cells and abs(cells / 100 - 61.9) < 0.2  # the outlines hold 61.9 km2
    assert grid.households.data.sum() == pytest.approx(len(world.households.estate) / world.scale)
    lived_in = np.unique(world.gates.cell)
    at = world.geography.cell_x[lived_in], world.geography.cell_y[lived_in]
    assert set(grid.community.data[at].astype(int)) == set(np.unique(world.gates.community))
    index = grid.satisfaction.data[world.geography.cell_x, world.geography.cell_y]
    assert np.isnan(index).sum() == cells - len(lived_in)
    mean = np.average(index[lived_in], weights=np.bincount(world.gates.cell, world.gates.residents)[lived_in])
    assert mean == pytest.approx(100 * world.residents.columns.overall.mean(), abs=0.01)
