"""Own files with the names of those that come with the program are never passed over, or taken for them, in silence."""

import warnings
from pathlib import Path

import pytest

from experiments.study.file import find, load_plan, specs_folder
from simulation.district.data.district import DistrictError, district_folder
from simulation.yaml_source import SourceError

SCENARIO = "schema: 1\nname: {name}\ntitle: {{zh: 我, en: I}}\n"
PLAN = "schema: 1\nname: mine\nquestion: {{en: q}}\nscenarios: [{scenarios}]\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, and below it a study of one's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    return tmp_path


def test_an_own_experiment_of_a_shipped_name_is_told(place: Path) -> None:
    (place / "circles_dose.yaml").write_text(PLAN.format(scenarios="baseline"), "utf-8")
    with pytest.warns(UserWarning, match=r"'circles_dose' is the experiment .*; \./circles_dose\.yaml is another"):
        assert find("circles_dose") == specs_folder() / "circles_dose.yaml"
    assert load_plan("./circles_dose.yaml").experiment.name == "mine"


def test_an_own_experiment_is_found_by_its_name(place: Path) -> None:
    (place / "mine.yaml").write_text(PLAN.format(scenarios="baseline"), "utf-8")
    assert find("mine") == Path("mine.yaml")
    with pytest.raises(SourceError, match="circle_dose: no such experiment; did you mean 'circles_dose'"):
        find("circle_dose")
    (place / "folder.yaml").mkdir()
    with pytest.raises(SourceError, match="folder: no such experiment"):
        find("folder")


@pytest.mark.filterwarnings("error")
def test_a_scenario_named_in_an_experiment_lies_beside_it_wherever_one_starts(place: Path) -> None:
    (place / "study" / "own.yaml").write_text(SCENARIO.format(name="beside"), "utf-8")
    (place / "own.yaml").write_text(SCENARIO.format(name="elsewhere"), "utf-8")
    (place / "study" / "plan.yaml").write_text(PLAN.format(scenarios="baseline, own"), "utf-8")
    assert list(load_plan("study/plan.yaml").scenarios) == ["baseline", "beside"]
    (place / "study" / "own.yaml").unlink()
    assert list(load_plan("study/plan.yaml").scenarios) == ["baseline", "elsewhere"]


def test_a_scenario_beside_an_experiment_with_the_name_of_a_shipped_one_is_told(place: Path) -> None:
    (place / "study" / "baseline.yaml").write_text(SCENARIO.format(name="other"), "utf-8")
    (place / "study" / "plan.yaml").write_text(PLAN.format(scenarios="baseline"), "utf-8")
    with pytest.warns(UserWarning, match=r"'baseline' is the scenario .*; \./baseline\.yaml is another"):
        assert list(load_plan("study/plan.yaml").scenarios) == ["baseline"]
    (place / "study" / "plan.yaml").write_text(PLAN.format(scenarios="./baseline.yaml"), "utf-8")
    assert list(load_plan("study/plan.yaml").scenarios) == ["other"]


def test_an_own_district_with_the_name_of_a_shipped_one_is_told(place: Path) -> None:
    (place / "huitian").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a folder that is no district is no matter
        shipped = district_folder("huitian")
    (place / "huitian" / "district.yaml").write_text("name: huitian\n", "utf-8")
    with pytest.warns(UserWarning, match=r"'huitian' is the district .*; \./huitian is another, give it as \./huitian"):
        assert district_folder("huitian") == shipped
    assert district_folder("./huitian") == Path("huitian")
    with pytest.raises(DistrictError, match="huitain: no such district"):
        district_folder("huitain")
