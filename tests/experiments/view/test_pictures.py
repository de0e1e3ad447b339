"""Maps, layers, levers and words of the page, without a browser."""

import base64
import itertools
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from experiments.answers.gains import GAIN_POINTS
from experiments.texts import page as words
from experiments.view import charts, drawn, layers, levers
from experiments.view import map as map_
from experiments.view.map import View
from experiments.view.session import Pair
from simulation.domains import DOMAINS
from simulation.interventions.registry import interventions
from simulation.scenario.load import load_scenario

LEVERS = sorted(interventions())


@pytest.fixture(scope="module")
def pair() -> Pair:
    lever = interventions()["community_splits"].model_validate({"start": date(2018, 1, 1)})
    scenario = load_scenario("epidemic").model_copy(update={"interventions": {"community_splits": lever}})
    made = Pair(scenario, 2, 0.02)
    made.step()
    made.step()
    return made


def decoded(text: str, dtype: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), dtype)


def test_the_mean_of_a_layer_is_the_metric_of_the_district(pair):
    world = pair.policy.world
    people = np.bincount(world.gates.cell, world.gates.residents, len(world.geography.cell_x))
    names = [
        "satisfaction",
        *(f"satisfaction_{domain}" for domain in DOMAINS),
        "waste_sorting_rate",
        "circle_coverage_residents",
    ]
    for name in names:
        cells = layers.LAYERS[name].read(pair.policy)
        lived = people > 0
        mean = np.average(cells[lived], weights=people[lived])
        assert mean == pytest.approx(pair.policy.district[-1][name], rel=2e-3), name
    density = layers.LAYERS["density"].read(pair.policy)
    assert np.nansum(density) == pytest.approx(len(world.residents) / world.scale)


def test_means_of_communities_are_their_metrics(pair):
    world = pair.policy.world
    cells = layers.by_community(world, layers.LAYERS["satisfaction"].read(pair.policy))
    for row in range(len(world.communities)):
        own = cells[world.cell_community == row]
        np.testing.assert_allclose(own[~np.isnan(own)], pair.policy.place["satisfaction"][row], rtol=1e-6)


def test_infected_are_offered_with_an_epidemic_only():
    assert "infected" in layers.offered(load_scenario("epidemic").context)
    assert "infected" not in layers.offered(load_scenario("baseline").context)


@pytest.mark.parametrize("layer", layers.LAYERS)
def test_the_browser_gets_every_layer_of_both_models(pair, layer):
    sent = map_.picture(pair, View(layer=layer)).values
    policy, baseline = layers.both(pair, layer)
    np.testing.assert_array_equal(decoded(sent["policy"], "<f4"), policy.astype("<f4"))
    assert (sent["baseline"] is None) == (baseline is None)
    if baseline is not None:
        np.testing.assert_array_equal(decoded(sent["baseline"], "<f4"), baseline.astype("<f4"))
    scale = layers.LAYERS[layer].scale()
    assert scale["low"] < scale["high"] and scale["change"] > 0


def test_the_ground_puts_every_cell_in_its_community(pair):
    """What a click or a hover finds is what the model has there; a split adds a name."""
    world = pair.policy.world
    sent = map_.ground(world, "zh")
    for name, own in (("x", world.geography.cell_x), ("community", world.cell_community)):
        np.testing.assert_array_equal(decoded(sent[name], "<i2"), own)
    assert len(sent["communities"]) == len(world.communities) > len(pair.baseline.world.communities)
    assert len(sent["streets"]) > decoded(sent["street"], "<i2").max()


def test_means_of_communities_differ_by_the_same_residents(pair):
    """Over the policy's boundaries in both worlds: a part is not measured against the whole that it came from."""
    sent = map_.picture(pair, View(layer="satisfaction", communities=True)).values
    shown = decoded(sent["policy"], "<f4") - decoded(sent["baseline"], "<f4")
    world = pair.policy.world
    row = int(np.flatnonzero(world.communities.parent >= 0)[0])
    own = (world.gates.community == row)[world.residents.gate]
    a, b = (
        100 * track.world.residents.columns.overall[own].astype(float).mean() for track in (pair.policy, pair.baseline)
    )
    assert shown[world.cell_community == row] == pytest.approx(a - b, abs=2e-3)


def test_who_is_worse_off_is_counted_resident_by_resident(pair):
    world = pair.policy.world
    now, before = (np.round(100 * t.world.residents.columns.overall, 1) for t in (pair.policy, pair.baseline))
    change = np.round(now - before, 1)  # as files hold it
    for name, hit in (("worse_off", change < -GAIN_POINTS), ("better_off", change > GAIN_POINTS)):
        cells, none = layers.both(pair, name)
        people = np.bincount(world.gates.cell, world.gates.residents, len(cells))
        assert none is None and map_.compared(View(layer=name, compare="swipe")) == "policy"
        assert np.nansum(cells * people) == pytest.approx(hit.sum())
    same = Pair(load_scenario("baseline"), 2, 0.02)
    same.step()
    assert np.nansum(layers.both(same, "worse_off")[0]) == np.nansum(layers.both(same, "better_off")[0]) == 0


def test_facilities_have_names_and_only_those_open_are_sent(pair):
    facilities = pair.policy.world.facilities
    sent = map_.picture(pair, View(lang="en"))
    assert len(sent.facilities) == (facilities.opened <= pair.policy.world.tick - 1).sum() > 0
    assert all(name and not re.search("[\u4e00-\u9fff]", name) for _, _, _, name in sent.facilities)
    assert sum(int(kind["label"].split("(")[1][:-1]) for kind in sent.kinds.values()) == len(sent.facilities)


def test_charts_follow_the_weeks(pair):
    chinese, english = charts.drawn(pair, "zh"), charts.drawn(pair, "en")
    assert [panel["key"] for panel in chinese] == ["satisfaction", "load", "rates", "infected", "cost"]
    assert chinese[0]["title"] != english[0]["title"]
    policy, baseline = english[0]["lines"]
    np.testing.assert_allclose(policy["values"], pair.policy.series("satisfaction"), atol=1e-5)
    np.testing.assert_allclose(baseline["values"], pair.baseline.series("satisfaction"), atol=1e-5)
    for panel in english:
        known = [value for line in panel["lines"] for value in line["values"] if value is not None]
        assert panel["low"] <= min(known) and max(known) <= panel["high"] and len(panel["lines"][0]["values"]) == 2


def test_every_kind_of_facility_has_words_and_a_symbol(pair):
    kinds = map_.picture(pair, View(lang="zh")).kinds
    pens = (drawn.PUBLIC / "pens.js").read_text(encoding="utf-8")
    for kind in kinds.values():
        assert re.search("[\u4e00-\u9fff]", kind["name"]) and f"  {kind['symbol']}: " in pens


@pytest.mark.parametrize("kind", LEVERS)
def test_every_field_of_every_lever_can_be_typed_back(kind):
    lever = interventions()[kind]()
    for field in levers.fields(kind):
        assert field.kind in ("switch", "whole", "number", "date", "choice")
        assert bool(field.choices) == (field.kind == "choice")
        assert re.search("[\u4e00-\u9fff]", field.label("zh")) and not re.search("[\u4e00-\u9fff]", field.label("en"))
        assert not field.unit or re.search("[\u4e00-\u9fff]", field.unit_in("zh")), f"{field.unit} has no Chinese"
        assert re.search("[\u4e00-\u9fff]", words.source("zh", field.source)), f"{field.source} has no Chinese"
        assert not re.search("[\u4e00-\u9fff]", field.help("en"))
        if field.kind in ("whole", "number", "date"):
            value = getattr(lever, field.name)
            assert field.value(field.text(value), "zh") == value
            assert levers.checked(lever, {field.name: field.text(value)}, "zh") == (lever, {})


def test_what_cannot_be_used_is_said():
    target = next(f for f in levers.fields("service_circles") if f.name == "target")
    for text, message in (("x", "whole number"), ("1.5", "whole number"), ("-1", "between 0 and 200"), ("", "whole")):
        with pytest.raises(ValueError, match=message):
            target.value(text, "en")
    capacity = next(f for f in levers.fields("service_circles") if f.name == "capacity")
    with pytest.raises(ValueError, match="between"):
        capacity.value("nan", "en")
    with pytest.raises(ValueError, match="须为日期"):
        next(f for f in levers.fields("service_circles") if f.name == "start").value("2020-13-01", "zh")


def test_dates_are_checked_as_a_pair():
    """Both are told of when the finish is before the start, and both are right again when either is mended."""
    circles = interventions()["service_circles"]()
    late = {"start": "2021-06-01", "finish": "2020-06-30", "target": "80"}
    lever, wrong = levers.checked(circles, late, "zh")
    assert wrong == {"start": "完成日期早于开始日期", "finish": "完成日期早于开始日期"}
    assert (lever.target, lever.start) == (80, circles.start)  # what is right counts
    for name, mended in (("start", "2019-06-01"), ("finish", "2022-06-30")):
        lever, wrong = levers.checked(circles, late | {name: mended}, "en")
        assert wrong == {} and str(getattr(lever, name)) == mended
    lever, wrong = levers.checked(circles, late | {"target": "x", "finish": "2020"}, "en")
    assert wrong == {"target": "must be a whole number", "start": "finish is before start", "finish": "must be a date"}
    assert lever == circles


def test_only_start_and_finish_are_a_pair():
    """Another date of the lever is not at fault when the finish is before the start."""
    _, wrong = levers.checked(interventions()["infrastructure"](), {"start": "2021-06-01"}, "en")
    assert wrong == {"start": "finish is before start", "finish": "finish is before start"}


def test_a_layer_that_is_not_the_metric_of_its_name_says_what_it_is():
    assert "a thousand residents of the cell" in layers.meaning("infected", "en")
    assert "the committee that serves the cell" in layers.meaning("load_committee", "en")
    assert all(layers.meaning(name, lang) for name in layers.LAYERS for lang in ("zh", "en"))


def test_scripts_are_loaded_by_their_hash_and_hold_nothing_idle():
    """A script that imported another would have it from the browser's store after an update."""
    views = "".join(file.read_text("utf-8") for file in Path(drawn.__file__).parent.glob("*.vue"))
    for file in sorted(drawn.PUBLIC.glob("*.js")):
        text = re.sub(r"(?s:/\*.*?\*/)|//.*", "", file.read_text("utf-8"))
        assert not re.search(r"\bimport\b|\bfrom\s*[\"']", text), file.name
        assert f"'{file.stem}'" in views and file.name in drawn.scripts()[file.stem]
        names = re.findall(r"(?:const|,) ([A-Z][A-Z_]+) =|function (\w+)", text)
        for name in filter(None, itertools.chain(*names)):
            assert len(re.findall(rf"\b{name}\b", text + views)) > 1, f"{file.name}: {name}"


def test_groups_hold_every_lever_once():
    kinds = [kind for _, _, group in levers.groups() for kind in group]
    assert sorted(kinds) == LEVERS


def test_levers_are_switched_by_name():
    on = levers.switched({}, "gate_groups", True)
    assert list(on) == ["gate_groups"]
    assert levers.switched(on, "gate_groups", False) == {}
