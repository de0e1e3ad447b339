"""Formulas and declarations of metrics, and what a week gives."""

import numpy as np
import pytest

from simulation.metrics.load import METRICS as LOAD
from simulation.metrics.metric import UNITS, Kind, Metric, Ratio, ShareOfCommunities, Total
from simulation.metrics.satisfaction import gini
from simulation.metrics.table import ALWAYS, METRICS, read_week
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return prepare(load_scenario("baseline"), 1, 0.01)


def column(*values: float):
    return lambda world: np.array(values)


def declared(**changes: object) -> Metric:
    given = {
        "name": "m",
        "zh": "量",
        "en": "quantity",
        "kind": Kind.SHARE,
        "of": Total(column(1.0)),
        "definition_zh": "量",
        "definition_en": "a quantity",
    }
    return Metric(**(given | changes))  # type: ignore[arg-type]


def test_the_ratio_of_the_district_is_the_ratio_of_the_sums(world: World) -> None:
    place, whole = Ratio(column(1.0, 3.0, 0.0), column(2.0, 2.0, 0.0))(world)
    assert place[:2].tolist() == [0.5, 1.5] and np.isnan(place[2])
    assert whole == 1.0


def test_denominators_are_added_and_units_converted(world: World) -> None:
    place, whole = Ratio(column(14.0, 0.0), (column(1.0, 1.0), column(0.0, 2.0)), unit=7.0, scale=10.0)(world)
    assert place.tolist() == [20.0, 0.0] and whole == 5.0


def test_a_ratio_without_any_case_is_missing(world: World) -> None:
    place, whole = Ratio(column(0.0), column(0.0))(world)
    assert np.isnan(place).all() and np.isnan(whole)


def test_the_share_of_communities_counts_some_of_them(world: World) -> None:
    holds, among = np.array([True, False, True]), np.array([True, True, False])
    place, whole = ShareOfCommunities(lambda _: holds, lambda _: among)(world)
    assert place.tolist() == [1.0, 0.0, 1.0] and whole == 0.5


def test_gini_of_equals_is_nil_and_of_one_rich_nearly_one() -> None:
    bins = np.zeros((3, 500), np.int64)
    bins[0, 250] = 1000
    bins[1, 0], bins[1, 499] = 999, 1
    equal, unequal, nobody = gini(bins)
    assert equal == pytest.approx(0, abs=1e-12) and unequal > 0.4 and np.isnan(nobody)


def test_units_follow_from_the_kind() -> None:
    assert declared().unit_en == "share (0–1)"
    flow = declared(kind=Kind.COUNT, counted=("件", "requests"), summary="sum")
    assert (flow.unit_zh, flow.unit_en) == ("件/周", "requests a week")
    assert (flow.base_zh, flow.base_en) == ("件", "requests")
    assert set(UNITS) | {Kind.COUNT, Kind.RATIO} == set(Kind)


@pytest.mark.parametrize(("kind", "counted"), [(Kind.COUNT, ("", "")), (Kind.MONEY, ("元", "yuan"))])
def test_only_kinds_without_a_unit_say_what_is_counted(kind: Kind, counted: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="counted"):
        declared(kind=kind, counted=counted)


def test_names_are_unique_and_lead_to_themselves() -> None:
    assert all(name == metric.name for name, metric in METRICS.items())
    assert {metric.name for metric in LOAD} <= set(METRICS)


def test_a_week_has_every_metric_of_its_context(world: World) -> None:
    place, district = read_week(world)
    assert tuple(district) == ALWAYS
    assert set(place) == {*ALWAYS, "residents", "households", "workers"}
    assert all(len(values) == len(world.communities) for values in place.values())
    assert district["backlog"] == pytest.approx(place["backlog"].sum())
    weights = place["residents"]
    assert district["satisfaction"] == pytest.approx(np.average(place["satisfaction"], weights=weights))


def test_what_residents_workers_and_organisations_are_counted_by(world: World) -> None:
    _, district = read_week(world)
    overall, w, o = world.residents.columns.overall, world.workers, world.organisations
    assert 0.1 < district["share_satisfied"] < 0.9
    assert district["share_satisfied"] == pytest.approx((overall >= np.float32(0.5)).mean(), abs=1e-12)
    assert district["burnout"] == pytest.approx((w.burnout[w.vacancy == 0] > 0.3).mean(), abs=1e-12)
    assert district["organisations"] == np.count_nonzero(o.weeks >= 0) > 400
    beds = world.facilities.serving("elder_institution", world.tick)
    housed = world.cell_community[world.facilities.cell[beds]] >= 0
    f = world.facilities
    assert district["bed_occupancy"] == pytest.approx(f.use[beds][housed].sum() / f.capacity[beds][housed].sum())


def test_requests_of_the_hotline_are_part_of_those_opened() -> None:
    run = simulate(load_scenario("baseline"), seed=1, scale=0.01, weeks=3, watch=_hotline)
    seen = run.district["hotline_requests"].to_numpy()
    assert (seen > 0).all() and (seen < run.district["requests"].to_numpy()).all()
    assert seen.tolist() == _SEEN


_SEEN: list[int] = []


def _hotline(world: World) -> None:
    t = world.handled
    assert t is not None
    _SEEN.append(int((t.hotline & (t.opened_tick == world.tick)).sum()))


def test_the_shadow_cost_is_the_price_of_the_unpaid_hours() -> None:
    levers = {"volunteering": True, "waste_sorting": {"start": "2018-01-01"}, "street_reform": {"start": "2018-01-01"}}
    scenario = load_scenario("baseline")
    lent = Scenario.model_validate({"schema": 1, "name": "unpaid", "title": scenario.title, "interventions": levers})
    run = simulate(lent, seed=1, scale=0.01, weeks=6).district
    hours = run["unpaid_hours"].to_numpy()
    assert (hours > run["volunteer_hours"].to_numpy()).all()
    assert run["cost_shadow_yuan"].to_numpy() == pytest.approx(25 * hours.cumsum(), rel=1e-6)
