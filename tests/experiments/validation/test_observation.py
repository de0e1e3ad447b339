"""Observation models against cases that are known by hand or by drawing many samples."""

import math

import numpy as np
import pandas as pd
import pytest

from experiments.validation import observation as seen
from experiments.validation.patterns import PATTERNS, judge, seen_verdict, verdict
from simulation.parameters import Parameters

P = Parameters()
NAN = math.nan


def test_sampling_error_of_a_share_is_that_of_many_drawn_samples():
    draws = np.random.default_rng(1).binomial(1491, 0.42, 20_000) / 1491
    found = seen.sampling_error("share", 0.42, 1491, P) / math.sqrt(P["survey.design_effect"])
    assert found == pytest.approx(draws.std(), rel=0.02)


def test_a_source_that_does_not_say_how_many_it_asked_has_the_usual_sample():
    assert seen.sampling_error("share", 0.3, NAN, P) == seen.sampling_error("share", 0.3, P["survey.sample"], P)
    one, change = (seen.sampling_error(kind, 6.0, 400, P) for kind in ("survey_0_10", "survey_0_10_change"))
    assert one == pytest.approx(math.sqrt(1.5 * (2.2**2 + 1 / 12)) / 20) and change == pytest.approx(one * math.sqrt(2))


@pytest.mark.parametrize("kind", ["exact", "register", "at_least"])
def test_what_is_no_sample_has_no_sampling_error(kind):
    assert seen.sampling_error(kind, 0.5, 100, P) == 0


def test_the_interval_holds_both_errors():
    assert seen.widened(5.0, 4.0, 6.0, 0.0) == (4.0, 6.0)
    low, high = seen.widened(5.0, 4.0, 6.0, 1 / 1.96)
    assert (low, high) == (pytest.approx(5 - math.sqrt(2)), pytest.approx(5 + math.sqrt(2)))
    assert seen.widened(5.0, NAN, NAN, 1.0) == (pytest.approx(3.04), pytest.approx(6.96))


def test_at_least_is_a_censored_likelihood():
    assert seen.at_least(1300, 0, 1300) == 1 and seen.at_least(1299, 0, 1300) == 0
    assert seen.at_least(1300, 50, 1300) == pytest.approx(0.5)
    assert seen.at_least(1398, 50, 1300) == pytest.approx(0.975, abs=1e-3)


def test_a_late_register_shows_the_weeks_before():
    path = np.array([10.0, 20, 30, 40])
    for lag, shown in ((0, path.tolist()), (1, [10, 10, 20, 30]), (1.5, [10, 10, 15, 25])):
        assert seen.lagged(path, {"survey.register_lag": lag}).tolist() == shown


def test_answers_are_the_nearest_on_the_scale():
    assert seen.scale_0_10(np.array([-3.0, 4.9, 5.0, 62.9, 104])).tolist() == [0, 0, 1, 6, 10]
    assert seen.five_point(np.array([0.0, 12.4, 12.5, 62.4, 62.5, 87.5, 100])).tolist() == [1, 1, 2, 3, 4, 5, 5]


def test_share_of_the_upper_two_answers_is_that_of_persons():
    people = np.random.default_rng(2).normal(55, 12, 200_000)
    gini = 12 / (55 * math.sqrt(math.pi))
    assert seen.satisfied_share(55, gini) == pytest.approx((seen.five_point(people) >= 4).mean(), abs=0.004)
    assert seen.satisfied_share(70, 0) == 1 and seen.satisfied_share(60, 0) == 0


def test_some_agree_whatever_they_are_asked():
    assert seen.agreeing(0.0, P) == P["survey.acquiescence"] and seen.agreeing(1.0, P) == 1


def test_a_survey_by_quota_is_that_of_many_drawn_ones():
    rng = np.random.default_rng(3)
    stages = np.repeat(["young", "old"], [30_000, 10_000])
    residents = pd.DataFrame({"life_stage": stages, "overall": rng.normal(np.where(stages == "old", 65, 45), 12)})
    table = seen.asked_at_the_end(residents, 400, {"young": 0.25, "old": 0.75}, P)
    people = {stage: part["overall"].to_numpy() for stage, part in residents.groupby("life_stage")}
    drawn = [
        np.concatenate([rng.choice(people["young"], 100, False), rng.choice(people["old"], 300, False)])
        for _ in range(3000)
    ]
    for row, answer in (("mean_0_10", seen.scale_0_10), ("satisfied_of_5", lambda x: seen.five_point(x) >= 4)):
        found = np.array([answer(sample).mean() for sample in drawn])
        assert table.at[row, "value"] == pytest.approx(found.mean(), rel=0.01)
        assert table.at[row, "error"] == pytest.approx(math.sqrt(P["survey.design_effect"]) * found.std(), rel=0.06)
    assert table.at["satisfied_of_5_agreeing", "value"] > table.at["satisfied_of_5", "value"]


@pytest.mark.parametrize(("quota", "message"), [({"old": 0.9}, "0.9, not 1"), ({"aged": 1.0}, "life stage 'aged'")])
def test_a_quota_of_nobody_is_refused(quota, message):
    with pytest.raises(ValueError, match=message):
        seen.asked_at_the_end(pd.DataFrame({"life_stage": ["old"], "overall": [50.0]}), 10, quota, P)


def test_rating_of_a_change():
    half = P["survey.retrospective_half"]
    assert [seen.rating_of_change(x, P) for x in (0, half, -half)] == [5, 7.5, 2.5]


def test_quantiles_of_draws_that_are_seen_with_an_error():
    values = np.array([4.0, 5.0, 6.0])
    assert seen.quantiles(values, np.zeros(3), (0.5,)) == [5.0]
    drawn = np.random.default_rng(4).normal(np.repeat(values, 100_000), 1.0)
    found = seen.quantiles(values, np.ones(3), (0.05, 0.5, 0.95))
    assert found == pytest.approx(np.quantile(drawn, (0.05, 0.5, 0.95)), abs=0.02)


def test_not_knowing_the_instrument_adds_error_to_surveys_alone():
    assert seen.unknown_instrument("survey_0_10", 6.0, P) > P["survey.framing"]
    assert seen.unknown_instrument("share", 1.0, P) == 0 < seen.unknown_instrument("share", 0.4, P)
    assert seen.unknown_instrument("register", 0.4, P) == 0


def test_no_verdict_is_easier_through_a_survey():
    order = ("pass", "borderline", "fail")
    for pattern in PATTERNS.values():
        span = [end for end in (pattern.low, pattern.high) if np.isfinite(end)]
        if not pattern.measure:
            continue
        for at in np.linspace(pattern.axis_low, pattern.axis_high, 41):
            width = 0.01 * (abs(span[0]) + 0.1)
            own = verdict(pattern, at, at - width, at + width)
            for error in (0.0, width, 20 * width):
                told = seen_verdict(pattern, at, at - width, at + width, error)
                assert order.index(told) >= order.index(own), pattern.id


def test_the_table_tells_what_a_survey_would_have_shown():
    values = pd.DataFrame(
        {"pattern": ["P18a"] * 3 + ["P32"] * 2, "seed": [1, 2, 3, 1, 2], "value": [0.47, 0.48, 0.475, 0.69, 0.72]}
    )
    table = judge(values, [PATTERNS["P18a"], PATTERNS["P32"], PATTERNS["P11"]]).set_index("pattern")
    burnt = table.loc["P18a"]
    assert burnt["observation_error"] == pytest.approx(math.sqrt(1.5 * 0.475 * 0.525 / 1491))
    assert burnt["seen_low"] < burnt["ci_low"] and burnt["seen_high"] > burnt["ci_high"] and np.isnan(burnt["chance"])
    assert 0.5 < table.loc["P32", "chance"] < 0.7 and table.loc["P32", "observation_error"] == 0
    assert table.loc["P11", "verdict"] == "missing"
