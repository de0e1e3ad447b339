"""The real district and its people, built once for the tests of a file."""

import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.district.people.population import build_population
from simulation.parameters import Parameters


@pytest.fixture(scope="module")
def district():
    return load_district("huitian")


@pytest.fixture(scope="module")
def geography():
    return load_geography(load_district("huitian"))


@pytest.fixture(scope="module")
def built(geography, district):
    """The people, by scale."""
    return {scale: build_population(geography, district, Parameters(), scale) for scale in (0.01, 0.1, 1.0)}
