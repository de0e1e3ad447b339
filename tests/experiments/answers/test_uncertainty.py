"""Sensitivity and discovery against functions whose indices and boxes are known."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris, sobol

from experiments.answers.discovery import discovery
from experiments.answers.sensitivity import morris_effects, one_at_a_time, sobol_indices

ISHIGAMI = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}  # a = 7, b = 0.1 (Ishigami, Homma 1990)


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def problem(low: float, high: float, count: int = 3) -> dict:
    return {"num_vars": count, "names": [f"x{k}" for k in range(count)], "bounds": [[low, high]] * count}


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigami(second: bool) -> None:
    sample = sobol.sample(problem(-np.pi, np.pi), 1024, calc_second_order=second, seed=1)
    found = sobol_indices(pd.Series(ishigami(sample)), ["x0", "x1", "x2"], second_order=second)
    for index, truth in ISHIGAMI.items():
        rows = found[found["index"] == index]
        assert rows["value"].to_numpy() == pytest.approx(truth, abs=0.03)
        assert ((rows["ci_low"] - 0.02 <= truth) & (truth <= rows["ci_high"] + 0.02)).all()
    pairs = found[found["index"] == "second"].set_index(["factor_a", "factor_b"])["value"]
    assert len(pairs) == 3 * second
    if second:
        assert pairs["x0", "x2"] == pytest.approx(0.2437, abs=0.06)


def test_runs_that_failed_take_their_block_with_them() -> None:
    sample = sobol.sample(problem(-np.pi, np.pi), 512, calc_second_order=False, seed=1)
    result = pd.Series(ishigami(sample)).drop([7, 8, 100])
    result[200] = np.nan
    found = sobol_indices(result, ["x0", "x1", "x2"])
    assert set(found["blocks"]) == {512 - 3}
    assert found["value"].to_numpy() == pytest.approx(ISHIGAMI["first"] + ISHIGAMI["total"], abs=0.05)
    with pytest.raises(ValueError, match="only 0"):
        sobol_indices(result.iloc[:3], ["x0", "x1", "x2"])


def test_result_that_does_not_vary_has_no_shares() -> None:
    assert sobol_indices(pd.Series(np.ones(50)), ["a", "b", "c"])["value"].isna().all()


def test_morris_is_exact_on_a_linear_function() -> None:
    slopes = np.array([2.0, -5.0, 0.0, 1.0])
    sample = morris.sample(problem(10, 30, 4), 8, num_levels=4, seed=2)
    points = pd.DataFrame(sample, columns=[f"x{k}" for k in range(4)])
    found = morris_effects(points, pd.Series(sample @ slopes)).set_index("factor")
    assert found.index[0] == "x1" and found.index[-1] == "x2"
    assert found.loc[points.columns, "mu"].to_numpy() == pytest.approx(20 * slopes)  # over the whole range
    assert found["mu_star"].to_numpy() == pytest.approx(found["mu"].abs().to_numpy())
    assert found["sigma"].max() < 1e-9 and (found["ci_high"] - found["ci_low"]).max() < 1e-9


def test_morris_shows_interaction_and_leaves_out_broken_trajectories() -> None:
    sample = morris.sample(problem(0, 1), 30, num_levels=4, seed=2)
    points = pd.DataFrame(sample, columns=["x0", "x1", "x2"])
    result = pd.Series(4 * sample[:, 0] * sample[:, 1] + sample[:, 2]).drop(5)
    found = morris_effects(points, result).set_index("factor")
    assert set(found["trajectories"]) == {29}
    assert found.loc["x0", "sigma"] > 0.5 and found.loc["x2", "sigma"] < 1e-9
    assert found.loc["x2", "mu"] == pytest.approx(1)


def test_morris_of_switches_and_of_whole_numbers_that_round_together() -> None:
    sample = morris.sample(problem(0, 1), 20, num_levels=4, seed=3)
    points = pd.DataFrame({"on": sample[:, 0] > 0.5, "few": np.round(sample[:, 1] * 0.9 + 0.2), "x": sample[:, 2]})
    result = pd.Series(3.0 * points["on"] + 2 * points["few"])
    found = morris_effects(points, result).set_index("factor")
    # every step of a four-level grid crosses the middle, so that a switch changes as a whole
    assert found.loc[["on", "few"], "mu_star"].tolist() == pytest.approx([3, 2]) and found.loc["x", "mu_star"] == 0
    assert (found["mu"] >= 0).all()
    with pytest.raises(ValueError, match="one factor each"):
        morris_effects(points.sample(frac=1, random_state=1).reset_index(drop=True), result)


def test_one_at_a_time_is_paired() -> None:
    points = pd.DataFrame({"a": [1.0, 2.0, 1.0], "b": [5.0, 5.0, 9.0]})
    values = pd.DataFrame(
        [{"point": p, "seed": s, "metric": "m", "value": 10.0 * s + [0, 3, -4][p]} for p in range(3) for s in (1, 2)]
    )
    found = one_at_a_time(points, values, "m")
    assert found[["factor", "from", "to", "change", "ci_low", "ci_high"]].to_numpy().tolist() == [
        ["b", 5, 9, -4, -4, -4],
        ["a", 1, 2, 3, 3, 3],
    ]


def test_box_of_known_limits_is_found() -> None:
    rng = np.random.default_rng(4)
    points = pd.DataFrame(rng.uniform(0, 1, (800, 4)), columns=list("abcd"))
    inside = (points["a"] > 0.6) & (points["b"] < 0.5)
    boxes, path = discovery(points, inside, boxes=1)
    found = boxes.set_index("factor")
    assert sorted(found.index) == ["a", "b"]
    assert found.loc["a", "low"] == pytest.approx(0.6, abs=0.03) and found.loc["a", "high"] > 0.99
    assert found.loc["b", "high"] == pytest.approx(0.5, abs=0.03) and found.loc["b", "low"] < 0.01
    assert found["coverage"].min() > 0.9 and found["density"].min() > 0.9
    assert found.loc["a", "qp_low"] < 1e-6 and np.isnan(found.loc["a", "qp_high"])
    chosen = path[path["chosen"]]
    assert chosen[["coverage", "density"]].to_numpy().tolist() == [boxes[["coverage", "density"]].iloc[0].tolist()]


def test_two_boxes_switches_and_words() -> None:
    rng = np.random.default_rng(4)
    points = pd.DataFrame(
        {
            "on": rng.uniform(size=900) > 0.5,
            "kind": rng.choice(["x", "y", "z"], 900),
            "dose": rng.integers(0, 20, 900),
            "noise": rng.uniform(size=900),
        }
    )
    inside = (points["on"] & (points["kind"] == "y")) | (~points["on"] & (points["dose"] >= 15))
    boxes, _ = discovery(points, inside, boxes=2)
    found = boxes.set_index(["box", "factor"])
    assert set(boxes["box"]) == {1, 2} and "noise" not in set(boxes["factor"])
    rows = boxes[boxes["members"] == "y"]
    assert len(rows) == 1
    box = int(rows["box"].iloc[0])
    assert found.loc[(box, "on"), ["low", "high"]].tolist() == [1, 1]
    assert found.loc[(3 - box, "dose"), "low"] == 15


def test_nothing_of_interest_is_said() -> None:
    points = pd.DataFrame({"a": np.arange(30.0)})
    with pytest.raises(ValueError, match="0 of 30 cases"):
        discovery(points, pd.Series([False] * 30))
    with pytest.raises(ValueError, match="at least 10"):
        discovery(points.iloc[:5], pd.Series([True, False, True, False, True]))
