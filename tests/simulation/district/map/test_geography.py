"""The map of Huitian: areas, sums, contiguity, facilities."""

import time

import numpy as np
import pandas as pd
import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.district.map.growth import parts
from simulation.domains import DOMAINS
from simulation.interventions.shared.siting import Place, Siting, Standards, choose_sites
from simulation.parameters import Parameters
from simulation.processes.access import coverage, within_reach
from simulation.state.grid import Grid, Walk


@pytest.fixture(scope="module")
def district():
    return load_district("huitian")


@pytest.fixture(scope="module")
def geography(district):
    return load_geography(district)


@pytest.fixture(scope="module")
def residents(geography):
    """Residents by mobility class and cell: half at home by day, a few slow walkers."""
    return 2.31 * np.outer([0.5, 0.46, 0.04], geography.cell_households)


def test_area_is_exact_and_of_one_piece(district, geography):
    assert len(geography.cell_x) == district.figure("area_km2") * 100 == 6300
    assert parts(geography.cell_x, geography.cell_y).max() == 0
    assert geography.cell_x.max() < geography.width and geography.cell_y.max() < geography.height


def test_subdistricts_have_their_areas(district, geography):
    wanted = district.table("subdistricts")["area_km2"].to_numpy() * 100
    assert np.bincount(geography.cell_subdistrict) == pytest.approx(wanted, rel=0.03)


@pytest.mark.parametrize("column", ["cell_community", "cell_estate"])
def test_regions_are_contiguous_and_none_is_missing(geography, column):
    region = getattr(geography, column)
    table = geography.communities if column == "cell_community" else geography.estates
    assert np.array_equal(np.unique(region[region >= 0]), table.index)
    for k in table.index:
        assert parts(geography.cell_x[region == k], geography.cell_y[region == k]).max() == 0


def test_regions_nest(geography):
    housing = geography.cell_community >= 0
    assert np.array_equal(housing, geography.cell_estate >= 0)
    of_estate = geography.estates["community"].to_numpy()[geography.cell_estate[housing]]
    assert np.array_equal(of_estate, geography.cell_community[housing])
    of_community = geography.communities["subdistrict"].to_numpy()[geography.cell_community[housing]]
    assert np.array_equal(of_community, geography.cell_subdistrict[housing])


def test_tables_are_sorted_as_residents_will_be(geography):
    assert geography.communities["subdistrict"].is_monotonic_increasing
    assert geography.estates["community"].is_monotonic_increasing


def test_names_are_unique(geography):
    for table in (geography.subdistricts, geography.communities, geography.estates, geography.firms):
        assert table["name_zh"].is_unique and table["name_en"].is_unique


def test_households_add_up_on_every_level(district, geography):
    g, total = geography, round(district.population / district.figure("household_size"))
    assert abs(int(g.cell_households.sum()) - total) <= 1
    housing = g.cell_community >= 0
    assert g.cell_households[~housing].sum() == 0
    for region, table in ((g.cell_community, g.communities), (g.cell_estate, g.estates)):
        assert np.array_equal(np.bincount(region[housing], g.cell_households[housing]), table["households"])


def test_subdistricts_keep_the_census(district, geography):
    households = geography.communities.groupby("subdistrict")["households"].sum()
    wanted = geography.subdistricts["population"] / district.figure("household_size")
    assert households.to_numpy() == pytest.approx(wanted.to_numpy(), abs=2)


def test_another_population_scales_every_community(geography):
    press = load_geography(load_district("huitian", population="press_2017"))
    assert press.communities["households"].sum() == round(geography.communities["households"].sum() * 860000 / 851516)
    assert press.communities["households"].to_numpy() == pytest.approx(
        geography.communities["households"].to_numpy() * 860000 / 851516, abs=1
    )


def test_communities_of_2017(geography):
    table = geography.communities
    towns = table[table["kind"] == "community"]
    assert towns["subdistrict"].value_counts(sort=False).tolist() == [20, 33, 3, 19, 9, 15, 5]
    assert (table["kind"] == "village").sum() == 22
    large = towns[towns["households"] > 5000]
    codes = geography.subdistricts["code"].to_numpy()[large["subdistrict"]]
    assert pd.Series(codes).value_counts().to_dict() == {"TTN": 5, "TTS": 2, "HLG": 1}
    assert large["households"].mean() == pytest.approx(6260, abs=60)
    assert (large["households"] > 7500).sum() == 1
    assert np.log(towns["households"]).std() == pytest.approx(0.46, abs=0.03)
    share = 1 - towns["households"].sum() / table["households"].sum()
    assert 0.05 < share < 0.25


def test_densities_are_believable(geography):
    assert geography.cell_households.max() <= 450
    cells = np.bincount(geography.cell_community[geography.cell_community >= 0])
    density = geography.communities["households"] / cells
    assert density.median() == pytest.approx(140, rel=0.1)
    assert density.max() < 330


def test_estates_and_their_property_firms(geography):
    estates = geography.estates
    assert 150 <= len(estates) <= 220
    assert estates.groupby("community").size().max() <= 5
    assert estates.groupby("firm").size().between(1, 8).all()
    assert np.array_equal(np.unique(estates["firm"]), geography.firms.index)
    ratio = estates["fee_yuan_m2"] / estates["b0"]
    assert estates["fee_yuan_m2"].between(0.5, 2.5).all()
    assert 0.15 < np.log(ratio).std() < 0.26
    assert 0.2 < ratio.between(1.1, 1.4).mean() < 0.5  # estates with two stable states


def test_departments_share_the_domains(geography):
    named = [d for d in geography.departments["domain"] if d]
    assert sorted(named) == sorted(DOMAINS)


def test_facilities_lie_where_they_belong(geography):
    f = geography.facilities
    assert f["cell"].between(0, len(geography.cell_x) - 1).all()
    assert (f["opening_week"] <= 0).all() and f["source"].str.len().gt(0).all()
    assert f["name_zh"].is_unique
    counts = f["kind"].value_counts()
    assert counts[["service_circle", "elder_institution", "service_room"]].tolist() == [42, 9, 126]
    rooms = f[f["kind"] == "service_room"]
    assert np.array_equal(geography.cell_community[rooms["cell"]], geography.communities.index)
    assert not f[~f["kind"].isin(["service_room", "metro"])]["cell"].duplicated().any()


def test_old_circles_miss_communities_that_73_can_cover(geography, residents):
    params, g = Parameters({}), geography
    walk, minutes, share = Walk.from_parameters(params), params["access.circle_minutes"], params["access.covered_share"]
    grid, community = Grid.from_cells(g.cell_x, g.cell_y), g.cell_community.astype(np.int64)
    counted = (g.communities["kind"] == "community").to_numpy()
    old = g.facilities.loc[g.facilities["kind"] == "service_circle", "cell"].to_numpy(np.int64)

    def covered(sites):
        reached = within_reach(grid, sites, minutes, walk)
        return coverage(residents, reached, community, counted, share).communities

    assert 0.6 < covered(old) < 0.8
    candidates = np.flatnonzero(community >= 0)
    place = Place(
        grid,
        residents,
        np.where((community >= 0) & counted[community], community, -1),
        old,
        np.full(len(old), 1500.0),
        candidates,
    )
    standards = Standards(
        walk,
        minutes,
        1500.0,
        np.array([1.0, 0.6, 1.0]),
        params["access.standard_circle"],
        share,
        params["siting.aversion"],
        params["siting.slow_weight"],
    )
    chosen = candidates[choose_sites(Siting.COVERAGE, place, standards, 31).order]
    assert covered(np.concatenate([old, chosen])) == 1.0


def test_the_same_data_give_the_same_map(district, geography):
    again = load_geography(district)
    assert np.array_equal(again.cell_estate, geography.cell_estate)
    assert np.array_equal(again.cell_households, geography.cell_households)
    pd.testing.assert_frame_equal(again.facilities, geography.facilities)


def test_the_map_is_drawn_in_a_second_and_a_half(district):
    start = time.process_time()
    load_geography(district)
    assert time.process_time() - start < 1.5
