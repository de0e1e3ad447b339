"""Maps, layers, levers and words of the page, without a browser."""

import io
import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from PIL import Image

from experiments.texts import page as words
from experiments.view import charts, layers, levers
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


def picture(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


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
def test_every_layer_is_drawn_and_its_difference_too(pair, layer):
    view = View(layer=layer, lang="en")
    level = picture(map_.draw(pair, view))
    assert level.std() > 5
    assert (picture(map_.draw(pair, replace(view, difference=True))) != level).any()


def test_a_difference_is_the_policy_less_the_baseline(pair):
    view = View(layer="load_committee", difference=True)
    own, base = (layers.LAYERS["load_committee"].read(track) for track in (pair.policy, pair.baseline))
    np.testing.assert_array_equal(map_.values(pair, view), own - base)


def test_means_of_communities_differ_by_the_same_residents(pair):
    """Over the policy's boundaries in both worlds: a part is not measured against the whole that it came from."""
    shown = map_.values(pair, View(layer="satisfaction", difference=True, communities=True))
    world = pair.policy.world
    row = int(np.flatnonzero(world.communities.parent >= 0)[0])
    own = (world.gates.community == row)[world.residents.gate]
    a, b = (
        100 * track.world.residents.columns.overall[own].astype(float).mean() for track in (pair.policy, pair.baseline)
    )
    assert shown[world.cell_community == row] == pytest.approx(a - b, abs=2e-3)


def test_a_click_finds_the_community_that_is_drawn_there(pair):
    """The outline of the chosen community lies around the point that chose it."""
    plain = picture(map_.draw(pair, View()))
    seen = set()
    for x in np.linspace(0.05, 0.85, 30):
        for y in np.linspace(0.1, 0.8, 20):
            row = map_.community_at(pair, float(x), float(y))
            if row is None or row in seen:
                continue
            seen.add(row)
            if len(seen) > 6:
                return
            chosen = picture(map_.draw(pair, View(community=row)))
            rows, columns = np.nonzero((chosen != plain).any(axis=2))
            high, wide = plain.shape[:2]
            assert columns.min() - 2 <= x * wide <= columns.max() + 2
            assert rows.min() - 2 <= y * high <= rows.max() + 2
    pytest.fail("no communities were found")


def test_outside_the_district_is_no_community(pair):
    assert map_.community_at(pair, 0.99, 0.99) is None
    assert map_.community_at(pair, 0.0, 0.0) is None


def test_charts_follow_the_weeks(pair):
    before = picture(charts.draw(pair, "zh"))
    assert (before != picture(charts.draw(pair, "en"))).any()
    assert len(charts.panels(pair, "zh")) == 5
    for edge in (before[:2], before[-2:], before[:, :2]):
        assert (edge == 255).all(), "a title or a number is cut off"
    assert charts.panels(pair, "en")[0].lines[0].policy.shape == (2,)


def test_no_glyph_is_missing(pair, recwarn):
    for lang in ("zh", "en"):
        map_.draw(pair, View(lang=lang, facilities=tuple(map_.facility_kinds(pair.policy.world))))
        charts.draw(pair, lang)
    assert not [str(w.message) for w in recwarn if "Glyph" in str(w.message)]


def test_every_kind_of_facility_has_words_and_a_symbol(pair):
    assert all(re.search("[\u4e00-\u9fff]", zh) for zh, _ in map_.facility_kinds(pair.policy.world).values())


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
            assert field.parse(field.text(value), "zh") == value
            assert levers.changed(lever, field.name, value) == lever


def test_what_cannot_be_used_is_said():
    target = next(f for f in levers.fields("service_circles") if f.name == "target")
    for text, message in (("x", "whole number"), ("1.5", "whole number"), ("-1", "between 0 and 200"), ("", "whole")):
        with pytest.raises(ValueError, match=message):
            target.parse(text, "en")
    capacity = next(f for f in levers.fields("service_circles") if f.name == "capacity")
    with pytest.raises(ValueError, match="between"):
        capacity.parse("nan", "en")
    with pytest.raises(ValueError, match="须为日期"):
        next(f for f in levers.fields("service_circles") if f.name == "start").parse("2020-13-01", "zh")
    with pytest.raises(ValueError, match="before start"):
        levers.changed(interventions()["service_circles"](), "finish", date(2000, 1, 1))
    with pytest.raises(ValueError, match="完成日期早于开始日期"):
        levers.changed(interventions()["service_circles"](), "finish", date(2000, 1, 1), "zh")


def test_groups_hold_every_lever_once():
    kinds = [kind for _, _, group in levers.groups() for kind in group]
    assert sorted(kinds) == LEVERS


def test_levers_are_switched_by_name():
    on = levers.switched({}, "gate_groups", True)
    assert list(on) == ["gate_groups"]
    assert levers.switched(on, "gate_groups", False) == {}
