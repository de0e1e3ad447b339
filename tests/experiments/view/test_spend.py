"""The panel of a budget: what it asks, answers and says, without a browser."""

import pytest

from experiments.study.spending import levers_of, market, scenario_of
from experiments.texts import spent
from experiments.texts.catalogue import Words
from experiments.view.spend import Asked, solved

DISTRICT = "huitian"


@pytest.mark.parametrize(("typed", "yuan"), [("25", 25e6), ("7,5", 7.5e6), ("1e2", 1e8)])
def test_a_budget_is_read_as_it_is_typed(typed: str, yuan: float) -> None:
    question = Asked(typed).question
    assert question is not None and question.budget == yuan


@pytest.mark.parametrize("typed", ["", "viel", "0.5", "nan", "inf", "-3", "1001", "25万"])
def test_what_is_no_budget_asks_nothing(typed: str) -> None:
    assert Asked(typed).question is None and solved(DISTRICT, Asked(typed)) is None


def test_what_cannot_be_met_has_no_answer() -> None:
    assert solved(DISTRICT, Asked("5", needed=("elder_care",), barred=("elder_care",))) is None
    assert solved(DISTRICT, Asked("2", needed=("community_splits",))) is None


def test_the_answer_is_told_in_both_languages_and_can_be_run() -> None:
    found, known = solved(DISTRICT, Asked("25", limits=("load_committee",))), market(DISTRICT)
    assert found is not None and known is not None
    assert found.best.cost <= 25e6 and found.best.gain > 1
    told, others = spent.rivals(found)
    tables = [spent.bought(found.best), others, spent.not_bought(found), spent.around(found)]
    words = [spent.summary(found), told, *(cell for table in tables for row in table for cell in row)]
    assert all(isinstance(cell, Words) and cell.zh and cell.en and "{" not in cell.zh + cell.en for cell in words)
    assert all(len({len(row) for row in table}) <= 1 for table in tables)
    assert len(tables[0]) == 1 + len(found.best.options)
    assert len(tables[0]) + len(tables[2]) == 2 + len(known[0].kinds)
    scenario = scenario_of(found.best, 25e6, known[1])
    assert scenario.name == "budget_25_million" and scenario.interventions == levers_of(found.best)
