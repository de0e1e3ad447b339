"""The weekly resident step written in numpy, array by array: what one would write without a compiler.

Equation by equation the same as `simulation.processes.residents.equations`, in float32 and with the same
draws, so the results are equal to the kernel's. Residents are taken in chunks that fit the processor's cache, which is
about twice as fast as whole columns.
"""

import numpy as np
from numpy.typing import NDArray

from benchmarks.state import State
from simulation.domains import N_DOMAINS, PROPERTY
from simulation.processes.residents.coefficients import Coefficients
from simulation.random import Stream, bits
from simulation.state import output
from simulation.state.residents import IN_STEPS

Floats = NDArray[np.float32]
Words = NDArray[np.uint32]

GATES_PER_CHUNK = 128
_F = np.float32
_HALF = _F(0.5)
_TO_24 = _F(2.0**-24)
_LOW = np.uint64(0xFFFFFFFF)
_STEP = _F(1 / IN_STEPS)


def numpy_week(state: State, gates_per_chunk: int = GATES_PER_CHUNK) -> None:
    """One week of all residents; fills `state.output` as the kernel does, block by block."""
    out, blocks = state.output, state.places.blocks
    for block, first in enumerate(out.found_ptr):
        count = 0
        for gate in range(blocks[block], blocks[block + 1], gates_per_chunk):
            found = _Chunk(state, gate, min(gate + gates_per_chunk, blocks[block + 1])).step()
            out.found[first + count : first + count + len(found)] = found
            count += len(found)
        out.found_count[block] = count
    state.turn()


class _Chunk:
    """The residents of a run of gates, with the values of their gates spread over them."""

    def __init__(self, state: State, first_gate: int, last_gate: int) -> None:
        ptr = state.places.gate_ptr
        self.state = state
        self.gates = slice(first_gate, last_gate)
        self.rows = slice(int(ptr[first_gate]), int(ptr[last_gate]))
        self.first_rows = ptr[first_gate:last_gate] - ptr[first_gate]
        self.gate = np.repeat(np.arange(first_gate, last_gate), np.diff(ptr[first_gate : last_gate + 1]))
        self.ids = np.arange(self.rows.start, self.rows.stop)

    def step(self) -> Words:
        """The week of these residents; returns the rows with an issue or a visit."""
        col, c = self.state.columns, self.state.coefficients
        topic_now, topic_next = self.state.topics
        topic, efficacy, aware, active = self._look()
        opinion = col.satisfaction[topic_now, self.rows]
        opinion[:] = np.clip(opinion + c.topic_influence * topic, 0, 1)
        self._domains()
        self._civic(efficacy, aware, active)
        col.seen_next[self.rows] = mirror(
            col.satisfaction[topic_next, self.rows],
            col.efficacy[self.rows],
            col.awareness[self.rows],
            col.volunteer[self.rows],
        )
        return self._arise()

    def _draw(self, stream: int) -> tuple[Words, Words]:
        """Low and high 32 bits of the draws of these residents."""
        word = bits(self.state.seed, stream, self.ids, self.state.tick)
        return (word & _LOW).astype(np.uint32), (word >> np.uint64(32)).astype(np.uint32)

    def _tally(self, column: int, values: NDArray[np.generic]) -> None:
        sums = np.add.reduceat(values.astype(np.int64), self.first_rows)
        self.state.output.tallies[self.gates, column] = sums

    def _tally_share(self, column: int, values: Floats) -> None:
        self._tally(column, (values * _F(output.FIXED) + _HALF).astype(np.int32))

    def _look(self) -> tuple[Floats, Floats, Floats, Floats]:
        col, c = self.state.columns, self.state.coefficients
        ties = np.empty((len(self.ids), len(c.weights)), np.int64)
        ties[:, :-1] = self.ids[:, None] + col.near[self.rows]
        ties[:, -1] = col.far[self.rows]
        shown, mine = col.seen[ties] * (ties != self.ids[:, None]), col.seen[self.rows]
        there = (shown >> np.uint32(25)).astype(np.float32)
        weights = c.weights.astype(np.float32)  # sums of bytes stay below 2**24, so float32 is exact
        topic = _byte(shown, 0) - _byte(mine, 0)[:, None]
        topic *= (np.abs(topic) < c.bound) * there
        efficacy = (_byte(shown, 8) - _byte(mine, 8)[:, None]) * there
        share = 1 / np.maximum(there @ weights, _F(1))
        acts = ((shown >> np.uint32(24)) & np.uint32(1)).astype(np.float32)
        return topic @ weights, efficacy @ weights, share * (_byte(shown, 16) @ weights) / 255, share * (acts @ weights)

    def _domains(self) -> None:
        col, at, c = self.state.columns, self.state.places, self.state.coefficients
        mobility = col.mobility[self.rows]
        leaning = c.base + _STEP * (col.disposition[self.rows].astype(_F) + col.luck[self.rows].astype(_F))
        aspiration = c.normative * _STEP * col.aspiration[self.rows].astype(_F)
        total = np.zeros(len(self.ids), np.float32)
        for pair in range(N_DOMAINS // 2):
            for half, draws in enumerate(self._draw(Stream.EXPERIENCE + pair)):
                d = 2 * pair + half
                s, e = col.satisfaction[d, self.rows], col.expectation[d, self.rows]
                used = ((draws & 255) < col.exposure[d, self.rows]).astype(_F)
                found = self._found(d, mobility)
                noise = c.noise * ((draws >> 8).astype(_F) * _TO_24 - _HALF)
                y = e + (c.hearsay + used * (1 - c.hearsay)) * (found - e) + used * noise
                experience(s, e, y, leaning, at.norm[self.gate, d] + aspiration, c)
                total += s * col.importance[d, self.rows].astype(_F)
                self._tally_share(d, s)
        col.overall[self.rows] = total * _F(1 / 255)
        self._tally_share(output.T_OVERALL, col.overall[self.rows])

    def _found(self, domain: int, mobility: NDArray[np.uint8] | int) -> Floats:
        """What these residents find: the performance of the place, and how their own provider differs from it."""
        own = self.state.columns.provider[domain, self.rows].astype(_F)
        found: Floats = np.clip(self.state.places.performance[self.gate, domain, mobility] + _STEP * own, 0, 1)
        return found

    def _civic(self, efficacy: Floats, aware: Floats, active: Floats) -> None:
        col, at, c = self.state.columns, self.state.places, self.state.coefficients
        f, known = col.efficacy[self.rows], col.awareness[self.rows]
        f += c.efficacy_influence * efficacy
        f[:] = np.clip(f + c.efficacy_memory * (col.efficacy_base[self.rows] + at.efficacy_shift[self.gate] - f), 0, 1)
        known += (at.campaign[self.gate] + c.diffusion * aware) * (1 - known) - c.forgetting * known
        habit = col.habit[self.rows]
        done = logistic(at.sorting[self.gate] + c.habit_weight * habit) * known
        habit += (done - habit) * np.where(done > habit, c.habit_rise, c.habit_fall)
        self._tally_share(output.T_EFFICACY, f)
        self._tally_share(output.T_AWARE, known)
        self._tally_share(output.T_SORT, done)
        self._volunteer(f, active)
        trust = col.trust[0, self.rows]
        gap = self._found(PROPERTY, 0) - trust
        gap = np.where(gap > 0, gap, gap * c.trust_negative)
        trust += c.trust_rate * col.exposure[PROPERTY, self.rows].astype(_F) * _F(1 / 256) * gap
        for k in range(len(col.trust)):
            self._tally_share(output.T_TRUST + k, col.trust[k, self.rows])

    def _volunteer(self, f: Floats, active: Floats) -> None:
        col, c = self.state.columns, self.state.coefficients
        at = self.state.places
        u, w = ((draws >> 8).astype(_F) * _TO_24 for draws in self._draw(Stream.VOLUNTEER))
        state, fatigue = col.volunteer[self.rows], col.fatigue[self.rows]
        drive = f + c.volunteer_neighbours * active + at.volunteering[self.gate]
        drive = drive - c.volunteer_fatigue * fatigue - col.threshold[self.rows]
        joins = (u < at.registration[self.gate] * logistic(4 * drive)) & (drive > -8)
        stays = w >= c.exit_base + c.exit_fatigue * fatigue
        member = np.where(state > 0, stays, joins)
        acts = member & (drive > 0)
        state[:] = member.astype(np.uint8) + acts
        given = acts.astype(_F) * col.hours[self.rows]
        fatigue[:] = fatigue + given * c.fatigue_per_hour - fatigue * c.fatigue_recovery
        self._tally_share(output.T_HOURS, given)
        self._tally(output.T_REGISTERED, state >= 1)
        self._tally(output.T_ACTIVE, state >= 2)

    def _arise(self) -> Words:
        at = self.state.places
        low, high = self._draw(Stream.ISSUE)
        adult = self.state.columns.adult[self.rows] > 0
        happens = np.stack([(low < at.issue[self.gate]) & adult, (high < at.visit[self.gate]) & adult], axis=1)
        row, visit = np.nonzero(happens)
        found: Words = (row + self.rows.start + visit * output.VISIT_FLAG).astype(np.uint32)
        return found


def _byte(words: Words, shift: int) -> Floats:
    return ((words >> np.uint32(shift)) & np.uint32(255)).astype(np.float32)


def experience(s: Floats, e: Floats, y: Floats, leaning: Floats, norm: Floats, c: Coefficients) -> None:
    """Moves satisfaction `s` and expectation `e` of one domain in place, float32 (n), by the perceived `y`."""
    gap = y - norm - c.own_expectation * e
    gap = np.minimum(gap, c.loss_aversion * gap)
    target = np.clip(leaning + c.performance * y + c.disconfirmation * gap, 0, 1)
    s += c.satisfaction_rate * (target - s)
    e[:] = np.clip(e + c.expectation_rate * (y - e), 0, 1)


def logistic(x: Floats) -> Floats:
    """The kernel's rational approximation of 1 / (1 + exp(-x)), float32 (n)."""
    h = np.clip(_HALF * x, _F(-4.5), _F(4.5))
    h2 = h * h
    top = h * (_F(135135) + h2 * (_F(17325) + h2 * (_F(378) + h2)))
    bottom = _F(135135) + h2 * (_F(62370) + h2 * (_F(3150) + h2 * _F(28)))
    value: Floats = _HALF + _HALF * top / bottom
    return value


def mirror(topic: Floats, efficacy: Floats, aware: Floats, volunteer: NDArray[np.uint8]) -> Words:
    """What ties see: satisfaction with the topic, efficacy, awareness in 1/255, active or not, there; uint32 (n)."""
    word = np.zeros(len(topic), np.uint32)
    for shift, share in ((0, topic), (8, efficacy), (16, aware)):
        word |= (share * _F(255) + _HALF).astype(np.uint32) << np.uint32(shift)
    return word | (volunteer >> 1).astype(np.uint32) << np.uint32(24) | np.uint32(1 << 25)
