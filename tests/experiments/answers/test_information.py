"""Value of information and the split of variance against cases whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.answers.information import choices, information, net_benefit, perfect_information
from experiments.answers.smooth import Smoother, together
from experiments.answers.variance_split import LUCK, REST, TOGETHER, share_of_luck, variance_split


def unit_loss(mean: float, sd: float) -> float:
    """E max(0, X) - max(0, E X) of a normal X: what knowing X is worth when the choice is X or nothing."""
    return float(sd * stats.norm.pdf(mean / sd) - abs(mean) * stats.norm.sf(abs(mean) / sd))


def linear(draws: int, mean: float = 0.3, seed: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Net benefit mean + a + 0.5 b + luck of one option against nothing, and its factors, two of them idle."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.standard_normal((draws, 4)), columns=["a", "b", "idle", "idle too"])
    benefit = mean + x["a"] + 0.5 * x["b"] + 0.3 * rng.standard_normal(draws)
    return pd.DataFrame({"nothing": 0.0, "option": benefit}), x


def test_value_of_a_linear_normal_choice() -> None:
    """The value of each factor is known in closed form, and of an idle one it is none."""
    benefit, x = linear(1_000)
    found = information(benefit, x).set_index("factor")
    assert found.loc["a", "evppi"] == pytest.approx(unit_loss(0.3, 1.0), abs=0.04)
    assert found.loc["b", "evppi"] == pytest.approx(unit_loss(0.3, 0.5), abs=0.02)
    assert found["seen"].to_dict() == {"a": True, "b": True, "idle": False, "idle too": False}
    assert found.loc[["idle", "idle too"], "evppi"].max() < 0.005
    whole = perfect_information(benefit.to_numpy())
    assert float(whole) == pytest.approx(unit_loss(0.3, np.sqrt(1.25 + 0.09)), abs=0.04)
    assert found["evppi"].max() < whole


def test_with_few_draws_the_leading_factor_is_still_seen_and_luck_has_no_value() -> None:
    benefit, x = linear(40)
    found = information(benefit, x)
    assert found.loc[0, "factor"] == "a" and found.loc[0, "seen"]
    rng = np.random.default_rng(7)
    named = 0
    for _ in range(20):
        noise = pd.DataFrame({"nothing": 0.0, "option": rng.standard_normal(40)})
        idle = pd.DataFrame(rng.standard_normal((40, 10)))
        named += int(information(noise, idle, seed=int(rng.integers(1_000)))["seen"].any())
    assert named <= 4  # 5 % of 20 is one; five or more come in 0.3 % of cases


def test_an_option_that_is_best_in_every_draw_leaves_nothing_to_find_out() -> None:
    benefit, x = linear(50, mean=9.0)
    assert (benefit["option"] > 0).all()
    found = information(benefit, x)
    assert found["evppi"].max() == 0 and not found["seen"].any()


def test_the_choice_is_closest_where_two_options_cost_the_same_for_a_point() -> None:
    rng = np.random.default_rng(3)
    gain = pd.DataFrame({"base": 0.0, "cheap": rng.normal(1, 0.1, 60), "dear": rng.normal(3, 1.0, 60)})
    cost = pd.DataFrame({"base": 0.0, "cheap": 10.0, "dear": 110.0}, index=gain.index)
    found = choices(gain, cost)
    assert found[["cheaper", "dearer"]].to_numpy().tolist() == [["base", "cheap"], ["cheap", "dear"]]
    step = gain.mean()["dear"] - gain.mean()["cheap"]
    assert found["willing"].tolist() == pytest.approx([10 / gain.mean()["cheap"], 100 / step])
    worth = net_benefit(gain, cost, found["willing"][1]).mean()
    assert worth["cheap"] == pytest.approx(worth["dear"])
    assert found["evpi"].idxmax() == 1 and found["chance"].between(1 / 3, 1).all()


def test_without_more_for_more_money_there_is_no_choice_to_price() -> None:
    gain = pd.DataFrame({"base": 0.0, "wise": [1.0, 2.0]})
    assert choices(gain, pd.DataFrame({"base": 0.0, "wise": [-5.0, -4.0]})).empty


def test_few_draws_are_refused_in_words() -> None:
    benefit, x = linear(19)
    for ask in (lambda: information(benefit, x), lambda: variance_split(benefit["option"], x, np.ones(3))):
        with pytest.raises(ValueError, match="19 draws are too few"):
            ask()


def test_shares_of_a_sum_are_those_of_its_variances() -> None:
    rng = np.random.default_rng(5)
    x = pd.DataFrame(rng.standard_normal((1_000, 3)), columns=["a", "b", "idle"])
    x["structure"] = np.where(rng.random(1_000) < 0.5, "one", "two")
    y = 2 * x["a"] + x["b"] + 2 * (x["structure"] == "two") + 0.5 * rng.standard_normal(1_000)
    found = variance_split(y, x, 0.5 * rng.standard_normal(500)).set_index("part")
    whole = 4 + 1 + 1 + 0.25
    assert found.index.tolist()[:2] == [LUCK, "a"] and "idle" not in found.index
    for part, variance in ((LUCK, 0.25), ("a", 4), ("b", 1), ("structure", 1), (TOGETHER, 6)):
        assert found.loc[part, "share"] == pytest.approx(variance / whole, abs=0.05), part
    assert found.loc[LUCK, "low"] < 0.25 / whole < found.loc[LUCK, "high"]
    assert found.loc[REST, "share"] == pytest.approx(0, abs=0.02)


def test_the_interval_of_the_share_of_luck_holds_the_truth() -> None:
    rng = np.random.default_rng(1)
    held = [
        low <= 0.2 <= high
        for _ in range(500)
        for _, low, high in [share_of_luck(rng.normal(0, 0.2**0.5, 3), rng.standard_normal(39))]
    ]
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.isnan(share_of_luck(np.array([1.0]), rng.standard_normal(39))).all()


def test_no_factor_is_named_where_none_plays_a_part() -> None:
    rng = np.random.default_rng(6)
    named = 0
    for seed in range(40):
        x = pd.DataFrame(rng.standard_normal((39, 12)))
        found = variance_split(pd.Series(rng.standard_normal(39)), x, rng.standard_normal(3), seed)
        named += len(found) > 2
    assert named <= 6  # 5 % of 40 are two; seven or more come in 0.3 % of cases


def test_curves_are_followed_and_lone_groups_are_not() -> None:
    rng = np.random.default_rng(8)
    x = pd.Series(rng.uniform(-1, 1, 300))
    bent = (x**2 + 0.05 * rng.standard_normal(300)).to_numpy()
    assert Smoother(x).fit(bent[:, None]).share[0] > 0.9
    group = pd.Series(["same"] * 299 + ["alone"])
    odd = np.append(rng.standard_normal(299), 100.0)
    assert Smoother(group).fit(odd[:, None]).share[0] == pytest.approx(0, abs=0.01)
    assert together([Smoother(group)], odd) == pytest.approx(0, abs=0.01)
