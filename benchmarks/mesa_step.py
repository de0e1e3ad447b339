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
from simulation.state.residents import IN_STEPS


class Shown(NamedTuple):
    """What ties see of a resident, in 1/255; `active` is 0 or 1."""

    topic: int
    efficacy: int
    aware: int
    active: int
    there: int  # 0 before anybody has shown anything


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
        self.next_shown = self.shown = Shown(0, 0, 0, 0, 0)
        self.__dict__.update(traits)

    def step(self) -> None:
        """The week of this resident."""
        c, gate = self.model.coefficients, self.gate
        chances = self.model.chances(self)
        efficacy, aware, active = self.look(c)
        self.meet_domains(c, gate, chances)
        moved = self.efficacy + c.efficacy_influence * efficacy
        self.efficacy = clip01(moved + c.efficacy_memory * (self.efficacy_base + gate.efficacy_shift - moved))
        taught = (gate.campaign + c.diffusion * aware) * (1 - self.awareness)
        self.awareness += taught - c.forgetting * self.awareness
        self.sort_waste(c, gate)
        self.volunteer_week(c, gate, active, chances)
        self.trust_service(c, gate)
        topic = self.satisfaction[self.model.topics[1]]
        self.next_shown = Shown(to_byte(topic), to_byte(self.efficacy), to_byte(self.awareness), self.volunteer >> 1, 1)
        self.has_issue = self.adult > 0 and chances.issue < gate.issue
        self.visits = self.adult > 0 and chances.visit < gate.visit

    def advance(self) -> None:
        """What was prepared for next week becomes what ties see."""
        self.shown = self.next_shown

    def look(self, c: Coefficients) -> tuple[int, float, float]:
        """Social influence on the topic of the week; returns what ties show in efficacy, awareness, active."""
        mine = self.shown
        topic = efficacy = aware = active = there = 0
        for tie, weight in zip(self.ties, c.weights, strict=True):
            shown = tie.shown
            if tie is self or not shown.there:  # an empty slot
                continue
            there += weight
            gap = shown.topic - mine.topic
            if abs(gap) < c.bound:
                topic += weight * gap
            efficacy += weight * (shown.efficacy - mine.efficacy)
            aware += weight * shown.aware
            active += weight * shown.active
        now = self.model.topics[0]
        self.satisfaction[now] = clip01(self.satisfaction[now] + c.topic_influence * topic)
        there = max(there, 1)
        return efficacy, aware / there / 255, active / there

    def found(self, gate: Gate, domain: int, mobility: int) -> float:
        """What this one finds: the performance of the place, and how the own provider differs from it."""
        return clip01(gate.performance[domain][mobility] + self.provider[domain])

    def meet_domains(self, c: Coefficients, gate: Gate, chances: Chances) -> None:
        """Use of the domains: satisfaction and expectation follow the experience."""
        total = 0.0
        for d in range(N_DOMAINS):
            found, believed = self.found(gate, d, self.mobility), self.expectation[d]
            if chances.use[d] < self.exposure[d]:
                y = found + c.noise * (chances.noise[d] - 0.5)
            else:
                y = believed + c.hearsay * (found - believed)
            gap = y - gate.norm[d] - c.normative * self.aspiration - c.own_expectation * believed
            gap = min(gap, c.loss_aversion * gap)
            target = clip01(c.base + self.disposition + self.luck + c.performance * y + c.disconfirmation * gap)
            self.satisfaction[d] += c.satisfaction_rate * (target - self.satisfaction[d])
            self.expectation[d] = clip01(believed + c.expectation_rate * (y - believed))
            total += self.satisfaction[d] * self.importance[d]
        self.overall = total

    def sort_waste(self, c: Coefficients, gate: Gate) -> None:
        """Waste sorting and its habit."""
        done = logistic(gate.sorting + c.habit_weight * self.habit) * self.awareness
        self.sorted_waste = done
        self.habit += (done - self.habit) * (c.habit_rise if done > self.habit else c.habit_fall)

    def volunteer_week(self, c: Coefficients, gate: Gate, active: float, chances: Chances) -> None:
        """Register, act, tire, leave."""
        drive = self.efficacy + c.volunteer_neighbours * active + gate.volunteering
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
        gap = self.found(gate, PROPERTY, 0) - self.trust[0]
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
    personal = ("disposition", "luck", "aspiration", "provider")
    scales = {"exposure": 1 / 256, "importance": 1 / 255} | dict.fromkeys(personal, 1 / IN_STEPS)
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
        *personal,
    )
    values = [np.multiply(getattr(col, name).T, scales.get(name, 1)).tolist() for name in names]
    bits = ((0, 255), (8, 255), (16, 255), (24, 1), (25, 1))
    seen = np.stack([col.seen >> shift & mask for shift, mask in bits], axis=1).tolist()
    rows = zip(*values, seen, strict=True)
    return [{**dict(zip(names, row[:-1], strict=True)), "shown": Shown(*row[-1])} for row in rows]
