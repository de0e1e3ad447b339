"""Structures are scored by what they foretold, weighted, and told where they disagree."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from experiments.answers.structures import conclusions, effects, log_scores, missed, weights, with_structures

INF = np.inf
ACCEPTED = {"A": (1.0, 3.0), "B": (0.0, INF), "C": (-INF, 10.0)}


def long(column, **structures):
    """Rows of structures, each with values of several draws by pattern or metric."""
    return pd.DataFrame(
        [
            (name, draw, what, value)
            for name, told in structures.items()
            for what, values in told.items()
            for draw, value in enumerate(values, 1)
        ],
        columns=["structure", "draw", column, "value"],
    )


def test_a_score_is_the_log_of_the_mean_density_or_of_the_share_inside():
    values = long("pattern", full={"A": [2.0, 5.0], "B": [1.0, 0.0, 2.0]}, R1={"A": [2.0, 2.0], "B": [0.0, 0.0, 0.0]})
    scores = log_scores(values, ACCEPTED)
    sd = 2 / 3.92
    density = norm.pdf([2.0, 2.0], [2.0, 5.0], sd).mean()
    assert scores.loc["full", "A"] == pytest.approx(np.log(density))
    assert scores.loc["full", "B"] == pytest.approx(np.log(2.5 / 4)), "a value on the end shows nothing"
    assert scores.loc["R1", "B"] == pytest.approx(np.log(0.5 / 4))
    assert list(scores.columns) == ["A", "B"] and list(scores.index) == ["full", "R1"]


def test_a_pattern_that_one_structure_lacks_is_no_score_between_them():
    values = long("pattern", full={"A": [2.0], "C": [1.0]}, R1={"A": [2.0], "C": [np.nan]})
    assert list(log_scores(values, ACCEPTED).columns) == ["A"]


def test_equal_scores_have_equal_weights_and_a_far_one_has_none():
    scores = pd.DataFrame({"A": [-1.0, -1.0, -60.0], "B": [-2.0, -2.0, -60.0]}, index=["full", "R1", "R2"])
    found = weights(scores)
    assert found["full"] == found["R1"] == pytest.approx(0.5) and found["R2"] < 1e-6
    assert found.sum() == pytest.approx(1)
    assert weights(scores[[]]).isna().all()


def test_the_bootstrap_draws_weights_towards_each_other():
    """Four patterns for a structure and three against it: plain sums would be far surer of it."""
    scores = pd.DataFrame([[0.0] * 7, [-3.0] * 4 + [2.0] * 3], index=["full", "R1"])
    plain = 1 / (1 + np.exp(scores.loc["R1"].sum()))
    assert plain > 0.99 and 0.6 < weights(scores)["full"] < 0.9


def test_a_pattern_is_missed_where_nearly_all_draws_are_outside():
    values = long(
        "pattern", full={"A": [2.9, 3.5, 4.0], "B": [0.0, 1.0]}, R1={"A": [3.2, 3.5, 4.0], "B": [0.0, 0.0], "C": [11.0]}
    )
    assert missed(values, ACCEPTED) == {"full": [], "R1": ["A", "B", "C"]}


def test_conclusions_are_told_by_where_they_hold():
    many = {"down": [-1.0] * 40, "mixed": [1.0, -1.0] * 20, "only": [1.0] * 39 + [-1.0]}
    other = {"down": [-2.0] * 40, "mixed": [1.0, -1.0] * 20, "only": [-1.0, 1.0] * 20}
    told = effects(long("metric", full=many, R1=other).rename(columns={"value": "difference"}))
    row = told.set_index(["structure", "metric"]).loc[("full", "only")]
    assert row["up"] == pytest.approx(39 / 40) and row["sign"] == 1 and row["median"] == 1
    held = conclusions(told, ["full", "R1"]).set_index("metric")
    assert held.loc["down", ["sign", "held", "count"]].tolist() == [-1, "full R1", 2]
    assert held.loc["only", ["sign", "held", "count"]].tolist() == [1, "full", 1]
    assert "mixed" not in held.index


@pytest.mark.parametrize("n", [1, 7, 40, 300])
def test_structures_are_dealt_out_in_proportion(n):
    draws = pd.DataFrame({"parameters.channel.hotline": np.linspace(0, 1, n)})
    shares = {"full": 0.6, "R1": 0.0, "R2": 0.3, "R3": 0.1}
    dealt = with_structures(draws, shares)
    assert np.array_equal(dealt["parameters.channel.hotline"], draws["parameters.channel.hotline"])
    count = dealt["structure"].value_counts()
    assert all(abs(count.get(name, 0) - n * share) < 1 for name, share in shares.items()) and "R1" not in count
    if n >= 40:
        first = dealt["structure"].iloc[: n // 2].value_counts(normalize=True)
        assert first["full"] == pytest.approx(0.6, abs=0.08)


def test_weights_of_structures_must_be_weights():
    with pytest.raises(ValueError, match="at least 0"):
        with_structures(pd.DataFrame({"a": [1]}), {"full": np.nan, "R2": 1.0})
