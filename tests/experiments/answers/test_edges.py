"""Where answers go wrong quietly: lost seeds, uneven steps, twins, small spaces, an emulator that is too sure."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris

from experiments.answers.costs import YEARLY
from experiments.answers.emulator import fit
from experiments.answers.frontier import cost_effectiveness
from experiments.answers.outcomes import SPENDING
from experiments.answers.robustness import regrets
from experiments.answers.search import Choice, search
from experiments.answers.sensitivity import morris_effects
from experiments.answers.sweep import answer
from experiments.report.findings import sentences
from tests.experiments.answers.test_sweep import DETOUR, TITLES, plan_effect, sweep, unit


def trajectories(values: list[object], count: int = 12) -> pd.DataFrame:
    """A list of values beside a range of 0 to 1, as the design draws them."""
    sample = morris.sample({"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}, count, seed=2)
    place = np.minimum((sample[:, 0] * len(values)).astype(int), len(values) - 1)
    return pd.DataFrame({"a": [values[k] for k in place], "b": sample[:, 1]})


@pytest.mark.parametrize(("values", "size"), [([0, 1, 2], 4.0), ([False, True], 2.0), ([1.0, 2.0, 4.0, 8.0], 14.0)])
def test_morris_scales_a_list_by_the_steps_that_it_took(values: list[object], size: float) -> None:
    points = trajectories(values)
    found = morris_effects(points, 2.0 * points["a"].astype(float) + points["b"]).set_index("factor")
    steps = points["a"].astype(float).diff().abs()[np.arange(len(points)) % 3 != 0]
    moved = (steps > 0).sum() / len(steps) * 2  # two values of the list may be one level of the grid
    assert found.loc["a", "mu_star"] == pytest.approx(size * moved)
    assert found.loc["b", ["mu_star", "sigma"]].tolist() == pytest.approx([1, 0], abs=1e-9)


def test_morris_takes_a_step_between_words_as_it_is() -> None:
    points = trajectories(["never", "some", "always"])
    found = morris_effects(points, 2.0 * (points["a"] == "always") + points["b"]).set_index("factor")
    assert found.loc["a", "mu_star"] <= 2 + 1e-9


def test_a_point_that_lost_a_seed_is_left_out_and_said() -> None:
    sample = morris.sample({"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}, 6, seed=1)
    made = sweep("morris", unit(sample), ["baseline"], lambda _, f: plan_effect("plan", f))
    whole = answer(made).tables["sensitivity_morris"].set_index("factor")
    lost = made.values[~((made.values["point"] == 4) & (made.values["seed"] == 3))]
    found = answer(type(made)(**{**vars(made), "values": lost}))
    table = found.tables["sensitivity_morris"].set_index("factor")
    assert table["mu"].to_dict() == pytest.approx(whole["mu"].to_dict())
    assert table["trajectories"].unique().tolist() == [5]
    assert found.notes[0].startswith("runs: 1 of 18 pairs")


def test_regret_compares_options_by_the_seeds_that_both_have() -> None:
    rows = [("a", 0, 1, 10.0), ("a", 0, 2, 20.0), ("b", 0, 1, 11.0)]
    found = regrets(pd.DataFrame(rows, columns=["option", "case", "seed", "value"]), 1).set_index("option")
    assert found["value"].to_dict() == {"a": 10, "b": 11}


def test_no_whole_run_of_the_baseline_is_a_note() -> None:
    made = sweep("", pd.DataFrame(index=[0]), ["baseline", "plan"], lambda s, _: 50 + 2 * (s == "plan"))
    lost = made.values[made.values["scenario"] != "baseline"]
    extra = lost.assign(scenario="other")
    titles = TITLES | {"other": ("别的", "Another")}
    found = answer(type(made)(**{**vars(made), "values": pd.concat([lost, extra]), "titles": titles}))
    assert any("no run of baseline is whole" in note for note in found.notes)


def test_options_that_are_the_same_share_the_frontier() -> None:
    rows = [
        (option, seed, metric, value + 0.1 * seed)
        for option, gain, cost in (("base", 0, 0), ("same", 0, 0), ("more", 2, 5))
        for seed in range(1, 5)
        for metric, value in (("satisfaction", gain), (YEARLY, cost))
    ]
    values = pd.DataFrame(rows, columns=["option", "seed", "metric", "value"])
    found = cost_effectiveness(values, "satisfaction", "base", draws=200).set_index("option")
    assert found["p_efficient"].to_dict() == {"base": 1, "same": 1, "more": 1}


def test_a_search_that_has_seen_every_portfolio_ends() -> None:
    space = {"interventions.a": Choice((False, True)), "interventions.b": Choice((False, True))}

    def evaluate(points: pd.DataFrame, generation: int) -> pd.DataFrame:
        gain = points.sum(axis=1).astype(float)
        return pd.DataFrame(
            {"satisfaction": 50 + gain, "satisfaction_gini": 0.1, "load_committee": 1.0, SPENDING: gain},
            index=points.index,
        )

    found = search(space, evaluate, budget=9, population=24, generations=5).portfolios
    assert len(found) == 4


def test_a_dose_of_nought_or_one_is_no_switch() -> None:
    space = {"interventions.a": Choice((False, True)), "interventions.a.dose": Choice((0, 1))}
    seen: list[object] = []

    def evaluate(points: pd.DataFrame, generation: int) -> pd.DataFrame:
        seen.extend(points["interventions.a.dose"].dropna())
        return pd.DataFrame(
            {"satisfaction": 50.0, "satisfaction_gini": 0.1, "load_committee": 1.0, SPENDING: 0.0}, index=points.index
        )

    search(space, evaluate, budget=9, population=6, generations=1)
    assert seen and not any(isinstance(value, bool) for value in seen)


def test_the_report_tells_each_scenario_apart() -> None:
    points = unit(np.random.default_rng(5).random((80, 2)))
    titles = TITLES | {"other": ("别的", "Another")}
    made = sweep("latin_hypercube", points, ["baseline", "plan"], plan_effect, seeds=2)
    other = made.values[made.values["scenario"] == "baseline"].copy()
    detour = other["point"].map(points[DETOUR])
    other = other.assign(scenario="other", value=other["value"] - 3 * detour)
    found = answer(type(made)(**{**vars(made), "values": pd.concat([made.values, other]), "titles": titles}))
    [plan] = [said.en for said in sentences(found, titles) if said.en.startswith("The plan: Results are bad")]
    [another] = [said.en for said in sentences(found, titles) if said.en.startswith("Another: Results are bad")]
    assert "alking" in plan and "alking" not in another


@pytest.mark.parametrize(("dimensions", "runs"), [(7, 28), (3, 40)])
def test_the_emulator_knows_how_little_it_knows_of_the_trend(dimensions: int, runs: int) -> None:
    """Linear truth seen through noise of known size: errors in units of what was said; 40 fixed seeds.

    The mean square of 40 x 50 such errors is 1 if the emulator is right; they hang together within a seed, so the
    bounds are wide: with 40 chi-square means of about as many degrees of freedom as dimensions, both lie beyond four
    standard errors.
    """
    squares = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        slopes, at, seen = rng.normal(size=dimensions), rng.random((50, dimensions)), rng.random((runs, dimensions))
        emulator = fit(seen, seen @ slopes + 0.1 * rng.normal(size=runs), np.full(runs, 0.01))
        mean, variance = emulator(at)
        squares.append(np.mean((mean - at @ slopes) ** 2 / variance))
    assert 0.5 < np.mean(squares) < 1.7
