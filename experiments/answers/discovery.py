"""Under which conditions does it fail (or work)? Scenario discovery with PRIM boxes."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.prim import Cases, Limits, chances, harmonic, pasted, peeled

MINIMUM_CASES = 10
LEAST_IN_A_BOX = 10
"""Cases that a box must hold, however few there are: of fewer its density is known to within a third at best."""
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
    and density is taken and pasted, restrictions that chance could explain are dropped, and the next box is sought in
    the rest.

    Parameters
    ----------
    points : DataFrame
        Indexed by point, one column per factor: numbers, switches or words.
    interesting : Series of bool
        By point; points without it are left out.
    boxes : int
        How many at most. A box that is no denser than the whole, or holds no restriction, ends the search.
    mass_min : float
        Least share of the points in a box; never fewer than ten of them.

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
    cases = Cases(_numeric(x), wanted.to_numpy())
    least = max(LEAST_IN_A_BOX, int(np.ceil(mass_min * len(x))))
    rows: list[dict[str, Any]] = []
    paths: list[pd.DataFrame] = []
    rest = cases
    for number in range(1, boxes + 1):
        if not rest.wanted.any():
            break
        path = peeled(rest, least)
        box, tried = _settled(rest, path)
        if not box or rest.wanted[rest.inside(box)].mean() <= rest.wanted.mean():
            break
        rows += _rows(rest, box, number, wanted)
        paths.append(_path(rest, [*path, *tried], number, wanted))
        rest = rest.without(box)
    path_columns = ["box", "step", "coverage", "density", "mass", "restricted", "chosen"]
    return (
        pd.DataFrame(rows, columns=COLUMNS),
        pd.concat(paths, ignore_index=True)[path_columns] if paths else pd.DataFrame(columns=path_columns),
    )


def dated(boxes: pd.DataFrame, days: Collection[str]) -> pd.DataFrame:
    """Boxes with the limits of days, which were numbers, as words in members: `2018-01-08 … 2018-06-04`."""
    found = boxes.copy()
    for row in found.index[found["factor"].isin(list(days))]:
        low, high = (date.fromordinal(int(found.at[row, end])).isoformat() for end in ("low", "high"))
        found.at[row, "members"] = f"{low} … {high}"
        found.loc[row, ["low", "high"]] = np.nan
    return found


def _numeric(points: pd.DataFrame) -> pd.DataFrame:
    """Switches as 0 and 1, numbers as floats, words as they are."""
    found = points.reset_index(drop=True)
    for name in found.columns:
        numbers = all(isinstance(level, int | float | np.number | np.bool_) for level in set(found[name]))
        found[name] = found[name].astype("float64") if numbers else found[name].astype(str).astype(object)
    return found


def _settled(cases: Cases, path: list[Limits]) -> tuple[Limits, list[Limits]]:
    """The box to report, without restrictions that chance could explain, and the boxes on the way to it."""
    box = pasted(cases, max(path, key=lambda limits: harmonic(cases, limits)))
    tried = [box]
    while box:
        chance = {name: np.nanmax([0.0, *sides]) for name, sides in _closed(cases, box).items()}
        worst = max(chance, key=chance.__getitem__)
        if chance[worst] <= SIGNIFICANT:
            break
        box = {name: at for name, at in box.items() if name != worst}
        tried.append(box)
    return box, tried


def _closed(cases: Cases, box: Limits) -> dict[str, tuple[float, float]]:
    """Quasi-p-values by factor; a restriction that pasting has opened on both sides is none, and has 1."""
    return {name: sides if np.isfinite(sides).any() else (1.0, 1.0) for name, sides in chances(cases, box).items()}


def _rows(cases: Cases, box: Limits, number: int, wanted: pd.Series) -> list[dict[str, Any]]:
    inside, qp = cases.inside(box), chances(cases, box)
    rows = []
    for name, sides in sorted(qp.items(), key=lambda item: np.nanmax(item[1])):
        at, values = box[name], cases.x[name]
        low = high = np.nan
        if not isinstance(at, frozenset):
            low, high = (
                (end if np.isfinite(end) else float(edge))
                for end, edge in zip(at, (values.min(), values.max()), strict=True)
            )
            if (values % 1 == 0).all():  # limits lie between whole numbers
                low, high = np.ceil(low), np.floor(high)
        rows.append(
            {
                "box": number,
                "factor": name,
                "low": low,
                "high": high,
                "members": " ".join(sorted(at)) if isinstance(at, frozenset) else "",
                "qp_low": sides[0],
                "qp_high": sides[1],
                **_size(cases, inside, wanted),
                "cases": int(inside.sum()),
                "of_interest": int(cases.wanted[inside].sum()),
                "base_rate": float(wanted.mean()),
            }
        )
    return rows


def _size(cases: Cases, inside: np.ndarray, wanted: pd.Series) -> dict[str, float]:
    hits = int(cases.wanted[inside].sum())
    return {
        "coverage": hits / int(wanted.sum()),
        "density": hits / int(inside.sum()),
        "mass": int(inside.sum()) / len(wanted),
    }


def _path(cases: Cases, path: list[Limits], number: int, wanted: pd.Series) -> pd.DataFrame:
    rows = [
        {
            "box": number,
            "step": step,
            **_size(cases, cases.inside(limits), wanted),
            "restricted": len(limits),
            "chosen": step == len(path) - 1,
        }
        for step, limits in enumerate(path)
    ]
    return pd.DataFrame(rows)
