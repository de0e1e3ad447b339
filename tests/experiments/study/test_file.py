"""Experiment files: what is refused, with which words, and what the command line may say instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.study.calibration_file import load_calibration
from experiments.study.file import Plan, load_plan, specs_folder
from experiments.study.search import load_portfolio
from simulation.yaml_source import SourceError

HEAD = """schema: 1
name: mine
question: {zh: 问题, en: question}
scenarios: [baseline]
scale: 0.01
"""


def plan(tmp_path: Path, text: str, **given: object) -> Plan:
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    return load_plan(str(tmp_path / "mine.yaml"), given)


@pytest.mark.parametrize(("question", "zh", "en"), [("{en: One}", "One", "One"), ("只用中文", "只用中文", "只用中文")])
def test_a_question_in_one_language_is_enough(question: str, zh: str, en: str, tmp_path: Path) -> None:
    asked = plan(tmp_path, HEAD.replace("{zh: 问题, en: question}", question)).experiment.question
    assert (asked.zh, asked.en) == (zh, en)


def test_the_command_line_stands_for_the_file(tmp_path: Path) -> None:
    found = plan(tmp_path, HEAD, scale=0.5, weeks=3, replicates=None).experiment
    assert (found.scale, found.weeks, found.replicates) == (0.5, 3, 3)


@pytest.mark.parametrize(
    ("load", "name", "command"),
    [
        (load_plan, "calibration", "calibrate"),
        (load_plan, "portfolio_search", "search"),
        (lambda file: load_portfolio(Path(file)), "calibration", "calibrate"),
        (lambda file: load_calibration(Path(file)), "circles_dose", "sweep"),
    ],
)
def test_a_file_for_another_command_names_it(load: Callable[[str], object], name: str, command: str) -> None:
    with pytest.raises(SourceError, match=rf"is a file for `huitian {command} .*{name}\.yaml`, not for"):
        load(str(specs_folder() / f"{name}.yaml"))


def test_names_that_are_offered_are_those_of_experiments() -> None:
    with pytest.raises(SourceError) as raised:
        load_plan("nosuch")
    assert "circles_dose" in str(raised.value) and "calibration" not in str(raised.value)


FACTORS = "design:\n  kind: factorial\n  levels: 100\n  factors:\n"
THREE = (("walk_speed", 60, 90), ("detour", 1.2, 1.6), ("catchment_near", 400, 600))


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        ("    parameters.access.walk_speed: {values: [70, 80, 70.0]}\n", "70.0 stands twice among the values"),
        (
            "".join(f"    parameters.access.{name}: {{low: {low}, high: {high}}}\n" for name, low, high in THREE),
            "100 × 100 × 100 = 1,000,000 points; it must have fewer than 100,000",
        ),
    ],
    ids=["equal values", "a million points"],
)
def test_designs_that_are_refused(factors: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=said):
        plan(tmp_path, HEAD + FACTORS + factors)


def test_switches_differ(tmp_path: Path) -> None:
    text = HEAD + FACTORS + "    interventions.service_circles: {values: [false, true]}\n"
    assert plan(tmp_path, text).design.factors["interventions.service_circles"].values == [False, True]


def test_all_faults_of_a_plan_are_told_at_once_in_their_order(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as raised:
        plan(tmp_path, HEAD.replace("0.01", "7") + "weeks: 0\nwekks: 3\n")
    told = [line.partition("mine.yaml:")[2] for line in raised.value.lines]
    assert [text[: text.index(": ", 4)] for text in told] == ["5: scale", "6: weeks", "7: wekks"]


def test_of_several_forms_the_one_that_was_meant_is_told(tmp_path: Path) -> None:
    """A block of replicates is an adaptive one, and what pydantic calls the forms is no key."""
    wrong = "replicates: {until_half_width: 0.5, metric: satisfaction, at_most: ten}\n"
    with pytest.raises(SourceError) as raised:
        plan(tmp_path, HEAD + wrong)
    (line,) = raised.value.lines
    assert "mine.yaml:6: replicates.at_most: it should be a valid integer, not 'ten'" in line


def test_what_a_list_lacks_is_told_at_the_list(tmp_path: Path) -> None:
    design = "design: {kind: latin_hypercube, correlations: [{factors: [scale], rank: 0.5}], factors: {}}\n"
    with pytest.raises(SourceError, match=r"mine.yaml:6: design.correlations.0.factors.1: is required"):
        plan(tmp_path, HEAD + design)
