"""What every lever owes: it works in the direction it should, does nothing at zero, costs what it says, keeps counts.

Each lever has a case here; a lever without one fails the first test. Runs are small (2 % of households, four weeks of
burn-in) and start the lever in the first weeks. Signs are tested by paired t intervals over three seeds at 95 %: with
fixed seeds they pass or fail for good; drawn anew, each had a chance of 2.5 % to pass without an effect.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from experiments.statistics import paired
from simulation.interventions.registry import interventions
from simulation.model import DistrictModel
from simulation.recording import Recording
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.state.ledger import Kind
from tests.simulation.interventions.case import scenario

SCALE, SEEDS, WEEKS = 0.02, (1, 2, 3), 52
BEGIN = load_scenario("baseline").start
SOON = BEGIN.replace(month=2, day=5)


@dataclass(frozen=True)
class Case:
    """`strong` starts the lever at once; `weak` is a smaller dose; `capital` in yuan that a run of `strong` spends."""

    metric: str
    sign: int
    strong: dict = field(default_factory=dict)
    weak: dict = field(default_factory=dict)
    capital: float = 0.0


NOW = {"start": BEGIN, "finish": SOON}
AT_ONCE = {"start": BEGIN}
CASES = {
    "service_circles": Case("satisfaction_convenience", 1, NOW, NOW | {"target": 50}, 31 * 250_000),
    "community_splits": Case(
        "load_committee", -1, {"start": SOON}, {"start": SOON, "above_households": 6500}, 9 * 500_000
    ),
    "service_rooms": Case(
        "wait_weeks", -1, NOW | {"rooms": 104, "target_m2": 400.0, "bought": 10}, NOW | {"rooms": 10}, 10 * 10_000_000
    ),
    "elder_care": Case(
        "satisfaction_elder_care", 1, NOW, NOW | {"beds": 600, "stations": 5}, 2243 * 45_000 + 22 * 300_000
    ),
    "infrastructure": Case(
        "satisfaction_school",
        1,
        NOW,
        NOW | {"school_places": 1200, "kindergarten_places": 2200, "capital_yuan": 1e9},
        2e10,
    ),
    "waste_sorting": Case("waste_sorting_rate", 1, AT_ONCE, AT_ONCE | {"guides": 0.1, "campaign": 0.5}),
    "volunteering": Case("volunteers", 1, AT_ONCE, AT_ONCE | {"registration": 1.0}),
    "gate_groups": Case("volunteer_hours", 1, NOW | {"head_share": 0.9}, NOW | {"head_share": 0.3}),
    "social_organisation_incubation": Case("satisfaction_culture", 1, AT_ONCE | {"bases": 5}, AT_ONCE, 4_000_000),
    "high_level_coordination": Case(
        "load_committee", 1, AT_ONCE, AT_ONCE | {"reporting": 0.01}
    ),  # its tasks; I03 is soft
    "street_reform": Case(
        "load_street",
        -1,
        AT_ONCE | {"posted_down": 0.0, "pooling": 0.3, "reorganised": 0.0},
        AT_ONCE | {"posted_down": 0.0, "pooling": 0.05, "reorganised": 0.0},
        2 * 10_000_000,
    ),
    "coordination_committees": Case("unreported_issues", -1, AT_ONCE, AT_ONCE | {"matching": 0.1}),
    "five_party_governance": Case("resolution_rate", 1, AT_ONCE | {"authority": 0.5}, AT_ONCE | {"authority": 0.1}),
    "culture_programme": Case("satisfaction_culture", 1, NOW, NOW | {"centres": 0, "teams": 1.0}, 2 * 80_000_000),
    "community_homes": Case("satisfaction_culture", 1, NOW | {"count": 60, "capacity": 600.0}, NOW, 60 * 200_000),
    "psychological_services": Case(
        "satisfaction_culture", 1, NOW | {"count": 60, "capacity": 150.0}, NOW, 60 * 200_000
    ),
    "governance_funds": Case("satisfaction_culture", 1, AT_ONCE, AT_ONCE | {"fund_yuan": 4e6}),
}
NIL = {"service_circles": {"target": 42}, "community_splits": {"above_households": 20_000}}
"""Doses that change nothing though they are not 0: what exists, and what no community reaches."""


BUDGETS = {
    "alliance_yuan",
    "capital_yuan",
    "committee_yuan",
    "donations_yuan",
    "enforcement_yuan",
    "foundation_yuan",
    "fund_yuan",
    "policy_yuan",
    "yearly_yuan",
}
"""Money that is spent whatever the doses are: soft measures cost even if they do nothing."""
BUILT = {"elder_care", "infrastructure", "service_circles", "service_rooms"}
"""What it costs to run these shows in the tests of each."""


def nil(kind: str) -> dict:
    """Every dose and budget of a lever at nil; prices stay, so that nothing costs nothing."""
    doses = {
        name
        for name, field in interventions()[kind].model_fields.items()
        if any(getattr(m, "ge", None) == 0 for m in field.metadata)
    }
    return {name: 0 for name in doses if not name.endswith("_yuan") or name in BUDGETS} | NIL.get(kind, {})


FAST = ("community_splits", "service_circles", "volunteering", "waste_sorting")
SOME = [kind if kind in FAST else pytest.param(kind, marks=pytest.mark.slow) for kind in CASES]
"""Every lever in the slow tier; in the fast one a few that act by different ways."""


def test_every_lever_of_the_package_has_a_case():
    own = {"epidemic_mobilisation"}  # needs an epidemic: tests/simulation/processes/epidemic/test_step.py
    package = {kind for kind, item in interventions().items() if item.__module__.startswith("simulation.")}
    assert package - own == set(CASES)


@cache
def run(kind: str, dose: str, seed: int, weeks: int = WEEKS) -> Recording:
    doses = {} if not kind else nil(kind) if dose == "nil" else getattr(CASES[kind], dose)
    levers = {kind: AT_ONCE | doses if dose == "nil" else doses} if kind else {}
    return simulate(scenario(**levers), seed=seed, scale=SCALE, weeks=weeks)


def late(recording: Recording, metric: str) -> float:
    return float(recording.district[metric].iloc[-26:].mean())


@pytest.mark.slow  # whole runs
@pytest.mark.parametrize("kind", SOME)
def test_the_effect_has_its_sign(kind):
    case = CASES[kind]
    with_lever = np.array([late(run(kind, "strong", s), case.metric) for s in SEEDS])
    without = np.array([late(run("", "", s), case.metric) for s in SEEDS])
    effect = paired(case.sign * with_lever, case.sign * without)
    assert effect.low > 0, effect


@pytest.mark.parametrize("kind", SOME)
def test_more_of_it_does_more(kind):
    case = CASES[kind]
    strong, weak, none = (
        late(run(*which, 1), case.metric) * case.sign for which in ((kind, "strong"), (kind, "weak"), ("", ""))
    )
    assert strong > weak >= none


@pytest.mark.parametrize("weeks", [12, pytest.param(WEEKS, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", CASES)
def test_nil_of_it_changes_no_bit(kind, weeks):
    null, base = run(kind, "nil", 1, weeks), run("", "", 1, weeks)
    for frame in ("district", "communities", "residents"):
        pd.testing.assert_frame_equal(getattr(null, frame), getattr(base, frame), check_exact=True)


@pytest.mark.parametrize("kind", SOME)
def test_it_costs_what_it_says(kind):
    case = CASES[kind]
    strong, base = run(kind, "strong", 1).district, run("", "", 1).district
    capital = strong["cost_capital_yuan"].iloc[-1] - base["cost_capital_yuan"].iloc[-1]
    assert capital == pytest.approx(case.capital, rel=1e-6)
    if kind not in BUILT:
        assert strong["cost_operating_yuan"].iloc[-1] > base["cost_operating_yuan"].iloc[-1]


@pytest.mark.parametrize("kind", SOME)
def test_people_stay_whole(kind):
    weeks = run(kind, "strong", 1).communities.groupby("tick")["residents"].sum()
    assert (weeks == len(run("", "", 1).residents)).all()


def test_the_order_of_levers_in_the_file_does_not_matter():
    levers = {kind: case.strong for kind, case in CASES.items()}
    there = simulate(scenario(**levers), seed=1, scale=0.02, weeks=8)
    back = simulate(scenario(**dict(reversed(levers.items()))), seed=1, scale=0.02, weeks=8)
    pd.testing.assert_frame_equal(there.district, back.district, check_exact=True)


ONE_OFF = {
    "social_organisation_incubation": ("start", "second base"),
    "street_reform": ("start", "new street offices"),
    "governance_funds": ("start", "community foundation"),
}


@pytest.mark.parametrize("kind", ONE_OFF)
@pytest.mark.parametrize("day", [-9, 0, 3, 6, 7, 12])
def test_one_off_costs_are_paid_once_whatever_the_weekday_of_the_start(kind, day):
    field, purpose = ONE_OFF[kind]
    base = scenario()
    start = base.start + timedelta(days=day)
    world = prepare(base, 1, 0.005)
    model = DistrictModel(world, scenario(**{kind: {field: start}}))
    paid = []
    for _ in range(4):
        model.step()
        paid.append(sum(fen for (what, _), fen in world.ledger.journal.items() if what == purpose))
        model.turn()
    if day < -6:
        assert paid[-1] == 0  # money of before the run
    else:
        assert paid[-1] > 0 and set(paid) <= {0, paid[-1]}
        assert paid.index(paid[-1]) == -(-day // 7)


def short_run(levers, weeks=4, watch=lambda world: None):
    """A small world after some weeks with levers from the first on; `watch` sees it in each week before it turns."""
    base = scenario(**levers)
    world = prepare(scenario(), 1, 0.005)
    model = DistrictModel(world, base)
    for _ in range(weeks):
        model.step()
        watch(world)
        model.turn()
    return world


def test_what_was_done_before_the_run_is_there_and_costs_nothing_more():
    """Circles, rooms and heads that were complete a year before: all there in the first week, no set-up is paid."""
    before = {"start": BEGIN.replace(year=2016), "finish": BEGIN.replace(year=2017)}
    world = short_run(
        {
            "service_circles": before,
            "service_rooms": before | {"bought": 25},
            "gate_groups": before,
            "community_homes": before,
        },
        weeks=1,
    )
    f = world.facilities
    assert (f.added & (f.kind == "service_circle") & (f.opened < 0)).sum() > 0
    assert world.gates.head.mean() > 0.25
    assert world.ledger.spent(Kind.CAPITAL) == 0 and not world.ledger.journal.get(("gate groups", Kind.OPERATING))
    assert world.ledger.journal["running of service circles", Kind.OPERATING] > 0


def test_guides_leave_and_the_unpaid_watch_stays():
    """The watch is kept where gates have heads: its mean over the gates is what the lever says."""
    seen = []
    lever = {"start": BEGIN, "guides_finish": BEGIN + timedelta(days=13), "guides": 0.5, "watch": 0.3}

    def look(world):
        seen.append(float(world.levers.supervision[world.gates.community].mean()))

    short_run({"waste_sorting": lever}, 4, look)
    assert seen == pytest.approx([0.8, 0.8, 0.3, 0.3])


@pytest.mark.parametrize(("hours", "supervised"), [(0, 0.0), (2, 0.25), (4, 0.5), (8, 0.5)])
def test_guides_supervise_in_the_hours_that_they_are_there(hours, supervised):
    seen = []
    lever = {"start": BEGIN, "guides": 0.5, "guide_hours": hours, "watch": 0}
    short_run({"waste_sorting": lever}, 1, lambda world: seen.append(float(world.levers.supervision[0])))
    assert seen == pytest.approx([supervised])


@pytest.mark.parametrize("day", [0, 3, 6])
def test_publicity_costs_what_the_table_says_whatever_the_weekday_of_the_start(day):
    base = scenario()
    start, finish = base.start + timedelta(days=day), base.start + timedelta(days=day + 21)
    lever = {"start": start, "campaign_finish": finish, "guides_finish": start}
    world = prepare(base, 1, 0.005)
    model = DistrictModel(world, scenario(waste_sorting=lever))
    for _ in range(6):
        model.step()
        model.turn()
    [paid] = [fen for (what, _), fen in world.ledger.journal.items() if what == "publicity of waste sorting"]
    households = world.communities.households.sum() / world.scale
    chosen = scenario(waste_sorting=lever).interventions["waste_sorting"]
    # a household's share of a week is rounded to whole fen
    assert paid == pytest.approx(100 * chosen.campaign_yuan * chosen.campaign / 1.25 * households, rel=1e-3)
