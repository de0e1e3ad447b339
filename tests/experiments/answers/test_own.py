"""Expressions, windows and own outcomes."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from experiments.answers.expression import evaluate, names, parse
from experiments.answers.own import Own
from experiments.answers.windows import check, dates_of, weeks_of

COLUMNS = ["trust", "requests", "wait_weeks"]
MONDAYS = pd.date_range("2018-01-01", periods=208, freq="W-MON")
WEEKS = pd.DataFrame(
    {"tick": range(208), "date": MONDAYS, "trust": np.linspace(0, 1, 208), "requests": 100.0, "wait_weeks": 2.0}
)


def worth(text: str) -> list[float]:
    table = pd.DataFrame({"tick": [0, 1], "trust": [0.25, 4.0], "requests": [10.0, 0.0], "wait_weeks": [3.0, -1.0]})
    return evaluate(parse(text, COLUMNS), table).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trust + 2 * requests", [20.25, 4.0]),
        ("-(trust - 1) ** 2 / 2", [-0.28125, -4.5]),
        ("sqrt(trust)", [0.5, 2.0]),
        ("min(trust, 1) + max(wait_weeks, 0)", [3.25, 1.0]),
        ("clip(requests, 1, 5)", [5.0, 1.0]),
        ("wait_weeks > 2", [1.0, 0.0]),
        ("where(requests <= 0, 7, trust)", [0.25, 7.0]),
        ("3", [3.0, 3.0]),
    ],
)
def test_expressions_by_hand(text: str, expected: list[float]) -> None:
    assert worth(text) == pytest.approx(expected)


def test_weeks_without_a_value_have_none() -> None:
    assert np.isnan(worth("trust / requests")[1]) and np.isnan(worth("log(wait_weeks)")[1])
    assert names(parse("max(trust, 1) / requests", COLUMNS)) == {"trust", "requests"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trsut", "unknown metric 'trsut'; did you mean 'trust'"),
        ("mean(trust)", "unknown function 'mean'"),
        ("min(trust)", "min takes 2 values, not 1"),
        ("trust +", "is no expression"),
        ("__import__('os').system('true')", "not allowed"),
        ("trust.values", "not allowed"),
        ("[t for t in (1, 2)]", "not allowed"),
        ("(lambda: 1)()", "not allowed"),
        ("'text'", "not allowed"),
        ("True", "True is no number"),
        ("9 ** 9 ** 9", "an exponent is a number from -10 to 10"),
        ("trust ** 1000000", "an exponent is a number from -10 to 10"),
        ("1e400", "a number is at most 1e15"),
        ("1 < trust < 2", "not allowed"),
        ("(" * 300 + "1" + ")" * 300, "letters; an expression has at most"),
        ("sqrt(x=trust)", "not allowed"),
    ],
)
def test_what_is_not_arithmetic_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]*$") as caught:
        parse(text, COLUMNS)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("window", "first", "last", "count"),
    [
        ("last_year", "2020-12-28", "2021-12-20", 52),
        ("first_year", "2018-01-01", "2018-12-24", 52),
        ("whole_run", "2018-01-01", "2021-12-20", 208),
        ("2019", "2019-01-07", "2019-12-30", 52),
        ("2019Q3", "2019-07-01", "2019-09-30", 14),
        ("2019-12", "2019-12-02", "2019-12-30", 5),
        ({"from": "2019-07-01", "to": "2019-07-15"}, "2019-07-01", "2019-07-15", 3),
        ({"from": "start", "to": "start + 3w"}, "2018-01-01", "2018-01-22", 4),
        ({"from": "end - 1w", "to": "end"}, "2021-12-13", "2021-12-20", 2),
        ({"from": "service_circles.finish", "to": "service_circles.finish+26w"}, "2021-01-04", "2021-06-28", 26),
    ],
)
def test_windows(window: str, first: str, last: str, count: int) -> None:
    check(window)
    rows = weeks_of(WEEKS, window, {"service_circles.finish": date(2020, 12, 31)})
    assert [f"{day:%Y-%m-%d}" for day in (rows["date"].iloc[0], rows["date"].iloc[-1])] == [first, last]
    assert len(rows) == count


def test_an_event_that_does_not_happen_has_no_weeks() -> None:
    assert weeks_of(WEEKS, {"from": "service_circles.start", "to": "end"}, {}).empty
    assert weeks_of(WEEKS, "2030", {}).empty


@pytest.mark.parametrize(
    "window",
    ["last_decade", "2019Q5", "2019-13", {"from": "start"}, {"from": "start", "to": "x"}, {"from": "", "to": "end"}],
)
def test_a_window_that_nobody_understands(window: str) -> None:
    with pytest.raises(ValueError, match="a window is last_year"):
        check(window)


def test_dates_of_levers() -> None:
    found = dates_of({"service_circles": {"start": "2018-07-01", "target": 73}, "flags": {"on": True}, "bare": True})
    assert found == {"service_circles.start": date(2018, 7, 1)}


def test_an_own_outcome_over_a_window() -> None:
    mean = Own.model_validate({"expression": "trust * 2", "window": {"from": date(2018, 1, 1), "to": date(2018, 1, 8)}})
    assert mean.of(WEEKS, {}) == pytest.approx(1 / 207)
    total = Own.model_validate({"expression": "requests", "summary": "sum", "window": 2019})
    assert total.of(WEEKS, {}) == 5200
    assert Own.model_validate({"expression": "trust", "summary": "last"}).of(WEEKS, {}) == 1
    highest = Own.model_validate({"expression": "trust", "summary": "max", "window": "first_year"})
    assert highest.of(WEEKS, {}) == pytest.approx(51 / 207)
    assert np.isnan(Own.model_validate({"expression": "trust", "window": "2030"}).of(WEEKS, {}))
    assert np.isnan(Own.model_validate({"expression": "infected"}).of(WEEKS, {}))  # not recorded here
    with pytest.raises(ValidationError, match="unknown metric 'truts'"):
        Own.model_validate({"expression": "truts"})
