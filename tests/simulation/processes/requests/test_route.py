"""The work that a request brings, and where a confused one goes."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.processes.requests import route
from simulation.random import Stream, uniform


@pytest.mark.parametrize("cv", [0.8, 1.2, 1.6])
def test_work_is_log_normal_with_mean_one_and_its_spread(cv):
    n = 400_000
    u, v = (uniform(1, Stream.WORK, np.arange(n), k) for k in (0, 1))
    work = route.lognormal(u, v, cv)
    # standard errors 0.0025 of the mean and about 2 % of the spread at cv 1.6: both bounds are above four of them
    assert work.mean() == pytest.approx(1, abs=0.011)
    assert work.std() == pytest.approx(cv, rel=0.09)
    assert np.log(work).std() == pytest.approx(np.sqrt(np.log(1 + cv**2)), rel=0.006)


def test_a_confused_request_goes_to_the_other_part_of_a_split():
    """Community 1 was split: row 3 is its new part. A request of the one goes to the other, elsewhere nowhere."""
    world = SimpleNamespace(communities=SimpleNamespace(parent=np.array([-1, -1, -1, 1], np.int16)))
    assert route._sibling(world).tolist() == [-1, 3, -1, 1]
