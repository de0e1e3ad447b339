"""The solver of a budget against all portfolios of a small market, and what it says besides the best one."""

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.answers.market import Market
from experiments.answers.outcomes import better
from experiments.answers.spend import BudgetError, Question, Spent, spend

M = 1e6
OFFER: dict[str, list[tuple[dict[str, Any], float, float, float]]] = {  # doses, price, satisfaction, load
    "service_circles": [({"target": 50}, 3 * M, 0.4, 0.0), ({"target": 73}, 11 * M, 1.2, 0.0)],
    "community_homes": [({"count": 5}, 1.5 * M, 0.05, 0.01), ({"count": 22}, 7 * M, 0.2, 0.02)],
    "community_splits": [({"above_households": 5000}, 20 * M, 0.03, -0.07)],
    "gate_groups": [({}, 16 * M, 0.1, 0.004)],
    "five_party_governance": [({}, 2 * M, -0.2, 0.02)],
}


def row(draw: int, chosen: dict[str, int], rng: np.random.Generator) -> dict[str, Any]:
    """A run of the portfolio: its effects grow with a slope of its draw."""
    found: dict[str, Any] = {"draw": draw, "seed": draw}
    slope = 1.0 + 0.15 * np.random.default_rng(100 + draw).standard_normal(len(OFFER))
    values = {"satisfaction": 40.0 + draw, "load_committee": 0.9, "cost_capital_yuan": 5 * M, "cost_operating_yuan": M}
    for j, (kind, options) in enumerate(OFFER.items()):
        found[f"interventions.{kind}"] = kind in chosen
        for name in options[0][0]:
            found[f"interventions.{kind}.{name}"] = options[chosen[kind]][0][name] if kind in chosen else None
        if kind in chosen:
            _, price, satisfaction, load = options[chosen[kind]]
            values["satisfaction"] += slope[j] * satisfaction + 0.002 * rng.standard_normal()
            values["load_committee"] += slope[j] * load
            values["cost_capital_yuan"] += price
    return found | values


@pytest.fixture(scope="module")
def market() -> Market:
    rng = np.random.default_rng(5)
    rows = [row(0, {}, rng)]
    rows += [row(0, {kind: k}, rng) for kind, options in OFFER.items() for k in range(len(options))]
    for draw in range(1, 11):
        rows.append(row(draw, {}, rng))
        for _ in range(5):
            on = {kind: int(rng.integers(len(own))) for kind, own in OFFER.items() if rng.random() < 0.5}
            rows.append(row(draw, on or {"gate_groups": 0}, rng))
    return Market(pd.DataFrame(rows))


def everything(market: Market, question: Question) -> float:
    """The most that any portfolio gives by the emulators, looked for one by one."""
    codes = np.array(list(itertools.product(*(range(len(table)) for table in market.prices))))
    codes = codes[market.price(codes) <= question.budget]
    for kind in question.needed:
        codes = codes[codes[:, market.kinds.index(kind)] > 0]
    for kind in question.barred:
        codes = codes[codes[:, market.kinds.index(kind)] == 0]
    for metric, least in question.limits.items():
        codes = codes[better(metric) * market.emulator(metric)(codes)[0] >= least]
    return float((better(question.metric) * market.emulator(question.metric)(codes)[0]).max())


@pytest.mark.parametrize(
    "question",
    [
        Question(4 * M),
        Question(12 * M),
        Question(40 * M),
        Question(40 * M, needed=("five_party_governance",)),
        Question(40 * M, barred=("service_circles",)),
        Question(40 * M, limits={"load_committee": 0.0}),
        Question(25 * M, "load_committee"),
    ],
    ids=str,
)
def test_it_finds_what_looking_at_all_portfolios_finds(market: Market, question: Question) -> None:
    found = spend(market, question)
    assert better(question.metric) * found.best.gain == pytest.approx(everything(market, question), abs=1e-9)
    assert found.best.cost <= question.budget
    assert found.best.kinds >= set(question.needed) and not found.best.kinds & set(question.barred)


@pytest.fixture(scope="module")
def found(market: Market) -> Spent:
    return spend(market, Question(13 * M))


def test_prices_are_what_an_option_alone_was_booked_with(market: Market) -> None:
    assert [option.price for option in market.options["service_circles"]] == pytest.approx([3 * M, 11 * M])
    assert market.price_error == pytest.approx(0, abs=1e-9)  # in this market they add up
    assert isinstance(market.options["service_circles"][0].doses["target"], int)


def test_the_gain_is_near_what_the_market_was_made_with(found: Spent) -> None:
    assert {option.kind: option.doses for option in found.best.options} == {
        "service_circles": {"target": 73},
        "community_homes": {"count": 5},
    }
    assert found.best.gain == pytest.approx(1.25, abs=0.15) and found.best.low < 1.25 < found.best.high


def test_what_is_not_bought_has_a_reason(found: Spent) -> None:
    told = {one.kind: one for one in found.not_bought}
    assert told["gate_groups"].beside is None and told["gate_groups"].cheapest > 13 * M
    party = told["five_party_governance"].beside
    assert party is not None and party.less == pytest.approx(0.25, abs=0.1) and party.low > 0
    assert "five_party_governance" in party.portfolio.kinds and party.portfolio.cost <= 13 * M


def test_rivals_cannot_be_told_apart_and_have_other_measures(found: Spent) -> None:
    assert all(one.low <= 0 <= one.high and one.portfolio.kinds != found.best.kinds for one in found.rivals)
    assert len(found.rivals) <= found.other_sets or not found.rivals


def test_more_money_gives_no_less(found: Spent) -> None:
    least, most = (found.around[share].gain for share in (0.8, 1.2))
    assert least - 1e-9 <= found.best.gain <= most + 1e-9
    assert found.around[0.8].cost <= 0.8 * 13 * M


def test_too_little_money_buys_nothing(market: Market) -> None:
    assert spend(market, Question(M)).best.options == ()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question(9 * M, needed=("community_splits",)), "keeps to the budget"),
        (Question(9 * M, "happiness"), "'happiness' was not recorded; known are satisfaction, load_committee"),
        (Question(9 * M, needed=("infrastructure",)), "'infrastructure' is not on offer; on offer are service_circles"),
        (Question(9 * M, needed=("gate_groups",), barred=("gate_groups",)), "cannot both be bought and not"),
    ],
    ids=str,
)
def test_questions_without_an_answer_are_refused(market: Market, question: Question, words: str) -> None:
    with pytest.raises(BudgetError, match=words):
        spend(market, question)
