"""A link opens the same view, and nothing in a link or a file reaches further than the page does."""

import re
from datetime import date

import pytest

from experiments.study.scenario_file import yaml_text
from experiments.texts.errors import both
from experiments.view import address, files
from experiments.view.address import Address
from experiments.view.map import View
from experiments.view.people import Sought
from simulation.district.data.district import load_district
from simulation.interventions.registry import interventions
from simulation.scenario.context import Outputs, Readings
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError

OFFERED = shipped()
START = View(lang="zh", communities=True)


def test_a_view_is_read_back_as_it_was() -> None:
    view = View(
        "load_committee",
        "swipe",
        False,
        True,
        ("metro", "clinic"),
        3,
        17,
        "en",
        "backlog",
        Sought(age=2, housing=1, turn=4),
    )
    circles = interventions()["service_circles"].model_validate({"target": 90, "start": date(2019, 1, 1)})
    place = {"zoom": 2.5, "dx": -3.0, "dy": 4.5}
    said = Address("service_circles", 2**63 - 1, 52, view, {"service_circles": circles}, place)
    assert address.read(said.query(), OFFERED, START) == said


def test_an_empty_query_is_the_start() -> None:
    assert address.read(None, OFFERED, START) == address.read("", OFFERED, START) == Address(view=START)


def test_every_lever_with_its_defaults_goes_through_a_link() -> None:
    levers = {kind: lever() for kind, lever in interventions().items()}
    said = Address("baseline", 1, 0, View(), levers)
    assert address.read(said.query(), OFFERED, START).levers == dict(sorted(levers.items()))


@pytest.mark.parametrize(
    "query",
    [
        "scenario=/etc/passwd",
        "scenario=../../secret.yaml&levers={}",
        "seed=-1",
        "seed=9223372036854775808",
        "seed=" + "9" * 5000,
        "week=-3&zoom=1e9&dx=0&dy=0",
        "zoom=nan&dx=nan&dy=nan",
        "layer=nothing&compare=everything&street=x&community=-1",
        'scenario=baseline&levers={"service_circles":{"target":-5}}',
        'scenario=baseline&levers={"no_such_lever":{}}',
        "scenario=baseline&levers=[1,2]",
        "scenario=baseline&levers=" + "[" * 3000,
        "a" * 20_000,
    ],
)
def test_what_cannot_be_used_is_left_out(query: str) -> None:
    found = address.read(query, OFFERED, START)
    assert found.view == START and found.levers is None and found.seed is None
    assert found.scenario in ("", "baseline") and not found.place and found.week == 0


def saved(scenario: Scenario) -> Scenario:
    """The scenario written as the page does, and read as the command line does."""
    return files.scenario_of(yaml_text(scenario), "saved.yaml", scenario.district)


@pytest.mark.parametrize("name", shipped())
def test_a_saved_scenario_is_the_same_for_the_command_line(name: str) -> None:
    scenario = load_scenario(name)
    assert saved(scenario) == scenario


def test_no_setting_is_lost_because_it_is_nil_or_empty() -> None:
    """An emptied date means "goes on" where the default is a day; a parameter at nil is not its default."""
    plain = load_scenario("baseline")
    coordination = interventions()["high_level_coordination"].model_validate({"finish": None})
    assert type(coordination)().finish is not None
    for changed in (
        {"interventions": {"high_level_coordination": coordination}},
        {"parameters": {"channel.silence": 0.0, "needs.latent_penalty": 0.0}},
        {"readings": Readings(communities=next(iter(load_district("huitian").community_readings)))},
        {"outputs": Outputs(resident_sample=7)},
        {"population_seed": 0, "weeks": 1},
    ):
        scenario = Scenario.model_validate(dict(plain) | changed)
        assert saved(scenario) == scenario != plain
    assert "parameters" not in yaml_text(plain) and "readings" not in yaml_text(plain)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nextends: /etc/passwd\n", "mine.yaml:4: extends"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nextends: ../x.yaml\n", "mine.yaml:4: extends"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nextends: [baseline, /x]\n", "mine.yaml:4: extends"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nextends: [[1]]\n", "mine.yaml:4: extends"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nparameters_from: /etc/passwd\n", "parameters_from"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\ndistrict: /etc\n", "this page has huitian"),
        ("schema: 1\nname: a\ntitle: {zh: 甲, en: a}\nweks: 3\n", "weks"),
        ("[", "not valid YAML"),
        ("x" * 300_000, "larger than"),
        (None, "larger than"),
    ],
)
def test_a_file_that_cannot_be_opened_is_answered_with_its_own_name(text: str | None, told: str) -> None:
    with pytest.raises(SourceError) as error:
        files.scenario_of(text, "mine.yaml", "huitian")
    assert told in str(error.value) and "mine.yaml" in str(error.value) and "/tmp" not in str(error.value)
    chinese = both(str(error.value)).removesuffix(str(error.value))
    assert re.search("[\u4e00-\u9fff]", chinese)


def test_a_child_of_shipped_scenarios_is_opened() -> None:
    text = "schema: 1\nname: mine\ntitle: {zh: 我的, en: Mine}\nextends: service_circles\nweeks: 52\n"
    scenario = files.scenario_of(text, "mine.yaml", "huitian")
    assert scenario.weeks == 52 and set(scenario.interventions) == {"service_circles"}
    text = text.replace("service_circles", "[service_circles, community_splits]")
    assert len(files.scenario_of(text, "mine.yaml", "huitian").interventions) == 2
