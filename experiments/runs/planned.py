"""What a sweep's folder says of its runs: the plan, and the points of the design."""

from pathlib import Path

import pandas as pd

PLAN, POINTS = "plan.csv", "points.csv"
COLUMNS = ["run", "point", "scenario", "seed"]


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
    OSError, ValueError
        If the file is missing or damaged.
    """
    return pd.read_csv(out / POINTS, index_col="point")
