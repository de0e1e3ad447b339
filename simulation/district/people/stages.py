"""What people do all day and where they stand in life: codes, and the rule that gives the stage of life.

The rule is compiled, because those who make the people and those who let them grow older share it.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.compiled import seal_files

seal_files()

PRESCHOOLER, SCHOOL_PUPIL, STUDENT, LOCAL_WORKER, COMMUTER, RETIRED, AT_HOME = range(7)
CHILD, YOUNG_ADULT, PARENT_PRESCHOOL, PARENT_PUPIL, MID_LIFE, YOUNG_OLD, OLD, OTHER = range(8)
PUPIL_FROM, STUDENT_FROM, ADULT_FROM, MID_FROM, OLD_FROM, OLDEST_FROM = 6, 15, 18, 35, 60, 75
"""Ages in years at which a stage of life begins."""
STUDENTS_UNTIL = 21
GENERATION = 15
"""Years, at least, between parent and child; who is closer in age to a child is no parent of it."""


@njit
def stage_of(i: Any, age: Any, status: Any, member: Any, begin: Any, end: Any) -> Any:
    """Stage of life of resident i, whose household are the rows `member[begin:end]`."""
    own = np.int64(age[i])
    if own < STUDENT_FROM:
        return CHILD
    if own >= OLDEST_FROM:
        return OLD
    if own >= OLD_FROM:
        return YOUNG_OLD
    small = pupil = False
    for k in range(begin, end):
        child = np.int64(age[member[k]])
        if own >= ADULT_FROM and own - child >= GENERATION:
            small |= bool(child < PUPIL_FROM)
            pupil |= bool(PUPIL_FROM <= child < STUDENT_FROM)
    if small:
        return PARENT_PRESCHOOL
    if pupil:
        return PARENT_PUPIL
    if status[i] == STUDENT:
        return OTHER
    return YOUNG_ADULT if own < MID_FROM else MID_LIFE


@njit(cache=True)
def _all_stages(household_ptr: Any, age: Any, status: Any, member: Any, stage: Any) -> None:
    for h in range(household_ptr.shape[0] - 1):
        for i in range(household_ptr[h], household_ptr[h + 1]):
            stage[i] = stage_of(i, age, status, member, household_ptr[h], household_ptr[h + 1])


def life_stages(
    household_ptr: NDArray[np.int64], age: NDArray[np.integer], status: NDArray[np.integer]
) -> NDArray[np.uint8]:
    """Stage of life of all residents, uint8 (n,), by age, status and the first resident of each household."""
    stage = np.empty(len(age), np.uint8)
    _all_stages(household_ptr, age, status, np.arange(len(age)), stage)
    return stage
