"""The people of the start, from whom those who come, and those who enter another stage of life, take what they are.

A newcomer is like somebody who lived in the district at the start: so ages, work, ways to work and wants keep the joint
distribution that the population was made with. Of a large district every so many households stand for all: so few that
the processor's cache holds them, and members who report, who are few, are among them in their share. Nothing here
changes in a run.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.district.people.population import Population
from simulation.district.people.stages import COMMUTER, OTHER
from simulation.state.table import F32, I32, I64, U8, Flag

N_AGES = 128
"""Length of tables by age; nobody grows so old."""
_HOUSEHOLDS = 20_000  # donors, about


class Donors(NamedTuple):
    """Some residents and households of the start, and where to find those of an age, a stage or a size."""

    age: U8
    sex: U8
    status: U8
    commute: U8
    party: Flag
    reports: Flag
    stage: U8
    mobility: U8
    wants: U8  # (n, 20), weekly probability of use of each domain, then importance
    threshold: F32
    by_age: I32  # rows in the order of sex and age
    age_ptr: I64  # (2, N_AGES + 1), first of each sex and age in `by_age`, and the end
    by_stage: I32
    stage_ptr: I64  # first of each stage in `by_stage`, and the end
    first: I64  # first resident of each household, then the number of residents
    by_size: I32  # households in the order of their size
    size_ptr: I64  # first of each size in `by_size`, and the end
    commute_mean: float  # minutes, one way, of all who commute at the start


def make_donors(population: Population, traits: dict[str, NDArray[np.generic]]) -> Donors:
    """Donors of a population and its traits."""
    sizes = np.diff(population.household_ptr)
    homes = _every_so_many(population)
    size, first = sizes[homes], np.append(0, np.cumsum(sizes[homes]))
    row = np.arange(first[-1]) + np.repeat(population.household_ptr[homes] - first[:-1], size)
    sex, age, stage = population.sex[row], population.age[row], population.life_stage[row]
    by_age, age_ptr = _sorted(sex.astype(np.int16) * N_AGES + age, 2 * N_AGES)
    by_stage, stage_ptr = _sorted(stage, OTHER + 1)
    by_size, size_ptr = _sorted(size, int(size.max()) + 1)
    return Donors(
        age,
        sex,
        population.status[row],
        population.commute_minutes[row],
        population.party_member[row],
        population.double_report[row],
        stage,
        population.mobility[row],
        np.concatenate([traits["exposure"][:, row], traits["importance"][:, row]]).T.astype(np.uint8, order="C"),
        traits["threshold"][row].astype(np.float32),
        by_age,
        np.stack([age_ptr[: N_AGES + 1], age_ptr[N_AGES:]]),
        by_stage,
        stage_ptr,
        first.astype(np.int64),
        by_size,
        size_ptr,
        _mean_commute(population),
    )


def _every_so_many(population: Population) -> NDArray[np.int64]:
    """Households to be donors, ascending: every n-th of those without a reporting member, with one, with two.

    Members are so few that by luck a tenth too many or too few would be drawn, and all who come later be like them.
    """
    reporting = np.add.reduceat(population.double_report, population.household_ptr[:-1], dtype=np.int64)
    return np.sort(np.argsort(reporting, kind="stable")[:: max(1, len(reporting) // _HOUSEHOLDS)])


def _mean_commute(population: Population) -> float:
    """Minutes of those who commute; 1 where nobody does."""
    minutes = population.commute_minutes[population.status == COMMUTER]
    return float(minutes.mean()) if minutes.size else 1.0


def _sorted(values: NDArray[np.integer], kinds: int) -> tuple[I32, I64]:
    """Rows in the order of their value, and the first of each value 0 to `kinds` - 1, and the end."""
    order = np.argsort(values, kind="stable").astype(np.int32)
    return order, np.searchsorted(values[order], np.arange(kinds + 1)).astype(np.int64)
