"""Contributions of measures in games whose answers are known."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from experiments.answers.contributions import LEFT_OUT, REST, SHAPLEY, TOTAL, WITHOUT, contributions, groups_of
from simulation.scenario.load import load_scenario

NAMES = ["a", "b", "c", "d"]


def game(there: frozenset[str], draw: int) -> float:
    """Effects that a draw shifts, and pairs that help or hinder each other."""
    alone = {"a": 2.0, "b": 1.0, "c": -0.5, "d": 0.25}
    pairs = {frozenset("ab"): -0.6, frozenset("cd"): 0.4, frozenset("ad"): 0.2}
    return 40 + draw + sum(alone[k] * (1 + 0.1 * draw) for k in there) + sum(v for p, v in pairs.items() if p <= there)


def rows(draws: int = 3) -> pd.DataFrame:
    found = []
    for draw in range(1, draws + 1):
        order = [NAMES[k] for k in np.random.default_rng(draw).permutation(len(NAMES))]
        for number, path in enumerate((order, order[::-1])):
            for step in range(len(path) + 1):
                value = game(frozenset(path[:step]), draw)
                found.append((draw, number, step, path[step - 1] if step else "", value))
        for name in NAMES:
            found.append((draw, WITHOUT, len(NAMES) - 1, name, game(frozenset(NAMES) - {name}, draw)))
    return pd.DataFrame(found, columns=["draw", "order", "step", "group", "satisfaction"])


def shapley(name: str, draw: int) -> float:
    """By the definition: over all orders."""
    added = [
        game(frozenset(order[: order.index(name) + 1]), draw) - game(frozenset(order[: order.index(name)]), draw)
        for order in itertools.permutations(NAMES)
    ]
    return math.fsum(added) / len(added)


def test_an_order_and_its_reverse_give_the_value_of_all_orders_where_pairs_interact() -> None:
    found = contributions(rows(), "satisfaction").set_index(["reading", "group"])
    for name in NAMES:
        assert found.loc[(SHAPLEY, name), "value"] == pytest.approx(np.mean([shapley(name, d) for d in (1, 2, 3)]))


def test_parts_add_up_to_the_whole_in_both_readings() -> None:
    found = contributions(rows(), "satisfaction")
    for _, part in found.groupby("reading"):
        whole = part.loc[part["group"] == TOTAL, "value"].item()
        assert part.loc[part["group"] != TOTAL, "value"].sum() == pytest.approx(whole)
    left_out = found[found["reading"] == LEFT_OUT].set_index("group")
    assert left_out.loc[REST, "value"] == pytest.approx(0.0 - (-0.6 + 0.4 + 0.2))  # each pair is lost twice
    assert REST not in set(found.loc[found["reading"] == SHAPLEY, "group"])


def test_the_interval_is_that_of_one_more_draw() -> None:
    found = contributions(rows(), "satisfaction").set_index(["reading", "group"])
    each = np.array([shapley("a", d) for d in (1, 2, 3)])
    half = 4.302653 * each.std(ddof=1) * math.sqrt(1 + 1 / 3)
    assert found.loc[(SHAPLEY, "a"), "high"] == pytest.approx(each.mean() + half)
    assert contributions(rows(1), "satisfaction")["low"].isna().all()


def test_every_lever_of_the_plan_is_in_one_group() -> None:
    kinds = list(load_scenario("huitian_plan").interventions)
    found = groups_of(kinds)
    members = [kind for own in found.values() for kind in own]
    assert sorted(members) == sorted(kinds) and len(found) <= 12
    assert groups_of(["of_an_extension"]) == {"of_an_extension": ("of_an_extension",)}
