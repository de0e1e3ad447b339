"""`huitian search --budget`: the answer, its scenario, and questions that are refused."""

import json
from pathlib import Path

import pytest

from experiments.answers.spend import Question
from experiments.commands.search import search
from experiments.commands.spend import answer
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError

DISTRICT, QUESTION = "huitian", Question(25e6)


def test_the_answer_is_printed_and_its_scenario_can_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(QUESTION, DISTRICT, tmp_path / "new", force=False, as_json=False)
    told = capsys.readouterr().out
    assert "最佳组合" in told and "Best portfolio" in told and "At other budgets" in told
    place = tmp_path / "new" / "budget_25_million.yaml"
    assert str(place) in told.replace("\n", "")
    answer(QUESTION, DISTRICT, None, force=False, as_json=True)
    found = json.loads(capsys.readouterr().out)
    scenario = load_scenario(place)
    assert {option["kind"] for option in found["best"]["options"]} == set(scenario.interventions)
    assert found["best"]["cost"] <= 25e6 and set(found["around"]) == {"0.8", "1.2"}
    with pytest.raises(FileExistsError, match="--force"):
        answer(QUESTION, DISTRICT, tmp_path / "new", force=False, as_json=False)


def test_other_districts_have_no_portfolios() -> None:
    with pytest.raises(SourceError, match="huaguoyuan: comes with no portfolios; run a search of its own"):
        answer(QUESTION, "huaguoyuan", None, force=False, as_json=False)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "either the file of a search or --budget YUAN"),
        ({"file": Path("a.yaml"), "budget": 1e6}, "either the file of a search or --budget YUAN"),
        ({"file": Path("a.yaml"), "need": ["elder_care"]}, "go with --budget; a file says its own"),
    ],
)
def test_a_search_has_a_file_or_a_budget(given: dict[str, object], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        search(**given)  # type: ignore[arg-type]
