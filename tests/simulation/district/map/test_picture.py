"""The picture of the map: every subdistrict can be told from its neighbours in grey, the file is the same each time."""

import matplotlib.image
import numpy as np
import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.district.map.picture import _colours, _edges, draw_map


@pytest.fixture(scope="module")
def place():
    district = load_district("huitian")
    return district, load_geography(district)


def test_sides_are_drawn_where_values_change():
    assert _edges(np.array([[0.0, 1.0], [0.0, 0.0]])) == [((1, 0), (1, 1)), ((1, 1), (2, 1))]


def test_denser_homes_are_darker_and_the_land_outside_is_white(place):
    _, g = place
    image = _colours(g)
    active = np.zeros((g.height, g.width), np.bool_)
    active[g.cell_y, g.cell_x] = True
    assert (image[~active] == 1).all()
    grey = image[g.cell_y, g.cell_x].mean(axis=1)
    for s in range(len(g.subdistricts)):
        own = g.cell_subdistrict == s
        assert grey[own & (g.cell_households > 150)].max() < grey[own & (g.cell_community < 0)].min()


def test_the_same_map_is_the_same_file(place, tmp_path):
    for name in ("a.png", "b.png"):
        draw_map(*place, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    picture = matplotlib.image.imread(tmp_path / "a.png")
    assert picture.shape[1] == 1650
    assert 0.1 < (picture[..., :3].min(axis=2) < 0.9).mean() < 0.7
