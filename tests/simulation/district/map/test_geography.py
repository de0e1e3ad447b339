"""The map of Huitian: areas, sums, contiguity, facilities."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from simulation.district.data.district import load_district
from simulation.district.map.geography import draw_land, load_geography
from simulation.district.map.growth import parts
from simulation.district.map.land import project
from simulation.domains import DOMAINS
from simulation.interventions.shared.siting import Place, Siting, Standards, choose_sites
from simulation.parameters import Parameters
from simulation.processes.access import coverage, within_reach
from simulation.state.grid import Grid, Walk


@pytest.fixture(scope="module")
def residents(geography):
    """Residents by mobility class and cell: half at home by day, a few slow walkers."""
    return 2.31 * np.outer([0.5, 0.46, 0.04], geography.cell_households)


def test_area_is_that_of_the_outlines_and_of_one_piece(district, geography):
    assert len(geography.cell_x) == pytest.approx(district.table("subdistricts")["area_km2"].sum() * 100, rel=0.002)
    assert parts(geography.cell_x, geography.cell_y).max() == 0
    assert geography.cell_x.max() < geography.width and geography.cell_y.max() < geography.height


def test_subdistricts_have_their_areas(district, geography):
    wanted = district.table("subdistricts")["area_km2"].to_numpy() * 100
    assert np.bincount(geography.cell_subdistrict) == pytest.approx(wanted, rel=0.03)


def edge_points(geography, land, own):
    """Middles of the sides between cells of a subdistrict and others, in cells."""
    inside = np.zeros((geography.width + 1, geography.height + 1), np.bool_)
    inside[geography.cell_x[own], geography.cell_y[own]] = True
    across, up = np.argwhere(inside[1:] != inside[:-1]), np.argwhere(inside[:, 1:] != inside[:, :-1])
    return np.concatenate([across + np.array([1, 0.5]), up + np.array([0.5, 1])])


def test_outlines_of_the_streets_are_within_100_metres(district, geography):
    """Both ways, along the whole of each ring: nothing of the table is missing, and nothing is added."""
    land, table = draw_land(district), district.table("outlines")
    for s, code in enumerate(geography.subdistricts["code"]):
        drawn = edge_points(geography, land, geography.cell_subdistrict == s)
        rings = [ring for _, ring in table[table["subdistrict"] == code].groupby("part")]
        along = []
        for ring in rings:
            x, y = project(ring["lon"].to_numpy(), ring["lat"].to_numpy(), land.origin)
            corner = np.column_stack([x, y])
            step = np.linspace(0, 1, 60)[:, None, None]
            along.append((corner + step * (np.roll(corner, -1, axis=0) - corner)).reshape(-1, 2))
        given = np.concatenate(along)
        for one, other in ((drawn, given), (given, drawn)):
            far = cKDTree(one).query(other)[0]
            assert np.mean(far <= 1.0) > 0.96 and far.max() < 2.1, code  # more at tips narrower than a cell


def test_every_unit_is_one_piece_and_has_its_area(district, geography):
    """Within 5 % of the area, scaled to the piece of its street that it lies in, or, where that is less, a cell."""
    g, land = geography, draw_land(district)
    wanted = np.zeros(len(g.communities))
    for s in g.subdistricts.index:
        own = np.flatnonzero(g.cell_subdistrict == s)
        piece = parts(g.cell_x[own], g.cell_y[own])
        for k in np.unique(piece):
            units = np.unique(g.cell_unit[own[piece == k]])
            area = g.communities["area_ha"].to_numpy()[units]
            wanted[units] = area / area.sum() * (piece == k).sum()
    made = np.bincount(g.cell_unit, minlength=len(g.communities))
    missed = np.abs(made - wanted)
    assert (missed <= np.maximum(1.0, 0.05 * wanted)).all()
    assert np.median(missed / wanted) < 0.02
    for k in g.communities.index:
        assert parts(g.cell_x[g.cell_unit == k], g.cell_y[g.cell_unit == k]).max() == 0, k
    x, y = project(g.communities["lon"].to_numpy(), g.communities["lat"].to_numpy(), land.origin)
    middle = [np.bincount(g.cell_unit, axis + 0.5) / made for axis in (g.cell_x, g.cell_y)]
    far = np.hypot(middle[0] - x, middle[1] - y)
    assert np.median(far) < 2.5, "half of the units lie within 250 m of where they should"


STATIONS = {"天通苑北": "TTN", "天通苑": "TTN", "天通苑南": "TTS", "霍营": "HY", "回龙观": "HLG", "龙泽": "HLG"}
STATIONS |= {"育知路": "LZY", "平西府": "DXK", "回龙观东大街": "HY", "生命科学园": "SGZ", "育新": "HLG"}


def test_stations_lie_in_their_streets_and_units(district, geography):
    """In the street whose outline holds them, and in the unit nearest by the data, or one as near (300 m)."""
    g, land, lines = geography, draw_land(district), district.table("lines")
    metro = g.facilities[g.facilities["kind"] == "metro"].set_index("name_zh")
    assert set(metro.index) == {f"{name}站" for name in STATIONS}
    stops = lines[lines["station_zh"] != ""].drop_duplicates("station_zh").set_index("station_zh")
    cx, cy = project(g.communities["lon"].to_numpy(), g.communities["lat"].to_numpy(), land.origin)
    radius = np.sqrt(g.communities["area_ha"].to_numpy() / np.pi)
    for name, code in STATIONS.items():
        cell = metro.at[f"{name}站", "cell"]
        x, y = project(stops.at[name, "lon"], stops.at[name, "lat"], land.origin)
        assert np.hypot(g.cell_x[cell] + 0.5 - x, g.cell_y[cell] + 0.5 - y) < 1.0, name
        assert g.subdistricts["code"][g.cell_subdistrict[cell]] == code, name
        own = g.communities["subdistrict"].to_numpy() == g.cell_subdistrict[cell]
        beyond = np.where(own, np.hypot(cx - x, cy - y) - radius, np.inf)
        assert beyond[g.cell_unit[cell]] < beyond.min() + 3, name


def test_places_that_are_known_are_where_they_are(district, geography):
    g, land = geography, draw_land(district)
    known = district.table("facilities").query("placement == 'at'")
    assert len(known) == 10 and set(known["kind"]) == {"school", "hospital", "bicycle_entrance"}
    made = g.facilities.set_index("name_zh")
    for row in known.itertuples():
        cell, (x, y) = made.at[row.name_zh, "cell"], project(row.lon, row.lat, land.origin)
        assert np.hypot(g.cell_x[cell] + 0.5 - x, g.cell_y[cell] + 0.5 - y) < 1.0, row.name_zh


@pytest.mark.parametrize("column", ["cell_community", "cell_estate"])
def test_regions_are_contiguous_and_none_is_missing(geography, column):
    region = getattr(geography, column)
    table = geography.communities if column == "cell_community" else geography.estates
    assert np.array_equal(np.unique(region[region >= 0]), table.index)
    for k in table.index:
        assert parts(geography.cell_x[region == k], geography.cell_y[region == k]).max() == 0


def test_people_live_on_the_land_of_their_unit(geography):
    housing = geography.cell_community >= 0
    assert np.array_equal(geography.cell_unit[housing], geography.cell_community[housing])
    of_unit = geography.communities["subdistrict"].to_numpy()[geography.cell_unit]
    assert np.array_equal(of_unit, geography.cell_subdistrict)


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


DIVIDED_FIRST = (
    "新龙城",
    "云趣园",
    "流星花园",
    "天通北苑第一",
    "天通北苑第二",
    "天通北苑第三",
    "天通中苑第一",
    "天通苑第一",
)


def test_communities_of_the_register(district, geography):
    table = geography.communities
    towns = table[table["kind"] == "community"]
    assert towns["subdistrict"].value_counts(sort=False).tolist() == [22, 34, 4, 19, 9, 15, 5]
    villages = table[table["kind"] == "village"]["subdistrict"].value_counts()
    assert villages.reindex(range(7), fill_value=0).tolist() == [2, 1, 5, 0, 3, 1, 10]
    large = towns[towns["households"] > 5000]
    assert set(large["name_zh"]) == set(DIVIDED_FIRST)
    assert (large["households"] > 8000).sum() == 1
    changes = district.table("register_changes")
    surely = changes[(changes["kind"] == "divided") & ~changes["source"].str.contains("assumption|may be")]["of_zh"]
    size = towns.set_index("name_zh")["households"]
    undivided = size.drop(list(set(changes["of_zh"]) & set(size.index)))
    assert (size[list(set(surely) & set(size.index))] > undivided.quantile(0.7)).all()
    share = 1 - towns["households"].sum() / table["households"].sum()
    assert 0.05 < share < 0.25


def test_tiantongyuan_north_follows_its_floor_area(district):
    table = district.table("communities").query("subdistrict == 'TTN' and kind == 'community'")
    per_floor = table["households"] / table["floor_area_ha"]
    assert (per_floor / per_floor.median()).between(0.9, 1.1).all()


def test_the_register_counts_what_it_lists(district):
    """108 communities of October 2018 and its changes make the counts of the later registers."""
    changes = district.table("register_changes")
    divided = changes[changes["kind"] == "divided"]
    more = divided["parts_zh"].str.count(";")
    for day, count in ((date(2019, 10, 1), 109), (date(2021, 10, 1), 113), (date(2022, 10, 1), 125)):
        assert 108 + more[divided["date"] <= day].sum() == count


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
    assert counts[["service_circle", "elder_institution", "service_room"]].tolist() == [42, 4, 130]
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

    assert 0.5 < covered(old) < 0.8
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
        np.array([1.0, 0.6, 1.0]),
        params["access.standard_circle"],
        share,
        params["siting.aversion"],
        params["siting.slow_weight"],
    )
    chosen = candidates[choose_sites(Siting.COVERAGE, place, standards, np.full(31, 1500.0)).order]
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
