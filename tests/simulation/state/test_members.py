"""The table of double-reporting members is one of persons: it follows who reports, and forgets who has gone."""

import numpy as np

from simulation.state.communities import NEVER
from simulation.state.members import Members
from simulation.state.table import make

N = 12
NOBODY = np.zeros(N, np.uint8)


def members() -> Members:
    """Members in rows 2, 5 and 9, each tired in a way of its own, who came in weeks 20, 50 and 90."""
    return make(Members, resident=[2, 5, 9], fatigue=[0.2, 0.5, 0.9], came=[20, 50, 90])


def reporting(*rows: int) -> np.ndarray:
    return np.isin(np.arange(N), rows)


def told(table: Members) -> list[tuple[int, float, int]]:
    return list(zip(table.resident.tolist(), table.fatigue.tolist(), table.came.tolist(), strict=True))


def test_who_begins_and_who_ends_leave_the_others_what_they_are():
    table = members()
    table.follow(reporting(0, 2, 7, 9, 11), NOBODY)
    assert told(table) == [(0, 0, NEVER), (2, 0.2, 20), (7, 0, NEVER), (9, 0.9, 90), (11, 0, NEVER)]
    table.follow(reporting(), NOBODY)
    assert told(table) == []
    table.follow(reporting(3), NOBODY)
    assert told(table) == [(3, 0, NEVER)]


def test_a_successor_who_reports_too_is_somebody_else():
    table, arrived = members(), NOBODY.copy()
    arrived[[5, 6]] = 2
    table.follow(reporting(2, 5, 9), arrived)
    assert told(table) == [(2, 0.2, 20), (5, 0, NEVER), (9, 0.9, 90)]


def test_dtypes_stay():
    table = members()
    table.follow(reporting(1), NOBODY)
    assert [column.dtype for column in vars(table).values()] == [np.int64, np.float64, np.int32]


def test_a_week_without_change_makes_nothing():
    table = members()
    before = list(vars(table).values())
    table.follow(reporting(2, 5, 9), (~reporting(2, 5, 9)).astype(np.uint8))
    assert all(column is was for column, was in zip(vars(table).values(), before, strict=True))
