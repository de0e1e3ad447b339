"""A value from the browser is one that was offered, or nothing."""

from typing import Any

import pytest

from experiments.view import layers, wanted
from experiments.view.session import Pair
from simulation.scenario.load import load_scenario

ODD: tuple[Any, ...] = (
    "nope", "/etc/shadow", "", 5, -1, 1.5, 10**6, float("nan"), [], ["nope"], [[]], {}, {"a": 1}, object(), b"x",
)  # fmt: skip


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair(load_scenario("baseline"), 1, 0.01)


@pytest.mark.parametrize("field", wanted.FIELDS)
def test_what_was_not_offered_is_not_taken(pair: Pair, field: str) -> None:
    fine = {"facilities": [[]], "community": [5], "street": [5]}.get(field, [])
    assert not any(wanted.FIELDS[field](value, pair) for value in ODD if value not in fine)


def test_what_was_offered_is_taken(pair: Pair) -> None:
    assert all(wanted.FIELDS["layer"](name, pair) for name in layers.offered(pair.scenario.context))
    assert not wanted.FIELDS["layer"]("infected", pair)  # this scenario has no epidemic
    rows = len(pair.policy.world.communities)
    assert wanted.FIELDS["community"](rows - 1, pair) and not wanted.FIELDS["community"](rows, pair)
    assert wanted.FIELDS["community"](None, None) and not wanted.FIELDS["community"](0, None)
    assert wanted.FIELDS["facilities"](["hospital", "clinic"], pair) and wanted.FIELDS["facilities"]((), None)
    assert wanted.FIELDS["compare"]("swipe", pair) and not wanted.FIELDS["compare"](True, pair)
    assert wanted.FIELDS["stretch"](True, pair) and not wanted.FIELDS["stretch"](1, pair)
    assert wanted.FIELDS["street"](0, pair) and not wanted.FIELDS["street"](1000, pair)


@pytest.mark.parametrize(
    ("typed", "seed"),
    [("0", 0), (" 17 ", 17), (str(2**63 - 1), 2**63 - 1), (str(2**63), None), ("9" * 5000, None), ("-1", None),
     ("1.5", None), ("", None), ("x", None), (5, None), (None, None), (["1"], None)],
)  # fmt: skip
def test_a_seed(typed: Any, seed: int | None) -> None:
    assert wanted.seed(typed) == seed


def test_a_place_of_the_map() -> None:
    assert wanted.cell({"cell": 7}, 8) == 7
    assert [wanted.cell(odd, 8) for odd in (None, [], {}, {"cell": 8}, {"cell": "1"}, {"cell": True})] == [None] * 6
    there = {"zoom": 2.0, "dx": 1, "dy": -0.5}
    assert wanted.place(there) == there
    for odd in (None, [], {}, there | {"zoom": 0.5}, there | {"dx": "1"}, there | {"dy": float("nan")}):
        assert wanted.place(odd) is None


def test_a_file_that_was_brought() -> None:
    assert wanted.opened({"name": "a.yaml", "text": [["sch", "ema"], [": 1"]]}) == ("a.yaml", "schema: 1")
    assert wanted.opened({"name": "a.yaml", "text": None}) == ("a.yaml", None)
    for odd in (None, {}, {"name": 5, "text": []}, {"name": "a", "text": "x"}, {"name": "a", "text": [["x", 5]]}):
        assert wanted.opened(odd) is None
