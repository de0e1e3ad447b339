"""The real district and its map, loaded once for the tests of a file; a file may have another `district` of its own."""

import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography


@pytest.fixture(scope="module")
def district():
    return load_district("huitian")


@pytest.fixture(scope="module")
def geography(district):
    return load_geography(district)
