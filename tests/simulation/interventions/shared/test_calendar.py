"""When levers act: one rule for starts inside a week, and what lies before the run."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from simulation.interventions.shared.calendar import begins, first_tick, opening_ticks, progress, under_way
from simulation.state.world import World

MONDAY = date(2018, 1, 1)


class Week(SimpleNamespace):
    date, first_tick, tick_of = World.date, World.first_tick, World.tick_of


def week(tick):
    return Week(start=MONDAY, tick=tick)


@pytest.mark.parametrize("day", range(-15, 22))
def test_a_lever_is_under_way_from_its_first_tick_on(day):
    start = MONDAY + timedelta(days=day)
    first = first_tick(week(0), start)
    for tick in range(4):
        now = week(tick)
        assert under_way(now, start, None) == (tick >= first) == (now.date >= start)
        assert begins(now, start) == (tick == first)
        assert (progress(now, tick, start, start + timedelta(days=70)) > 0) == (tick > first)


def test_openings_before_the_run_are_before_the_run():
    ticks = opening_ticks(week(0), 4, MONDAY - timedelta(weeks=8), MONDAY + timedelta(weeks=8))
    assert ticks.tolist() == [-4, 0, 4, 8]
    assert (opening_ticks(week(0), 3, date(2015, 1, 5), date(2016, 1, 4)) < 0).all()
