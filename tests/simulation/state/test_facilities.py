"""Facilities and when they serve."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from simulation.parameters import Parameters
from simulation.state.facilities import STAGES, Facilities, of_geography
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


def test_a_school_whose_stage_is_not_known_is_one_of_each_and_no_place_is_lost():
    table = pd.DataFrame(
        {
            "kind": ["school", "clinic", "kindergarten"],
            "name_zh": ["一", "二", "三"],
            "name_en": ["One", "Two", "Three"],
            "cell": [4, 5, 6],
            "capacity": [1000.0, 300.0, 200.0],
            "open_adult": 1.0,
            "open_commuter": 1.0,
            "quality": 0.8,
            "opening_week": 0,
        }
    )
    made = of_geography(SimpleNamespace(facilities=table), Parameters())
    assert sorted(made.kind) == ["clinic", "kindergarten", "kindergarten", "primary_school", "secondary_school"]
    school = made.cell == 4
    assert set(made.kind[school]) == set(STAGES) and made.capacity[school].sum() == 1000
    assert made.capacity[made.cell == 6].tolist() == [200]
