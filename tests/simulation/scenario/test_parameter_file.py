"""Parameter files: what is written comes back, scenarios take their values, nonsense is refused with one line."""

from pathlib import Path

import pytest

from simulation.parameters import PARAMETERS
from simulation.run import content_hash
from simulation.scenario.load import load_scenario
from simulation.scenario.parameter_file import read_parameter_file, write_parameter_file
from simulation.yaml_source import SourceError

NAME = "access.walk_speed"
ROW = {"value": 75.0, "low": 70.0, "high": 85.0}
HEAD = "schema: 1\nname: mine\ntitle: {zh: 我的, en: Mine}\n"


def written(folder: Path, **rows: dict[str, float]) -> Path:
    write_parameter_file(folder / "calibrated.yaml", rows or {NAME: ROW}, {"experiment": "mine", "seeds": [1, 2]})
    return folder / "calibrated.yaml"


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    other = {"value": PARAMETERS["access.detour"].default}
    file = written(tmp_path, **{NAME: ROW, "access.detour": other})
    assert read_parameter_file(file).data == {NAME: ROW, "access.detour": other}


def test_scenario_takes_the_values_and_its_own_win(tmp_path: Path) -> None:
    written(tmp_path, **{NAME: ROW, "access.detour": {"value": 1.25}})
    (tmp_path / "mine.yaml").write_text(f"{HEAD}parameters_from: calibrated.yaml\nparameters: {{{NAME}: 70}}\n")
    scenario = load_scenario(tmp_path / "mine.yaml")
    assert scenario.parameters == {NAME: 70.0, "access.detour": 1.25}


def test_child_of_a_calibrated_scenario(tmp_path: Path) -> None:
    """Values come with the parent; the same values said in full are the same scenario to the cache."""
    written(tmp_path)
    (tmp_path / "above.yaml").write_text(f"{HEAD}parameters_from: calibrated.yaml\n")
    (tmp_path / "mine.yaml").write_text(f"{HEAD}extends: above\nparameters: {{access.detour: 1.25}}\n")
    (tmp_path / "plain.yaml").write_text(f"{HEAD}parameters: {{access.detour: 1.25, {NAME}: 75}}\n")
    mine, plain = load_scenario(tmp_path / "mine.yaml"), load_scenario(tmp_path / "plain.yaml")
    assert mine.parameters == {NAME: 75.0, "access.detour": 1.25}
    assert content_hash(mine) == content_hash(plain)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("parameters: {access.walk_sped: {value: 1}}", r":1: parameters\.access\.walk_sped: .*did you mean 'access"),
        (f"parameters: {{{NAME}: {{value: 900}}}}", "allowed are 60 to 90"),
        (f"parameters: {{{NAME}: {{value: 75, low: 80}}}}", "outside its own range"),
        (f"parameters: {{{NAME}: {{value: 75, best: 80}}}}", "must be a block with value"),
        (f"parameters: {{{NAME}: 75}}", "must be a block with value"),
        (f"parameters: {{{NAME}: {{value: .nan}}}}", "is no finite number"),
        ("parameters: {}", "at least one parameter"),
        ("parameter: {}", "unknown key; known are schema, origin, parameters"),
        ("schema: 2", "must be 1, not 2"),
        ("", "the file is empty"),
    ],
)
def test_bad_file_is_one_line_at_its_place(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "bad.yaml").write_text(content)
    (tmp_path / "mine.yaml").write_text(f"{HEAD}parameters_from: bad.yaml\n")
    with pytest.raises(SourceError, match=said) as caught:
        load_scenario(tmp_path / "mine.yaml")
    assert "bad.yaml" in str(caught.value) and "\n" not in str(caught.value)


def test_missing_file_and_no_path(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{HEAD}parameters_from: nowhere.yaml\n")
    with pytest.raises(SourceError, match=r"nowhere\.yaml: no such file"):
        load_scenario(tmp_path / "mine.yaml")
    (tmp_path / "mine.yaml").write_text(f"{HEAD}parameters_from: 3\n")
    with pytest.raises(SourceError, match=r"mine\.yaml:4: parameters_from: must be the path"):
        load_scenario(tmp_path / "mine.yaml")
