"""A list of points in the file itself, or a CSV or Parquet file beside it with one column per factor.

`plausible.csv`, the draws that a calibration leaves, is such a file.
"""

from typing import Any

import pandas as pd

from experiments.study.draws import read_points
from experiments.study.factors import Value
from experiments.study.file import Design, Plan, check_value
from simulation.yaml_source import Keys

TITLE = ("给定的点", "a list of points")
SAMPLE = False


def check(design: Design) -> None:
    """The points stand in the file or beside it."""
    if (design.points is None) == (design.file is None):
        raise ValueError("a table needs either points or a file")


def points(plan: Plan) -> pd.DataFrame:
    """The points as given.

    Raises
    ------
    SourceError
        If the file cannot be read, a point lacks a factor, or a value is not allowed.
    """
    design = plan.design
    keys: Keys = ("design", "points")
    if design.points is not None:
        rows = [dict(row) for row in design.points]
    else:
        keys = ("design", "file")
        rows = _from_file(plan, str(design.file), keys)
    names = list(rows[0])
    for number, row in enumerate(rows):
        if set(row) != set(names):
            odd = ", ".join(sorted(set(row) ^ set(names)))
            raise plan.source.error(keys, f"point {number} and point 0 differ in their factors ({odd})")
        for path, value in row.items():
            check_value(plan, path, value, keys)
    return pd.DataFrame(rows, columns=names)


def _from_file(plan: Plan, name: str, keys: Keys) -> list[dict[str, Value]]:
    try:
        frame, _ = read_points(plan.folder / name)
    except ValueError as error:
        raise plan.source.error(keys, f"{name}: {error}") from None
    return [{str(path): _plain(value) for path, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Value:
    plain: Value = value.item() if hasattr(value, "item") else value
    return plain
