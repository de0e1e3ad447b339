"""Scenario files: what is written comes back, parents are merged key by key, nonsense is refused with one line."""

import io
import re
import tempfile
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS
from simulation.scenario.context import Context, Readings
from simulation.scenario.load import ScenarioError, load_scenario, shipped
from simulation.scenario.types import Scenario

HEAD = {"name": "mine", "title": {"zh": "我的", "en": "Mine"}}
DAYS = st.dates(date(2017, 1, 1), date(2030, 12, 31))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)


def dump(content: object) -> str:
    out = io.StringIO()
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.dump(content, out)
    return out.getvalue()


def load(content: object, name: str = "mine.yaml", **others: object) -> Scenario:
    """Scenario of a file with this content, beside files of the `others`."""
    with tempfile.TemporaryDirectory() as place:
        for stem, other in others.items():
            Path(place, f"{stem}.yaml").write_text(dump(other), "utf-8")
        data = content if isinstance(content, bytes) else content if isinstance(content, str) else dump(content)
        Path(place, name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return load_scenario(Path(place, name))


def plain(scenario: Scenario) -> dict:
    """What a file would say: keys of the format, choices as words."""

    def words(value: object) -> object:
        if isinstance(value, dict):
            return {key: words(item) for key, item in value.items()}
        return value.value if isinstance(value, Enum) else value

    return words(scenario.model_dump(by_alias=True))


def values(annotation, bounds: dict[str, float]) -> st.SearchStrategy:
    """Every value that a field of a lever may have."""
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(bounds["ge"], bounds["le"])
    if annotation is float:
        return st.floats(bounds["ge"], bounds["le"])
    if annotation is date:
        return DAYS
    if annotation is type(None):
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from([choice.value for choice in annotation])
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    return st.one_of([values(option, bounds) for option in get_args(annotation)])


def bounds(field) -> dict[str, float]:
    return {name: getattr(m, name) for m in field.metadata for name in ("ge", "le") if hasattr(m, name)}


def related_well(kind: str, block: dict) -> bool:
    """Whether no two fields contradict each other, as a finish before the start does."""
    try:
        interventions()[kind].model_validate(block)
    except ValidationError as error:
        return any(problem["loc"] for problem in error.errors())  # one field's fault is no excuse
    return True


@st.composite
def blocks(draw, kind):
    """A block of some of the fields of a lever, in any order."""
    fields = interventions()[kind].model_fields
    chosen = draw(st.lists(st.sampled_from(sorted(fields)), unique=True))
    block = {name: draw(values(fields[name].annotation, bounds(fields[name]))) for name in chosen}
    return block if related_well(kind, block) else {}


OVERRIDES = st.lists(st.sampled_from(sorted(PARAMETERS)), unique=True, max_size=4).flatmap(
    lambda names: st.fixed_dictionaries({n: st.floats(PARAMETERS[n].low, PARAMETERS[n].high) for n in names})
)
SCENARIOS = st.fixed_dictionaries(
    {"name": st.text("abcz09_", min_size=1, max_size=60), "title": st.fixed_dictionaries({"zh": WORDS, "en": WORDS})},
    optional={
        "schema": st.just(1),
        "district": st.sampled_from(["huitian", "huaguoyuan"]),
        "start": DAYS,
        "weeks": st.integers(1, 1040),
        "context": st.dictionaries(st.sampled_from(sorted(Context.model_fields)), st.booleans()),
        "interventions": st.fixed_dictionaries({}, optional={k: st.booleans() | blocks(k) for k in interventions()}),
        "parameters": OVERRIDES,
        "outputs": st.fixed_dictionaries({"resident_sample": st.integers(0, 10_000)}),
    },
)


@given(SCENARIOS)
@settings(max_examples=60, deadline=None)
def test_what_is_written_comes_back(content):
    scenario = load(content)
    assert load(plain(scenario)) == scenario


@given(SCENARIOS, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_keys_does_not_matter(content, random):
    def shuffled(value):
        if not isinstance(value, dict):
            return value
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    mixed = load(shuffled(content))
    assert mixed == load(content)
    assert mixed.model_dump_json() == load(content).model_dump_json()  # as the hash of a run sees it


def refused_or_loaded(content: str | bytes) -> None:
    problem = ""
    try:
        load(content)
    except ScenarioError as error:
        problem = str(error)
    assert len(problem.splitlines()) <= 1
    assert not problem or "mine.yaml" in problem


@given(st.binary(max_size=300))
@example(b"{}")  # no key stands anywhere
@settings(max_examples=150, deadline=None)
def test_bytes_are_refused_in_one_line(content):
    refused_or_loaded(content)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | DAYS | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
KEYS = ["extends", *sorted(f.alias or name for name, f in Scenario.model_fields.items())]


@given(st.dictionaries(st.sampled_from(KEYS), ODD, max_size=4))
@example({"extends": ""})  # the folder itself
@settings(max_examples=150, deadline=None)
def test_odd_values_are_refused_in_one_line(odd):
    refused_or_loaded(dump({**HEAD, **odd}))


@given(
    st.sampled_from(sorted(interventions())).flatmap(
        lambda kind: st.tuples(st.just(kind), st.sampled_from(sorted(interventions()[kind].model_fields)))
    ),
    ODD,
)
@settings(max_examples=100, deadline=None)
def test_odd_fields_of_levers_are_refused_in_one_line(where, odd):
    kind, name = where
    refused_or_loaded(dump({**HEAD, "interventions": {kind: {name: odd}}}))


@given(st.text("schema: nametitl{}[]&*!|>'\"%@`#,?-\n\t 1我\\", max_size=120))
@settings(max_examples=150, deadline=None)
def test_text_that_looks_like_yaml_is_refused_in_one_line(text):
    refused_or_loaded("name: mine\n" + text)


def test_aliases_that_multiply_are_refused():
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"{n}: &{n} [{', '.join([f'*{o}'] * 9)}]" for o, n in zip("abcdefg", "bcdefgh", strict=True)]
    with pytest.raises(ScenarioError, match="more than 10000"):
        load("\n".join(lines))


def test_a_parent_is_merged_key_by_key():
    parent = {
        "name": "parent",
        "title": {"zh": "父", "en": "Parent"},
        "weeks": 50,
        "context": {"waste_law": False},
        "interventions": {"service_circles": {"target": 60, "siting": "equity"}, "community_splits": True},
        "parameters": {"access.detour": 1.4},
    }
    child = load(
        {
            **HEAD,
            "extends": "parent",
            "context": {"bike_path": False},
            "interventions": {"service_circles": {"target": 70}},
        },
        parent=parent,
    )
    assert (child.name, child.title.en, child.weeks) == ("mine", "Mine", 50)
    assert not child.context.waste_law and not child.context.bike_path and child.context.hotline_reform
    assert child.interventions["service_circles"].target == 70
    assert child.interventions["service_circles"].siting.value == "equity"
    assert sorted(child.interventions) == ["community_splits", "service_circles"]
    assert child.parameters == {"access.detour": 1.4}


def test_a_child_can_switch_off_what_its_parent_switched_on():
    parent = {"name": "parent", "title": {"zh": "父", "en": "P"}, "interventions": {"service_circles": {"target": 60}}}
    off = load({**HEAD, "extends": "parent", "interventions": {"service_circles": False}}, parent=parent)
    assert off.interventions == {}
    on = load(
        {**HEAD, "extends": "off", "interventions": {"service_circles": True}},
        parent=parent,
        off={
            "name": "off",
            "title": {"zh": "关", "en": "Off"},
            "extends": "parent",
            "interventions": {"service_circles": False},
        },
    )
    assert on.interventions["service_circles"].target == 73  # anew, with the defaults


def test_a_file_beside_it_comes_before_one_that_is_shipped():
    child = load(
        {**HEAD, "extends": "baseline"}, baseline={"name": "baseline", "title": {"zh": "本", "en": "Own"}, "weeks": 7}
    )
    assert child.weeks == 7
    assert load({**HEAD, "extends": "baseline"}).weeks == 208


def test_a_mistake_in_the_parent_is_shown_in_the_parent():
    with pytest.raises(ScenarioError, match=r"parent\.yaml:5: weeks: "):
        load({**HEAD, "extends": "parent"}, parent={"name": "parent", "title": {"zh": "父", "en": "P"}, "weeks": 0})


def test_a_child_needs_a_name_of_its_own():
    with pytest.raises(ScenarioError, match=r"mine\.yaml: name: is required"):
        load({"title": {"zh": "我", "en": "I"}, "extends": "baseline"})


def test_forms_of_an_intervention():
    def levers(form):
        return load({**HEAD, "interventions": {"community_splits": form}}).interventions

    assert levers(False) == {}
    assert levers(True) == levers({}) == levers(None)
    assert levers({"above_households": 6000})["community_splits"].above_households == 6000
    for form in (1, "yes", "true", [True], date(2020, 1, 1)):
        with pytest.raises(ScenarioError, match=r"interventions\.community_splits: must be true, false or a block"):
            levers(form)


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_load_under_their_names(name):
    scenario = load_scenario(name)
    assert scenario.name == name
    assert scenario.title.zh and scenario.title.en
    assert load(plain(scenario)) == scenario


def test_a_scenario_chooses_readings_of_its_district():
    chosen = load({**HEAD, "readings": {"population": "press_2017", "communities": "before_113"}}).readings
    assert chosen == Readings(population="press_2017", communities="before_113")
    assert load(HEAD).readings == Readings()
    child = load(
        {**HEAD, "extends": "parent", "readings": {"population": "press_2017"}},
        parent={**HEAD, "name": "parent", "readings": {"communities": "before_109"}},
    ).readings
    assert child == Readings(population="press_2017", communities="before_109")


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (
            {"population": "press"},
            "readings.population: unknown reading 'press' of huitian; did you mean 'press_2017'?; "
            "known are census_2020, press_2017",
        ),
        ({"communities": "113"}, "readings.communities: unknown reading '113' of huitian"),
        ({"people": "press_2017"}, "readings.people: unknown key"),
        ({"population": 860000}, "readings.population: it should be a valid string, not 860000"),
    ],
)
def test_an_unknown_reading_is_one_message(block, message):
    with pytest.raises(ScenarioError) as error:
        load({**HEAD, "readings": block})
    assert re.search(r"mine\.yaml:\d+: " + re.escape(message), str(error.value)), str(error.value)


def test_a_path_that_is_extended_begins_beside_the_file_and_nowhere_else(tmp_path, monkeypatch):
    """What lies there from the folder one stands in is another file."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "words").write_text("no scenario", "utf-8")
    file = tmp_path / "deep" / "mine.yaml"
    file.write_text("name: mine\ntitle: {zh: 我, en: I}\nextends: other/words\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError, match=r"mine\.yaml:3: extends: .*deep/other/words\.yaml: no such file"):
        load_scenario(file)


def test_several_parents_are_merged_in_order(tmp_path):
    """A later one stands above those before, the file itself above all."""
    for name, rest in (
        ("one", "weeks: 10\ninterventions: {service_circles: {target: 50}, volunteering: true}\n"),
        ("two", "weeks: 20\ninterventions: {service_circles: {target: 60}}\n"),
    ):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\ntitle: {{zh: 甲, en: A}}\n{rest}", "utf-8")
    (tmp_path / "both.yaml").write_text("name: both\ntitle: {zh: 乙, en: B}\nextends: [one, two]\n", "utf-8")
    both = load_scenario(tmp_path / "both.yaml")
    assert (both.name, both.weeks, sorted(both.interventions)) == ("both", 20, ["service_circles", "volunteering"])
    assert both.interventions["service_circles"].target == 60
    (tmp_path / "two.yaml").write_text("name: two\ntitle: {zh: 甲, en: A}\nextends: both\n", "utf-8")
    with pytest.raises(ScenarioError, match="goes in a circle: both -> two -> both"):
        load_scenario(tmp_path / "both.yaml")
