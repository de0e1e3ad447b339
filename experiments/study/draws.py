"""Files of points: a table of one's own, or the draws that a calibration left, with weights where it gave them."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.parameters import PARAMETERS
from simulation.yaml_source import is_file

WEIGHT = "weight"
_ASIDE = ("implausibility", "draw", "point", "run")
"""Columns that tell of a draw and set nothing."""
_TURN = 0.6180339887498949  # the golden section


def read_points(file: Path) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Points of a CSV or Parquet file, a column for each factor, and the weight of each, float64 (points,), sum 1.

    A parameter may stand under its bare name, as in `plausible.csv` of a calibration.

    Raises
    ------
    ValueError
        If the file cannot be read, has no points, or a weight is below 0.
    """
    if file.exists() and not is_file(file):
        raise ValueError("is no file")
    try:
        frame = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    except FileNotFoundError:
        raise ValueError("no such file") from None
    except (OSError, ValueError) as error:
        raise ValueError(str(error).splitlines()[0] if str(error) else "cannot be read") from None
    if frame.empty:
        raise ValueError("has no points")
    weights = frame[WEIGHT].to_numpy(np.float64) if WEIGHT in frame.columns else np.ones(len(frame))
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.sum() > 0):
        raise ValueError("weights must be numbers of at least 0, and some above")
    kept = frame[[name for name in frame.columns if name not in (WEIGHT, *_ASIDE)]]
    paths = {name: f"parameters.{name}" if name in PARAMETERS else str(name) for name in kept.columns}
    twice = next((path for path in paths.values() if list(paths.values()).count(path) > 1), None)
    if twice is not None:
        raise ValueError(f"the factor {twice} has two columns, one under its bare name")
    return kept.rename(columns=paths), weights / weights.sum()


def spread(count: int) -> NDArray[np.float64]:
    """Shares from 0 to 1, float64 (count,), any first part of which is spread evenly: turns by the golden section."""
    return np.asarray(np.arange(1, count + 1) * _TURN % 1.0, np.float64)


def picked(shares: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows at shares (0 to 1) of the summed weights, intp (shares,): a row as often as its weight says."""
    steps = np.cumsum(weights)
    return np.minimum(np.searchsorted(steps, shares * steps[-1], side="right"), len(weights) - 1)
