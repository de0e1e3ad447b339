"""What one weekly step of the residents reads and writes, whoever computes it."""

import copy
from dataclasses import dataclass

from simulation.domains import DOMAINS
from simulation.processes.residents.coefficients import Coefficients
from simulation.processes.residents.kernel import step_residents
from simulation.state.gates import Places
from simulation.state.output import Output
from simulation.state.residents import Columns


@dataclass
class State:
    """Arguments of a week: address of the draws, residents, places, coefficients, and room for the results."""

    seed: int
    tick: int
    columns: Columns
    places: Places
    coefficients: Coefficients
    output: Output

    @property
    def topics(self) -> tuple[int, int]:
        """Domain that ties show each other this week, and next week."""
        return self.tick % len(DOMAINS), (self.tick + 1) % len(DOMAINS)

    def clone(self) -> "State":
        """An independent copy."""
        return copy.deepcopy(self)

    def turn(self) -> None:
        """Go to the next week: what was written for it becomes what ties see."""
        self.columns = self.columns._replace(seen=self.columns.seen_next, seen_next=self.columns.seen)
        self.tick += 1

    def found(self) -> list[int]:
        """Rows with an issue or a visit (marked by `VISIT_FLAG`) in the order of the residents."""
        out = self.output
        blocks = zip(out.found_ptr.tolist(), out.found_count.tolist(), strict=True)
        return [row for first, count in blocks for row in out.found[first : first + count].tolist()]


def kernel_week(state: State) -> None:
    """One week by the model's compiled kernel."""
    widest = int((state.places.gate_ptr[1:] - state.places.gate_ptr[:-1]).max())
    step_residents(
        state.seed, state.tick, *state.topics, widest, state.columns, state.places, state.coefficients, state.output
    )
    state.turn()
