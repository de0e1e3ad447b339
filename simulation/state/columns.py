"""What the weekly step reads and writes: the columns of residents, and the arguments of the kernel in `kernels.py`."""

from typing import NamedTuple

import numpy as np


class Columns(NamedTuple):
    """Residents as columns; n rows. Domain columns have shape (10, n)."""

    satisfaction: np.ndarray  # float32 (10, n), 0-1
    expectation: np.ndarray  # float32 (10, n), predictive expectation, 0-1
    exposure: np.ndarray  # uint8 (10, n), weekly probability of use in 1/256
    importance: np.ndarray  # uint8 (10, n), weights that sum to 255
    mobility: np.ndarray  # uint8, 0 daytime-available, 1 commuter, 2 slow walker
    adult: np.ndarray  # uint8, 1 if the resident raises issues
    near: np.ndarray  # int16 (n, 7), ties as row offsets
    far: np.ndarray  # uint32, row of the eighth tie
    seen: np.ndarray  # uint32, what ties see this week
    seen_next: np.ndarray  # uint32, what they will see next week
    efficacy: np.ndarray  # float32
    efficacy_base: np.ndarray  # float32
    awareness: np.ndarray  # float32, of waste sorting
    habit: np.ndarray  # float32, of waste sorting
    volunteer: np.ndarray  # uint8, 0 no, 1 registered, 2 active
    fatigue: np.ndarray  # float32
    threshold: np.ndarray  # float32, of acting; infinite for children
    hours: np.ndarray  # float32, weekly hours when active
    trust: np.ndarray  # float32 (4, n): property firm, committee, street office, neighbours
    overall: np.ndarray  # float32, weighted index of the week


class Places(NamedTuple):
    """What the residents of a gate meet this week."""

    blocks: np.ndarray  # int64 (n_blocks + 1), first gate of blocks of about equal population
    gate_ptr: np.ndarray  # int64 (n_gates + 1), first row of each gate
    performance: np.ndarray  # float32 (n_gates, 10, 3) by mobility class
    norm: np.ndarray  # float32 (n_gates, 10), weighted normative expectation
    efficacy_shift: np.ndarray  # float32 (n_gates), effect of community size
    sorting: np.ndarray  # float32 (n_gates), constant of the sorting logit
    campaign: np.ndarray  # float32 (n_gates), awareness taught a week
    volunteering: np.ndarray  # float32 (n_gates), gate norm and organisations nearby
    registration: np.ndarray  # float32 (n_gates), hazard a week
    issue: np.ndarray  # uint32 (n_gates), threshold of the draw
    visit: np.ndarray  # uint32 (n_gates), threshold of the draw


class Coefficients(NamedTuple):
    """Scalars of the equations (float32 unless said)."""

    base: float
    performance: float
    disconfirmation: float
    loss_aversion: float
    own_expectation: float
    satisfaction_rate: float
    expectation_rate: float
    noise: float  # width of the uniform noise
    topic_influence: float  # per unit of weighted difference in 1/255
    efficacy_influence: float
    efficacy_memory: float
    tie_share: float  # turns a weighted sum in 1/255 into a mean
    active_share: float  # turns a weighted count of active ties into a share
    diffusion: float
    habit_weight: float
    habit_rise: float
    habit_fall: float
    volunteer_neighbours: float
    volunteer_fatigue: float
    exit_base: float
    exit_fatigue: float
    fatigue_per_hour: float
    fatigue_recovery: float
    trust_rate: float
    trust_negative: float
    bound: int  # bound of confidence in 1/255
    weights: np.ndarray  # int32 (8), weights of the ties


class Output(NamedTuple):
    """What a week leaves behind for the rest of the model."""

    found: np.ndarray  # uint32, rows with an issue (with VISIT_FLAG: a visit), block by block
    found_ptr: np.ndarray  # int64 (n_blocks), where a block may write
    found_count: np.ndarray  # int64 (n_blocks), how many it wrote
    tallies: np.ndarray  # int64 (n_gates, N_TALLIES)
