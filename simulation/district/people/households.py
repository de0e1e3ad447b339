"""Households of people who could live together: types, how many of each, and the ages of their members.

Types are drawn so that the district's marginals are met: prior weights are calibrated by entropy (generalised raking,
Deville & Sarndal 1992), turned into whole numbers by largest remainders (truncate, replicate, sample; Lovelace &
Ballas 2013), and the members' ages follow from one another: a child is some thirty years younger than its parents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.district import District
from simulation.district.map.growth import whole_shares
from simulation.elementary import exp, log

YOUNG, MID, OLD, OLDEST, MOTHER, FATHER, PRESCHOOL, PUPIL, GROWN = range(9)
_CODES = {"Y": YOUNG, "D": MID, "O": OLD, "H": OLDEST, "M": MOTHER, "F": FATHER, "C": PRESCHOOL, "P": PUPIL, "S": GROWN}
AGES = {
    YOUNG: (18, 34),
    MID: (35, 59),
    OLD: (60, 74),
    OLDEST: (75, 100),
    MOTHER: (20, 59),
    FATHER: (20, 59),
    PRESCHOOL: (0, 5),
    PUPIL: (6, 14),
    GROWN: (15, 34),
}
"""Least and greatest age of each role."""
_NONE = -1
_EXACT = (MOTHER, PRESCHOOL, PUPIL, GROWN)
"""Roles whose age is the household's, without a difference of their own."""
_AT_FIRST_BIRTH = (20, 45)
_GENERATION = 22  # years, at least, between a mother and grandparents in the home
_SECOND_CHILD = 3  # slot of a second child, after mother, father and first child
_TARGETS = ("age_0_14", "age_60_plus", "age_75_plus")
_MET, _STEEPEST = 1e-10, 1e4  # a goal is met to this gap; beyond this slope it lies outside of the features
_FLEXIBLE = ("flatmates_two", "flatmates_three")
"""The pair of types that trade places until the number of residents is exact."""
_Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Templates:
    """Types of households: prior weight, size, roles int (n_types, 6) with -1 for none, and whether a couple leads."""

    name: list[str]
    prior: NDArray[np.float64]
    size: _Ints
    roles: _Ints
    couple: NDArray[np.bool_]


@cache
def templates() -> Templates:
    """The table `household_templates.csv`."""
    with files("simulation.district.people").joinpath("household_templates.csv").open(encoding="utf-8") as source:
        table = pd.read_csv(source, keep_default_na=False)
    roles = np.full((len(table), 6), _NONE)
    for k, text in enumerate(table["roles"]):
        codes = [_CODES[letter] for letter in text.split()]
        roles[k, : len(codes)] = codes
    return Templates(
        list(table["name"]),
        table["prior"].to_numpy(float),
        (roles >= 0).sum(axis=1),
        roles,
        (table["note"] != "").to_numpy(),
    )


def type_counts(n_households: int, n_residents: int, district: District) -> _Ints:
    """Households of each type, int64 (n_types,), with exactly the given numbers of households and residents.

    Raises
    ------
    DistrictError
        If no mix of types meets the marginals, or has that many residents in that many households.
    """
    t = templates()
    members = np.stack([_members(t, roles) for roles in ((PRESCHOOL, PUPIL), (OLD, OLDEST), (OLDEST,))], axis=1)
    mean = n_residents / n_households
    goal = np.array([mean, *(mean * district.figure(name) for name in _TARGETS)])
    try:
        weight = calibrate(t.prior, np.column_stack([t.size, members]), goal)
    except ValueError as error:
        wanted = ", ".join(f"{name} {district.figure(name):g}" for name in _TARGETS)
        raise district.source.error(("marginals",), f"{error} ({mean:.3g} residents a household, {wanted})") from None
    counts = whole_shares(n_households, weight)
    smaller, larger = (t.name.index(name) for name in _FLEXIBLE)
    missing = n_residents - int(counts @ t.size)
    counts[larger] += missing
    counts[smaller] -= missing
    if counts.min() < 0:
        raise district.source.error(
            ("population",), f"{n_residents} residents do not fit {n_households} households of the known types"
        )
    return counts


def _members(t: Templates, roles: tuple[int, ...]) -> _Ints:
    return np.isin(t.roles, roles).sum(axis=1)


def calibrate(
    prior: NDArray[np.float64], features: NDArray[np.float64], goal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights closest to the prior in entropy whose mean of the features (n, k) is the goal (k,).

    They are the prior times exp(features @ slope), where the slope minimises the convex dual, log of their sum;
    Newton's method with step halving (Boyd & Vandenberghe 2004, section 9.5).

    Raises
    ------
    ValueError
        If the goal cannot be met.
    """
    centred = features - goal
    slope, gap = np.zeros(len(goal)), goal
    for _ in range(100):
        weight, height = _tilted(prior, centred, slope)
        gap = weight @ centred
        if np.abs(gap).max() < _MET:
            return weight
        if np.abs(slope).max() > _STEEPEST:
            break
        spread = (centred * weight[:, None]).T @ centred - np.outer(gap, gap)
        step = np.linalg.lstsq(spread, gap, rcond=None)[0]
        while _tilted(prior, centred, slope - step)[1] > height - 1e-4 * gap @ step + 1e-13:
            step = step / 2
        slope = slope - step
    raise ValueError(f"no mix of household types meets the marginals: gap {gap}")


def _tilted(
    prior: NDArray[np.float64], centred: NDArray[np.float64], slope: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Weights of a slope, and the logarithm of their sum before they are divided by it."""
    power = centred @ slope
    weight = prior * exp(power - power.max())
    return weight / weight.sum(), float(log(weight.sum()) + power.max())


@dataclass(frozen=True)
class Members:
    """One row per resident, household by household."""

    household: _Ints
    slot: _Ints
    role: _Ints
    age: _Ints
    sex: _Ints  # 0 woman, 1 man


def members(kind: _Ints, male: float, params: Mapping[str, float], rng: np.random.Generator) -> Members:
    """Residents of households of the given types, int64 (n_households,); `male` is the share of men to meet."""
    t = templates()
    size = t.size[kind]
    household = np.repeat(np.arange(len(kind)), size)
    slot = np.arange(len(household)) - np.repeat(np.cumsum(size) - size, size)
    role = t.roles[kind[household], slot]
    age = _ages(len(kind), household, slot, role, params, rng)
    second = np.flatnonzero((slot == 1) & t.couple[kind[household]])
    return Members(household, slot, role, age, _sex(role, second, male, rng))


def _sex(role: _Ints, second: _Ints, male: float, rng: np.random.Generator) -> _Ints:
    """1 for men. A couple is a man and a woman, so all others make up for what couples and lone mothers lack."""
    paired = np.zeros(len(role), np.bool_)
    paired[second] = paired[second - 1] = True
    free = ~paired & ~np.isin(role, (MOTHER, FATHER))
    missing = male * len(role) - len(second) - int((role == FATHER).sum())
    sex = (rng.random(len(role)) < np.where(free, missing / max(int(free.sum()), 1), 0.5)).astype(np.int64)
    sex[role == MOTHER], sex[role == FATHER] = 0, 1
    sex[second] = 1 - sex[second - 1]
    return sex


def _ages(
    n: int, household: _Ints, slot: _Ints, role: _Ints, params: Mapping[str, float], rng: np.random.Generator
) -> _Ints:
    """Ages by role. Parents follow the oldest child and grandparents the mother; couples share an age."""
    preschool, pupil = rng.integers(0, 6, n), rng.integers(6, 15, n)
    oldest_child = np.zeros(n, np.int64)
    np.maximum.at(oldest_child, household[role == PRESCHOOL], preschool[household[role == PRESCHOOL]])
    np.maximum.at(oldest_child, household[role == PUPIL], pupil[household[role == PUPIL]])
    grown = rng.integers(15, 31, n)
    has_grown = np.zeros(n, np.bool_)
    has_grown[household[role == GROWN]] = True
    at_birth = rng.normal(params["population.mother_age"], params["population.mother_age_sd"], n)
    mother = oldest_child + np.clip(np.rint(at_birth), *_AT_FIRST_BIRTH)
    old = rng.triangular(60, 62, 75, n)
    has_mother, has_small = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    has_mother[household[role == MOTHER]] = True
    has_small[household[role == PRESCHOOL]] = True
    common = {
        YOUNG: rng.triangular(18, 28, 35, n),
        MID: np.where(has_grown, np.clip(grown + 28, 42, 58), rng.uniform(35, 59, n)),
        OLD: np.where(has_mother, np.maximum(old, mother + _GENERATION), old),
        OLDEST: rng.triangular(75, 76, 95, n),
        MOTHER: mother,
        FATHER: mother + 2,
        PRESCHOOL: preschool,
        PUPIL: pupil,
        GROWN: grown,
    }
    age = np.zeros(len(role), np.int64)
    for code, base in common.items():
        rows = np.flatnonzero(role == code)
        own = np.zeros(len(rows)) if code in _EXACT else np.rint(rng.normal(0, 1.5, len(rows)))
        if code == PUPIL:
            younger = (slot[rows] == _SECOND_CHILD) & ~has_small[household[rows]]
            own = np.where(younger, -rng.integers(1, 6, len(rows)), own)
        age[rows] = np.clip(np.floor(base[household[rows]]) + own, *AGES[code])
    return age
