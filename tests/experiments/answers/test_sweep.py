"""Which answers a sweep gives, by its design; every chart can be drawn from what it found."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris, sobol
from scipy.stats import qmc

from experiments.answers.costs import YEARLY
from experiments.answers.outcomes import Outcomes
from experiments.answers.sweep import answer
from experiments.charts import style

TITLES = {"baseline": ("仅背景", "Context only"), "plan": ("回天行动", "The plan")}
SPEED, DETOUR = "parameters.access.walk_speed", "parameters.access.detour"
CIRCLES, SPLITS = "interventions.service_circles", "interventions.community_splits"


def sweep(kind: str, points: pd.DataFrame, scenarios: list[str], level, seeds: int = 3, **others) -> Outcomes:
    """A made-up store: `level(scenario, factors)` is satisfaction; noise is shared by all runs of a seed."""
    rows = []
    for point, factors in points.iterrows():
        for scenario in scenarios:
            for seed in range(1, seeds + 1):
                value = level(scenario, dict(factors))
                rows += [
                    (point, scenario, seed, "satisfaction", value + 0.3 * seed),
                    (point, scenario, seed, "cost_capital_yuan", 1e6 * (scenario == "plan") + 1e5 * value),
                    (point, scenario, seed, "cost_operating_yuan", 0.0),
                    (point, scenario, seed, YEARLY, 1e5 * (scenario == "plan") + 1e4 * value),
                ]
    values = pd.DataFrame(rows, columns=["point", "scenario", "seed", "metric", "value"])
    titles = {name: TITLES[name] for name in scenarios}
    return Outcomes(titles, scenarios[0], kind, points, values, ["satisfaction"], 0.1, **others)


def unit(points: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(points * [30, 0.4] + [60, 1.2], columns=[SPEED, DETOUR])


def plan_effect(scenario: str, factors: dict) -> float:
    """The plan works where people walk fast; detours matter a little."""
    if scenario == "baseline":
        return 50.0
    fast = (factors[SPEED] - 60) / 30
    return 50 + 4 * fast - 0.5 * (factors[DETOUR] - 1.2)


def drawn(found, folder: Path) -> None:
    assert found.charts
    for name, draw in found.charts.items():
        assert style.save(draw(), folder / name).stat().st_size > 5000


def test_scenarios_without_a_design() -> None:
    found = answer(sweep("", pd.DataFrame(index=[0]), ["baseline", "plan"], lambda s, _: 50 + 2 * (s == "plan")))
    row = found.tables["differences"].set_index(["option", "metric"]).loc[("plan", "satisfaction")]
    assert row[["mean_difference", "baseline_value"]].tolist() == pytest.approx([2, 50.6])
    assert found.tables["ranking"]["option"].tolist() == ["plan", "baseline"]
    assert found.tables["frontier"].set_index("option").loc["plan", "icer"] == pytest.approx((1e5 + 2e4) / 2)
    assert set(found.tables) == {"means", "differences", "ranking", "rank_probabilities", "frontier"}
    assert not found.notes


def test_levers_by_factorial(tmp_path: Path) -> None:
    points = pd.DataFrame([(a, b) for a in (False, True) for b in (False, True)], columns=[CIRCLES, SPLITS])
    found = answer(
        sweep(
            "factorial",
            points,
            ["baseline"],
            lambda _, f: 50 + f[CIRCLES] + 2 * f[SPLITS] + 3 * (f[CIRCLES] and f[SPLITS]),
        )
    )
    effects = found.tables["synergy"].set_index("term")["effect"]
    assert effects.round(9).tolist() == [2.5, 3.5, 3]
    assert found.tables["differences"]["baseline"].eq("baseline").all()
    assert found.tables["ranking"]["option"].iloc[0] == "baseline +service_circles +community_splits"
    assert {"synergy", "ranks", "cost_effectiveness"} == set(found.charts)
    drawn(found, tmp_path)


def test_dose_is_measured_against_the_scenario_without_it() -> None:
    points = pd.DataFrame({f"{CIRCLES}.target": [50, 60, 70]})
    found = answer(sweep("factorial", points, ["plan"], lambda _, f: 50 + 0.1 * f[f"{CIRCLES}.target"]))
    rows = found.tables["differences"].query("metric == 'satisfaction'")
    assert rows["baseline"].unique().tolist() == ["plan service_circles.target=50"]
    assert rows["mean_difference"].round(9).tolist() == [1, 2]


def test_sensitivity_of_an_effect(tmp_path: Path) -> None:
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    found = answer(
        sweep(
            "sobol", unit(sobol.sample(problem, 32, calc_second_order=False, seed=1)), ["baseline", "plan"], plan_effect
        )
    )
    table = found.tables["sensitivity_sobol"]
    assert set(table["outcome"]) == {"effect"} and set(table["scenario"]) == {"plan"}
    total = table[table["index"] == "total"].set_index("factor_a")["value"]
    # the variances are (4 / sqrt(12))² and (0.5 · 0.4 / sqrt(12))²
    assert total[SPEED] > 0.95 and total[DETOUR] < 0.01
    box = found.tables["discovery"].set_index("factor")
    assert box.loc[SPEED, "high"] < 70  # the worst quarter of effects is where people walk slowly
    assert found.tables["robustness"].set_index("option").loc["plan", "cases"] == 2 * 32  # the independent points
    assert set(found.charts) == {"sobol_plan", "prim_plan", "regret"}
    drawn(found, tmp_path)


def test_screening(tmp_path: Path) -> None:
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    found = answer(sweep("morris", unit(morris.sample(problem, 6, seed=1)), ["baseline", "plan"], plan_effect))
    table = found.tables["sensitivity_morris"].set_index("factor")
    assert table["mu"].round(9).to_dict() == {SPEED: 4, DETOUR: -0.2}
    assert set(found.tables) == {"sensitivity_morris"} and set(found.charts) == {"morris_plan"}
    drawn(found, tmp_path)


def test_cases_of_a_latin_hypercube(tmp_path: Path) -> None:
    points = unit(qmc.LatinHypercube(2, rng=np.random.default_rng(3)).random(60))
    made = sweep(
        "latin_hypercube", points, ["baseline", "plan"], lambda s, f: plan_effect(s, f) - 2 * (s == "plan"), seeds=2
    )
    found = answer(made, threshold=0.0)  # where is the plan worse than nothing?
    box = found.tables["discovery"].set_index("factor").loc[SPEED]
    assert box["threshold"] == 0 and abs(box["high"] - 75) < 2
    robust = found.tables["robustness"].set_index("option")
    assert robust.loc["baseline", "max_regret"] > 1.5 and robust.loc["plan", "max_regret"] > 1.5
    drawn(found, tmp_path)


def test_one_at_a_time(tmp_path: Path) -> None:
    points = pd.DataFrame([(75, 1.3), (60, 1.3), (90, 1.3), (75, 1.6)], columns=[SPEED, DETOUR])
    found = answer(sweep("one_at_a_time", points, ["baseline", "plan"], plan_effect))
    table = found.tables["one_at_a_time"]
    assert table["change"].round(9).tolist() == [-2, 2, -0.15]
    drawn(found, tmp_path)


def test_too_few_runs_are_a_note_and_no_failure() -> None:
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1]] * 2}
    made = sweep("morris", unit(morris.sample(problem, 2, seed=1)), ["baseline", "plan"], plan_effect)
    lost = made.values[~made.values["point"].isin([0, 4])]
    found = answer(Outcomes(made.titles, "baseline", "morris", made.points, lost, ["satisfaction"], 0.1))
    assert found.notes == ["sensitivity: only 0 of the sample's blocks of 3 points are whole; two are needed"]
    assert not found.tables
