"""Options side by side: each against its own baseline, with one number each."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.view import charts, kept
from experiments.view.files import csv_text
from experiments.view.session import Pair
from simulation.scenario.load import load_scenario

SCALE = 0.01


def played(name: str, weeks: int = 2, seed: int = 1) -> Pair:
    pair = Pair(load_scenario(name), seed, SCALE)
    for _ in range(weeks):
        pair.step()
    return pair


def now(pair: Pair) -> kept.Kept:
    found = kept.played(pair)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pair() -> Pair:
    return played("community_homes")


def test_an_option_keeps_its_weeks_and_its_gain(pair: Pair) -> None:
    (one,) = kept.keep(now(pair), (), 0)
    assert one.letter == "A" and one.weeks == 2
    gap = pair.policy.series("satisfaction") - pair.baseline.series("satisfaction")
    assert one.gain("satisfaction").mean == pytest.approx(gap.mean())
    sums = [t.series("cost_capital_yuan") + t.series("cost_operating_yuan") for t in (pair.policy, pair.baseline)]
    assert one.cost().mean == pytest.approx((sums[0][-1] - sums[1][-1]) / 1e8)


def test_nothing_is_kept_before_the_first_week() -> None:
    assert kept.played(played("baseline", 0)) is None


def test_what_has_no_number_is_a_gap_in_the_line(pair: Pair) -> None:
    (one,) = kept.keep(now(pair), (), 0)
    hole = replace(one, policy=one.policy | {"load_committee": np.array([np.nan, 1.0])})
    panel = charts.drawn(pair, "en", (hole,))[1]
    assert panel["lines"][-1]["values"] == [None, 1.0] and panel["low"] < panel["high"]


def test_at_most_four_are_kept_and_a_letter_is_used_again(pair: Pair) -> None:
    found: tuple[kept.Kept, ...] = ()
    for _ in range(kept.MOST):
        found = kept.keep(now(pair), found, 0)
    assert [one.letter for one in found] == list("ABCD")
    assert found[1:] != found[:-1]  # the page asks so when one is dropped, and they differ in their letters only
    with pytest.raises(ValueError, match="at most 4"):
        kept.keep(now(pair), found, 0)
    assert kept.keep(now(pair), found[1:], 0)[-1].letter == "A"


def test_an_option_is_drawn_only_beside_its_own_baseline(pair: Pair) -> None:
    found = kept.keep(now(pair), (), 0)
    own, plain = charts.drawn(pair, "en", found), charts.drawn(pair, "en")
    added = {panel["key"]: len(panel["lines"]) - len(old["lines"]) for panel, old in zip(own, plain, strict=True)}
    assert added["satisfaction"] == added["load"] == 1 and sum(added.values()) == 2
    np.testing.assert_allclose(own[0]["lines"][-1]["values"], pair.policy.series("satisfaction"), atol=1e-5)
    for other in (played("epidemic", 1), played("baseline", 1, seed=2)):
        assert not charts.beside(found, other, "satisfaction", "en")
    (line,) = charts.beside(found, played("baseline", 1), "satisfaction", "en")
    assert line["label"].startswith("A · ") and len(line["values"]) == 1  # no further than what is played


def test_the_csv_holds_every_side_week_by_week(pair: Pair) -> None:
    table = pd.read_csv(io.StringIO(csv_text(pair, kept.keep(now(pair), (), 3), "zh").removeprefix("\ufeff")))
    assert list(table["方案"].unique())[:2] == ["政策", "基线"] and len(table) == 6
    assert list(table["周起始日"][:2]) == ["2018-01-01", "2018-01-08"]
    of_policy = table[table["方案"] == "政策"]["居民满意度（分（0–100））"]
    np.testing.assert_allclose(of_policy, pair.policy.series("satisfaction"))
