"""The weekly resident step written as Mesa objects: one `mesa.Agent` a resident, references instead of columns.

The equations are those of `simulation.processes.residents.equations`. Agents draw from Mesa's generator; a
test replaces `Town.chances` by the kernel's draws and compares resident by resident.
"""

from dataclasses import dataclass
from typing import NamedTuple

import mesa
import numpy as np

from benchmarks.state import State
from simulation.domains import N_DOMAINS, PROPERTY
from simulation.processes.residents.coefficients import Coefficients


class Shown(NamedTuple):
    """What ties see of a resident, in 1/255; `active` is 0 or 1."""

    topic: int
    efficacy: int
    aware: int
    active: int


class Chances(NamedTuple):
    """Uniform numbers in [0, 1) of one resident and week; the first two have one for each domain."""

    use: list[float]
    noise: list[float]
    issue: float
    visit: float
    join: float
    leave: float


@dataclass(slots=True)
class Gate:
    """What the residents behind one door meet this week."""

    performance: list[list[float]]
    norm: list[float]
    efficacy_shift: float
    sorting: float
    campaign: float
    volunteering: float
    registration: float
    issue: float
    visit: float


def clip01(x: float) -> float:
    """Limit to [0, 1]."""
    return 0.0 if x < 0.0 else min(x, 1.0)


def logistic(x: float) -> float:
    """The kernel's rational approximation of 1 / (1 + exp(-x))."""
    h = min(4.5, max(-4.5, 0.5 * x))
    h2 = h * h
    top = h * (135135 + h2 * (17325 + h2 * (378 + h2)))
    return 0.5 + 0.5 * top / (62370 * h2 + 135135 + h2 * h2 * (3150 + h2 * 28))


def to_byte(share: float) -> int:
    """A share in [0, 1] in 1/255."""
    return int(share * 255 + 0.5)


class Resident(mesa.Agent):
    """One resident; see `simulation.state.residents.Columns` for the meaning of the attributes."""

    def __init__(self, model: "Town", gate: Gate, traits: dict[str, object]) -> None:
        super().__init__(model)
        self.gate = gate
        self.ties: list[Resident] = []
        self.has_issue = self.visits = False
        self.sorted_waste = self.given_hours = 0.0
        self.next_shown = self.shown = Shown(0, 0, 0, 0)
        self.__dict__.update(traits)

    def step(self) -> None:
        """The week of this resident."""
        c, gate = self.model.coefficients, self.gate
        chances = self.model.chances(self)
        efficacy, aware, active = self.look(c)
        self.meet_domains(c, gate, chances)
        moved = self.efficacy + c.efficacy_influence * efficacy
        self.efficacy = clip01(moved + c.efficacy_memory * (self.efficacy_base + gate.efficacy_shift - moved))
        self.awareness += (gate.campaign + c.diffusion * c.tie_share * aware) * (1 - self.awareness)
        self.sort_waste(c, gate)
        self.volunteer_week(c, gate, active, chances)
        self.trust_service(c, gate)
        topic = self.satisfaction[self.model.topics[1]]
        self.next_shown = Shown(to_byte(topic), to_byte(self.efficacy), to_byte(self.awareness), self.volunteer >> 1)
        self.has_issue = self.adult > 0 and chances.issue < gate.issue
        self.visits = self.adult > 0 and chances.visit < gate.visit

    def advance(self) -> None:
        """What was prepared for next week becomes what ties see."""
        self.shown = self.next_shown

    def look(self, c: Coefficients) -> tuple[int, int, int]:
        """Social influence on the topic of the week; returns what ties show in efficacy, awareness, active."""
        mine = self.shown
        topic = efficacy = aware = active = 0
        for tie, weight in zip(self.ties, c.weights, strict=True):
            shown = tie.shown
            gap = shown.topic - mine.topic
            if abs(gap) < c.bound:
                topic += weight * gap
            efficacy += weight * (shown.efficacy - mine.efficacy)
            aware += weight * shown.aware
            active += weight * shown.active
        now = self.model.topics[0]
        self.satisfaction[now] = clip01(self.satisfaction[now] + c.topic_influence * topic)
        return efficacy, aware, active

    def meet_domains(self, c: Coefficients, gate: Gate, chances: Chances) -> None:
        """Use of the domains: satisfaction and expectation follow the experience."""
        total = 0.0
        for d in range(N_DOMAINS):
            if chances.use[d] < self.exposure[d]:
                y = gate.performance[d][self.mobility] + c.noise * (chances.noise[d] - 0.5)
                gap = y - gate.norm[d] - c.own_expectation * self.expectation[d]
                gap = min(gap, c.loss_aversion * gap)
                target = clip01(c.base + c.performance * y + c.disconfirmation * gap)
                self.satisfaction[d] += c.satisfaction_rate * (target - self.satisfaction[d])
                self.expectation[d] += c.expectation_rate * (y - self.expectation[d])
            total += self.satisfaction[d] * self.importance[d]
        self.overall = total

    def sort_waste(self, c: Coefficients, gate: Gate) -> None:
        """Waste sorting and its habit."""
        done = logistic(gate.sorting + c.habit_weight * self.habit) * self.awareness
        self.sorted_waste = done
        self.habit += (done - self.habit) * (c.habit_rise if done > self.habit else c.habit_fall)

    def volunteer_week(self, c: Coefficients, gate: Gate, active: int, chances: Chances) -> None:
        """Register, act, tire, leave."""
        drive = self.efficacy + c.volunteer_neighbours * c.active_share * active + gate.volunteering
        drive -= c.volunteer_fatigue * self.fatigue + self.threshold
        if self.volunteer > 0:
            member = chances.leave >= c.exit_base + c.exit_fatigue * self.fatigue
        else:
            member = drive > -8 and chances.join < gate.registration * logistic(4 * drive)
        acts = member and drive > 0
        self.volunteer = member + acts
        self.given_hours = self.hours if acts else 0.0
        self.fatigue += self.given_hours * c.fatigue_per_hour - self.fatigue * c.fatigue_recovery

    def trust_service(self, c: Coefficients, gate: Gate) -> None:
        """Trust in the property firm follows the service met."""
        gap = gate.performance[PROPERTY][0] - self.trust[0]
        if gap < 0:
            gap *= c.trust_negative
        self.trust[0] += c.trust_rate * self.exposure[PROPERTY] * gap


class Town(mesa.Model):
    """The residents of a state as agents; `state` itself is not changed."""

    def __init__(self, state: State, seed: int = 1) -> None:
        super().__init__(seed=seed)
        c = state.coefficients
        plain = {name: np.asarray(value).tolist() for name, value in c._asdict().items()}
        self.coefficients = Coefficients(**plain)
        self.tick = state.tick
        self.topics = state.topics
        gates = _gates(state)
        sizes = np.diff(state.places.gate_ptr)
        gate_of = np.repeat(np.arange(len(gates)), sizes).tolist()
        people = [Resident(self, gates[g], traits) for g, traits in zip(gate_of, _traits(state), strict=True)]
        rows = np.arange(len(people))
        ties = np.column_stack([rows[:, None] + state.columns.near, state.columns.far]).tolist()
        for person, known in zip(people, ties, strict=True):
            person.ties = [people[row] for row in known]
        self.people = people

    def chances(self, resident: Resident) -> Chances:
        """This week's draws of a resident."""
        u = self.random.random
        return Chances([u() for _ in range(N_DOMAINS)], [u() for _ in range(N_DOMAINS)], u(), u(), u(), u())

    def step(self) -> None:
        """One week of all residents, synchronously."""
        residents = self.agents_by_type[Resident]
        residents.do("step")
        residents.do("advance")
        self.tick += 1
        self.topics = self.tick % N_DOMAINS, (self.tick + 1) % N_DOMAINS


def _gates(state: State) -> list[Gate]:
    at = state.places
    chances = (at.issue / 2**32, at.visit / 2**32)
    columns = (at.performance, at.norm, at.efficacy_shift, at.sorting, at.campaign, at.volunteering, at.registration)
    return [Gate(*values) for values in zip(*(column.tolist() for column in (*columns, *chances)), strict=True)]


def _traits(state: State) -> list[dict[str, object]]:
    """Attributes of each resident as Python numbers and lists."""
    col = state.columns
    scales = {"exposure": 1 / 256, "importance": 1 / 255}
    names = (
        "satisfaction",
        "expectation",
        "exposure",
        "importance",
        "trust",
        "mobility",
        "adult",
        "efficacy",
        "efficacy_base",
        "awareness",
        "habit",
        "volunteer",
        "fatigue",
        "threshold",
        "hours",
        "overall",
    )
    values = [np.multiply(getattr(col, name).T, scales.get(name, 1)).tolist() for name in names]
    seen = np.stack([col.seen >> shift & 255 for shift in (0, 8, 16, 24)], axis=1).tolist()
    rows = zip(*values, seen, strict=True)
    return [{**dict(zip(names, row[:-1], strict=True)), "shown": Shown(*row[-1])} for row in rows]
