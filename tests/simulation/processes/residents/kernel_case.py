"""A small population for tests of the resident kernel, and plain versions of what it should compute."""

import numpy as np

from simulation.domains import N_DOMAINS
from simulation.parameters import Parameters
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.kernel import step_residents
from simulation.state.gates import Places
from simulation.state.output import N_TALLIES, Output
from simulation.state.residents import Columns

VALUES = {
    "satisfaction.base": 0.3,
    "satisfaction.performance": 0.6,
    "satisfaction.disconfirmation": 0.4,
    "satisfaction.loss_aversion": 1.5,
    "satisfaction.normative_weight": 0.5,
    "satisfaction.memory": 8,
    "satisfaction.expectation_memory": 52,
    "satisfaction.hearsay": 0.3,
    "influence.rate": 0.0,
    "influence.weight_household": 3,
    "influence.weight_gate": 2,
    "influence.weight_other": 1,
    "sorting.habit_rise": 20,
    "sorting.habit_fall": 26,
    "volunteering.fatigue": 0.5,
}  # whatever calibration makes of the defaults


class Case:
    """n residents without ties who do not forget, in gates of `size`; every attribute may be changed before `run`."""

    def __init__(self, n=960, size=96, blocks=4, overrides=None, noise=0.0, copies=1):
        gates = n // size
        ones = np.ones(n, np.float32)
        self.n, self.size = n, size
        self.col = Columns(
            satisfaction=np.full((N_DOMAINS, n), 0.5, np.float32),
            expectation=np.full((N_DOMAINS, n), 0.5, np.float32),
            exposure=np.full((N_DOMAINS, n), 255, np.uint8),
            importance=_equal(n),
            mobility=np.zeros(n, np.uint8),
            disposition=np.zeros(n, np.int8),
            luck=np.zeros(n, np.int8),
            aspiration=np.zeros(n, np.int8),
            provider=np.zeros((N_DOMAINS, n), np.int8),
            adult=np.ones(n, np.uint8),
            near=np.zeros((n, 7), np.int16),
            far=np.arange(n, dtype=np.uint32),
            seen=np.zeros(n, np.uint32),
            seen_next=np.zeros(n, np.uint32),
            efficacy=0.5 * ones,
            efficacy_base=0.5 * ones,
            awareness=0 * ones,
            habit=0 * ones,
            volunteer=np.zeros(n, np.uint8),
            fatigue=0 * ones,
            threshold=5 * ones,
            hours=ones,
            trust=np.full((4, n), 0.5, np.float32),
            overall=0.5 * ones,
        )
        gate_ptr = np.arange(0, n + 1, size)
        edges = np.linspace(0, gates, blocks + 1).astype(np.int64)
        zero = [np.zeros(gates, np.float32) for _ in range(5)]
        self.at = Places(
            edges,
            gate_ptr,
            np.array([copies]),
            np.full((gates, N_DOMAINS, 3), 0.5, np.float32),
            np.full((gates, N_DOMAINS), 0.25, np.float32),
            *zero,
            np.zeros(gates, np.uint32),
            np.zeros(gates, np.uint32),
        )
        values = VALUES | {"satisfaction.experience_noise": noise} | (overrides or {})
        self.c = coefficients(Parameters(values))._replace(forgetting=np.float32(0))
        self.out = Output(
            np.zeros(2 * copies * n + blocks, np.uint32),
            2 * copies * gate_ptr[edges[:-1]],
            np.zeros(blocks, np.int64),
            np.zeros((gates, N_TALLIES), np.int64),
        )

    def run(self, weeks, seed=1, first=0):
        for tick in range(first, first + weeks):
            step_residents(seed, tick, tick % 10, (tick + 1) % 10, self.size, self.col, self.at, self.c, self.out)
            self.col = self.col._replace(seen=self.col.seen_next, seen_next=self.col.seen)
        return self


def _equal(n):
    edges = np.rint(np.linspace(0, 255, N_DOMAINS + 1)).astype(int)
    return np.tile(np.diff(edges).astype(np.uint8)[:, None], (1, n))
