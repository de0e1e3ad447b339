"""People of the real district, built once for the tests of a file."""

import pytest

from simulation.district.people.population import build_population
from simulation.parameters import Parameters


@pytest.fixture(scope="module")
def built(geography, district):
    """The people, by scale."""
    return {scale: build_population(geography, district, Parameters(), scale) for scale in (0.01, 0.1, 1.0)}
