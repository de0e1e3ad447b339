"""Streets over the land that they had: parts of a divided community count where the whole did."""

import numpy as np
import pandas as pd
import pytest

from experiments.answers.streets import axis, by_street, street_weeks, streets_of


def communities() -> pd.DataFrame:
    """Communities 0 and 1 in streets 0 and 1; in the second week 2 is cut off 0 and drawn into street 1."""
    rows = [
        (0, 0, -1, 0, 100, 40.0, 7.0),
        (0, 1, -1, 1, 50, 60.0, 1.0),
        (1, 0, -1, 0, 70, 40.0, 4.0),
        (1, 1, -1, 1, 50, 60.0, 2.0),
        (1, 2, 0, 1, 30, 50.0, 3.0),
    ]
    names = ["tick", "community", "parent", "subdistrict", "residents", "satisfaction", "backlog"]
    return pd.DataFrame(rows, columns=names)


def test_a_part_stays_in_the_street_of_the_whole() -> None:
    assert streets_of(np.array([0, 1, 1]), np.array([-1, -1, 0])).tolist() == [0, 1, 0]
    found = street_weeks(communities(), "satisfaction")
    assert found.to_numpy().tolist() == [[0, 0, 40], [0, 1, 60], [1, 0, pytest.approx(43)], [1, 1, 60]]
    assert street_weeks(communities(), "backlog")["value"].tolist() == [7, 1, 7, 2]


def test_a_street_without_cases_has_no_mean() -> None:
    values, size = np.array([np.nan, 3.0]), np.array([1.0, 0.0])
    assert np.isnan(by_street("satisfaction", values, size, np.array([0, 1]), 2)).all()
    assert by_street("backlog", values, size, np.array([0, 1]), 2).tolist() == [0, 3]


def test_the_axis_holds_all_streets_and_no_noise_fills_it() -> None:
    low, high = axis("satisfaction", [np.array([50.0, 50.01]), np.array([50.02, np.nan])])
    assert low < 50 and high > 50.02 and high - low == pytest.approx(1.0)
    assert axis("backlog", [np.array([5.0, 9.0])])[0] == 0
    assert axis("satisfaction", []) == (-0.05, 1.05)
