"""Scalars of the equations of a resident's week, from the table of parameters."""

from typing import NamedTuple

import numpy as np

from simulation.domains import DOMAINS
from simulation.parameters import Parameters

_F = np.float32


class Coefficients(NamedTuple):
    """Scalars of the equations (float32 unless said)."""

    base: float
    performance: float
    disconfirmation: float
    loss_aversion: float
    own_expectation: float
    normative: float
    hearsay: float
    satisfaction_rate: float
    expectation_rate: float
    noise: float  # width of the uniform noise
    topic_influence: float  # per unit of weighted difference in 1/255
    efficacy_influence: float
    efficacy_memory: float
    diffusion: float
    forgetting: float
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


def coefficients(p: Parameters, online: float = 0.0) -> Coefficients:
    """Scalars of the kernel from the table of parameters; `online` is a share of adults."""
    influence = p["influence.rate"] * (1 + p["influence.online"] * online)
    household, gate, other = (p[f"influence.weight_{kind}"] for kind in ("household", "gate", "other"))
    weights = np.array([household] * 2 + [gate] * 3 + [other] * 3).round().astype(np.int32)
    share = 1 / (255 * weights.sum())
    values = {
        "base": p["satisfaction.base"],
        "performance": p["satisfaction.performance"],
        "disconfirmation": p["satisfaction.disconfirmation"],
        "loss_aversion": p["satisfaction.loss_aversion"],
        "own_expectation": 1 - p["satisfaction.normative_weight"],
        "normative": p["satisfaction.normative_weight"],
        "hearsay": p["satisfaction.hearsay"],
        "satisfaction_rate": 1 / p["satisfaction.memory"],
        "expectation_rate": 1 / p["satisfaction.expectation_memory"],
        "noise": 12**0.5 * p["satisfaction.experience_noise"],
        "topic_influence": min(1.0, len(DOMAINS) * influence) * share,
        "efficacy_influence": influence * share,
        "efficacy_memory": 1 / p["efficacy.memory"],
        "diffusion": p["sorting.diffusion"],
        "forgetting": 1 / p["sorting.awareness_memory"],
        "habit_weight": p["sorting.habit"],
        "habit_rise": 1 / p["sorting.habit_rise"],
        "habit_fall": 1 / p["sorting.habit_fall"],
        "volunteer_neighbours": p["volunteering.neighbours"],
        "volunteer_fatigue": p["volunteering.fatigue"],
        "exit_base": p["volunteering.exit"],
        "exit_fatigue": p["volunteering.exit_fatigue"],
        "fatigue_per_hour": 1 / p["volunteering.fatigue_hours"],
        "fatigue_recovery": 1 / p["volunteering.fatigue_memory"],
        "trust_rate": p["trust.rate"] / p["trust.place_weeks"],
        "trust_negative": p["trust.negative"],
    }
    bound = np.int32(round(255 * p["influence.confidence"]))
    floats = {name: _F(value) for name, value in values.items()}
    return Coefficients(**floats, bound=bound, weights=weights)  # type: ignore[arg-type]  # numpy scalars for numba
