"""Facilities and when they serve."""

import numpy as np

from simulation.state.facilities import Facilities
from simulation.state.table import make


def facilities(kinds=("clinic", "school", "clinic"), opened=(-5, 0, 10)):
    return make(
        Facilities,
        kind=np.array(kinds, object),
        name_zh="",
        name_en="",
        cell=np.arange(len(kinds)),
        capacity=100.0,
        opened=np.array(opened),
    )


def test_facilities_serve_from_the_week_they_open():
    table = facilities()
    assert table.serving("clinic", 9).tolist() == [0]
    assert table.serving("clinic", 10).tolist() == [0, 2]
    assert table.serving("school", -1).tolist() == []
