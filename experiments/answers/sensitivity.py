"""Which uncertain factors drive the result? Morris screening, Sobol indices and one-at-a-time changes (SALib)."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.statistics import LEVEL, paired, t_interval
from experiments.study.unit_cube import problem

RESAMPLES = 1_000


def sobol_indices(results: pd.Series, factors: list[str], *, second_order: bool = False, seed: int = 1) -> pd.DataFrame:
    """Shares of the variance of the result that factors explain, of a Saltelli sample.

    Parameters
    ----------
    results : Series
        Result by point, indexed by the place of the point in `SALib.sample.sobol` (0, 1, ...). A block of the sample
        with a point missing or NaN is left out as a whole.
    factors : list of str
        In the order of the sample.
    second_order : bool
        Whether the sample has the points for pairs: 2 D + 2 a block instead of D + 2.

    Returns
    -------
    DataFrame
        Columns factor_a, factor_b ("" but for pairs), index ("first", "total" or "second"), value, ci_low, ci_high
        (95 % bootstrap over blocks, as if they were independent: those of a Sobol sequence are not, and the interval is
        as a rule wider than it need be), blocks (those used). Values are NaN when the result does not vary.

    Raises
    ------
    ValueError
        If fewer than two blocks are whole.
    """
    from SALib.analyze import sobol

    names = list(factors)
    rows = whole_blocks(results, (2 if second_order else 1) * len(names) + 2)
    blocks = len(rows)
    if np.ptp(rows) == 0:
        found = {
            key: np.full((len(names),) * (2 if key.startswith("S2") else 1), np.nan)
            for key in ("S1", "S1_conf", "ST", "ST_conf", "S2", "S2_conf")
        }
    else:
        found = sobol.analyze(
            problem(names),
            rows.ravel(),
            calc_second_order=second_order,
            num_resamples=RESAMPLES,
            conf_level=LEVEL,
            seed=seed,
        )
    table = [
        (name, "", index, found[key][k], found[f"{key}_conf"][k])
        for index, key in (("first", "S1"), ("total", "ST"))
        for k, name in enumerate(names)
    ]
    if second_order:
        table += [
            (names[a], names[b], "second", found["S2"][a, b], found["S2_conf"][a, b])
            for a in range(len(names))
            for b in range(a + 1, len(names))
        ]
    frame = pd.DataFrame(table, columns=["factor_a", "factor_b", "index", "value", "half"])
    frame["ci_low"], frame["ci_high"] = frame["value"] - frame["half"], frame["value"] + frame["half"]
    return frame.drop(columns="half").assign(blocks=blocks)


def morris_effects(points: pd.DataFrame, results: pd.Series, *, levels: int = 4, seed: int = 1) -> pd.DataFrame:
    """Elementary effects of a Morris sample: the change of the result over the whole range of a factor.

    A step of the sample is a part of the range, and its effect is scaled up to the whole range by the part that it
    really was: rounding makes the steps of whole numbers and lists unequal. A step between words counts as it is.

    Parameters
    ----------
    points : DataFrame
        Indexed by the place of the point in `SALib.sample.morris` (0, 1, ...), one column per factor.
    results : Series
        Result by point. A trajectory with a point missing is left out as a whole.
    levels : int
        Levels of the grid that the sample was drawn with.

    Returns
    -------
    DataFrame
        Columns factor, mu, mu_star (mean absolute effect: importance), ci_low, ci_high (95 % t interval of mu_star over
        trajectories, which are independent; the bootstrap that is usual holds the truth in 70 to 80 % at four of them),
        sigma (spread: interaction or curvature), trajectories (those used); the most important first.

    Raises
    ------
    ValueError
        If fewer than two trajectories are whole, or a step changes other than one factor.
    """
    from SALib.analyze import morris

    names = list(points.columns)
    size = len(names) + 1
    rows = whole_blocks(results, size)
    kept = whole_block_numbers(results, size)
    steps = np.stack([_steps(points.loc[range(b * size, (b + 1) * size)]) for b in kept])
    step = levels / (2 * (levels - 1))  # of the range, as SALib draws it and scales effects with
    rows = _rescaled(points, kept, steps, rows, step)
    found = morris.analyze(
        {**problem(names), "groups": None},
        steps.reshape(-1, len(names)),
        rows.ravel(),
        num_resamples=2,  # the fewest; its interval is not used
        num_levels=levels,
        seed=seed,
    )
    moved = _moved(steps)
    absolute = np.abs(np.diff(rows, axis=1)) / step
    spans = [t_interval(absolute[moved == k]) for k in range(len(names))]
    frame = pd.DataFrame(
        {
            "factor": names,
            "mu": np.asarray(found["mu"], float),
            "mu_star": np.asarray(found["mu_star"], float),
            "ci_low": [max(low, 0.0) for _, low, _ in spans],
            "ci_high": [high for _, _, high in spans],
            "sigma": np.asarray(found["sigma"], float),
            "trajectories": len(kept),
        }
    )
    return frame.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)


def _rescaled(
    points: pd.DataFrame, kept: list[int], steps: NDArray[np.float64], rows: NDArray[np.float64], step: float
) -> NDArray[np.float64]:
    """Results along each trajectory as they were if every change were one over `step` of the range, like `rows`."""
    size = rows.shape[1]
    moved = _moved(steps)
    parts = np.empty(moved.shape)
    for k, name in enumerate(points.columns):
        column = np.stack([points[name].loc[range(b * size, (b + 1) * size)].to_numpy() for b in kept])
        at = moved == k
        parts[at] = _parts(points[name], column[:, 1:][at], column[:, :-1][at], step)
    changes = np.diff(rows, axis=1) * step / parts
    return np.concatenate([rows[:, :1], rows[:, :1] + np.cumsum(changes, axis=1)], axis=1)


def _moved(steps: NDArray[np.float64]) -> NDArray[np.int64]:
    """Factor of each step, int64 (trajectories, factors)."""
    return np.abs(np.diff(steps, axis=1)).argmax(axis=2)


def _parts(values: pd.Series, after: NDArray[Any], before: NDArray[Any], step: float) -> NDArray[np.float64]:
    """Part of the range that each step of a factor was."""
    whole = np.ones(len(after))
    if values.nunique() == 2 or not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return whole
    change = np.abs(after.astype(float) - before.astype(float))
    if np.allclose(change, change[0]):  # a range: all steps are alike, and the sample may miss an end
        return step * whole
    return np.where(change > 0, change / float(values.max() - values.min()), 1.0)


def _steps(trajectory: pd.DataFrame) -> NDArray[np.float64]:
    """A trajectory as cumulative signs of its steps, float64 (factors + 1, factors): all that SALib reads of it.

    Switches and choices become the number of their level. A whole-number factor may have two grid levels that round
    to the same value; the one factor that never moves then takes the one step that shows no change.
    """
    levels = np.column_stack(
        [
            trajectory[name].map({v: k for k, v in enumerate(sorted(set(trajectory[name])))})
            for name in trajectory.columns
        ]
    ).astype(float)
    moves = np.sign(np.diff(levels, axis=0))
    still = np.flatnonzero(~moves.any(axis=1))
    unmoved = np.flatnonzero(~moves.any(axis=0))
    if len(still) == 1 and len(unmoved) == 1:
        moves[still[0], unmoved[0]] = 1.0
    if not ((moves != 0).sum(axis=1) == 1).all() or not ((moves != 0).sum(axis=0) == 1).all():
        raise ValueError("points of a Morris trajectory must differ by one factor each; was the design changed?")
    return np.vstack([np.zeros(len(trajectory.columns)), np.cumsum(moves, axis=0)])


def one_at_a_time(points: pd.DataFrame, values: pd.DataFrame, metric: str, base: int = 0) -> pd.DataFrame:
    """Change of a metric when one factor leaves the base point, in pairs of the same seed.

    Parameters
    ----------
    points : DataFrame
        Indexed by point; every other point differs from `base` in one factor.
    values : DataFrame
        Columns point, seed, metric, value of one scenario (levels or effects).

    Returns
    -------
    DataFrame
        Columns factor, from, to (values of the factor), metric, replicates, change, ci_low, ci_high (95 % paired t
        interval), swing (largest absolute change of the factor); the factor that matters most first.
    """
    wide = values[values["metric"] == metric].pivot(index="seed", columns="point", values="value")
    rows = []
    for point in (p for p in points.index if p != base and p in wide.columns and base in wide.columns):
        moved = [name for name in points.columns if points.at[point, name] != points.at[base, name]]
        if len(moved) != 1:
            raise ValueError(f"point {point} differs from the base point in {len(moved)} factors, not in one")
        block = wide[[point, base]].dropna()
        p = paired(block[point].to_numpy(), block[base].to_numpy())
        rows.append(
            {
                "factor": moved[0],
                "from": points.at[base, moved[0]],
                "to": points.at[point, moved[0]],
                "metric": metric,
                "replicates": len(block),
                "change": p.mean,
                "ci_low": p.low,
                "ci_high": p.high,
            }
        )
    table = pd.DataFrame(rows, columns=["factor", "from", "to", "metric", "replicates", "change", "ci_low", "ci_high"])
    table["swing"] = table.groupby("factor")["change"].transform(lambda change: change.abs().max())
    return table.sort_values(["swing", "factor"], ascending=[False, True], kind="stable", ignore_index=True)


def whole_block_numbers(results: pd.Series, size: int) -> list[int]:
    """Blocks of `size` consecutive points that have a finite result at every point."""
    good = results.index[np.isfinite(results.to_numpy(float))]
    count = pd.Series(1, index=good).groupby(np.asarray(good) // size).sum()
    return [int(block) for block in count.index[count == size]]


def whole_blocks(results: pd.Series, size: int) -> NDArray[np.float64]:
    """Results of the whole blocks, float64 (blocks, size).

    Raises
    ------
    ValueError
        If there are fewer than two.
    """
    blocks = whole_block_numbers(results, size)
    if len(blocks) < 2:
        raise ValueError(f"only {len(blocks)} of the sample's blocks of {size} points are whole; two are needed")
    return np.stack([results.loc[range(b * size, (b + 1) * size)].to_numpy(float) for b in blocks])
