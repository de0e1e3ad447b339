"""Every design answers: means, sensitivity from given data and by an emulator, and in words what cannot be asked."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import qmc

from experiments.answers.emulated import emulated_sobol
from experiments.answers.given_data import DUMMY, as_ranks, given_data
from experiments.answers.means import means_by_point, means_of_sample
from experiments.answers.outcomes import Outcomes
from experiments.answers.sweep import answer

TITLES = {"baseline": ("仅背景", "Context only"), "plan": ("回天行动", "The plan")}


def study(points: pd.DataFrame, kind: str, scenarios: list[str], seeds: int, noise: float = 0.05) -> Outcomes:
    """Satisfaction is 3 a + b squared, with luck of each run; the plan adds 1."""
    rng = np.random.default_rng(4)
    rows = [
        (point, scenario, seed, "satisfaction", level + (scenario == "plan") + noise * rng.normal())
        for point, level in zip(points.index, response(points), strict=True)
        for scenario in scenarios
        for seed in range(1, seeds + 1)
    ]
    values = pd.DataFrame(rows, columns=["point", "scenario", "seed", "metric", "value"])
    titles = {name: TITLES[name] for name in scenarios}
    return Outcomes(titles, scenarios[0], kind, points, values, ["satisfaction"], 0.1)


def response(points: pd.DataFrame) -> np.ndarray:
    if not points.shape[1]:
        return np.full(len(points), 50.0)
    return 50 + 3 * points.iloc[:, 0].to_numpy(float) + points.iloc[:, 1].to_numpy(float) ** 2


def hypercube(count: int, factors: int, seed: int = 1) -> pd.DataFrame:
    unit = qmc.LatinHypercube(factors, rng=seed).random(count)
    return pd.DataFrame(unit, columns=[f"parameters.p{k}" for k in range(factors)]).rename_axis("point")


def test_a_latin_hypercube_of_six_factors_and_twenty_runs_answers() -> None:
    found = answer(study(hypercube(20, 6), "latin_hypercube", ["baseline"], 1))
    row = found.tables["means"].iloc[0]
    assert row["points"] == 20 and row["ci_low"] < 50 + 1.5 + 1 / 3 < row["ci_high"] and row["q05"] < row["q95"]
    assert set(found.tables["sensitivity_given"]["factor"]) == {f"parameters.p{k}" for k in range(6)} | {DUMMY}
    assert any("20 points are too few for an emulator of 6 factors; at least 30" in note for note in found.notes)
    assert any(note.startswith("regret: one option") for note in found.notes)


def test_one_scenario_alone_answers() -> None:
    found = answer(study(pd.DataFrame(index=[0]), "", ["baseline"], 2))
    row = found.tables["means"].iloc[0]
    assert row[["replicates", "outcome"]].tolist() == [2, "level"] and row["ci_low"] < row["mean"] < row["ci_high"]
    assert found.notes == ["differences, ranking: one scenario has nothing to be compared with; add a second one"]


def test_levers_inside_the_design_say_why_there_is_no_regret() -> None:
    points = hypercube(40, 3)
    points.insert(0, "interventions.circles.target", np.arange(40))
    made = study(points.iloc[:, [1, 2, 0, 3]], "latin_hypercube", ["baseline"], 1)
    found = answer(made)
    assert any("regret: no case has every option" in note for note in found.notes)
    assert {"means", "sensitivity_given", "sensitivity_emulated"} <= set(found.tables)


def test_levels_and_effects_of_a_sample() -> None:
    found = answer(study(hypercube(30, 2), "latin_hypercube", ["baseline", "plan"], 2)).tables["means"]
    effect = found[found["outcome"] == "effect"].iloc[0]
    assert effect["ci_low"] < 1 < effect["ci_high"] and effect["sd_factors"] < 0.06
    levels = found[found["outcome"] == "level"].set_index("scenario")
    assert levels.loc["baseline", "sd_factors"] == pytest.approx(0.92, abs=0.12)  # of 3 a + b squared
    assert levels.loc["baseline", "sd_luck"] == pytest.approx(0.05, rel=0.4)


def test_means_by_hand() -> None:
    values = pd.DataFrame(
        [("base", p, s, "trust", v) for p, s, v in ((0, 1, 1.0), (0, 2, 3.0), (1, 1, 5.0), (1, 2, 7.0))],
        columns=["scenario", "point", "seed", "metric", "value"],
    )
    each = means_by_point(values)
    assert each["mean"].tolist() == [2, 6] and (each["ci_high"] - each["mean"]).to_numpy() == pytest.approx(
        12.706, abs=1e-3
    )
    whole = means_of_sample(values).iloc[0]
    assert whole["mean"] == 4 and whole["sd_luck"] == pytest.approx(2**0.5)
    assert whole["sd_factors"] == pytest.approx((8 - 1) ** 0.5)  # variance of the means less that of luck in a mean


def test_factors_that_play_no_part_are_not_above_the_dummy() -> None:
    rng = np.random.default_rng(2)
    points = hypercube(200, 3).assign(on=rng.random(200) < 0.5, word=rng.choice(["x", "y", "z"], 200))
    result = pd.Series(response(points) + 1.5 * points["on"], points.index)
    found = given_data(points, result).set_index("factor")
    strong, idle = ["parameters.p0", "on"], ["parameters.p2", "word"]
    for index in ("pawn", "delta", "first", "score"):
        assert found.loc[strong, index].min() > 1.5 * max(found.loc[idle, index].max(), found.loc[DUMMY, index])
    assert found.index[-1] == DUMMY and found["score"].sum() == pytest.approx(1)
    share = 0.75 / (0.75 + 4 / 45 + 1.5**2 / 4)  # of the variance, by p0
    assert found.loc["parameters.p0", "first_low"] < share < found.loc["parameters.p0", "first_high"]
    pd.testing.assert_frame_equal(given_data(points, result), given_data(points, result))


def test_ranks_keep_the_order_of_levels() -> None:
    ranks = as_ranks(pd.Series([False, True, False, True]), np.random.default_rng(1))
    assert sorted(ranks) == [0.125, 0.375, 0.625, 0.875] and max(ranks[[0, 2]]) < min(ranks[[1, 3]])


def test_given_data_says_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="15 points are too few"):
        given_data(hypercube(15, 2), pd.Series(np.arange(15.0)))
    with pytest.raises(ValueError, match="same at all points"):
        given_data(hypercube(20, 2), pd.Series(np.ones(20)))


def test_indices_by_an_emulator_of_forty_runs_hold_the_truth() -> None:
    """3 a + b squared + s: shares of variance 0.75, 4/45 and 0.25; intervals are 95 % each, the seed is fixed."""
    points = hypercube(40, 2).assign(s=np.arange(40) % 2 == 0)
    results = pd.DataFrame({"value": response(points) + points["s"], "variance": np.nan}, points.index)
    found = emulated_sobol(points, results).set_index(["index", "factor_a"])
    parts = np.array([0.75, 4 / 45, 0.25])
    for index in ("first", "total"):
        rows = found.loc[index].loc[list(points.columns)]
        assert ((rows["ci_low"] <= parts / parts.sum()) & (parts / parts.sum() <= rows["ci_high"])).all()
        assert rows["value"].to_numpy() == pytest.approx(parts / parts.sum(), abs=0.06)


def test_an_emulator_that_predicts_nothing_is_not_asked() -> None:
    points = hypercube(40, 2)
    noise = pd.DataFrame({"value": np.random.default_rng(3).normal(size=40), "variance": np.nan}, points.index)
    with pytest.raises(ValueError, match="too little to be asked"):
        emulated_sobol(points, noise)
