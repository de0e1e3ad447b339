"""The waterfall in the report: for the very plan, run to its end by the code that is installed, else not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.report import contributed
from experiments.report.document import Figure, Paragraph
from experiments.runs.folders import ComparisonFolder, Option
from experiments.study import contributed as tables
from experiments.texts.catalogue import phrase
from simulation.cache import code_hash
from simulation.scenario.load import load_scenario

WEEKS = 208


def option(name: str, **manifest: Any) -> Option:
    scenario = load_scenario(name)
    said = {"weeks": WEEKS, "hashes": {"code": code_hash()}} | manifest
    plain = scenario.model_dump(mode="json", by_alias=True)
    return Option(name, (scenario.title.zh, scenario.title.en), plain, {1: Path()}, [said])


def comparison(*options: Option) -> ComparisonFolder:
    return ComparisonFolder(Path(), list(options), pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


def test_the_brief_takes_the_plan_apart_and_the_appendix_every_option() -> None:
    (section,) = contributed.brief(comparison(option("baseline"), option("huitian_plan")))
    (figure,) = section.blocks
    assert isinstance(figure, Figure) and figure.name == "waterfall_huitian_plan_satisfaction"
    assert len(figure.draw().axes) == 2
    found = comparison(option("baseline"), option("circles_and_splits"), option("huitian_plan"))
    (every,) = contributed.every(found)
    names = [block.name for block in every.blocks if isinstance(block, Figure)]
    assert len(names) == len(every.blocks) == 10 and "waterfall_circles_and_splits_load_committee" in names
    assert contributed.brief(found) == []  # a brief of several options has no page for it
    assert contributed.brief(comparison(option("baseline"), option("circles_and_splits"))) == []


@pytest.mark.parametrize(
    "options",
    [
        ("baseline", "service_circles"),
        ("service_circles", "huitian_plan"),
        ("epidemic", "huitian_history"),
    ],
)
def test_other_plans_and_baselines_have_none(options: tuple[str, str]) -> None:
    found = comparison(*map(option, options))
    assert contributed.brief(found) == contributed.every(found) == []


def test_a_run_that_was_cut_short_has_none() -> None:
    assert contributed.brief(comparison(option("baseline"), option("huitian_plan", weeks=6))) == []


def test_runs_of_other_code_are_told_and_not_shown() -> None:
    found = comparison(option("baseline"), option("huitian_plan", hashes={"code": "0" * 24}))
    (section,) = contributed.brief(found)
    assert section.blocks == [Paragraph(phrase("contributions.other_code"), "note")]


def test_a_table_of_another_model_is_told_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    known = tables.contributed(option("huitian_plan").scenario)
    assert known is not None
    monkeypatch.setattr(contributed, "contributed", lambda scenario: replace(known, current=False))
    found = comparison(option("baseline"), option("huitian_plan"))
    for section in (*contributed.brief(found), *contributed.every(found)):
        assert section.blocks == [Paragraph(phrase("contributions.other_model"), "note")]
