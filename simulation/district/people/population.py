"""The people: every resident of the district with household, gate, age, work and ties, made from its marginals."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.cache import cached
from simulation.district.data.district import District
from simulation.district.map.geography import Geography
from simulation.district.map.growth import whole_shares
from simulation.district.people.households import Members, members, templates, type_counts
from simulation.district.people.stages import (
    ADULT_FROM,
    AT_HOME,
    COMMUTER,
    LOCAL_WORKER,
    OLD_FROM,
    OLDEST_FROM,
    PRESCHOOLER,
    PUPIL_FROM,
    RETIRED,
    SCHOOL_PUPIL,
    STUDENT,
    STUDENT_FROM,
    STUDENTS_UNTIL,
    life_stages,
)
from simulation.district.people.ties import N_NEAR, far_ties, near_ties
from simulation.elementary import exp

DAYTIME, COMMUTING, SLOW = range(3)
_MISSED = 0.01  # of all residents: ages within a band are drawn
COMMUTE_RANGE = (10, 150)  # minutes


@dataclass(frozen=True)
class Population:
    """Residents as columns, sorted by community, estate, cell, gate and household; a row is a resident's lasting id.

    `*_ptr` arrays have one entry more than there are gates or households: first row of each, then the end. See
    `docs/population.md` for units and codes.
    """

    scale: float
    gate_ptr: NDArray[np.int64]
    gate_cell: NDArray[np.int32]
    gate_estate: NDArray[np.int32]
    gate_community: NDArray[np.int32]
    gate_subdistrict: NDArray[np.int32]
    gate_household_ptr: NDArray[np.int64]
    household_ptr: NDArray[np.int64]
    household_area_m2: NDArray[np.float32]
    household_owner: NDArray[np.bool_]
    household_car: NDArray[np.bool_]
    age: NDArray[np.uint8]
    sex: NDArray[np.uint8]
    status: NDArray[np.uint8]
    life_stage: NDArray[np.uint8]
    commute_minutes: NDArray[np.uint8]
    mobility: NDArray[np.uint8]
    party_member: NDArray[np.bool_]
    double_report: NDArray[np.bool_]
    near: NDArray[np.int16]
    far: NDArray[np.uint32]


def load_population(
    geography: Geography, district: District, params: Mapping[str, float], scale: float = 1.0, seed: int = 1
) -> Population:
    """`build_population` through the cache."""
    key = {
        "district": district.content_hash,
        "scale": scale,
        "seed": seed,
        "parameters": {name: params[name] for name in params if name.startswith(("population.", "ties."))},
    }

    def build() -> dict[str, NDArray[np.generic]]:
        made = build_population(geography, district, params, scale, seed)
        return {field.name: np.asarray(getattr(made, field.name)) for field in fields(made)}

    arrays = dict(cached("population", key, build, sound=_sound))
    scale = float(arrays.pop("scale"))
    return Population(scale=scale, **arrays)  # type: ignore[arg-type]  # by name, as `build` stored them


def _sound(arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Whether all rows that arrays point to exist: compiled code reads there without a check."""
    n, households, gates = (len(arrays[name]) for name in ("age", "household_owner", "gate_cell"))
    far, near = arrays["far"], arrays["near"]
    rows = np.arange(n)
    return (
        _divides(arrays["gate_ptr"], gates, n)
        and _divides(arrays["gate_household_ptr"], gates, households)
        and _divides(arrays["household_ptr"], households, n)
        and far.shape == (n,)
        and bool((far < n).all())
        and near.shape == (n, N_NEAR)
        and bool((near.min(axis=1) + rows >= 0).all() and (near.max(axis=1) + rows < n).all())
        and all(int(arrays[f"gate_{place}"].min()) >= 0 for place in ("cell", "estate", "community", "subdistrict"))
    )


def _divides(pointer: NDArray[Any], parts: int, rows: int) -> bool:
    """Whether a pointer divides so many rows into so many parts that follow each other."""
    whole = pointer.shape == (parts + 1,) and pointer[0] == 0 and pointer[-1] == rows
    return bool(whole and (pointer[1:] >= pointer[:-1]).all())


def build_population(
    geography: Geography, district: District, params: Mapping[str, float], scale: float = 1.0, seed: int = 1
) -> Population:
    """Synthetic population of a share `scale` of every community's households; at 1 the exact number of residents.

    Raises
    ------
    DistrictError
        If the marginals cannot be met by the known types of household.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, 2]))
    gates, per_gate = _gates(geography, params["population.gate_households"], scale)
    n_households = int(per_gate.sum())
    full = int(geography.communities["households"].sum())
    n_residents = round(district.population * n_households / full)
    counts = type_counts(n_households, n_residents, district)
    kind = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    people = members(kind, district.figure("male"), params, rng)
    household_ptr = np.concatenate([[0], np.cumsum(templates().size[kind])])
    gate_household_ptr = np.concatenate([[0], np.cumsum(per_gate)])
    gate_ptr = household_ptr[gate_household_ptr]
    gate = np.repeat(np.arange(len(gates)), np.diff(gate_ptr))
    status = _status(people, district, params["population.student_share"], rng)
    stage = life_stages(household_ptr, people.age, status)
    estate, community = geography.cell_estate[gates], geography.cell_community[gates]
    commute = _commute(status, district.figure("commute_minutes"), params["population.commute_spread"], rng)
    adult, worker = people.age >= ADULT_FROM, np.isin(status, (LOCAL_WORKER, COMMUTER))
    party = adult & (rng.random(len(adult)) < district.figure("party_members"))
    in_service = district.figure("double_report") * len(adult) / max(int((party & worker).sum()), 1)
    spread = params["population.flat_spread"]
    area = district.figure("flat_m2") * exp(spread * rng.standard_normal(n_households) - spread**2 / 2)
    owner = rng.random(n_households) < district.figure("owners")
    car = rng.random(n_households) < district.figure("cars")
    double_report = party & worker & (rng.random(len(adult)) < in_service)
    near = near_ties(people.household, household_ptr, gate, _chat(estate, gate, params["ties.chat_gates"]), rng)
    far = far_ties(
        community[gate].astype(np.int64),
        stage,
        params["ties.long_share"],
        people.household,
        near,
        rng,
    )
    return Population(
        scale=n_households / full,
        gate_ptr=gate_ptr,
        gate_cell=gates.astype(np.int32),
        gate_estate=estate.astype(np.int32),
        gate_community=community.astype(np.int32),
        gate_subdistrict=geography.cell_subdistrict[gates].astype(np.int32),
        gate_household_ptr=gate_household_ptr,
        household_ptr=household_ptr,
        household_area_m2=area.astype(np.float32),
        household_owner=owner,
        household_car=car,
        age=people.age.astype(np.uint8),
        sex=people.sex.astype(np.uint8),
        status=status.astype(np.uint8),
        life_stage=stage,
        commute_minutes=commute.astype(np.uint8),
        mobility=np.where(people.age >= OLDEST_FROM, SLOW, np.where(status == COMMUTER, COMMUTING, DAYTIME)).astype(
            np.uint8
        ),
        party_member=party,
        double_report=double_report,
        near=near,
        far=far,
    )


def _gates(geography: Geography, size: float, scale: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cell and households of each gate, int64 (n_gates,) each.

    A community has round(households x scale / size) gates, one at least. They stand at even steps along its cells in
    the order of estates, by households, so that few gates still represent the whole.
    """
    cells, households = [], []
    for c in range(len(geography.communities)):
        own = np.flatnonzero(geography.cell_community == c)
        own = own[np.argsort(geography.cell_estate[own], kind="stable")]
        along = np.cumsum(geography.cell_households[own])
        wanted = max(1, round(int(along[-1]) * scale))
        count = max(1, round(wanted / size))
        steps = (np.arange(count) + 0.5) / count * along[-1]
        cells.append(own[np.searchsorted(along, steps, side="right")])
        households.append(whole_shares(max(wanted, count), np.ones(count)))
    return np.concatenate(cells), np.concatenate(households)


def _status(people: Members, district: District, student_share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """What people do all day; the share of workers among all residents meets its marginal."""
    age, n = people.age, len(people.age)
    student = (age >= STUDENT_FROM) & ((age < ADULT_FROM) | ((age <= STUDENTS_UNTIL) & (rng.random(n) < student_share)))
    able = (age >= ADULT_FROM) & (age < OLD_FROM) & ~student
    works = able & (rng.random(n) < district.figure("workers") * n / max(int(able.sum()), 1))
    # those able to work follow from the ages, which meet their marginals; how many of them do is drawn, and no fault
    if district.figure("workers") > able.mean() + _MISSED:
        warnings.warn(
            f"{district.folder / 'district.yaml'}: marginals.workers: {district.figure('workers'):g} of all residents "
            f"cannot have a job; {able.mean():.3f} are 18 to 59 and no students",
            RuntimeWarning,
            stacklevel=3,
        )
    leaves = rng.random(n) < district.figure("commuters_of_workers")
    return np.select(
        [age < PUPIL_FROM, age < STUDENT_FROM, student, works & leaves, works, age >= OLD_FROM],
        [PRESCHOOLER, SCHOOL_PUPIL, STUDENT, COMMUTER, LOCAL_WORKER, RETIRED],
        AT_HOME,
    )


def _commute(status: NDArray[np.int64], mean: float, spread: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """One-way minutes of commuters, gamma distributed; 0 for all others."""
    shape = (mean / spread) ** 2
    minutes = np.clip(np.rint(rng.gamma(shape, mean / shape, len(status))), *COMMUTE_RANGE)
    return np.where(status == COMMUTER, minutes, 0)


def _chat(estate: NDArray[np.integer], gate: NDArray[np.int64], gates_a_group: float) -> NDArray[np.int64]:
    """Chat group of each resident: some gates of one estate that follow one another."""
    first = np.flatnonzero(np.diff(estate, prepend=-1))
    place = np.arange(len(estate)) - np.repeat(first, np.diff(np.append(first, len(estate))))
    new = (place % int(gates_a_group)) == 0
    return (np.cumsum(new) - 1)[gate]
