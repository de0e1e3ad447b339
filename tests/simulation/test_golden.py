"""Six runs, every column, bit for bit: what must not move when code moves.

A change that is meant to move results makes the hashes anew (`python -m tests.simulation.test_golden`) and says in its
commit and in the changelog what moved and why.
"""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from simulation.run import simulate
from simulation.scenario.load import load_scenario

FILE = Path(__file__).with_name("golden.json")
CASES = (
    ("baseline", "huitian"),
    ("service_circles", "huitian"),
    ("community_splits", "huitian"),
    ("huitian_plan", "huitian"),
    ("huitian_history", "huitian"),
    ("baseline", "huaguoyuan"),
)
TABLES = ("district", "communities", "groups", "residents", "cells", "panel")


def hashes(scenario: str, district: str) -> dict[str, str]:
    """Hash of the bytes of every column of a run of four years, by table and column."""
    chosen = load_scenario(scenario)
    chosen = chosen.model_copy(
        update={"district": district, "outputs": chosen.outputs.model_copy(update={"resident_sample": 50})}
    )
    recording = simulate(chosen, seed=3, scale=0.02)
    return {
        f"{table}.{column}": _hash(values)
        for table in TABLES
        for column, values in sorted(getattr(recording, table).items())
    }


def _hash(values: pd.Series) -> str:
    array = values.to_numpy()
    content = array.tobytes() if array.dtype.kind != "O" else "\0".join(map(str, array)).encode()
    return hashlib.blake2b(content + str(array.dtype).encode(), digest_size=8).hexdigest()


@pytest.mark.parametrize(("scenario", "district"), CASES)
def test_no_bit_has_moved(scenario: str, district: str) -> None:
    expected = json.loads(FILE.read_text("utf-8"))[f"{scenario} {district}"]
    made = hashes(scenario, district)
    moved = sorted(name for name in expected.keys() | made.keys() if expected.get(name) != made.get(name))
    assert not moved, f"columns that moved: {moved}"


if __name__ == "__main__":
    golden = {f"{scenario} {district}": hashes(scenario, district) for scenario, district in CASES}
    FILE.write_text(json.dumps(golden, indent=1, sort_keys=True) + "\n", "utf-8")
