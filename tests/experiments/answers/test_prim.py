"""Peeling, pasting and quasi-p-values of boxes, by hand and on noise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.answers.discovery import LEAST_IN_A_BOX, dated, discovery
from experiments.answers.outcomes import numbered
from experiments.answers.prim import Cases, chances, harmonic, pasted, peeled
from experiments.answers.sensitivity import morris_effects
from experiments.charts.prim_box import prim_box
from experiments.charts.style import Runs


def line(count: int, wanted: range) -> Cases:
    return Cases(pd.DataFrame({"a": np.arange(float(count))}), np.isin(np.arange(count), list(wanted)))


def test_a_side_is_peeled_until_the_box_is_pure_or_least() -> None:
    path = peeled(line(100, range(80, 100)), 10)
    assert path[0] == {} and all(line(100, range(0)).inside(box).sum() >= 10 for box in path)
    best = max(path, key=lambda box: harmonic(line(100, range(80, 100)), box))
    low, high = best["a"]
    assert 78 <= low <= 82 and high == np.inf


def test_what_was_peeled_too_far_is_pasted() -> None:
    cases = line(100, range(80, 100))
    assert pasted(cases, {"a": (85.5, np.inf)})["a"][0] == 79.5
    words = Cases(pd.DataFrame({"w": np.array(list("xyzxyz"), object)}), np.array([1, 1, 0, 1, 1, 0], bool))
    assert pasted(words, {"w": frozenset("x")}) == {"w": frozenset("xy")}


def test_quasi_p_values_are_binomial() -> None:
    cases = line(20, range(15, 20))
    (low, high) = chances(cases, {"a": (14.5, np.inf)})["a"]
    assert low == pytest.approx(stats.binom.sf(4, 5, 0.25)) and np.isnan(high)


def test_no_box_holds_fewer_than_ten_cases() -> None:
    points = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0)[::-1]})
    boxes, path = discovery(points, pd.Series(np.arange(40) >= 36), boxes=1)
    assert (boxes["cases"] >= LEAST_IN_A_BOX).all() and (path["mass"] * 40 >= LEAST_IN_A_BOX - 1e-9).all()


@pytest.mark.slow  # 200 searches
def test_noise_seldom_has_a_dense_box_of_many_cases() -> None:
    """40 % of interest at random in 200 points of five factors: few boxes with half of them are denser than 0.6.

    The search finds restrictions even in noise (quasi-p-values do not count it); how often is told here: at most 10 %
    of 200 trials, standard error 2 %.
    """
    rng, dense = np.random.default_rng(6), 0
    for _ in range(200):
        points = pd.DataFrame(rng.random((200, 5)), columns=list("abcde"))
        boxes, _ = discovery(points, pd.Series(rng.random(200) < 0.4), boxes=1)
        dense += len(boxes) > 0 and boxes["density"].iloc[0] > 0.6 and boxes["coverage"].iloc[0] > 0.5
    assert dense / 200 <= 0.1


START = "interventions.service_circles.start"


def test_days_have_an_order_and_are_told_as_days() -> None:
    """A box of late openings is a range, not a list of words; table and chart say its first day."""
    days = pd.date_range("2018-01-01", periods=80).strftime("%Y-%m-%d")
    points = pd.DataFrame({START: days, "parameters.p": np.random.default_rng(3).random(80), "word": "x"})
    late = points[START] >= "2018-02-20"
    boxes, path = discovery(numbered(points), late, boxes=1)
    assert boxes["factor"].tolist() == [START] and boxes["members"].tolist() == [""]
    told = dated(boxes, [START]).iloc[0]
    first, last = told["members"].split(" … ")
    assert "2018-02-18" <= first <= "2018-02-22" and last == days[-1] and np.isnan(told["low"])
    figure = prim_box(boxes, path, numbered(points), late, ("晚", "late"), Runs(1, 1.0))
    figure.canvas.draw()
    assert any(label.get_text().startswith("2018-") for label in figure.axes[0].get_xticklabels())


def test_screening_measures_the_steps_of_days() -> None:
    """Effects are scaled to the whole range: a result that rises by 1 a day has the effect of all 90 days."""
    rows = [("2018-01-01", 0.0), ("2018-03-02", 0.0), ("2018-03-02", 1.0), ("2018-04-01", 0.0), ("2018-01-31", 0.0)]
    points = pd.DataFrame([*rows, ("2018-01-31", 1.0)], columns=[START, "parameters.p"])
    result = numbered(points)[START].astype(float)
    found = morris_effects(numbered(points), result).set_index("factor")
    assert found.loc[START, "mu_star"] == pytest.approx(90) and found.loc["parameters.p", "mu_star"] == 0
