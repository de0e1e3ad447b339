"""What a sweep's folder says of its runs: the plan, and the points of the design."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.whole import file_hash, text_hash

PLAN, POINTS = "plan.csv", "points.csv"
COLUMNS = ["run", "point", "scenario", "seed"]


def hashes_of(plan: pd.DataFrame, points: pd.DataFrame) -> dict[str, str]:
    """What the marker says of both tables, before they are written (points as for `read_points`)."""
    tables = {"plan": plan, "points": points.reset_index()}
    return {name: text_hash(table.to_csv(index=False)) for name, table in tables.items()}


def damaged(out: Path, marker: Mapping[str, Any]) -> str:
    """The table that is not what the marker was written with; "" if both are. Older markers do not say.

    Raises
    ------
    OSError
        If one is missing.
    """
    tables = {"points": POINTS, "plan": PLAN}
    odd = [name for key, name in tables.items() if marker.get(key) not in (None, file_hash(out / name))]
    return odd[0] if odd else ""


def read_planned(out: Path) -> pd.DataFrame:
    """Runs that belong to the sweep: columns `COLUMNS`.

    Raises
    ------
    OSError, ValueError, KeyError
        If the file is missing or damaged.
    """
    return pd.read_csv(out / PLAN, dtype={"run": str})[COLUMNS]


def read_points(out: Path) -> pd.DataFrame:
    """Points of the design, indexed by point; a column for each factor by dotted path, days as text.

    Raises
    ------
    OSError, ValueError, KeyError
        If the file is missing or damaged.
    """
    return pd.read_csv(out / POINTS).set_index("point")  # as `index_col` a table without rows raises a TypeError
