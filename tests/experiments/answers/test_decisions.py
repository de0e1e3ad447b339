"""Differences, ranking, frontier, synergy and robustness against cases worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.answers import frontier as frontier_module
from experiments.answers.costs import YEARLY
from experiments.answers.differences import differences
from experiments.answers.frontier import cost_effectiveness, frontier
from experiments.answers.outcomes import as_options, better, by_point, effects, with_spending
from experiments.answers.ranking import ranking
from experiments.answers.robustness import regrets, robustness
from experiments.answers.synergy import synergy
from experiments.statistics import holm


def table(cells: dict[str, list[float]], metric: str = "satisfaction") -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"option": name, "seed": seed, "metric": metric, "value": value}
            for name, row in cells.items()
            for seed, value in enumerate(row, 1)
        ]
    )


def test_p_values_are_those_of_the_paired_t_test() -> None:
    a, b = [3.0, 4.5, 5.0, 3.2], [2.0, 4.0, 4.8, 3.3]
    found = differences(table({"base": b, "more": a, "same": b}), "base").set_index("scenario")
    assert found.loc["more", "p_value"] == pytest.approx(stats.ttest_rel(a, b).pvalue)
    assert found.loc["same", "p_value"] == 1
    assert found.loc["more", "p_holm"] == pytest.approx(2 * stats.ttest_rel(a, b).pvalue)
    assert set(found["tests"]) == {2}


def test_holm_by_hand() -> None:
    # smallest times 4, next times 3, and never below one that came before (Holm 1979)
    assert holm(np.array([0.04, 0.01, np.nan, 0.03, 0.005])) == pytest.approx(
        [0.06, 0.03, np.nan, 0.06, 0.02], nan_ok=True
    )


def test_one_replicate_has_no_p_value() -> None:
    found = differences(table({"base": [1.0], "more": [2.0]}), "base")
    assert found[["p_value", "p_holm"]].isna().all(axis=None) and found["tests"].eq(0).all()


def test_ranks_of_options_that_common_random_numbers_tell_apart() -> None:
    luck = np.array([0.0, 5.0, -4.0, 9.0, 2.0])
    values = table({"low": list(luck), "high": list(luck + 1), "middle": list(luck + 0.5)})
    league, places = ranking(values, "satisfaction", 1, draws=500)
    assert league["option"].tolist() == ["high", "middle", "low"]
    assert league["p_best"].tolist() == [1, 0, 0] and league["expected_rank"].tolist() == [1, 2, 3]
    assert places.groupby("option")["probability"].sum().eq(1).all()
    worst, _ = ranking(values, "satisfaction", -1, draws=500)
    assert worst["option"].tolist() == ["low", "middle", "high"]


def test_equal_options_share_their_places() -> None:
    values = table({"one": [1.0, 2.0, 3.0], "other": [1.0, 2.0, 3.0]})
    league, _ = ranking(values, "satisfaction", 1, draws=4000)
    assert league["rank"].tolist() == [1, 1]
    assert league["p_best"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.05)


def test_rank_probability_of_a_normal_difference() -> None:
    """Three blocks with mean difference m and standard error s: P(best) is close to that of a normal, seed fixed."""
    difference = np.linspace(-1, 1, 30) + 0.15
    values = table({"a": list(difference), "b": [0.0] * 30})
    expected = stats.norm.cdf(difference.mean() / (difference.std(ddof=1) / np.sqrt(30)))
    league, _ = ranking(values, "satisfaction", 1)
    assert league.set_index("option").loc["a", "p_best"] == pytest.approx(expected, abs=0.02)
    again, _ = ranking(values, "satisfaction", 1)
    pd.testing.assert_frame_equal(league, again)


def test_frontier_by_hand() -> None:
    # B is a worse deal than a mix of A and C; D is beaten by C, E by doing nothing
    options = pd.DataFrame(
        [("nothing", 0, 0), ("A", 10, 10), ("B", 30, 12), ("C", 40, 20), ("D", 50, 19), ("E", 5, -1), ("F", 100, 22)],
        columns=["option", "cost", "effect"],
    )
    found = frontier(options).set_index("option")
    assert found["status"].to_dict() == {
        "nothing": "efficient",
        "A": "efficient",
        "B": "extendedly dominated",
        "C": "efficient",
        "D": "dominated",
        "E": "dominated",
        "F": "efficient",
    }
    assert found.loc[["B", "D", "E"], "dominated_by"].tolist() == ["A + C", "C", "nothing"]
    assert found.loc[["A", "C", "F"], "icer"].tolist() == [1, 3, 30]
    assert found.loc["F", "compared_with"] == "C"


def test_option_that_saves_money_dominates_doing_nothing() -> None:
    found = frontier(pd.DataFrame([("nothing", 0, 0), ("wise", -5, 2)], columns=["option", "cost", "effect"]))
    assert found.set_index("option").loc["nothing", "dominated_by"] == "wise"


@given(st.lists(st.tuples(st.integers(-5, 20), st.integers(-5, 20)), min_size=2, max_size=12))
def test_no_mix_beats_the_frontier(options: list[tuple[int, int]]) -> None:
    found = frontier(pd.DataFrame([(f"o{k}", *o) for k, o in enumerate(options)], columns=["option", "cost", "effect"]))
    line = found[found["status"] == "efficient"].drop_duplicates(["cost", "effect"])
    icer = line["icer"].dropna().to_numpy()
    assert (np.diff(icer) >= -1e-9).all() and (icer > 0).all()
    for row in found[found["status"] != "efficient"].itertuples():
        inside = np.interp(row.cost, line["cost"], line["effect"], left=-np.inf)
        assert inside >= row.effect - 1e-9


def test_frontier_of_a_sweep() -> None:
    effect = {"base": [50.0, 52.0, 51.0], "cheap": [51.0, 53.0, 52.0], "dear": [51.5, 52.5, 52.0]}
    values = pd.concat([table(effect), table({"base": [0.0] * 3, "cheap": [1e6] * 3, "dear": [9e6] * 3}, YEARLY)])
    found = cost_effectiveness(values, "satisfaction", "base", draws=400).set_index("option")
    assert found.loc["cheap", ["cost", "effect", "low", "high", "icer"]].tolist() == [1e6, 1, 1, 1, 1e6]
    assert found.loc["dear", "dominated_by"] == "cheap"
    assert 0.9 < found.loc["cheap", "p_efficient"] < 1  # at n = 3 the dear one may be far better
    assert 0.4 < found.loc["dear", "p_efficient"] < 0.6  # its mean is that of the cheap one, its draws differ


def test_share_on_the_frontier_agrees_with_the_table() -> None:
    rng = np.random.default_rng(3)
    cost, gain = np.tile(rng.uniform(0, 9, 12), (3, 1)), np.tile(rng.uniform(0, 9, 12), (3, 1))
    share = frontier_module._on_frontier(cost, gain, 3, rng)  # equal blocks: every draw is the same
    names = [f"o{k}" for k in range(12)]
    found = frontier(pd.DataFrame({"option": names, "cost": cost[0], "effect": gain[0]})).set_index("option")
    assert (found.loc[names, "status"] == "efficient").tolist() == (share == 1).tolist()


def factorial(levers: int) -> pd.DataFrame:
    grid = np.indices((2,) * levers).reshape(levers, -1).T.astype(bool)
    return pd.DataFrame(grid, columns=[f"interventions.lever_{k}" for k in range(levers)])


def test_synergy_is_exact_on_a_bilinear_function() -> None:
    points = factorial(3)
    a, b, c = (points[name].astype(float) for name in points.columns)
    level = 50 + 2 * a - 1 * b + 4 * a * b - 3 * b * c
    values = pd.DataFrame(
        [
            {"point": p, "seed": seed, "metric": "satisfaction", "value": level[p] + 7 * seed}
            for p in points.index
            for seed in (1, 2, 3)
        ]
    )
    found = synergy(points, values, "satisfaction").set_index(["factor_a", "factor_b"])
    one, two, three = points.columns
    expected = {
        (one, one): 2 + 4 / 2,
        (two, two): -1 + 4 / 2 - 3 / 2,
        (three, three): -3 / 2,
        (one, two): 4,
        (one, three): 0,
        (two, three): -3,
    }
    assert found["effect"].to_dict() == pytest.approx(expected, abs=1e-12)
    assert (found["ci_high"] - found["ci_low"]).max() < 1e-9  # luck of a block is common to all its points


@pytest.mark.slow  # 200 samples
def test_synergy_interval_covers_the_truth() -> None:
    """95 % intervals of 200 samples: fewer than 176 hits have a chance below 1 in 1000 (binomial), seed fixed."""
    points, rng, hits = factorial(2), np.random.default_rng(5), 0
    for _ in range(200):
        noise = rng.normal(0, 1, (4, 5))
        values = pd.DataFrame(
            [
                {"point": p, "seed": s, "metric": "m", "value": 3.0 * (p == 3) + noise[p, s]}
                for p in range(4)
                for s in range(5)
            ]
        )
        row = synergy(points, values, "m").iloc[-1]
        hits += row["ci_low"] <= 3 <= row["ci_high"]
    assert hits >= 176


def test_synergy_needs_two_levels_and_enough_points() -> None:
    values = pd.DataFrame([{"point": p, "seed": 1, "metric": "m", "value": 1.0} for p in range(8)])
    three = factorial(3).assign(dose=[1, 2, 3, 1, 2, 3, 1, 2])
    with pytest.raises(ValueError, match="'dose' has 3 values"):
        synergy(three, values, "m")
    half = factorial(3).iloc[[0, 3, 5, 6]]
    with pytest.raises(ValueError, match="cannot tell"):
        synergy(half, values, "m")


def test_regret_by_hand() -> None:
    values = pd.DataFrame(
        [
            ("a", 0, 1, 10.0),
            ("a", 1, 1, 0.0),
            ("b", 0, 1, 7.0),
            ("b", 1, 1, 6.0),
            ("c", 0, 1, 4.0),
            ("c", 1, 1, 6.0),
            ("a", 2, 1, 9.0),
        ],
        columns=["option", "case", "seed", "value"],
    )
    regret = regrets(values, 1)  # case 2 has only one option and does not count
    assert regret["regret"].tolist() == [0, 3, 6, 6, 0, 0]
    found = robustness(regret, 1, threshold=6).set_index("option")
    assert found["max_regret"].to_dict() == {"b": 3, "a": 6, "c": 6}
    assert found["minimax_rank"].to_dict() == {"b": 1, "a": 2, "c": 2}
    assert found["mean"].to_dict() == {"a": 5, "b": 6.5, "c": 5}
    assert found["worst"].to_dict() == {"a": 0, "b": 6, "c": 4}
    assert found["satisficing_share"].to_dict() == {"a": 0.5, "b": 1, "c": 0.5}
    assert found["best_share"].to_dict() == {"a": 0.5, "b": 0.5, "c": 0.5}
    less = robustness(regrets(values, -1), -1, threshold=6).set_index("option")
    assert less.loc["a", "worst"] == 10 and less.loc["c", "max_regret"] == 6


def test_options_and_cases_of_a_design() -> None:
    points = pd.DataFrame({"interventions.circles": [True, True, False, False], "parameters.a": [1.0, 2.0, 1.0, 2.0]})
    values = pd.DataFrame(
        [{"point": p, "scenario": "base", "seed": 1, "metric": "trust", "value": float(p)} for p in range(4)]
    )
    found = as_options(values, points)
    assert found["option"].tolist() == ["base +circles", "base +circles", "base", "base"]
    assert found["case"].tolist() == [0, 1, 0, 1]


def test_baseline_that_no_lever_changes_is_one_option() -> None:
    points = pd.DataFrame({"interventions.circles": [True, True, False], "interventions.circles.target": [50, 60, 60]})
    values = pd.DataFrame(
        [
            {"point": p, "scenario": s, "seed": 1, "metric": "trust", "value": float(p)}
            for s in ("base", "plan")
            for p in range(3)
        ]
    )
    found = as_options(values, points, {"base": [], "plan": list(points.columns)})
    assert found["option"].tolist() == [
        "base",
        "plan +circles circles.target=50",
        "plan +circles circles.target=60",
        "plan",
    ]
    assert found["point"].tolist() == [0, 0, 1, 2]


def test_effects_spending_and_means() -> None:
    rows = [
        (p, s, seed, m, v)
        for p in (0, 1)
        for s, seed, m, v in (
            ("base", 1, "trust", 0.5),
            ("base", 2, "trust", 0.7),
            ("more", 1, "trust", 0.6 + p),
            ("more", 2, "trust", 0.7),
            ("more", 3, "trust", 9.0),
            ("more", 1, "cost_capital_yuan", 5.0),
            ("more", 1, "cost_operating_yuan", 2.0),
        )
    ]
    values = pd.DataFrame(rows, columns=["point", "scenario", "seed", "metric", "value"])
    spent = with_spending(values)
    assert spent[spent["metric"] == "spending_yuan"]["value"].tolist() == [7, 7]
    found = effects(values, "base")
    assert found["value"].to_numpy() == pytest.approx([0.1, 0, 1.1, 0])
    means = by_point(found)
    assert means["value"].to_numpy() == pytest.approx([0.05, 0.55])
    assert means["variance"].to_numpy() == pytest.approx([0.1**2 / 4, 1.1**2 / 4])


def test_direction_of_a_metric() -> None:
    assert [better(m) for m in ("satisfaction", "load_committee", "spending_yuan")] == [1, -1, -1]
    with pytest.raises(ValueError, match="neither more nor less"):
        better("requests")
