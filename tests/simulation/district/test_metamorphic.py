"""A district that is moved, mirrored or numbered anew is the same place."""

import shutil

import numpy as np
import pandas as pd
import pytest

from simulation.district.data.district import districts_folder, load_district
from simulation.district.map.geography import draw_land, load_geography
from simulation.run import simulate
from simulation.scenario.load import load_scenario

PLACED = ("subdistricts", "outlines", "communities", "facilities", "lines", "open_land", "landmarks")
MIDDLE = 116.347  # degrees: of the outlines
METRICS = [
    "satisfaction",
    "satisfaction_convenience",
    "load_committee",
    "circle_coverage_communities",
    "fee_payment_rate",
]


def changed(folder, change):
    """A copy of Huitian, its longitudes or its rows changed."""
    shutil.copytree(districts_folder() / "huitian", folder)
    for name in PLACED:
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        change(name, table).to_csv(folder / f"{name}.csv", index=False)
    return str(folder)


def with_longitude(rule):
    def change(_, table):
        lon = pd.to_numeric(table["lon"], errors="coerce")
        return table.assign(lon=rule(lon).map("{:.5f}".format).where(lon.notna(), ""))

    return change


def renumbered(name, table):
    return table.sample(frac=1, random_state=5) if name == "communities" else table


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    base = tmp_path_factory.mktemp("places")
    return {
        "here": changed(base / "here", lambda _, table: table),
        "shifted": changed(base / "shifted", with_longitude(lambda lon: lon + 2.0)),
        "mirrored": changed(base / "mirrored", with_longitude(lambda lon: 2 * MIDDLE - lon)),
        "renumbered": changed(base / "renumbered", renumbered),
    }


@pytest.fixture(scope="module")
def maps(places):
    return {name: load_geography(load_district(folder)) for name, folder in places.items()}


def ends(folder):
    """Metrics of the last week of a short run."""
    plan = load_scenario("baseline")
    plan = plan.model_copy(update={"district": folder, "parameters": {"run.burn_in_weeks": 4.0}})
    return simulate(plan, seed=1, scale=0.02, weeks=6).district[METRICS].iloc[-1]


def test_a_shifted_district_has_the_same_map_and_the_same_metrics(places, maps):
    for column in ("cell_x", "cell_y", "cell_unit", "cell_community", "cell_estate", "cell_households"):
        assert np.array_equal(getattr(maps["here"], column), getattr(maps["shifted"], column)), column
    pd.testing.assert_series_equal(ends(places["here"]), ends(places["shifted"]))


def test_a_mirrored_district_has_the_mirrored_map(maps):
    here, there = maps["here"], maps["mirrored"]
    assert (here.width, here.height) == (there.width, there.height)
    unit = np.full((here.width, here.height), -1)
    unit[here.cell_x, here.cell_y] = here.cell_unit
    other = np.full((here.width, here.height), -1)
    other[there.width - 1 - there.cell_x, there.cell_y] = there.cell_unit
    assert np.array_equal(unit, other)


def test_units_numbered_anew_keep_their_land(maps):
    here, there = maps["here"], maps["renumbered"]
    names = [g.communities["name_zh"].to_numpy()[g.cell_unit] for g in (here, there)]
    assert np.mean(names[0] == names[1]) > 0.99
    size = [g.communities.set_index("name_zh")["households"].sort_index() for g in (here, there)]
    assert (size[0] - size[1]).abs().max() <= 1


@pytest.mark.parametrize("name", ["mirrored", "renumbered"])
def test_the_same_place_otherwise_gives_the_same_metrics(places, name):
    """But for the luck of estates and facilities, which is drawn along the map."""
    one, other = ends(places["here"]), ends(places[name])
    assert other["satisfaction"] == pytest.approx(one["satisfaction"], abs=0.7)
    assert other["satisfaction_convenience"] == pytest.approx(one["satisfaction_convenience"], abs=1.5)
    assert other["load_committee"] == pytest.approx(one["load_committee"], rel=0.04)
    assert other["fee_payment_rate"] == pytest.approx(one["fee_payment_rate"], abs=0.03)
    assert other["circle_coverage_communities"] == pytest.approx(one["circle_coverage_communities"], abs=0.05)


def test_the_canvas_is_centred(places):
    land = draw_land(load_district(places["here"]))
    assert land.x.min() + land.x.max() == pytest.approx(land.width - 1, abs=1)


def test_names_are_names(places, tmp_path):
    """Communities, firms, departments and facilities under other names: the same bits in every column of figures."""
    folder = tmp_path / "renamed"
    shutil.copytree(places["here"], folder)
    for name in ("communities", "firms", "departments", "facilities"):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        table["name_zh"] = [f"{name}甲{row}" for row in range(len(table))]
        table["name_en"] = [f"Renamed {name} {row}" for row in range(len(table))]
        table.to_csv(folder / f"{name}.csv", index=False)
    (folder / "register_changes.csv").unlink()  # of communities by their names
    pd.testing.assert_series_equal(ends(places["here"]), ends(str(folder)), check_exact=True)
