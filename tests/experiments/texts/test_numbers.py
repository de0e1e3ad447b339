import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.report.options import mechanisms, settings
from experiments.statistics import compare_values, holm, p_values
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words
from experiments.texts.units import unit_name
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS


@pytest.mark.parametrize(
    ("metric", "low", "high", "expected"),
    [
        ("satisfaction", 0.5, 1.0, words.BETTER),  # more is better
        ("satisfaction", -1.0, -0.5, words.WORSE),
        ("satisfaction", 0.1, 0.6, words.BETTER),  # surely more, perhaps by enough
        ("satisfaction", -0.1, 1.0, words.UNCLEAR),
        ("satisfaction", 0.0, 1.0, words.UNCLEAR),  # an interval that touches 0 holds it
        ("satisfaction", 0.01, 0.02, words.SMALL),  # however sure
        ("satisfaction", -0.4, 0.3, words.SMALL),
        ("satisfaction", 0.0, 0.0, words.SMALL),
        ("fee_payment_rate", 2e-6, 4e-6, words.SMALL),
        ("backlog", 10.0, 20.0, words.WORSE),  # less is better
        ("backlog", -20.0, -10.0, words.BETTER),
        ("load_committee", -0.02, -0.01, words.BETTER),
        ("requests", 10.0, 20.0, words.MORE),  # neither is better
        ("requests", -20.0, -10.0, words.LESS),
        ("cost_operating_yuan", 1e6, 2e6, words.DEARER),
        ("cost_capital_yuan", -2e6, -1e6, words.CHEAPER),
        ("satisfaction", float("nan"), float("nan"), words.UNTESTED),
    ],
)
def test_direction_words(metric: str, low: float, high: float, expected: Words) -> None:
    assert words.verdict(METRICS[metric], low, high) == expected


def test_a_margin_in_per_cent_is_one_of_the_baseline() -> None:
    assert words.verdict(METRICS["backlog"], 10.0, 19.0, 1000.0) == words.SMALL
    assert words.verdict(METRICS["backlog"], 10.0, 21.0, 1000.0) == words.WORSE
    table = pd.DataFrame(
        {"metric": ["backlog"] * 2, "ci_low": 10.0, "ci_high": 19.0, "baseline_value": [1000.0, 100.0]}
    )
    assert words.verdicts(table) == [words.SMALL, words.WORSE]
    assert [words.matters(word) for word in words.verdicts(table)] == [False, True]


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_says_from_which_size_on_a_difference_matters_and_why(metric: str) -> None:
    least = METRICS[metric].least
    assert 0 < least.size < np.inf
    for why in (least.zh, least.en):
        assert len(why) > 6 and why.startswith(("假定", "assumption", "来源", "source"))
    inside = 0.9 * least.at(50.0)
    assert words.verdict(METRICS[metric], inside / 2, inside, 50.0) == words.SMALL
    assert words.matters(words.verdict(METRICS[metric], inside / 2, 1.2 * least.at(50.0), 50.0))


def test_every_metric_gets_both_directions_right() -> None:
    for metric in METRICS.values():
        up, down = words.verdict(metric, 1e3, 2e9, 1.0), words.verdict(metric, -2e9, -1e3, 1.0)
        assert up != down
        if metric.direction and not words.is_money(metric):
            assert (up == words.BETTER) == (metric.direction > 0)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (11_227_330.0, "1,123万元", "11.23 million yuan"),
        (20_684e6, "206.84亿元", "20.68 billion yuan"),
        (730.0, "730元", "730 yuan"),
        (85_000.0, "8.5万元", "85,000 yuan"),
        (-3.2e8, "−3.20亿元", "−320.00 million yuan"),
    ],
)
def test_money_in_the_units_of_each_language(value: float, zh: str, en: str) -> None:
    assert words.money(value) == (zh, en)


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [
        ("satisfaction", 1.565, "+1.56"),
        ("load_committee", -0.0504, "−5.04"),
        ("backlog", -6538.7, "−6,539"),
        ("satisfaction_gini", -0.00682, "−0.0068"),
        ("satisfaction", -0.001, "0.00"),
    ],
)
def test_changes(metric: str, value: float, text: str) -> None:
    assert words.change(METRICS[metric], value) == (text, text)


def test_money_is_told_in_the_units_of_each_language() -> None:
    metric = METRICS["cost_capital_yuan"]
    assert words.change(metric, 7.75e6) == ("+775万元", "+7.75 million yuan")
    assert words.change(metric, -2.1e8) == ("−2.10亿元", "−210.00 million yuan")
    assert words.level(metric, 1_366_380_000.0) == ("13.66亿元", "1.37 billion yuan")
    assert words.interval(metric, 1e6, 2e8).zh == "100万元 至 2.00亿元"


@pytest.mark.parametrize(
    ("value", "text", "with_sign"),
    [
        (1234.5, "1,234.5", "+1,234.5"),
        (-0.26, "−0.3", "−0.3"),
        (-0.04, "0.0", "0.0"),
        (-0.0, "0.0", "0.0"),
        (float("nan"), "–", "–"),
        (float("inf"), "∞", "+∞"),
        (float("-inf"), "−∞", "−∞"),
    ],
)
def test_numbers_for_people(value: float, text: str, with_sign: str) -> None:
    assert words.number(value, 1) == text
    assert words.signed(text) == with_sign


def test_a_share_that_is_not_nothing_does_not_read_as_nothing() -> None:
    assert [words.share(part) for part in (0.0, 0.0001, 0.0005, 0.123)] == ["0.0%", "<0.1%", "0.1%", "12.3%"]


def test_p_values_are_those_of_the_paired_t_test() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(1, 1, 8), rng.normal(0, 1, 8)
    values = pd.DataFrame(
        [
            {"scenario": s, "seed": k, "metric": "trust", "value": v}
            for s, column in (("a", a), ("b", b))
            for k, v in enumerate(column)
        ]
    )
    assert p_values(compare_values(values, "b")).iloc[0] == pytest.approx(stats.ttest_rel(a, b).pvalue)


def test_no_difference_at_all_is_no_evidence() -> None:
    table = pd.DataFrame(
        {"mean_difference": [0.0, 1.0], "ci_low": [0.0, 1.0], "ci_high": [0.0, 1.0], "replicates": [3, 3]}
    )
    assert p_values(table).tolist() == [1.0, 0.0]


def test_holm_against_the_worked_example() -> None:
    p = pd.Series([0.01, 0.04, 0.03, 0.005, np.nan])
    assert holm(p).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02, np.nan], nan_ok=True)


def test_every_lever_has_its_mechanism_and_every_name_is_a_parameter() -> None:
    own = {kind for kind, item in interventions().items() if item.__module__.startswith("simulation.")}
    assert own - set(mechanisms()) == set(), "experiments/report/mechanisms.csv lacks these"
    assert {name for names in mechanisms().values() for name in names} <= set(PARAMETERS)


def test_every_unit_is_translated() -> None:
    units = {p.unit for p in PARAMETERS.values()}
    for kind, item in interventions().items():
        if item.__module__.startswith("simulation."):
            units |= {s.unit for s in settings(kind, item().model_dump(mode="json")) if s.unit}
    missing = sorted(name for name in units if re.search("[a-z]{3}", unit_name(name).zh))
    assert not missing, "experiments/texts/zh.toml, section [units], lacks these"
