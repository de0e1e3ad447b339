"""Committees over full load, and places at both ends of a change."""

import numpy as np

from experiments.answers.ends import Ends, ends, mean_change
from experiments.answers.overload import Overload, overload, overload_of_weeks


def test_only_what_is_over_full_counts_and_a_village_without_a_committee_is_none() -> None:
    assert overload(np.array([1.0, 1.001, 0.4, np.nan])) == Overload(1, 3)


def test_the_last_year_decides_and_parts_count_from_their_first_week() -> None:
    early, late = np.array([3.0, 0.5]), np.array([0.9, 0.5, 1.2])
    assert overload_of_weeks([early] * 60 + [late] * 52) == Overload(1, 3)
    assert overload_of_weeks([early] * 30 + [late] * 22) == Overload(2, 3)  # (30 * 3 + 22 * 0.9) / 52 > 1
    assert overload_of_weeks([]) == Overload(0, 0)


def test_ends_skip_places_where_nobody_lives() -> None:
    now, before = np.array([3.0, 1.0, 2.0, 5.0]), np.array([1.0, 1.0, 3.0, 5.0])
    change = mean_change(now, before, np.array([0, 0, 3, 1]), 4)
    assert np.array_equal(change, [1.0, 0.0, np.nan, -1.0], equal_nan=True)
    assert ends(change) == Ends(0, 1.0, 3, -1.0)
    assert ends(change[:1]) is None
