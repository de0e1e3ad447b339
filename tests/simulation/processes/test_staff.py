"""Committee staff: burnout, quits and hires, hours left for residents, local knowledge."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import staff
from simulation.random import Stream, uniform
from simulation.state.communities import Communities
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.week import Week
from simulation.state.workers import Workers, new_posts, posts_before_2021
from tests.simulation.processes.part import part_of_world

VALUES = {
    "staff.overhead_hours": 100,
    "staff.hours_per_household": 0.06,
    "staff.absent": 0.15,
    "staff.overtime": 0.1,
    "staff.burnout_productivity": 0.3,
    "staff.novice_productivity": 0.4,
    "staff.novice_weeks": 26,
    "staff.burnout_onset": 0.85,
    "staff.burnout_build": 0.25,
    "staff.burnout_recovery": 0.05,
    "staff.burnout_spread": 0.5,
    "staff.adaptation": 0.0,
    "staff.adaptation_weeks": 52,
    "staff.quit_rate": 0.1,
    "staff.quit_burnout": 1.5,
    "staff.vacancy_weeks": 12,
    "staff.base_posts": 9,
    "staff.posts_per_household": 0.002,
    "staff.posts_start_households": 1000,
    "staff.posts_cap": 18,
    "staff.service_floor": 0.1,
    "staff.knowledge_memory": 26,
    "staff.knowledge_visits": 0.5,
    "staff.knowledge_reach": 100,
}  # whatever calibration makes of the defaults
STEADY = {"staff.burnout_spread": 0.0, "staff.quit_burnout": 0.0}


def office(posts=12, households=2600, load=0.9, communities=1, scale=1.0, overrides=None):
    """Communities with as many posts and households each, remembered load as given."""
    p = Parameters(VALUES | (overrides or {}))
    table = make(
        Communities,
        name_zh=np.full(communities, ""),
        name_en="",
        households=round(households * scale),
        residents=round(2.5 * households * scale),
        load_memory=load,
        load_usual=load,
        knowledge=0.4,
        latent=np.zeros((communities, 10)),
        open_issues=np.zeros((communities, 10)),
        norm=np.zeros((communities, 10)),
    )
    community = np.repeat(np.arange(communities), posts)
    workers = make(Workers, **new_posts(0, community, np.zeros(len(community), np.int32), p, 1))
    levers, week = make(Levers, communities), make(Week, communities)
    return part_of_world(p, communities=table, workers=workers, scale=scale, levers=levers, week=week)


def run(world, weeks):
    for _ in range(weeks):
        staff.step(world)
        world.tick += 1
    return world


@pytest.mark.parametrize(("load", "expected"), [(0.80, 0.0), (0.90, 0.20), (1.06, 0.512), (1.20, 0.636)])
def test_burnout_settles_at_its_fixed_point(load, expected):
    """b* = k_b x / (k_b x + k_r), x = load - 0.85; nobody quits within the weeks of those looked at."""
    world = run(office(posts=60, load=load, overrides=STEADY | {"staff.quit_rate": 0.05}), 400)
    x = max(load - 0.85, 0)
    stayed = (world.workers.hires == 0) & (world.workers.vacancy == 0)
    assert stayed.sum() > 20
    assert world.workers.burnout[stayed] == pytest.approx(0.25 * x / (0.25 * x + 0.05), abs=1e-6)
    assert world.workers.burnout[stayed] == pytest.approx(expected, abs=2e-3)


def test_staff_get_used_to_half_of_a_load_that_stays():
    """Burnout after a lasting rise to 1.05 peaks and comes back to b* = k_b x / (k_b x + k_r) at half the excess."""
    world = office(posts=60, load=0.85, overrides=STEADY | {"staff.quit_rate": 0.05, "staff.adaptation": 0.5})
    world.communities.load_memory[:] = 1.05
    path = []
    for _ in range(500):
        run(world, 1)
        stayed = (world.workers.hires == 0) & (world.workers.vacancy == 0)
        path.append(world.workers.burnout[stayed].mean())
    x = 0.25 * 0.5 * 0.20
    assert path[-1] == pytest.approx(x / (x + 0.05), abs=1e-3)
    assert max(path) > path[-1] + 0.08


def test_settled_staff_stay_as_they_are_under_their_load():
    """Burnout of 4,000 posts after settling, and ten years later with the same work, differ by less than 0.02.

    Those who are most prone have left in the years that settling stands for; without it burnout falls by 0.05. So do
    the share of novices and of vacant posts (standard error 0.004), the log proneness (0.02), the load they are used
    to and what they know.
    """
    prone = {"staff.burnout_spread": 1.2, "staff.adaptation": 0.7, "staff.burnout_onset": 0.75, "run.burn_in_weeks": 52}
    world, raw = (office(posts=4000, households=800_000, load=1.0, overrides=prone) for _ in range(2))
    world.tick = raw.tick = -26
    worked(world, 26, settles=True)
    assert world.tick == 0 and len(world.workers) == 4000
    worked(world, 26, settles=True)
    worked(raw, 52)
    (first, early, late), (_, raw_early, raw_late) = ([seen(worked(w, n)) for n in (0, 60, 460)] for w in (world, raw))
    bounds = {"burnout": 0.02, "novices": 0.016, "vacant": 0.016, "prone": 0.08, "usual": 0.01, "knowledge": 0.01}
    for later in (early, late):
        for state, bound in bounds.items():
            assert later[state] == pytest.approx(first[state], abs=bound), state
    assert raw_early["burnout"] - raw_late["burnout"] > 0.03


def worked(world, weeks, settles=False):
    """Weeks of work for 4,000 able workers at full load, which rises as they tire; then staff settle, if they do."""
    c, past = world.communities, staff.Past(world)
    for _ in range(weeks):
        c.load[:] = 4000 / staff._able(world)
        c.load_memory += (c.load - c.load_memory) / 4
        world.week.opened[:] = 8000
        for process in ("residents", "requests"):
            past.watch(process)
        run(world, 1)
    if settles:
        past.settle()
    return world


def seen(world):
    """What settling is to bring to rest."""
    w, c = world.workers, world.communities
    there = w.vacancy == 0
    return {
        "burnout": w.burnout[there].mean(),
        "novices": np.mean(w.weeks[there] < 26),
        "vacant": 1 - there.mean(),
        "prone": np.log(w.proneness[there]).mean(),
        "usual": c.load_usual.mean(),
        "knowledge": c.knowledge.mean(),
    }


def test_knowledge_begins_at_rest():
    """A quarter of 26 requests a week: the mean of contacts and reach, as ten years of it would leave."""
    world = office(posts=13, households=2600, overrides={"run.burn_in_weeks": 52})
    past = staff.Past(world)
    world.week.opened[:] = 26
    past.watch("requests")
    past.settle()
    there = np.count_nonzero(world.workers.vacancy == 0)
    assert world.communities.knowledge[0] == pytest.approx((0.5 * 0.26 + 100 * there / 2600) / 2)


def test_a_burn_in_without_weeks_settles_nobody():
    world = office()
    before = world.workers.burnout.copy(), world.communities.knowledge.copy()
    staff.Past(world).settle()
    assert np.array_equal(world.workers.burnout, before[0]) and np.array_equal(world.communities.knowledge, before[1])


def test_work_of_a_committee_is_administration_household_management_and_what_else_it_owes():
    """Each term by hand: 100 h of reports, 0.06 h a household, extra hours, coordination, answers by a date."""
    world = office(12, 2600, overrides={"volunteering.coordination": 0.06, "volunteering.request_share": 0.2})
    world.levers.administration[:], world.levers.household_management[:] = 0.8, 0.5
    world.levers.extra_hours[:], world.communities.volunteer_hours[:] = 7.0, 300.0
    world.levers.authority_committee[:] = 0.5
    staff.committee_hours(world)
    gross = 12 * 40 * 0.85 * 1.1
    answers = world.params["requests.authority_hours"] * 0.5 * gross
    assert world.committee_owed == pytest.approx(80 + 0.5 * 0.06 * 2600 + 7 + 0.06 * 0.2 * 300 + answers)


def test_those_who_are_prone_burn_out_more():
    world = run(office(posts=200, load=1.0), 200)
    w = world.workers
    there = (w.vacancy == 0) & (w.weeks > 150)
    x = 0.25 * 0.15 * w.proneness[there]
    assert w.burnout[there] == pytest.approx(x / (x + 0.05), abs=1e-3)
    # log-normal with spread 0.5: the mean log of 200 draws is within 4 standard errors but once in 16,000 seeds
    assert np.log(
        new_posts(0, np.zeros(200, int), np.zeros(200, int), world.params, 1)["proneness"]
    ).mean() == pytest.approx(0, abs=4 * 0.5 / np.sqrt(200))


def test_no_two_fillings_of_posts_share_a_draw():
    """People who fill posts differ from each other, whichever post and however often it was filled."""
    p = Parameters(VALUES)
    first = new_posts(0, np.zeros(300, int), np.zeros(300, int), p, 1)["proneness"]
    world = office(posts=300)
    world.workers.vacancy[:] = 1
    run(world, 1)
    assert (world.workers.hires == 1).all()
    assert len(np.unique(np.concatenate([first, world.workers.proneness]))) == 600


def test_quits_are_the_draws_of_the_posts():
    world = office(posts=500, load=0.5, overrides={"staff.quit_rate": 0.25})
    run(world, 1)
    assert np.array_equal(world.workers.vacancy > 0, uniform(1, Stream.QUIT, np.arange(500), 0) < 0.25 / 52)


def test_yearly_quits_follow_the_hazard_and_posts_are_conserved():
    """20,000 posts, one year: expected quits have a standard error of 2.3 %, the bound is four of it."""
    world = run(office(posts=20_000, load=0.5, overrides={"staff.vacancy_weeks": 26}), 52)
    assert len(world.workers) == 20_000
    quits = world.workers.hires.sum() + (world.workers.vacancy > 0).sum()
    there = 20_000 * (1 - 0.5 * 0.1 * 0.5)  # about half of those who quit in the half year before are missed
    assert quits == pytest.approx(there * 0.10, rel=0.10)


def test_a_post_is_vacant_for_its_weeks_and_then_filled_by_a_novice():
    world = office(posts=3, load=1.2, overrides={"staff.quit_rate": 0.05})
    world.workers.vacancy[1] = 12
    world.workers.burnout[1] = 0.0
    run(world, 11)
    assert world.workers.vacancy[1] == 1 and world.workers.burnout[1] == 0
    run(world, 1)
    assert world.workers.vacancy[1] == 0 and world.workers.hires[1] == 1
    assert world.workers.weeks[1] == 0 and world.workers.burnout[1] == 0
    run(world, 3)
    assert world.workers.weeks[1] == 3 and world.workers.burnout[1] > 0


def test_burnout_costs_staff():
    calm, burnt = (run(office(posts=8000, load=load, overrides={"staff.burnout_spread": 0}), 80) for load in (0.8, 1.2))
    quits = [world.workers.hires.sum() + (world.workers.vacancy > 0).sum() for world in (calm, burnt)]
    assert quits[1] > 1.5 * quits[0]


@pytest.mark.parametrize(("posts", "households"), [(12, 2600), (18, 5700)])
def test_hours_left_by_hand(posts, households):
    """Equation (6): 8 h, 5 days, 15 % absent, 10 % overtime; fixed 100 h and 0.06 h a household."""
    world = office(posts, households)
    gross = posts * 40 * 0.85 * 1.1
    assert staff.committee_hours(world) == pytest.approx(gross - 100 - 0.06 * households)
    assert world.committee_fixed == pytest.approx(100 + 0.06 * households) == world.committee_owed


def test_hours_are_those_of_the_whole_committee_at_any_scale():
    full, half = office(12, 2600), office(12, 2600, scale=0.5)
    assert staff.committee_hours(half) == pytest.approx(staff.committee_hours(full))


def test_residents_keep_a_floor_of_hours_and_the_overload_shows():
    world = office(4, 6000)
    gross = 4 * 40 * 0.85 * 1.1
    assert staff.committee_hours(world) == pytest.approx(0.1 * gross)
    assert world.committee_owed == pytest.approx(100 + 0.06 * 6000)
    assert world.committee_fixed == pytest.approx(0.9 * gross)


def test_burnt_out_new_and_missing_staff_give_fewer_hours():
    world = office(5, 0)
    world.workers.burnout[0] = 0.5
    world.workers.weeks[1] = 0
    world.workers.vacancy[2] = 5
    able = 0.85 + 0.6 + 0 + 1 + 1
    assert staff.committee_hours(world) == pytest.approx(able * 37.4 - 100)


@pytest.mark.parametrize(("households", "posts"), [(300, 9), (1000, 9), (2600, 12), (5700, 18), (20_000, 18)])
def test_posts_before_the_norm(households, posts):
    assert posts_before_2021(np.array([households]), Parameters(VALUES))[0] == posts


def test_knowledge_settles_at_the_mean_of_contacts_and_reach():
    world = office(posts=13, households=2600, overrides={"staff.quit_rate": 0.05, "staff.vacancy_weeks": 6})
    for _ in range(600):
        world.week.opened[:] = 26  # 1 % of households a week, so 0.26 contacts in the time of memory
        run(world, 1)
    reach = 100 * np.count_nonzero(world.workers.vacancy == 0) / 2600
    assert world.communities.knowledge[0] == pytest.approx((0.5 * 0.26 + reach) / 2, abs=0.03)


def test_knowledge_can_pass_one_half():
    """A committee that meets every household and has staff enough to know them all knows its community."""
    world = office(posts=30, households=1000)
    for _ in range(300):
        world.week.opened[:] = 80  # eight in a hundred households a week: two contacts each in the time of memory
        run(world, 1)
    assert world.communities.knowledge[0] > 0.95


def test_a_second_office_costs_the_fixed_hours_of_one():
    """Two halves with half the posts each have 100 hours less for residents than the whole: 2.7 posts to break even."""
    whole, halves = office(18, 5700), office(9, 2850, communities=2)
    loss = staff.committee_hours(whole).sum() - staff.committee_hours(halves).sum()
    assert loss == pytest.approx(100)
    assert loss / (40 * 0.85 * 1.1) == pytest.approx(2.67, abs=0.01)
