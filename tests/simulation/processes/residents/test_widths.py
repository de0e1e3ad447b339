"""However many residents the kernel takes at once, every bit is that of one after the other."""

import numpy as np
import pytest

from simulation.processes.residents.kernel import SCALAR, step_blocks, step_residents
from simulation.processes.residents.lanes.kinds import Width, of_machine
from tests.simulation.processes.residents.kernel_case import Case

SIZES = [1, 2, 7, 8, 9, 15, 16, 17, 33, 131, 64, 3]  # of gates, repeated; the last of all is smaller than a vector
WEEKS = 12


def town(copies: int = 2) -> Case:
    """Random residents with edge values, in gates of all sizes; each column has 0, 1 or its largest value somewhere."""
    gate_ptr = np.concatenate([[0], np.cumsum(SIZES * 3)])
    n, gates = int(gate_ptr[-1]), len(gate_ptr) - 1
    case = Case(n=n, size=1, blocks=4, noise=0.15, copies=copies)
    rng = np.random.default_rng(8)
    edges = np.array([0, 5, 6, 20, gates])
    levels = {
        name: rng.permutation(np.concatenate([[0, 1, 0.5], rng.random(n - 3)])).astype(np.float32)
        for name in ("efficacy", "efficacy_base", "awareness", "habit", "fatigue", "threshold")
    }
    levels["threshold"][::6] = np.inf  # children
    for name in ("satisfaction", "expectation", "trust"):
        column = rng.random(getattr(case.col, name).shape, dtype=np.float32)
        column[rng.random(column.shape) < 0.05] = 0
        column[rng.random(column.shape) < 0.05] = 1
        levels[name] = column
    near = rng.integers(0, n, (n, 7)) - np.arange(n)[:, None]
    near[rng.random(near.shape) < 0.2] = 0  # empty slots
    far = np.where(rng.random(n) < 0.3, np.arange(n), rng.integers(0, n, n))
    wide = case.col.exposure.shape
    case.col = case.col._replace(
        **levels,
        near=near.astype(np.int16),
        far=far.astype(np.uint32),
        exposure=rng.choice([0, 1, 100, 255], wide).astype(np.uint8),
        provider=rng.choice([-127, 0, 40, 127], wide).astype(np.int8),
        mobility=rng.integers(0, 3, n).astype(np.uint8),
        disposition=rng.choice([-127, 3, 127], n).astype(np.int8),
        luck=rng.choice([-127, -1, 127], n).astype(np.int8),
        aspiration=rng.integers(-127, 128, n).astype(np.int8),
        adult=(rng.random(n) < 0.8).astype(np.uint8),
        volunteer=rng.integers(0, 3, n).astype(np.uint8),
        hours=rng.exponential(2, n).astype(np.float32),
        seen=rng.integers(0, 2**26, n).astype(np.uint32),
    )
    terms = {
        name: rng.normal(0, 0.2, gates).astype(np.float32)
        for name in ("efficacy_shift", "sorting", "campaign", "volunteering")
    }
    case.at = case.at._replace(
        **terms,
        blocks=edges,
        gate_ptr=gate_ptr,
        performance=rng.random((gates, 10, 3), dtype=np.float32),
        norm=rng.random((gates, 10), dtype=np.float32),
        registration=rng.random(gates, dtype=np.float32),
        issue=rng.choice([0, 2**28, 2**32 - 1], gates).astype(np.uint32),
        visit=rng.choice([0, 2**30, 2**32 - 1], gates).astype(np.uint32),
    )
    case.c = case.c._replace(topic_influence=np.float32(1e-4), efficacy_influence=np.float32(1e-4), bound=np.int32(80))
    case.out = case.out._replace(found_ptr=2 * copies * gate_ptr[edges[:-1]])
    return case


def alone(width: Width):
    """A step on one thread that takes so many residents at once."""
    return lambda *arguments: step_blocks(width, np.zeros(1, np.int64), *arguments)


def weeks(step, case: Case) -> dict[str, bytes]:
    """The bytes of all that some weeks leave."""
    found = b""
    for tick in range(WEEKS):
        step(5, tick, tick % 10, (tick + 1) % 10, max(SIZES), case.col, case.at, case.c, case.out)
        case.col = case.col._replace(seen=case.col.seen_next, seen_next=case.col.seen)
        for first, some in zip(case.out.found_ptr, case.out.found_count, strict=True):
            found += case.out.found[first : first + some].tobytes()
    columns = {name: column.tobytes() for name, column in case.col._asdict().items()}
    return columns | {"tallies": case.out.tallies.tobytes(), "found": found}


@pytest.fixture(scope="module")
def reference() -> dict[str, bytes]:
    """One resident after the other, in plain scalars."""
    return weeks(alone(SCALAR), town())


@pytest.mark.parametrize("width", [Width(8), Width(16)], ids=str)
def test_every_width_has_the_bits_of_scalars(width, reference):
    made = weeks(alone(width), town())
    assert [name for name in reference if made[name] != reference[name]] == []
    assert len(made["found"]) > 0


def test_the_town_is_lively(reference):
    """Else equal bits would say little: every column that a week may change does change."""
    before = {name: column.tobytes() for name, column in town().col._asdict().items()}
    changed = {name for name in before if before[name] != reference[name]}
    levels = {"satisfaction", "expectation", "efficacy", "awareness", "habit", "fatigue", "trust", "overall"}
    assert changed == levels | {"volunteer", "seen", "seen_next"}


def test_the_step_takes_the_width_of_the_machine(reference):
    assert weeks(step_residents, town()) == reference
    assert of_machine().count in (8, 16)


def test_fewer_residents_than_a_vector():
    case, other = Case(n=6, size=3, blocks=1, noise=0.1), Case(n=6, size=3, blocks=1, noise=0.1)
    case.run(3)
    for tick in range(3):
        alone(SCALAR)(1, tick, tick, tick + 1, 3, other.col, other.at, other.c, other.out)
        other.col = other.col._replace(seen=other.col.seen_next, seen_next=other.col.seen)
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(case.col, other.col, strict=True))
