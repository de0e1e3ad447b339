"""A second district that is only data: it is drawn, peopled and run with every lever, without a word of code."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulation.district.data.district import EVENTS, load_district
from simulation.district.map.growth import parts
from simulation.district.people.fit import fit
from simulation.district.people.population import build_population
from simulation.interventions.registry import interventions
from simulation.parameters import Parameters
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario

QUICK = {"run.burn_in_weeks": 4.0}


@pytest.fixture(scope="module")
def district():
    return load_district("huaguoyuan")


def run(name: str, weeks: int = 8, **changes):
    scenario = load_scenario(name).model_copy(update={"district": "huaguoyuan", "parameters": QUICK, **changes})
    return simulate(scenario, seed=1, scale=0.02, weeks=weeks)


def test_every_figure_has_a_source_or_a_range(district):
    for figure in (*district.figures.values(), *district.marginals.values(), *district.readings.values()):
        assert figure.source, figure.name
        assert figure.confidence != "assumption" or figure.low < figure.value < figure.high, figure.name
    for name, table in district.tables.items():
        assert (table["source"] != "").all(), name
    assert district.population == 360_000 == district.table("subdistricts")["population"].sum()
    assert load_district("huaguoyuan", population="press_2020").population == 430_000


def test_communities_hang_together_on_ten_square_kilometres(geography):
    g = geography
    assert len(g.cell_x) == 1000 and len(g.communities) == 26
    for c in g.communities.index:
        cells = g.cell_community == c
        assert cells.any() and parts(g.cell_x[cells], g.cell_y[cells]).max() == 0, g.communities.at[c, "name_en"]
    assert g.cell_households.sum() == g.communities["households"].sum() == 144_000
    density = g.cell_households[g.cell_community >= 0].mean()
    assert 200 < density < 450, "households a hectare"


def test_the_people_meet_the_marginals(district, geography):
    people = build_population(geography, district, Parameters())
    assert len(people.age) == 360_000
    table = fit(people, district)
    shares = table[table["unit"].str.startswith("share")]
    assert (shares["achieved"] - shares["target"]).abs().max() < 0.005


def test_events_that_the_district_lacks_never_come(district):
    assert district.events == {}
    scenario = load_scenario("baseline").model_copy(update={"district": "huaguoyuan", "parameters": QUICK})
    world = prepare(scenario, 1, 0.01)
    world.tick = 1000
    assert not any(world.in_force(event) for event in EVENTS)
    assert world.date > date(2030, 1, 1)


def test_people_households_and_requests_are_conserved():
    d = run("baseline", weeks=30)
    weeks = d.communities.groupby("tick")[["residents", "households"]].sum()
    assert (weeks["residents"] == len(d.residents)).all() and np.allclose(weeks["households"], 144_000, rtol=0.01)
    closed = d.district["requests"].iloc[1:].to_numpy() - np.diff(d.district["backlog"])
    assert (closed >= d.district["resolved"].iloc[1:].to_numpy() - 1e-6).all()
    assert d.district["satisfaction"].between(20, 90).all() and d.district["load_committee"].between(0.3, 3).all()


def test_switching_off_an_event_that_never_comes_changes_no_bit():
    context = load_scenario("baseline").context
    events = set(type(context).model_fields) - {"demography"}
    off = context.model_copy(update=dict.fromkeys(events, False))
    pd.testing.assert_frame_equal(run("baseline").district, run("baseline", context=off).district, check_exact=True)


def test_every_lever_works_on_it():
    plan = {kind: lever() for kind, lever in interventions().items()}
    plan["community_splits"] = interventions()["community_splits"](start=date(2018, 1, 29))
    found = run("baseline", interventions=plan)
    large = (load_district("huaguoyuan").table("communities")["households"] > 5000).sum()
    assert found.communities["community"].nunique() >= 26 + large
    last = found.communities[found.communities["tick"] == 7]
    assert last["residents"].sum() == len(found.residents)
    assert np.isfinite(
        found.district.select_dtypes("number").drop(columns=["response_rate", "resolution_rate", "satisfied_rate"])
    ).all(axis=None)


def test_a_built_plan_serves_it_better():
    """All circles and places open from the first week: satisfaction with everyday services rises."""
    ready = interventions()["service_circles"](start=date(2018, 1, 1), finish=date(2018, 1, 1))
    ends = [
        run("baseline", weeks=12, interventions=levers).district["satisfaction_convenience"].iloc[-1]
        for levers in ({"service_circles": ready}, {})
    ]
    assert ends[0] > ends[1] + 1
