"""Charts of the answers: drawn from answers to small made-up sweeps, all of it on the page."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments.answers.costs import YEARLY
from experiments.answers.discovery import discovery
from experiments.answers.frontier import cost_effectiveness as frontier_table
from experiments.answers.outcomes import SPENDING
from experiments.answers.ranking import ranking
from experiments.answers.robustness import regrets, robustness
from experiments.answers.synergy import synergy as synergy_table
from experiments.charts import style
from experiments.charts.calibrated import calibrated
from experiments.charts.cost_effectiveness import cost_effectiveness
from experiments.charts.factors import factor_name, option_name
from experiments.charts.morris import morris
from experiments.charts.pareto import pareto
from experiments.charts.places import places
from experiments.charts.posterior import posterior
from experiments.charts.predictive import predictive
from experiments.charts.prim_box import prim_box
from experiments.charts.ranks import ranks
from experiments.charts.regret import regret
from experiments.charts.sobol import sobol
from experiments.charts.synergy import synergy
from experiments.charts.tornado import tornado

RUNS = style.Runs(4, 0.1)
LEVERS = ["interventions.service_circles", "interventions.community_splits", "interventions.volunteering"]
FACTORS = ["parameters.access.walk_speed", "parameters.access.detour", "interventions.service_circles.target"]
SATISFACTION = ("居民满意度", "satisfaction", "分", "points")
RNG = np.random.default_rng(3)


def option_values() -> tuple[pd.DataFrame, style.Names]:
    names = {f"o{k}": option_name(("仅背景", "Context only"), dict.fromkeys(LEVERS[:k], True)) for k in range(4)}
    rows = [
        {"option": name, "seed": seed, "metric": metric, "value": value + RNG.normal(0, spread)}
        for k, name in enumerate(names)
        for seed in range(4)
        for metric, value, spread in (
            ("satisfaction", 50 + k, 0.5),
            (YEARLY, 3e6 * k + 1e6 * k**2, 0),
        )
    ]
    return pd.DataFrame(rows), names


def draw_ranks() -> Figure:
    values, names = option_values()
    return ranks(*ranking(values, "satisfaction", 1, draws=200), names, "satisfaction", RUNS)


def draw_cost() -> Figure:
    values, names = option_values()
    return cost_effectiveness(frontier_table(values, "satisfaction", "o0", draws=50), names, "satisfaction", RUNS)


def draw_regret() -> Figure:
    _, names = option_values()
    cases = pd.DataFrame(
        [{"option": name, "case": c, "seed": 1, "value": 50 + RNG.normal()} for name in names for c in range(30)]
    )
    table = regrets(cases, 1)
    return regret(table, robustness(table, 1), names, "satisfaction", RUNS)


def draw_places() -> Figure:
    codes = [f"C{k:03d}" for k in range(30)]
    rows = [
        {"option": o, "place": c, "mean_difference": k / 10, "ci_low": k / 10 - 0.2, "ci_high": k / 10 + 0.2}
        for o in ("o0", "o1")
        for k, c in enumerate(codes)
    ]
    table = pd.DataFrame(rows).assign(verdict=["better" if row["ci_low"] > 0 else "cannot be told" for row in rows])
    names = {"o0": ("方案零", "Option 0"), "o1": ("方案一", "Option 1")}
    return places(table, names, {"C029": ("末街", "Last")}, "near", RUNS)


def draw_synergy() -> Figure:
    grid = np.indices((2, 2, 2)).reshape(3, -1).T.astype(bool)
    points = pd.DataFrame(grid, columns=LEVERS)
    values = pd.DataFrame(
        [
            {"point": p, "seed": s, "metric": "satisfaction", "value": RNG.normal() + 3 * grid[p].all()}
            for p in points.index
            for s in range(4)
        ]
    )
    return synergy(synergy_table(points, values, "satisfaction"), RUNS)


def draw_sobol() -> Figure:
    table = pd.DataFrame(
        [
            {
                "factor_a": name,
                "factor_b": "",
                "index": index,
                "value": 0.2 * k,
                "ci_low": 0.2 * k - 0.1,
                "ci_high": 0.2 * k + 0.1,
                "blocks": 64,
            }
            for k, name in enumerate(FACTORS)
            for index in ("first", "total")
        ]
    )
    return sobol(table, SATISFACTION[:2], RUNS)


def draw_morris() -> Figure:
    return morris(
        pd.DataFrame(
            {
                "factor": FACTORS,
                "mu": [1.0, -2, 0],
                "mu_star": [1.0, 2, 0],
                "ci_low": [0.5, 1, 0],
                "ci_high": [1.5, 3, 0],
                "sigma": [0.2, 2.4, 0],
                "trajectories": 9,
            }
        ),
        SATISFACTION,
        RUNS,
    )


def draw_tornado() -> Figure:
    rows = [
        {"factor": name, "from": 1.0, "to": to, "change": change, "ci_low": change - 0.2, "ci_high": change + 0.2}
        for name, change in zip(FACTORS, (1.0, 0.4, 0.1), strict=True)
        for to, change in ((0.5, -change), (2.0, change))
    ]
    return tornado(pd.DataFrame(rows).assign(metric="satisfaction"), SATISFACTION, RUNS)


def draw_box() -> Figure:
    points = pd.DataFrame(RNG.uniform(0, 1, (200, 3)), columns=FACTORS)
    hit = (points[FACTORS[0]] > 0.6) & (points[FACTORS[1]] < 0.6)
    return prim_box(*discovery(points, hit, boxes=1), points, hit, ("满意度低于50分", "satisfaction below 50"), RUNS)


def draw_pareto() -> Figure:
    grid = np.indices((2, 2, 2)).reshape(3, -1).T.astype(bool)
    table = pd.DataFrame(grid, columns=LEVERS).astype(object)
    table["interventions.service_circles.target"] = [60 + k if on else None for k, on in enumerate(grid[:, 0])]
    table["satisfaction"], table[SPENDING] = 50 + grid.sum(axis=1), 1e6 * grid @ [1, 5, 2]
    table["front"] = ~grid[:, 1]
    again = pd.DataFrame(
        {
            "option": np.repeat(["a", "b"], 2),
            "metric": ["satisfaction", SPENDING] * 2,
            "baseline_value": [50.0, 0.0] * 2,
            "confirmed": [0.8, 1e6, 1.7, 3e6],
            "ci_low": [0.6, 1e6, 1.4, 3e6],
            "ci_high": [1.0, 1e6, 2.0, 3e6],
            "replicates": 5,
            "ci_low_total": [0.1, 5e5, -0.2, 2e6],
            "ci_high_total": [1.4, 2e6, 3.0, 4e6],
        }
    )
    return pareto(table, again, [*LEVERS, "interventions.service_circles.target"], 4e6, style.Runs(4, 0.1, 39, 0.05))


def draw_calibrated() -> Figure:
    return calibrated(
        pd.DataFrame(
            {
                "parameter": ["access.walk_speed", "access.detour"],
                "prior_low": [60.0, 1.2],
                "prior_high": [90.0, 1.6],
                "low": [70.0, 1.2],
                "high": [80.0, 1.6],
                "q05": [72.0, 1.25],
                "q95": [78.0, 1.55],
                "median": [75.0, 1.4],
                "best": [74.0, 1.3],
                "shrinkage": [0.67, 0.0],
            }
        ),
        RUNS,
    )


def draw_posterior() -> Figure:
    return posterior(
        pd.DataFrame(
            {
                "parameter": ["access.walk_speed", "access.detour"],
                "prior_low": [60.0, 1.2],
                "prior_mode": [80.0, 1.3],
                "prior_high": [90.0, 1.6],
                "q05": [72.0, 1.25],
                "median": [75.0, 1.4],
                "q95": [78.0, 1.55],
                "contraction": [0.67, -0.05],
            }
        ),
        300,
        RUNS,
    )


def draw_predictive() -> Figure:
    rows = [
        (name, low, low * 1.2, censored, low * 0.5, low, low * 2, low * 0.9, low * 1.1, low * 1.3, low)
        for name, low, censored in (("P5", 0.185, ""), ("P17a", 1300.0, "above"), ("P7a", 0.4, ""))
    ]
    names = ["target", "low", "high", "censored", "prior_q05", "prior_median", "prior_q95", "q05", "median", "q95"]
    return predictive(pd.DataFrame(rows, columns=[*names, "run_median"]), 300, RUNS)


DRAWERS = [
    draw_posterior,
    draw_predictive,
    draw_ranks,
    draw_cost,
    draw_regret,
    draw_synergy,
    draw_places,
    draw_sobol,
    draw_morris,
    draw_tornado,
    draw_box,
    draw_pareto,
    draw_calibrated,
]


@pytest.fixture(autouse=True)
def no_missing_glyph() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("draw", DRAWERS)
@pytest.mark.parametrize("language", ["both", pytest.param("zh", marks=pytest.mark.slow)])
def test_all_of_it_is_on_the_page(draw: Callable[[], Figure], language: style.Language, tmp_path: Path) -> None:
    with style.language(language):
        figure = draw()
    figure.canvas.draw()
    box, page = figure.get_tightbbox(), figure.bbox_inches.padded(0.01)
    assert (box.x0 >= page.x0, box.y0 >= page.y0, box.x1 <= page.x1, box.y1 <= page.y1) == (True,) * 4
    words = "\n".join(text.get_text() for text in figure.findobj(Text))
    assert "n = 4" in words and "0.1" in words and "回天模型" in words
    assert ("replicate" in words) == (language == "both")
    assert style.save(figure, tmp_path / "chart").stat().st_size > 5000


def test_one_language_is_alone() -> None:
    with style.language("zh"):
        words = "\n".join(text.get_text() for text in draw_cost().findobj(Text))
    assert "回天模型" in words and "replicate" not in words


def test_names_of_factors() -> None:
    assert factor_name("parameters.access.detour") == ("路网绕行系数", "Network distance over straight-line distance")
    assert factor_name("interventions.service_circles") == ("一刻钟社区服务圈", "Quarter-hour service circles")
    assert factor_name("interventions.service_circles.target") == ("服务圈总数", "circles in all")
    assert factor_name("x1") == ("x1", "x1")
    assert option_name(("基线", "Base"), {"interventions.service_circles": False}) == ("基线", "Base")
