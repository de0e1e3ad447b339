"""What `docs/reach.csv` says that a measure never changes is equal bit for bit, whether the measure is there or not."""

import pytest

from docs.builders import reach
from simulation.interventions.registry import interventions

TABLE = reach.read()
SOME = ("I41",)
"""Measures that the fast tests run: facilities, an election, volunteers."""


def test_every_measure_is_told_once_for_every_outcome():
    own = {m: kind for kind, item in interventions().items() if kind in set(TABLE["kind"]) for m in item.measures}
    assert dict(TABLE["kind"]) == own and len(own) == 56
    assert list(TABLE.columns) == ["kind", *reach.OUTCOMES]
    assert TABLE[list(reach.OUTCOMES)].isin([reach.OWN, reach.REQUESTS, reach.NEVER]).all(axis=None)


@pytest.mark.parametrize("measure", TABLE.index)
def test_every_measure_reaches_something(measure):
    assert (TABLE.loc[measure, list(reach.OUTCOMES)] != reach.NEVER).any()


@pytest.mark.parametrize("measure", [pytest.param(m, marks=[] if m in SOME else pytest.mark.slow) for m in TABLE.index])
def test_what_is_never_changed_does_not_move_by_a_bit(measure):
    row = TABLE.loc[measure]
    moved = reach.moved(row["kind"], measure, cut=False)
    assert {name for name, differs in moved.items() if not differs} == {
        name for name in reach.OUTCOMES if row[name] == reach.NEVER
    }


@pytest.mark.slow
@pytest.mark.parametrize("measure", TABLE.index)
def test_what_moves_of_itself_moves_without_requests(measure):
    row = TABLE.loc[measure]
    moved = reach.moved(row["kind"], measure, cut=True)
    assert {name for name, differs in moved.items() if differs} == {
        name for name in reach.OUTCOMES if row[name] == reach.OWN
    }
