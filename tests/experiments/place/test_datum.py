"""Datums against a published pair of positions, and there and back."""

import numpy as np
import pandas as pd
import pytest

from experiments.place.datum import bd09, check_datum, gcj02, to_wgs84
from simulation.yaml_source import SourceError


def test_tiananmen_is_shifted_as_published():
    """About 116.3912, 39.9073 in WGS 84 is 116.3974, 39.9087 in GCJ-02: some 530 m east and 155 m north."""
    lon, lat = gcj02(np.array([116.3912]), np.array([39.9073]))
    assert (lon[0], lat[0]) == pytest.approx((116.39744, 39.90870), abs=2e-5)
    further = bd09(np.array([116.3912]), np.array([39.9073]))
    assert (further[0][0], further[1][0]) == pytest.approx((116.40381, 39.91504), abs=5e-5)


@pytest.mark.parametrize(("datum", "shift"), [("gcj02", gcj02), ("bd09", bd09), ("wgs84", lambda x, y: (x, y))])
def test_there_and_back(datum, shift):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(80, 130, 50), rng.uniform(20, 50, 50)
    back = to_wgs84(*shift(lon, lat), datum)
    assert back[0] == pytest.approx(lon, abs=1e-7) and back[1] == pytest.approx(lat, abs=1e-7)


def stations(lon, lat):
    return pd.DataFrame({"name_zh": ["霍营站", "龙泽地铁站", "回龙观"], "lon": lon, "lat": lat})


LON, LAT = np.array([116.354, 116.313, 116.330]), np.array([40.071, 40.071, 40.071])


def test_names_need_not_agree_on_the_word_for_station():
    known = stations(LON, LAT).assign(name_zh=["霍营", "龙泽站", "回龙观站"])
    assert check_datum(stations(LON + 1e-4, LAT), known, "s.csv").startswith("3 stations lie +9 m east")


def test_one_station_in_the_wrong_place_does_not_hide_the_datum():
    lon, lat = gcj02(LON, LAT)
    lat[2] += 0.02
    with pytest.raises(SourceError, match="as GCJ02 does"):
        check_datum(stations(lon, lat), stations(LON, LAT), "s.csv")


def test_too_few_stations_tell_nothing():
    assert "too few" in check_datum(stations(LON, LAT)[:1], stations(LON, LAT), "s.csv")
