"""Measures of patterns on small frames whose answers are known by hand."""

import numpy as np
import pandas as pd
import pytest

from experiments.validation.measures import MEASURES
from experiments.validation.measures.shapes import bimodality, overshoot, slope
from experiments.validation.observe import Run, read_run
from experiments.validation.runs import RIVALS, RUNS, scenario_of
from simulation.interventions.registry import interventions

WEEKS = 208


def frames(communities: pd.DataFrame | None = None, weeks: int = WEEKS, **columns) -> Run:
    """A run whose district has the given columns, by week or constant."""
    tick = np.arange(weeks)
    district = pd.DataFrame(
        {"tick": tick, "date": pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D"), **columns}
    )
    if communities is None:
        communities = pd.DataFrame(
            {
                "tick": [0, 0],
                "community": [0, 1],
                "parent": [-1, -1],
                "residents": [20, 4],
                "households": [10_000.0, 2_000.0],
                "kind": ["community", "village"],
            }
        )
    empty = pd.DataFrame({"tick": []})
    return Run(
        {"scale": 0.001}, district, communities, pd.DataFrame({"tick": tick, **columns}), empty, empty, empty, empty
    )


def split(load: dict[int, tuple[float, float]], start: int, weeks: int = WEEKS, **columns: float) -> Run:
    """Two communities of 6000 households; the first is cut in two at `start`.

    `load`: before and from the split on, by community.
    """
    rows = [
        {
            "tick": t,
            "community": c,
            "parent": 0 if c == 2 else -1,
            "kind": "community",
            "residents": 10,
            "households": 6000.0 if c == 1 or t < start else 3000.0,
            "households_per_worker": 300.0,
            "load_committee": load[c][t >= start],
            **columns,
        }
        for t in range(weeks)
        for c in load
        if c < 2 or t >= start
    ]
    return frames(pd.DataFrame(rows), weeks)


def test_place_by_hand():
    run = frames()
    assert MEASURES["residents"]({"baseline": run}) == 24_000
    assert MEASURES["household_size"]({"baseline": run}) == 2
    assert MEASURES["large_communities"]({"baseline": run}) == 1


def test_days_are_those_of_the_year():
    path = np.arange(WEEKS, dtype=float)
    run = dict.fromkeys(
        ("baseline", "huitian_history"),
        frames(resolution_rate=path, waste_sorting_awareness=path, volunteers=path, satisfaction=path),
    )
    # Mondays of January 2019: 7, 14, 21, 28 are weeks 53 to 56; the last Monday of 2020 is 28 December, week 156
    assert MEASURES["resolution_2019"](run) == np.mean([53, 54, 55, 56])
    assert MEASURES["sorting_awareness"](run) == 156 == MEASURES["volunteers_2020"](run)
    # weeks 5 to 30 are before the plan, 105 to 129 the first half of 2020, 157 to 181 that of 2021
    first, second = 117 - 17.5, 169 - 17.5
    assert MEASURES["effect_rating_2020"](run) == pytest.approx(5 + 5 * first / (first + 10), abs=0.01)
    change = 5 * second / (second + 10) - 5 * first / (first + 10)
    assert MEASURES["effect_rating_change"](run) == pytest.approx(change, abs=0.01)


def test_a_run_that_ends_too_early_has_no_value():
    short = dict.fromkeys(
        RUNS, split({0: (1, 1), 1: (1, 1)}, 150, weeks=20, wait_weeks=1.0, satisfaction_community_service=50.0)
    )
    short["baseline"].district = short["baseline"].district.assign(resolution_rate=0.5, satisfaction_convenience=50.0)
    short["baseline"].closing = pd.DataFrame({"year": [2018], "community": [0], "days": [1], "tickets": [1]})
    for name in (
        "resolution_2019",
        "gain_overshoot",
        "gain_half_life",
        "fee_bimodality",
        "load_after_split",
        "load_before_split",
        "split_dip",
        "split_gain",
        "wait_same_staff",
        "split_efficacy",
        "queue_convexity",
    ):
        assert np.isnan(MEASURES[name](short)), name


def test_saturation_is_the_last_gain_over_the_first():
    levels = {"baseline": 50.0, "circles_52": 56.0, "circles_63": 58.0, "circles_73": 59.5}
    runs = {
        name: frames(satisfaction_convenience=level, circle_coverage_residents=level**0.5)
        for name, level in levels.items()
    }
    assert MEASURES["satisfaction_saturation"](runs) == pytest.approx(0.25)
    roots = [level**0.5 for level in levels.values()]
    assert MEASURES["coverage_saturation"](runs) == pytest.approx((roots[3] - roots[2]) / (roots[1] - roots[0]))


def test_hotline_tickets_by_resident():
    run = frames(hotline_requests=96.0)
    assert MEASURES["hotline_volume"]({"huitian_history": run}) == pytest.approx(52 * 96 / 24_000)


def test_load_of_split_communities():
    cut = {
        "splits": split({0: (1.1, 0.8), 1: (0.5, 0.5), 2: (0, 0.6)}, 150),
        "splits_same_staff": split({0: (1.1, 1.2), 1: (0.5, 0.5), 2: (0, 1.4)}, 150, wait_weeks=3.0),
        "baseline": split({0: (1.1, 1.0), 1: (0.5, 0.5)}, 150, wait_weeks=2.0),
    }
    assert MEASURES["load_before_split"](cut) == pytest.approx(1.1)
    assert MEASURES["load_after_split"](cut) == pytest.approx(0.7)
    assert MEASURES["load_same_staff"](cut) == pytest.approx(0.3)
    assert MEASURES["wait_same_staff"](cut) == pytest.approx(1.5)


def test_a_dip_lasts_until_nothing_is_lost_any_more():
    with_, without = (split({0: (1, 1), 1: (1, 1), 2: (1, 1)}, 150) for _ in range(2))
    without.communities = without.communities[without.communities["community"] < 2]
    for run in (with_, without):
        run.communities["satisfaction_community_service"] = 60.0
    tick = with_.communities["tick"]
    lost = (tick >= 150) & (tick < 162)
    with_.communities.loc[lost, "satisfaction_community_service"] = 58.0
    with_.communities.loc[tick >= 162, "satisfaction_community_service"] = 63.0
    runs = {"splits": with_, "baseline": without}
    # twelve weeks below; the mean of four weeks is -0.75 a week later and +0.5 a week after that
    assert MEASURES["split_dip"](runs) == 13
    assert MEASURES["split_gain"](runs) == pytest.approx(3)


def test_overshoot_of_an_exponential():
    week = np.arange(400)
    size, life = overshoot(10 + 5 * np.exp(-week / 40))
    assert size == pytest.approx(0.5, abs=0.03)
    assert life == pytest.approx(40 * np.log(2), abs=2)
    assert overshoot(np.full(200, 3.0))[0] == 0
    assert np.isnan(overshoot(np.linspace(0, 1, 200))[1]), "what only rises has no overshoot to lose"


def test_sarles_coefficient():
    """5/9 for the uniform, 1/3 for the normal, 1 for two points (SAS/STAT user's guide, cluster procedures)."""
    rng = np.random.default_rng(1)
    assert bimodality(np.linspace(0, 1, 5000)) == pytest.approx(5 / 9, abs=0.002)
    assert bimodality(rng.standard_normal(50_000)) == pytest.approx(1 / 3, abs=0.01)
    assert bimodality(np.repeat([0.2, 0.8], 5000)) == pytest.approx(1, abs=0.01)
    assert np.isnan(bimodality(np.ones(9)))


def test_slope_and_convexity_of_a_queue():
    assert slope(np.array([0.0, 1, 2]), np.array([1.0, 3, 5])) == pytest.approx(2)
    size = np.linspace(200, 400, 20)
    load = size / 450
    rows = pd.DataFrame(
        [
            {
                "tick": t,
                "community": c,
                "parent": -1,
                "kind": "community",
                "residents": 1,
                "households": 1.0,
                "households_per_worker": size[c],
            }
            for t in range(60, 70)
            for c in range(20)
        ]
    )
    run = frames(rows)
    for name, days in (("straight", 10 * load), ("queue", 1 / (1 - load))):
        run.closing = pd.DataFrame(
            [
                {"year": 2019, "community": c, "days": d, "tickets": n}
                for c in range(20)
                for d, n in ((0.0, 80), (days[c], 10), (90.0, 10))
            ]
        )
        convexity = MEASURES["queue_convexity"]({"baseline": run})
        assert (convexity > 0.5) if name == "queue" else (abs(convexity) < 1e-9), name


def test_gains_of_groups_against_everyone():
    people = pd.DataFrame(
        {
            "life_stage": ["old", "old", "mid_life", "mid_life"],
            "mobility": ["daytime", "slow", "commuting", "daytime"],
            "residents": [10, 10, 40, 40],
            "convenience": [50.0, 50, 50, 50],
        }
    )
    before, after = frames(), frames()
    before.people = people
    after.people = people.assign(convenience=[58.0, 54.0, 51.0, 54.0])
    runs = {"baseline": before, "circles_73": after}
    mean = (80 + 40 + 40 + 160) / 100
    assert MEASURES["older_gain"](runs) == pytest.approx(6 - mean)
    assert MEASURES["commuter_gain"](runs) == pytest.approx(1 - mean)


def test_backlog_of_an_epidemic():
    day = pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * np.arange(WEEKS), "D")
    ill = (day >= "2020-02-01") & (day < "2020-05-01")
    runs = {"huitian_plan": frames(backlog=1000.0), "huitian_history": frames(backlog=np.where(ill, 1500.0, 1000.0))}
    assert MEASURES["epidemic_backlog"](runs) == pytest.approx(0.5)
    # flat until its 13th week, seen through means of four weeks: nine weeks of plateau, four to fade
    assert MEASURES["epidemic_clearing"](runs) == pytest.approx(13, abs=1)


def test_levers_without_effect_are_counted_value_by_value():
    a, b = frames(backlog=1.0, wait_weeks=np.nan), frames(backlog=1.0, wait_weeks=np.nan)
    assert MEASURES["no_effect"]({"no_effect": a, "baseline": b}) == 0
    b.district.loc[3, "backlog"] = 1.5
    assert MEASURES["no_effect"]({"no_effect": a, "baseline": b}) == 1


def test_runs_move_only_what_they_say():
    plan, leave = scenario_of("huitian_history"), scenario_of("history_guides_leave")
    changed = [kind for kind in plan.interventions if plan.interventions[kind] != leave.interventions[kind]]
    assert changed == ["waste_sorting"] and leave.interventions["waste_sorting"].guides_finish.year == 2020
    assert scenario_of("circles_63").interventions["service_circles"].target == 63
    assert set(scenario_of("no_effect").interventions) <= set(interventions())
    for rival, (_, _, parameters) in RIVALS.items():
        assert parameters.items() <= scenario_of("splits", rival).parameters.items()


def test_a_real_run_has_every_table(tmp_path):
    from experiments.runs.job import Job
    from experiments.validation.validate import record

    scenario = scenario_of("splits").model_copy(update={"parameters": {"run.burn_in_weeks": 4.0}})
    job = Job(scenario, 1, 0.005, 56, tmp_path / "run")
    record(job, 1)
    run = read_run(job.place)
    assert len(run.weeks) == 56 == len(run.district) and run.district["hotline_requests"].sum() > 0
    assert (run.weeks["burnout_severe"].to_numpy() <= run.district["burnout"].to_numpy()).all()
    assert set(run.estates["tick"]) == {51} and run.estates["collection"].between(0, 1).all()
    assert run.people["residents"].sum() == run.manifest["residents"]
    mean = np.average(run.people["convenience"], weights=run.people["residents"])
    assert mean == pytest.approx(run.district["satisfaction_convenience"].iloc[-1], abs=0.01)
    ended = run.closing[run.closing["year"] == 2018]["tickets"].sum()
    assert 0 < ended <= run.district["requests"].sum()
    assert run.efficacy["efficacy"].between(0, 1).all() and len(run.efficacy) == 14 * 130
