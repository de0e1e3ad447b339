"""The people of the real district: exact totals, rows in order, households that could exist, the cache."""

from dataclasses import fields, replace

import numpy as np
import pytest

from simulation.district.data.district import load_district
from simulation.district.people import population as module
from simulation.district.people.households import MOTHER, PRESCHOOL, PUPIL, calibrate, members, templates, type_counts
from simulation.district.people.households import OLD as OLD_ROLE
from simulation.district.people.population import SLOW, Population, build_population, load_population
from simulation.district.people.stages import (
    CHILD,
    COMMUTER,
    LOCAL_WORKER,
    OLD,
    PARENT_PRESCHOOL,
    PARENT_PUPIL,
    PRESCHOOLER,
    RETIRED,
    SCHOOL_PUPIL,
    YOUNG_OLD,
)
from simulation.parameters import Parameters

SCALES = (0.01, 0.1, 1.0)


@pytest.fixture(params=SCALES, ids=str)
def people(request, built):
    return built[request.param]


def test_a_share_of_workers_is_doubted_for_the_ages_and_not_for_the_luck_of_the_draw(district, recwarn):
    t, few = templates(), type_counts(400, 1000, district)

    def status_of(workers: float, seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        people = members(np.repeat(np.arange(len(t.size)), few), 0.5, Parameters(), rng)
        share = replace(district.marginals["workers"], value=workers)
        other = replace(district, marginals=district.marginals | {"workers": share})
        return module._status(people, other, Parameters()["population.student_share"], rng)

    missed = [0.6 - np.isin(status_of(0.6, seed), (LOCAL_WORKER, COMMUTER)).mean() for seed in range(20)]
    assert max(missed) > 0.01 and not recwarn.list
    with pytest.warns(RuntimeWarning, match=r"marginals\.workers: 0\.72 of all residents cannot have a job"):
        status_of(0.72, 1)


def same(a: Population, b: Population) -> bool:
    return all(np.array_equal(getattr(a, f.name), getattr(b, f.name)) for f in fields(Population))


def household_of(people):
    return np.repeat(np.arange(len(people.household_ptr) - 1), np.diff(people.household_ptr))


def gate_of(people):
    return np.repeat(np.arange(len(people.gate_cell)), np.diff(people.gate_ptr))


def test_full_scale_has_every_resident(built):
    assert len(built[1.0].age) == 851_516
    assert built[1.0].scale == 1


@pytest.mark.slow  # whole; tests/simulation/test_run.py has it in a sample
def test_another_reading_has_its_own_total(geography):
    other = load_district("huitian", population="press_2017")
    assert len(build_population(geography, other, Parameters(), 1.0).age) == 860_000


@pytest.mark.parametrize("scale", SCALES)
def test_every_community_has_its_households(built, geography, scale):
    people = built[scale]
    households = np.bincount(people.gate_community, np.diff(people.gate_household_ptr), len(geography.communities))
    full = np.bincount(
        geography.cell_community[geography.cell_community >= 0],
        geography.cell_households[geography.cell_community >= 0],
    )
    assert np.array_equal(full, geography.communities["households"])
    assert np.array_equal(households, [round(int(h) * scale) for h in full])


def test_residents_are_in_proportion(people, built, geography):
    n_households = len(people.household_ptr) - 1
    full = int(geography.communities["households"].sum())
    assert people.scale == n_households / full
    assert len(people.age) == round(851_516 * n_households / full)


def test_rows_are_whole_and_in_order(people):
    for ptr, end in (
        (people.gate_ptr, len(people.age)),
        (people.household_ptr, len(people.age)),
        (people.gate_household_ptr, len(people.household_ptr) - 1),
    ):
        assert ptr.dtype == np.int64
        assert ptr[0] == 0 and ptr[-1] == end and (np.diff(ptr) > 0).all()
    assert np.array_equal(people.gate_ptr, people.household_ptr[people.gate_household_ptr])
    assert (np.diff(people.household_ptr) <= 6).all()
    order = np.lexsort((people.gate_cell, people.gate_estate, people.gate_community))
    assert np.array_equal(people.gate_community[order], people.gate_community)
    assert np.array_equal(people.gate_estate[order], people.gate_estate)
    for column in fields(Population):
        values = getattr(people, column.name)
        if column.name not in ("scale", "near"):
            assert values.ndim == 1 and values.flags.c_contiguous, column.name


def test_gates_lie_where_people_live(people, geography):
    assert np.array_equal(geography.cell_community[people.gate_cell], people.gate_community)
    assert np.array_equal(geography.cell_estate[people.gate_cell], people.gate_estate)
    assert np.array_equal(geography.cell_subdistrict[people.gate_cell], people.gate_subdistrict)
    assert (geography.cell_households[people.gate_cell] > 0).all()


def test_gates_have_about_forty_households_and_follow_the_map(built, geography):
    people = built[1.0]
    size = np.diff(people.gate_household_ptr)
    assert size.min() >= 20 and size.max() <= 60
    in_cell = np.bincount(people.gate_cell, size, len(geography.cell_households))
    assert np.abs(in_cell - geography.cell_households).max() <= 2 * size.max()
    assert np.corrcoef(in_cell, geography.cell_households)[0, 1] > 0.9


def test_children_live_with_adults_old_enough(people):
    home, n = household_of(people), len(people.household_ptr) - 1
    oldest = np.zeros(n, int)
    np.maximum.at(oldest, home, people.age)
    child = people.age < 15
    assert (oldest[home[child]] - people.age[child] >= 20).all()
    assert (oldest >= 18).all()  # nobody under age lives alone


def test_generations_are_apart(district):
    kind = np.repeat(np.arange(len(templates().size)), type_counts(50_000, 115_500, district))
    people = members(kind, 0.511, Parameters(), np.random.default_rng(1))

    def of_home(role, code, reduce, start):
        """Extreme age of a role in each household, `start` where there is none."""
        age = np.full(len(kind), start)
        reduce.at(age, people.household[np.isin(role, code)], people.age[np.isin(role, code)])
        return age

    mother = of_home(people.role, MOTHER, np.maximum, -1)
    child = of_home(people.role, (PRESCHOOL, PUPIL), np.maximum, -1)
    grandparent = of_home(people.role, OLD_ROLE, np.minimum, 999)
    gap = (mother - child)[mother >= 0]
    assert gap.min() >= 20 and gap.max() <= 45
    assert gap.mean() == pytest.approx(28.5, abs=0.3)
    three = (mother >= 0) & (grandparent < 999)
    assert three.sum() > 1000
    assert (grandparent - mother)[three].min() >= 13
    assert np.quantile((grandparent - mother)[three], 0.01) >= 18
    assert (people.sex[people.role == MOTHER] == 0).all()


def test_codes_follow_from_ages(people):
    age, status, stage = people.age, people.status, people.life_stage
    assert ((age < 6) == (status == PRESCHOOLER)).all()
    assert (((age >= 6) & (age < 15)) == (status == SCHOOL_PUPIL)).all()
    assert ((age >= 60) == (status == RETIRED)).all()
    assert ((age < 15) == (stage == CHILD)).all()
    assert ((age >= 75) == (stage == OLD)).all()
    assert (((age >= 60) & (age < 75)) == (stage == YOUNG_OLD)).all()
    works = np.isin(status, (LOCAL_WORKER, COMMUTER))
    assert age[works].min() >= 18
    assert ((people.commute_minutes > 0) == (status == COMMUTER)).all()
    assert ((people.mobility == SLOW) == (age >= 75)).all()
    assert (people.party_member <= (age >= 18)).all()
    assert (people.double_report <= (people.party_member & works)).all()


@pytest.mark.parametrize(("stage", "status"), [(PARENT_PRESCHOOL, PRESCHOOLER), (PARENT_PUPIL, SCHOOL_PUPIL)])
def test_parents_have_a_child_at_home(people, stage, status):
    home = household_of(people)
    with_child = np.unique(home[people.status == status])
    assert np.isin(home[people.life_stage == stage], with_child).all()
    assert len(np.unique(home[people.life_stage == stage])) > 0


def test_ties_are_of_this_district(people, geography):
    rows, gate = np.arange(len(people.age)), gate_of(people)
    for slot in range(7):
        other = rows + people.near[:, slot]
        assert other.min() >= 0 and other.max() < len(rows)
        assert np.array_equal(other[other], rows)
        group = gate if slot < 5 else people.gate_estate[gate]
        assert np.array_equal(group[other], group)
    other = people.far.astype(np.int64)
    assert np.array_equal(other[other], rows)
    elsewhere = people.gate_community[gate][other] != people.gate_community[gate]
    assert elsewhere.mean() == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / len(rows)) + 1e-3)


def test_ties_are_people_one_does_not_have_already(people):
    """Household slots hold members, no slot whom another has already; few slots that could be filled are empty."""
    rows, home = np.arange(len(people.age)), household_of(people)
    other = np.column_stack([rows[:, None] + people.near, people.far.astype(np.int64)])
    empty = other == rows[:, None]
    together = home[other] == home[:, None]
    assert (together | empty)[:, :2].all() and not (together & ~empty)[:, 2:].any()
    tied = np.sort(np.where(empty, -1 - np.arange(8), other), axis=1)
    assert (np.diff(tied, axis=1) > 0).all()
    assert empty[:, 2:7].mean() < 0.01


def test_same_seed_same_people(geography, district, built):
    assert same(build_population(geography, district, Parameters(), 0.01), built[0.01])
    assert not same(build_population(geography, district, Parameters(), 0.01, seed=2), built[0.01])


def test_smallest_scale_keeps_every_community(geography, district):
    people = build_population(geography, district, Parameters(), 1e-4)
    assert np.array_equal(np.unique(people.gate_community), geography.communities.index)


def test_parameters_matter(geography, district):
    p = build_population(geography, district, Parameters({"population.gate_households": 60.0}), 0.1)
    assert np.diff(p.gate_household_ptr).mean() > 50


def test_cache_gives_the_same_people_and_builds_once(geography, district, built, monkeypatch):
    first = load_population(geography, district, Parameters(), 0.01)
    monkeypatch.setattr(module, "build_population", lambda *_: pytest.fail("built again"))
    again = load_population(geography, district, Parameters({"volunteering.hours": 2.5}), 0.01)
    for people in (first, again):
        assert same(people, built[0.01])
        assert people.age.flags.writeable  # the kernels compile once, for plain arrays


@pytest.mark.parametrize("name", ["age_0_14", "age_60_plus", "age_75_plus"])
@pytest.mark.parametrize("size", [2.2, 2.31, 2.5])
def test_the_whole_range_of_each_marginal_can_be_met(district, name, size):
    figure = district.marginals[name]
    for value in (figure.low, figure.high):
        changed = replace(district, marginals=district.marginals | {name: replace(figure, value=value)})
        counts = type_counts(100_000, round(100_000 * size), changed)
        assert counts.min() >= 0
        assert counts.sum() == 100_000
        assert counts @ templates().size == round(100_000 * size)


def test_targets_out_of_reach_are_refused(district):
    with pytest.raises(ValueError, match="no mix of household types"):
        type_counts(1000, 7000, district)


def test_calibration_meets_the_goal_and_keeps_ratios_that_no_target_touches():
    prior = np.array([0.3, 0.1, 0.4, 0.2])
    weight = calibrate(prior, np.array([[1.0], [1.0], [2.0], [4.0]]), np.array([2.5]))
    assert weight.sum() == pytest.approx(1)
    assert weight @ [1, 1, 2, 4] == pytest.approx(2.5)
    assert weight[0] / weight[1] == pytest.approx(3)


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        ("far", 3, 4_000_000_000),
        ("near", (0, 2), -1),
        ("near", (-1, 0), 1),
        ("gate_ptr", 1, 10**9),
        ("gate_ptr", -1, 7),
        ("household_ptr", 5, -3),
        ("gate_household_ptr", 0, 1),
        ("gate_cell", 0, -1),
    ],
)
def test_people_who_point_beyond_the_arrays_are_not_used(built, name, row, value):
    arrays = {f.name: np.array(getattr(built[0.01], f.name)) for f in fields(Population)}
    assert module._sound(arrays)
    arrays[name][row] = value
    assert not module._sound(arrays)
