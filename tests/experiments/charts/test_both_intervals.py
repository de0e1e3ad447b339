"""The interval of luck and parameters is drawn pale, behind that of luck, and the subtitle says what it rests on."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from experiments.charts import scales, style
from experiments.charts.cost_load import cost_load
from experiments.charts.differences import differences
from experiments.charts.frontier import frontier

NAMES: style.Names = {"base": ("基线", "base"), "plan": ("方案", "plan")}
BOTH = style.Runs(3, 1.0, draws=39, draws_scale=0.05)
LOADS = ("load_committee", "load_property", "load_street")
COSTS = ("cost_capital_yuan", "cost_operating_yuan")


def table() -> pd.DataFrame:
    rows = [
        ("plan", metric, -0.1, -0.11, -0.09, 1.0, -0.3, 0.05, "cannot be told", -0.1) for metric in (*LOADS, *COSTS)
    ]
    names = ["scenario", "metric", "mean_difference", "ci_low", "ci_high", "baseline_value", "ci_low_total"]
    return pd.DataFrame(rows, columns=[*names, "ci_high_total", "verdict_total", "median_total"])


def money() -> pd.DataFrame:
    one = {"scenario": "plan", "cost": 1e8, "effect": 1.0, "low": 0.9, "high": 1.1, "efficient": True}
    return pd.DataFrame([{**one, "ci_low_total": -1.0, "ci_high_total": 3.0}])


def pale(figure: Figure) -> list[np.ndarray]:
    lines = [a for axis in figure.axes for a in axis.collections if isinstance(a, LineCollection)]
    return [s for line in lines if to_hex(line.get_colors()[0]) == style.TOTAL for s in line.get_segments()]


@pytest.mark.parametrize(
    ("draw", "ends", "count"),
    [
        (lambda runs: differences(table(), NAMES, runs), (-30.0, 5.0), 3),
        (lambda runs: cost_load(table(), NAMES, runs), (-30.0, 5.0), 3),
        (lambda runs: frontier(money(), NAMES, "satisfaction", runs), (-1.0, 3.0), 1),
    ],
)
def test_the_pale_interval_is_that_of_the_draws(draw, ends, count) -> None:  # type: ignore[no-untyped-def]
    with style.language("en"):
        figure = draw(BOTH)
    lines = pale(figure)
    assert len(lines) == count
    for line in lines:
        spread = line[:, 0] if np.ptp(line[:, 0]) else line[:, 1]
        assert sorted(spread) == pytest.approx(ends)
    said = " ".join(text.get_text().replace("\n", " ") for text in figure.texts)
    assert "n = 3 replicates" in said and "39 draws of the parameters (scale 0.05)" in said and "pale" in said
    plt.close(figure)


def test_the_pale_line_is_paler_than_every_line_of_luck_on_a_grey_print() -> None:
    def light(colour: str) -> float:
        return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))

    luck = (*style.COLOURS, style.GREY, scales.BETTER, scales.WORSE, scales.NEITHER)
    assert light(style.TOTAL) - max(map(light, luck)) > 0.15 and light(style.TOTAL) < 0.85
