"""Epidemic: null models of the SEIR equations, then the whole model with and without mobilisation.

The final size is tested by the mean of five epidemics of 20 000 people against 0.812 (R0 = 2.06). One of them has a
standard deviation near 0.006, so the bound of 0.012 on the mean fails by chance for less than one in 10 000 sets of
seeds.
"""

from functools import cache

import numba
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from simulation.metrics.epidemic import infected, infections
from simulation.metrics.table import ALWAYS
from simulation.model import DistrictModel
from simulation.parameters import Parameters
from simulation.processes import double_report
from simulation.processes.epidemic import course
from simulation.processes.epidemic.step import rates
from simulation.recording import Recording
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.infection import EXPOSED, INFECTIOUS, REMOVED, SUSCEPTIBLE

PEOPLE, GATES, SEEDS = 20_000, 200, range(5)
R0, LATENT, INFECTIOUS_DAYS = 2.06, 3.0, 5.0


def well_mixed(seed: int, r0: float, first: int = 100, days: int = 250) -> np.ndarray:
    """Residents by state and day, int64 (days, 4), where everybody meets everybody."""
    state, quarantined = np.zeros(PEOPLE, np.uint8), np.zeros(PEOPLE, np.bool_)
    state[:first] = INFECTIOUS
    gate_ptr = np.linspace(0, PEOPLE, GATES + 1).astype(np.int64)
    counts = []
    for day in range(days):
        rows = np.flatnonzero((state == EXPOSED) | (state == INFECTIOUS))
        course.advance(seed, day, rows, 1 / LATENT, 1 / INFECTIOUS_DAYS, state)
        force = np.full(GATES, r0 / INFECTIOUS_DAYS * (state == INFECTIOUS).sum() / PEOPLE)
        course.expose(
            seed, day, gate_ptr, course.chance_threshold(force), np.uint64(0), np.zeros(GATES), state, quarantined
        )
        counts.append(np.bincount(state, minlength=4))
    assert not quarantined.any()
    return np.array(counts)


def final_size(r0: float, first: float) -> float:
    """Root of z = 1 - (1 - first) exp(-R0 z)."""
    return brentq(lambda z: z - 1 + (1 - first) * np.exp(-r0 * z), 1e-9, 1)


def test_final_size_is_that_of_the_theory():
    assert final_size(R0, 0.0) == pytest.approx(0.812, abs=0.002)
    sizes = [well_mixed(seed, R0)[-1, REMOVED] / PEOPLE for seed in SEEDS]
    assert np.mean(sizes) == pytest.approx(final_size(R0, 100 / PEOPLE), abs=0.012)


def test_below_one_it_dies():
    ended = [well_mixed(seed, 0.7)[-1] for seed in SEEDS[:2]]
    for counts in ended:
        assert counts[EXPOSED] == counts[INFECTIOUS] == 0
        assert counts[REMOVED] < 100 / (1 - 0.7) * 1.5


def test_the_curve_is_that_of_the_equations():
    """Mean of five runs against the equations in steps of a day, which is what geometric times make of them."""
    mean = np.mean([well_mixed(seed, R0, first=200) for seed in SEEDS], axis=0) / PEOPLE
    s, e, i, r = 1 - 200 / PEOPLE, 0.0, 200 / PEOPLE, 0.0
    expected = []
    for _ in range(len(mean)):
        e, i, r = e * (1 - 1 / LATENT), i * (1 - 1 / INFECTIOUS_DAYS) + e / LATENT, r + i / INFECTIOUS_DAYS
        new = s * -np.expm1(-R0 / INFECTIOUS_DAYS * i)
        s, e = s - new, e + new
        expected.append((s, e, i, r))
    assert np.abs(mean - np.array(expected)).max() < 0.02

    def flow(_, y):
        new = R0 / INFECTIOUS_DAYS * y[0] * y[2]
        return [-new, new - y[1] / LATENT, y[1] / LATENT - y[2] / INFECTIOUS_DAYS, y[2] / INFECTIOUS_DAYS]

    smooth = solve_ivp(flow, (0, len(mean)), [1 - 200 / PEOPLE, 0, 200 / PEOPLE, 0]).y[:, -1]
    assert mean[-1, REMOVED] == pytest.approx(smooth[REMOVED], abs=0.012)


@pytest.mark.parametrize("r0", [1.5, R0, 4.0])
def test_steps_of_a_day_raise_the_peak(r0):
    """Times of at least a day are more regular than exponential ones; `docs/model.md` says by how much that shows."""
    peak = np.mean([well_mixed(seed, r0, first=200)[:, INFECTIOUS].max() for seed in SEEDS]) / PEOPLE

    def flow(_, y):
        new = r0 / INFECTIOUS_DAYS * y[0] * y[2]
        return [-new, new - y[1] / LATENT, y[1] / LATENT - y[2] / INFECTIOUS_DAYS]

    smooth = solve_ivp(flow, (0, 250), [1 - 200 / PEOPLE, 0, 200 / PEOPLE], max_step=0.25).y[2].max()
    assert 1.05 < peak / smooth < 1.2


def test_people_are_conserved_and_never_susceptible_again():
    counts = well_mixed(0, R0)
    assert (counts.sum(axis=1) == PEOPLE).all()
    assert (np.diff(counts[:, SUSCEPTIBLE]) <= 0).all()
    assert (np.diff(counts[:, REMOVED]) >= 0).all()


@pytest.mark.parametrize("size", [2, 3, 5])
def test_exposures_at_home_are_the_share_of_r0(size):
    p = Parameters({"epidemic.share_home": 0.4})
    daily = rates(p, size - 1, 0.0)
    leave, attacked = 1 / p["epidemic.infectious_days"], p["epidemic.share_home"] * p["epidemic.r0"] / (size - 1)
    weeks = np.arange(1, 400)
    escape = (leave * (1 - leave) ** (weeks - 1) * (1 - daily.home) ** weeks).sum()
    assert 1 - escape == pytest.approx(min(attacked, p["epidemic.home_attack_most"]), rel=1e-6)
    beyond = (daily.gate + daily.community + daily.area) * p["epidemic.infectious_days"]
    assert beyond == pytest.approx((1 - p["epidemic.share_home"]) * p["epidemic.r0"])


def test_only_the_household_is_exposed_at_home():
    first = np.array([0, 3, 5, 9])
    household = np.repeat(np.arange(3, dtype=np.int32), np.diff(first))
    state = np.zeros(9, np.uint8)
    state[3] = INFECTIOUS
    course.expose_at_home(1, 0, np.array([3]), household, first, np.arange(9, dtype=np.int32), 1.0, state)
    assert state.tolist() == [0, 0, 0, INFECTIOUS, EXPOSED, 0, 0, 0, 0]


# The whole model: 2 % of the households from December 2019 on, with as many imports as the range allows.
SCALE, WEEKS = 0.02, 44
SEVERE = {"run.burn_in_weeks": 4.0, "epidemic.imports": 2.0, "epidemic.tracing": 0.0, "epidemic.contact_cut": 0.2}


def scenario(epidemic: bool = True, **lever) -> Scenario:
    base = load_scenario("baseline")
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "case",
            "title": base.title,
            "start": base.start.replace(year=2019, month=12, day=2),
            "context": {"epidemic": epidemic},
            "parameters": SEVERE,
            "interventions": lever,
        }
    )


NOTHING = {
    "staff_share": 0.0,
    "volunteer_share": 0.0,
    "guard_posts": 0.0,
    "members": 0.0,
    "cadres": 0.0,
    "door_visits": 0.0,
    "gates": 0.0,
    "disinfection_hours": 0.0,
    "elder_hours": 0.0,
    "watch_hours": 0.0,
}
"""Every measure of the mobilisation off."""


@cache
def run_with(seed: int, **lever: float) -> Recording:
    return simulate(scenario(True, epidemic_mobilisation=NOTHING | lever), seed=seed, scale=SCALE, weeks=WEEKS)


@cache
def run(epidemic: bool, mobilised: bool, seed: int = 1, threads: int = 2) -> Recording:
    chosen = scenario(epidemic, **({"epidemic_mobilisation": {}} if mobilised else {}))
    return simulate(chosen, seed=seed, scale=SCALE, weeks=WEEKS, threads=min(threads, numba.config.NUMBA_NUM_THREADS))


def test_without_an_epidemic_nothing_changes():
    off, mobilised = run(False, False), run(False, True)
    assert list(off.district.columns) == ["tick", "date", *ALWAYS]
    for frame in ("district", "communities", "residents"):
        assert getattr(mobilised, frame).equals(getattr(off, frame))


def test_until_the_first_import_the_epidemic_changes_nothing():
    on, off = run(True, False).district, run(False, False).district
    before = on["date"] < "2020-01-13"
    assert before.sum() == 6
    assert on.loc[before, off.columns].equals(off[before])


def test_threads_share_the_bits():
    one, two = run(True, True, threads=1), run(True, True, threads=2)
    assert one.district.equals(two.district)


@pytest.mark.slow  # whole runs
def test_mobilisation_spares_infections_and_costs_time():
    """Infections are compared when the guards go home: without immunity an epidemic this severe then catches up."""
    for seed in (1, 2, 3):
        free, guarded = run(True, False, seed).district, run(True, True, seed).district
        during = free["date"].between("2020-02-03", "2020-05-31")
        assert guarded.loc[during, "load_committee"].mean() > free.loc[during, "load_committee"].mean() + 0.1
        assert guarded.loc[during, "wait_weeks"].mean() > 1.1 * free.loc[during, "wait_weeks"].mean()
        assert guarded["satisfaction_elder_care"].iloc[-1] > free["satisfaction_elder_care"].iloc[-1]
        assert 0 < guarded.loc[during, "infections"].iloc[-1] < 0.5 * free.loc[during, "infections"].iloc[-1]


def test_all_infected_at_once_recover_and_nothing_breaks():
    def infect_all(world):
        if world.tick == 8:
            world.infection.state[:] = INFECTIOUS

    found = simulate(scenario(True, epidemic_mobilisation={}), seed=1, scale=0.01, weeks=WEEKS, watch=infect_all)
    people = len(found.residents) / 0.01
    infected = found.district["infected"].to_numpy()
    assert infected[9] > 0.2 * people  # (4/5)**7 of them are still infectious after a week
    assert infected[30] == 0
    shares = found.district[["waste_sorting_rate", "trust", "response_rate", "fee_payment_rate"]]
    assert shares.notna().all().all() and ((shares >= 0) & (shares <= 1)).all().all()
    assert (found.communities.groupby("tick")["residents"].sum() == len(found.residents)).all()


def test_infections_add_up():
    place = run(True, False).communities.groupby("tick")[["infected", "infections"]].sum()
    district = run(True, False).district.set_index("tick")
    np.testing.assert_allclose(place["infections"], district["infections"])
    assert (district["infections"].diff().dropna() >= 0).all()
    assert (district["infected"] <= district["infections"]).all()
    assert district["infections"].iloc[-1] <= len(run(True, False).residents) / SCALE


def test_lone_elders_live_alone():
    world = prepare(scenario(), 1, SCALE)
    alone = np.diff(world.households.first) == 1
    older = world.residents.older[world.households.first[:-1]] > 0
    assert world.gates.lone_elders.sum() == (alone & older).sum() > 0
    assert world.infection.counts().tolist() == [len(world.residents), 0, 0, 0]


def test_who_comes_is_susceptible_and_who_was_infected_stays_counted():
    world = prepare(scenario(), 1, SCALE)
    state, gate = world.infection, world.residents.gate
    state.state[:40], state.quarantined[:40] = np.arange(40) % 4, True
    before, now = infections(world), infected(world)
    rows = np.arange(8, 16)
    state.renew(rows, gate[rows])
    assert (state.state[rows] == SUSCEPTIBLE).all() and not state.quarantined[rows].any()
    assert np.array_equal(infections(world), before) and before.sum() == pytest.approx(30 / world.scale)
    assert now.sum() - infected(world).sum() == pytest.approx(4 / world.scale)


def test_nothing_of_it_changes_no_bit():
    null, base = run_with(1), run(True, False)
    for frame in ("district", "communities", "residents"):
        assert getattr(null, frame).equals(getattr(base, frame))


ALL_HANDS = {"members": 1.0, "member_hours": 20.0, "cadres": 40.0, "cadre_hours": 60.0}
"""Labour enough for any task; without a task it does nothing."""


@pytest.mark.parametrize(
    ("measure", "task", "metric", "sign"),
    [
        ("I18", {"gates": 2.0}, "satisfaction_travel", -1),  # guarded gates cost time
        ("I19", {"disinfection_hours": 2.0}, "cost_operating_yuan", 1),
        ("I20", {"elder_hours": 2.0}, "satisfaction_elder_care", 1),
    ],
)
def test_a_task_alone_does_its_own(measure, task, metric, sign):
    done, base = run_with(1, **ALL_HANDS, **task).district, run_with(1, **ALL_HANDS).district
    assert sign * (done[metric].iloc[-1] - base[metric].iloc[-1]) > 0
    other = "satisfaction_school"
    assert abs(done[other].iloc[-1] - base[other].iloc[-1]) < 0.05


def test_door_visits_teach_committees_their_households():
    """I17: staff who knock on doors know the place better, and queue work meanwhile."""
    seen = {}
    for visits in (0.0, 1.0):
        chosen = scenario(True, epidemic_mobilisation=NOTHING | ALL_HANDS | {"door_visits": visits})
        known = []
        simulate(
            chosen,
            seed=1,
            scale=SCALE,
            weeks=20,
            watch=lambda world, known=known: known.append(float(world.communities.knowledge.mean())),
        )
        seen[visits] = known[-1]
    assert seen[1.0] > seen[0.0] + 0.02


def test_found_returnees_stay_at_home():
    """I17 and I21: the more doors, the more of the imported cases are found."""
    share = {}
    for visits in (0.0, 0.25, 2.0):
        chosen = scenario(True, epidemic_mobilisation=NOTHING | ALL_HANDS | {"door_visits": visits})
        last = []
        simulate(chosen, seed=1, scale=SCALE, weeks=20, watch=last.append)
        share[visits] = int(last[-1].infection.quarantined.sum())
    assert share[0.0] == 0 <= share[0.25] <= share[2.0]


def test_members_tire_and_staff_give_no_more_than_their_share():
    fatigue, extra, most = [], [], []

    def watch(world):
        fatigue.append(float(world.members.fatigue.mean()))
        extra.append(float(world.levers.extra_hours.sum()))
        most.append(0.4 * float(world.communities.hours_supplied.sum()) / SCALE)  # of this week, for the next

    simulate(scenario(True, epidemic_mobilisation={}), seed=1, scale=SCALE, weeks=WEEKS, watch=watch)
    begun = next(k for k, hours in enumerate(extra) if hours > 0)
    assert fatigue[begun] < fatigue[begun + 10]
    assert all(given <= 1.001 * last for given, last in zip(extra[begun:], most[begun - 1 :], strict=False))
    assert fatigue[-1] < 0.3 * max(fatigue)  # and rest when it is over


def test_hours_that_the_mobilisation_counts_on_are_those_of_members_who_come():
    """Half of them are called. What is noted as unpaid is what those who come give; after that nobody is said to have
    come who was not counted, and those who move out or die in the week are members no longer.
    """
    chosen = scenario(True, epidemic_mobilisation=NOTHING | {"members": 0.5, "member_hours": 20.0, "elder_hours": 4.0})
    moving = {"demography.renter_moves": 0.25, "demography.owner_moves": 0.06}
    chosen = chosen.model_copy(update={"parameters": SEVERE | moving})
    model = DistrictModel(prepare(chosen, 1, SCALE), chosen)
    world, left, came = model.world, 0, {}

    def watch(process: str) -> None:
        m = world.members
        came[process] = set(m.resident[m.came == world.tick])
        if process == "quality":  # the first, so that this is what the levers left
            hours = world.levers.called_hours * double_report.by_community(world, m.came == world.tick)
            np.testing.assert_allclose(world.levers.unpaid, hours)

    for _ in range(24):
        model.step(watch)
        assert came["quality"] >= came["demography"] == came["budget"]
        left += len(came["quality"] - came["budget"])
    assert len(came["budget"]) > 10 and left > 0


def test_disinfection_costs_what_it_says():
    chosen = scenario(True, epidemic_mobilisation=NOTHING | ALL_HANDS | {"disinfection_hours": 1.0})
    worlds = []
    recording = simulate(chosen, seed=1, scale=SCALE, weeks=WEEKS, watch=worlds.append)
    spent = recording.district["cost_operating_yuan"] - run_with(1, **ALL_HANDS).district["cost_operating_yuan"]
    weeks = int(recording.district["date"].between("2020-01-27", "2020-06-06").sum())
    gates = len(worlds[-1].gates) / SCALE
    assert spent.iloc[-1] == pytest.approx(weeks * gates * 5 * 7, rel=5e-3)  # tired hands miss a little
