"""Types of households and their calibration: exact totals, the least change that meets the targets, people who fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.district.data.district import load_district
from simulation.district.people.households import (
    AGES,
    FATHER,
    GROWN,
    MID,
    MOTHER,
    OLD,
    OLDEST,
    PRESCHOOL,
    PUPIL,
    YOUNG,
    calibrate,
    members,
    templates,
    type_counts,
)
from simulation.parameters import Parameters

ADULTS = (YOUNG, MID, OLD, OLDEST, MOTHER, FATHER)
HUITIAN = load_district("huitian")


@st.composite
def problems(draw):
    """A prior, features, and a goal that some positive weights meet."""
    n, k = draw(st.integers(3, 12)), draw(st.integers(1, 3))
    numbers = st.floats(0.05, 1, allow_subnormal=False)
    prior = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    features = np.array(draw(st.lists(st.integers(0, 6), min_size=n * k, max_size=n * k)), float).reshape(n, k)
    meets = np.array(draw(st.lists(numbers, min_size=n, max_size=n)))
    return prior, features, (meets / meets.sum()) @ features


@given(problems())
@settings(max_examples=200, deadline=None)
def test_calibration_meets_the_goal_with_the_least_change(problem):
    """At the optimum of entropy, log(weight / prior) is a linear function of the features, and nothing else is."""
    prior, features, goal = problem
    weight = calibrate(prior, features, goal)
    assert weight.sum() == pytest.approx(1) and (weight > 0).all()
    assert weight @ features == pytest.approx(goal, abs=1e-9)
    design = np.column_stack([np.ones(len(prior)), features])
    change = np.log(weight / prior)
    fitted = design @ np.linalg.lstsq(design, change, rcond=None)[0]
    assert fitted == pytest.approx(change, abs=1e-6)


@given(problems())
@settings(max_examples=50, deadline=None)
def test_a_goal_that_is_met_already_changes_nothing(problem):
    prior, features, _ = problem
    share = prior / prior.sum()
    assert calibrate(prior, features, share @ features) == pytest.approx(share, abs=1e-7)


@pytest.mark.parametrize("goal", [-1.0, 0.0, 3.0, 7.0])
def test_a_goal_beyond_the_features_is_refused(goal):
    with pytest.raises(ValueError, match="no mix of household types meets the marginals"):
        calibrate(np.ones(3), np.array([[1.0], [2.0], [2.9]]), np.array([goal]))


@given(st.integers(200, 400_000), st.floats(2.2, 2.5))
@settings(max_examples=60, deadline=None)
def test_totals_are_exact(households, size):
    residents = round(households * size)
    counts = type_counts(households, residents, HUITIAN)
    assert counts.sum() == households and counts @ templates().size == residents
    assert counts.min() >= 0
    roles = templates().roles
    for name, group in (("age_0_14", (PRESCHOOL, PUPIL)), ("age_60_plus", (OLD, OLDEST)), ("age_75_plus", (OLDEST,))):
        number = counts @ np.isin(roles, group).sum(axis=1)
        # whole households round by less than one a type; the exchange of flatmates moves no one across these ages
        assert abs(number - residents * HUITIAN.figure(name)) < np.isin(roles, group).sum() + 1, name


@pytest.mark.parametrize("size", [0.9, 1.0, 5.0, 6.0, 7.0])
def test_sizes_out_of_reach_are_refused(size):
    with pytest.raises(ValueError, match=r"no mix of household types|do not fit"):
        type_counts(10_000, round(10_000 * size), HUITIAN)


def test_templates_are_households_that_could_exist():
    t = templates()
    assert (t.prior > 0).all()
    assert len(set(t.name)) == len(t.name)
    assert t.size.min() == 1 and t.size.max() == 6
    for name, roles, size in zip(t.name, t.roles, t.size, strict=True):
        assert (roles[:size] >= 0).all() and (roles[size:] == -1).all(), name
        assert np.isin(roles, ADULTS).any(), name
        if np.isin(roles, (PRESCHOOL, PUPIL)).any():
            assert roles[0] == MOTHER, name  # a child's age follows from hers
        if (roles == FATHER).any():
            assert roles[0] == MOTHER and roles[1] == FATHER, name
        if (roles == GROWN).any():
            assert (roles[:2] == MID).all(), name
    for couple, roles, name in zip(t.couple, t.roles, t.name, strict=True):
        assert not couple or (roles[0] == roles[1] and not name.startswith("flatmates"))


def people_of(seed, count=40):
    kind = np.repeat(np.arange(len(templates().size)), count)
    return kind, members(kind, 0.511, Parameters(), np.random.default_rng(seed))


def test_roles_keep_to_the_ages_that_the_marginals_count():
    assert AGES[PRESCHOOL][0] == 0 and AGES[PRESCHOOL][1] + 1 == AGES[PUPIL][0] and AGES[PUPIL][1] == 14
    assert AGES[OLD] == (60, 74) and AGES[OLDEST][0] == 75
    assert all(15 <= AGES[role][0] < AGES[role][1] < 60 for role in (GROWN, YOUNG, MID, MOTHER, FATHER))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_everybody_has_an_age_of_their_role(seed):
    kind, people = people_of(seed)
    t = templates()
    assert np.array_equal(np.bincount(people.household), t.size[kind])
    assert np.array_equal(t.roles[kind[people.household], people.slot], people.role)
    assert set(AGES) == set(people.role)
    for role, (low, high) in AGES.items():
        age = people.age[people.role == role]
        assert age.min() >= low and age.max() <= high, role


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_families_cohere(seed):
    """Parents are 18 to 45 years older than children, partners of two sexes and close in age."""
    kind, people = people_of(seed)
    first = np.append(0, np.cumsum(templates().size[kind]))[:-1]
    child = np.isin(people.role, (PRESCHOOL, PUPIL, GROWN))
    parent = people.age[first][people.household[child]]
    oldest = np.zeros(len(kind), int)
    np.maximum.at(oldest, people.household[child], people.age[child])
    assert (parent - people.age[child]).min() >= 18
    with_child = np.unique(people.household[child])
    assert (people.age[first][with_child] - oldest[with_child]).max() <= 45
    pair = first[templates().couple[kind] | (people.role[first] == MOTHER) & (people.role[first + 1] == FATHER)]
    assert (people.sex[pair] + people.sex[pair + 1] == 1).all()
    assert np.abs(people.age[pair] - people.age[pair + 1]).max() <= 15


def test_second_children_are_younger():
    kind, people = people_of(3, 500)
    twice = np.flatnonzero(kind == templates().name.index("parents_pupils"))
    ages = people.age[np.isin(people.household, twice) & (people.role == PUPIL)].reshape(-1, 2)
    assert (ages[:, 1] <= ages[:, 0]).all() and (ages[:, 1] < ages[:, 0]).mean() > 0.8


def test_same_generator_same_people():
    for one, two in zip(vars(people_of(5)[1]).values(), vars(people_of(5)[1]).values(), strict=True):
        assert np.array_equal(one, two)
    assert not np.array_equal(people_of(5)[1].age, people_of(6)[1].age)
