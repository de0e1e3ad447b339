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
    fine = {"facilities": [[]], "community": [5]}.get(field, [])
    assert not any(wanted.FIELDS[field](value, pair) for value in ODD if value not in fine)


def test_what_was_offered_is_taken(pair: Pair) -> None:
    assert all(wanted.FIELDS["layer"](name, pair) for name in layers.offered(pair.scenario.context))
    assert not wanted.FIELDS["layer"]("infected", pair)  # this scenario has no epidemic
    rows = len(pair.policy.world.communities)
    assert wanted.FIELDS["community"](rows - 1, pair) and not wanted.FIELDS["community"](rows, pair)
    assert wanted.FIELDS["community"](None, None) and not wanted.FIELDS["community"](0, None)
    assert wanted.FIELDS["facilities"](["hospital", "clinic"], pair) and wanted.FIELDS["facilities"]((), None)
    assert wanted.FIELDS["difference"](True, pair) and not wanted.FIELDS["difference"](1, pair)


@pytest.mark.parametrize(
    ("typed", "seed"),
    [("0", 0), (" 17 ", 17), (str(2**63 - 1), 2**63 - 1), (str(2**63), None), ("9" * 5000, None), ("-1", None),
     ("1.5", None), ("", None), ("x", None), (5, None), (None, None), (["1"], None)],
)  # fmt: skip
def test_a_seed(typed: Any, seed: int | None) -> None:
    assert wanted.seed(typed) == seed


def test_a_place_of_the_map() -> None:
    assert wanted.share_of_picture({"x": 0, "y": 0.5})
    for odd in (None, [], {}, {"x": 1}, {"x": 2, "y": 0}, {"x": "0", "y": "0"}, {"x": float("nan"), "y": 0}):
        assert not wanted.share_of_picture(odd)
