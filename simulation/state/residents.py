"""Residents as columns: what each is, how often each domain matters to them, and their state at the start."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.people.population import Population
from simulation.district.people.stages import CHILD, OLD_FROM
from simulation.district.people.ties import N_NEAR
from simulation.domains import DOMAINS, N_ACTORS, N_DOMAINS, WEEKS_PER_YEAR
from simulation.elementary import exp, log
from simulation.parameters import Parameters
from simulation.state.donors import Donors, make_donors
from simulation.state.table import F32, I8, I16, I32, U8, U32, Column, Flag, make

LIFE_STAGES = ("child", "young_adult", "parent_preschool", "parent_pupil", "mid_life", "young_old", "old", "other")
LIFE_STAGE_LABELS = {
    "child": ("儿童", "children"),
    "young_adult": ("青年", "young adults"),
    "parent_preschool": ("学龄前儿童父母", "parents of preschoolers"),
    "parent_pupil": ("中小学生父母", "parents of pupils"),
    "mid_life": ("中年", "mid-life"),
    "young_old": ("低龄老人", "aged 60–74"),
    "old": ("高龄老人", "aged 75+"),
    "other": ("其他", "others"),
}
_STEPS = 255  # importance weights are bytes that sum to this
_TINY = 1e-30  # whose logarithm is a number
KEENEST = 255
ACTIVE = 2
"""Value of `volunteer` of who acts this week."""
NEVER_CAME = -32_000
"""Tick of taking part, or of coming, of who has not yet."""
IN_STEPS = 256
"""Personal differences are bytes in 1/256 of the scale of satisfaction."""


class Columns(NamedTuple):
    """Residents as the columns that the compiled step reads and writes; columns of domains have shape (10, n)."""

    satisfaction: Annotated[F32, Column("0-1", moves=True, default=0.5, lead=(N_DOMAINS,))]
    expectation: Annotated[F32, Column("predictive expectation, 0-1", moves=True, default=0.5, lead=(N_DOMAINS,))]
    exposure: Annotated[U8, Column("weekly probability of use in 1/256", moves=True, lead=(N_DOMAINS,))]
    importance: Annotated[U8, Column("weights that sum to 255", moves=True, lead=(N_DOMAINS,))]
    mobility: Annotated[U8, Column("DAYTIME, COMMUTER or SLOW", moves=True)]
    disposition: Annotated[I8, Column("lasting lean of the person's judgements, in 1/256", stays=True)]
    luck: Annotated[I8, Column("lean that lasts a year: what life brought, in 1/256", moves=True, stays=True)]
    aspiration: Annotated[I8, Column("own norm over that of the community, in 1/256", stays=True)]
    provider: Annotated[I8, Column("own provider over what the gate meets, in 1/256", stays=True, lead=(N_DOMAINS,))]
    adult: Annotated[U8, Column("1 if the resident raises issues", moves=True)]
    near: Annotated[I16, Column("ties as row offsets; 0: no tie", moves=True, stays=True, each=(N_NEAR,))]
    far: Annotated[U32, Column("row of the eighth tie; one's own: no tie", stays=True)]
    seen: Annotated[U32, Column("what ties see this week: four bytes, see `processes/residents/mirror.py`", moves=True)]
    seen_next: Annotated[U32, Column("what they will see next week", stays=True)]
    efficacy: Annotated[F32, Column("0-1", moves=True)]
    efficacy_base: Annotated[F32, Column("0-1, to which efficacy returns", stays=True)]
    awareness: Annotated[F32, Column("of waste sorting, 0-1", moves=True)]
    habit: Annotated[F32, Column("of waste sorting, 0-1", moves=True)]
    volunteer: Annotated[U8, Column("0 no, 1 registered, 2 active this week", moves=True)]
    fatigue: Annotated[F32, Column("of volunteering, 0-1", moves=True)]
    threshold: Annotated[F32, Column("of acting; infinite for children", moves=True)]
    hours: Annotated[F32, Column("hours a week when active", stays=True)]
    trust: Annotated[F32, Column("in each actor, 0-1", moves=True, lead=(N_ACTORS,))]
    overall: Annotated[F32, Column("weighted index of the week, 0-1", moves=True, default=0.5)]


@dataclass
class Residents:
    """The columns of the kernel and those that only sparse events read.

    A row is a place behind a gate, and always somebody's: who dies or leaves is followed by who is born or comes
    (`processes/demography`).
    """

    columns: Columns
    gate: Annotated[I32, Column("row of the gate", stays=True)]
    household: Annotated[I32, Column("row of the household", moves=True, stays=True)]
    life_stage: Annotated[U8, Column("index into LIFE_STAGES", moves=True)]
    renter: Annotated[U8, Column("1 if the household rents", moves=True, stays=True)]
    older: Annotated[U8, Column("1 from OLD_FROM years on", moves=True)]
    age: Annotated[U8, Column("completed years", moves=True)]
    sex: Annotated[U8, Column("0 woman, 1 man", moves=True)]
    status: Annotated[U8, Column("what one does all day, see `district/people/stages.py`", moves=True)]
    commute_minutes: Annotated[U8, Column("one way; 0 for who does not commute", moves=True)]
    party_member: Annotated[Flag, Column("member of the party", moves=True)]
    reports: Annotated[Flag, Column("party member with a job who reports to the community of the home", moves=True)]
    birthday: Annotated[U8, Column("week of the year, 0-51; of who is born here that of birth", moves=True, stays=True)]
    keen: Annotated[U8, Column("lasting bent to take part in activities, in 1/KEENEST; 0: never does", stays=True)]
    took_part: Annotated[I16, Column("tick of the latest activity that the resident took part in", moves=True)]
    since: Annotated[I16, Column("tick at which who is there came; NEVER_CAME: lives there from the start", moves=True)]
    donors: Donors

    def __len__(self) -> int:
        return len(self.gate)

    def turn_week(self) -> None:
        """What was written for next week becomes what ties see."""
        self.columns = self.columns._replace(seen=self.columns.seen_next, seen_next=self.columns.seen)


@cache
def profiles() -> pd.DataFrame:
    """Weekly probability of use and importance of each domain by life stage, index (measure, life_stage)."""
    with files("simulation.state").joinpath("life_stages.csv").open(encoding="utf-8") as source:
        table = pd.read_csv(source)
    return table.set_index(["measure", "life_stage"])[list(DOMAINS)]


def _use(stage: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Weekly probability of use in 1/256, uint8 (10, n): the stage's, times a personal factor in 0.5-1.5."""
    table = profiles().loc["use"].loc[list(LIFE_STAGES)].to_numpy(np.float32)
    out = np.empty((len(DOMAINS), len(stage)), np.uint8)
    for d in range(len(DOMAINS)):
        personal = rng.random(len(stage), dtype=np.float32) + np.float32(0.5)
        out[d] = np.minimum(255, np.rint(256 * table[stage, d] * personal))
    return out


def importance(stage: NDArray[np.uint8], concentration: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Personal weights of the domains, uint8 (10, n), each column summing to 255.

    Dirichlet with mean by life stage and the given concentration; rounding the cumulative sum keeps the total exact.
    """
    table = profiles().loc["importance"].loc[list(LIFE_STAGES)].to_numpy(np.float64)
    table = (table / table.sum(1, keepdims=True)).astype(np.float32)
    weights = np.empty((len(DOMAINS), len(stage)), np.float32)
    for d in range(len(DOMAINS)):
        weights[d] = rng.standard_gamma(concentration * table[stage, d], dtype=np.float32)
    np.cumsum(weights, axis=0, out=weights)
    weights /= weights[-1]
    edges = np.rint(_STEPS * weights).astype(np.int16)
    edges[-1] = _STEPS
    return np.diff(edges, axis=0, prepend=np.int16(0)).astype(np.uint8)


def _normal(
    n: int, mean: float, spread: float, rng: np.random.Generator, low: float, high: float
) -> NDArray[np.float32]:
    return np.clip(mean + spread * rng.standard_normal(n, dtype=np.float32), low, high).astype(np.float32)


def _steps(n: int, spread: float, rng: np.random.Generator) -> NDArray[np.int8]:
    """Normal differences between persons in 1/256, int8 (n,), cut at half of the scale."""
    return np.clip(np.rint(IN_STEPS * spread * rng.standard_normal(n, dtype=np.float32)), -127, 127).astype(np.int8)


def _keen(n: int, never: float, skew: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Bent to take part in 1/KEENEST, uint8 (n,): nil for a share `never`, u^skew of the keenest for the others."""
    u = rng.random(n, dtype=np.float32)
    rank = np.clip((u - never) / max(1 - never, 1e-6), _TINY, 1).astype(np.float64)
    bent = 1 + (KEENEST - 1) * exp(skew * log(rank)).astype(np.float32)
    return np.where(u < never, 0, np.rint(bent)).astype(np.uint8)


def fixed_traits(population: Population, params: Parameters, seed: int) -> dict[str, NDArray[np.generic]]:
    """Traits of the people of the start: use, importance, threshold of acting, weekly hours, base efficacy, trust.

    And what makes persons differ where they meet the same: disposition, own norm, own providers. And
    birthdays, and the bent to take part.

    They depend on the population's seed, not on the run's, so that replicates share the people and differ in luck.
    """
    n = len(population.age)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 2])))
    threshold = _normal(n, params["volunteering.threshold_mean"], params["volunteering.threshold_sd"], rng, -9, 9)
    threshold -= np.float32(params["volunteering.party"]) * population.double_report
    threshold += np.float32(params["volunteering.commute"] / 60) * population.commute_minutes
    threshold[population.life_stage == CHILD] = np.inf
    spread = params["volunteering.hours_spread"]
    hours = exp(spread * rng.standard_normal(n, dtype=np.float32) - np.float32(spread**2 / 2))
    trust = np.stack([_normal(n, params["trust.start"], params["trust.spread"], rng, 0, 1) for _ in range(N_ACTORS)])
    return {
        "exposure": _use(population.life_stage, rng),
        "importance": importance(population.life_stage, params["satisfaction.importance_concentration"], rng),
        "threshold": threshold,
        "hours": (np.float32(params["volunteering.hours"]) * hours).astype(np.float32),
        "efficacy_base": _normal(n, params["efficacy.mean"], params["efficacy.spread"], rng, 0.02, 0.98),
        "trust": trust,
        "disposition": _steps(n, params["satisfaction.disposition_sd"], rng),
        "aspiration": _steps(n, params["satisfaction.aspiration_sd"], rng),
        "provider": np.stack([_steps(n, params["satisfaction.provider_sd"], rng) for _ in DOMAINS]),
        "birthday": rng.integers(0, WEEKS_PER_YEAR, n, np.uint8),
        "keen": _keen(n, params["participation.never"], params["participation.skew"], rng),
    }


def new_residents(population: Population, traits: dict[str, NDArray[np.generic]], params: Parameters) -> Residents:
    """Residents before the burn-in brings them to rest: satisfaction and expectation in the middle, no volunteers."""
    n = len(population.age)
    members = np.diff(population.household_ptr)
    household = np.repeat(np.arange(len(members), dtype=np.int32), members)
    gate = np.repeat(np.arange(len(population.gate_ptr) - 1, dtype=np.int32), np.diff(population.gate_ptr))
    adult = (population.life_stage != CHILD).astype(np.uint8)
    columns = make(
        Columns,
        n,
        exposure=traits["exposure"],
        importance=traits["importance"],
        mobility=population.mobility,
        disposition=traits["disposition"],
        aspiration=traits["aspiration"],
        provider=traits["provider"],
        adult=adult,
        near=population.near,
        far=population.far,
        efficacy=traits["efficacy_base"],
        efficacy_base=traits["efficacy_base"],
        awareness=params["sorting.awareness_start"],
        threshold=traits["threshold"],
        hours=traits["hours"],
        trust=traits["trust"],
    )
    return Residents(
        columns,
        gate,
        household,
        life_stage=population.life_stage.copy(),
        renter=(~population.household_owner[household]).astype(np.uint8),
        older=(population.age >= OLD_FROM).astype(np.uint8),
        age=population.age.copy(),
        sex=population.sex.copy(),
        status=population.status.copy(),
        commute_minutes=population.commute_minutes.copy(),
        party_member=population.party_member.copy(),
        reports=population.double_report.copy(),
        birthday=np.array(traits["birthday"], np.uint8),
        keen=traits["keen"].astype(np.uint8),
        took_part=np.full(n, NEVER_CAME, np.int16),
        since=np.full(n, NEVER_CAME, np.int16),
        donors=make_donors(population, traits),
    )
