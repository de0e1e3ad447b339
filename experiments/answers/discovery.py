"""Under which conditions does it fail (or work)? Scenario discovery with PRIM boxes (ema_workbench)."""

import warnings
from typing import Any

import numpy as np
import pandas as pd

MINIMUM_CASES = 10
_ANY = 1e-9  # a case is of interest when y = 1, and a box of any density is shown: which to take is decided here
SIGNIFICANT = 0.05
"""A restriction whose quasi-p-value is above this is dropped from its box (Bryant and Lempert 2010)."""
COLUMNS = [
    "box",
    "factor",
    "low",
    "high",
    "members",
    "qp_low",
    "qp_high",
    "coverage",
    "density",
    "mass",
    "cases",
    "of_interest",
    "base_rate",
]


def discovery(
    points: pd.DataFrame, interesting: pd.Series, *, boxes: int = 2, mass_min: float = 0.05
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Boxes in the space of factors that hold many cases of interest and few others.

    PRIM (Friedman and Fisher 1999) peels a box; of its trajectory the box with the largest harmonic mean of coverage
    and density is taken, restrictions that chance could explain are dropped, and the next box is sought in the rest.

    Parameters
    ----------
    points : DataFrame
        Indexed by point, one column per factor: numbers, switches or words.
    interesting : Series of bool
        By point; points without it are left out.
    boxes : int
        How many at most. A box that is no denser than the whole, or holds no restriction, ends the search.
    mass_min : float
        Least share of the points in a box.

    Returns
    -------
    boxes : DataFrame
        Columns `COLUMNS`, one row per box and restricted factor: limits (NaN for words, which stand in members),
        quasi-p-values of the limits (NaN where a side is not restricted), coverage (share of all cases of interest
        inside), density (share of those inside that are of interest), mass, counts, base rate (density of the whole).
    trajectory : DataFrame
        Columns box, step, coverage, density, mass, restricted, chosen (bool): the trade-off that the choice was
        made from.

    Raises
    ------
    ValueError
        If there are fewer than ten points, or none or all of them are of interest.
    """
    wanted = interesting.reindex(points.index).dropna().astype(bool)
    x = points.loc[wanted.index]
    if len(x) < MINIMUM_CASES or wanted.nunique() < 2:
        raise ValueError(
            f"{int(wanted.sum())} of {len(x)} cases are of interest; discovery needs at least "
            f"{MINIMUM_CASES} cases and some of both kinds (choose another threshold)"
        )
    prim = _prim(_numeric(x), wanted.to_numpy().astype(int), mass_min)
    rows: list[dict[str, Any]] = []
    paths: list[pd.DataFrame] = []
    for number in range(1, boxes + 1):
        box = prim.find_box()
        if box is None or not _settle(box):
            break
        rows += _rows(prim, box, number, wanted)
        paths.append(_path(box, number))
    path_columns = ["box", "step", "coverage", "density", "mass", "restricted", "chosen"]
    return (
        pd.DataFrame(rows, columns=COLUMNS),
        pd.concat(paths, ignore_index=True)[path_columns] if paths else pd.DataFrame(columns=path_columns),
    )


def _numeric(points: pd.DataFrame) -> pd.DataFrame:
    """Switches as 0 and 1, numbers as floats (PRIM's own whole numbers fail with pandas 3), words as they are."""
    found = points.reset_index(drop=True)
    for name in found.columns:
        numbers = all(isinstance(level, int | float | np.number | np.bool_) for level in set(found[name]))
        found[name] = found[name].astype("float64") if numbers else found[name].astype(str).astype(object)
    return found


def _prim(x: pd.DataFrame, y: Any, mass_min: float) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of engines that are not installed, and of pandas to come
        from ema_workbench.analysis import prim

        return prim.Prim(x, y, threshold=_ANY, mass_min=mass_min)


def _settle(box: Any) -> bool:
    """Select the box of the trajectory to report; False when none is better than the whole."""
    path = box.peeling_trajectory
    score = 2 * path["coverage"] * path["density"] / (path["coverage"] + path["density"]).clip(lower=1e-12)
    box.select(int(score.to_numpy(float).argmax()))
    while True:
        chance = {name: max(_sides(sides)) for name, sides in box.qp[box._cur_box].items()}
        weak = [name for name, p in chance.items() if p > SIGNIFICANT]
        if not weak:
            return bool(chance) and box.density > path["density"].iloc[0]
        box.drop_restriction(max(weak, key=chance.__getitem__))
        box.select(len(box.peeling_trajectory) - 1)


def _sides(sides: list[float]) -> list[float]:
    """Quasi-p-values of the sides that are restricted; -1 stands for one that is not."""
    return [p for p in sides if p >= 0] or [1.0]


def _rows(prim: Any, box: Any, number: int, wanted: pd.Series) -> list[dict[str, Any]]:
    limits, qp = box.box_lims[box._cur_box], box.qp[box._cur_box]
    inside = int(box.peeling_trajectory["n"].iloc[box._cur_box])
    rows = []
    for name, sides in sorted(qp.items(), key=lambda item: max(_sides(item[1]))):
        low, high = limits[name].iloc[0], limits[name].iloc[1]
        words = isinstance(low, set)
        if not words and (prim.x[name] % 1 == 0).all():  # limits lie between whole numbers
            low, high = np.ceil(low), np.floor(high)
        rows.append(
            {
                "box": number,
                "factor": name,
                "low": np.nan if words else float(low),
                "high": np.nan if words else float(high),
                "members": " ".join(sorted(map(str, low))) if words else "",
                "qp_low": sides[0] if sides[0] >= 0 else np.nan,
                "qp_high": sides[1] if sides[1] >= 0 else np.nan,
                "coverage": float(box.coverage),
                "density": float(box.density),
                "mass": float(box.mass),
                "cases": inside,
                "of_interest": int(box.peeling_trajectory["k"].iloc[box._cur_box]),
                "base_rate": float(wanted.mean()),
            }
        )
    return rows


def _path(box: Any, number: int) -> pd.DataFrame:
    path = box.peeling_trajectory
    return pd.DataFrame(
        {
            "box": number,
            "step": np.arange(len(path)),
            "coverage": path["coverage"].astype(float),
            "density": path["density"].astype(float),
            "mass": path["mass"].astype(float),
            "restricted": path["res_dim"].astype(int),
            "chosen": np.arange(len(path)) == box._cur_box,
        }
    )
