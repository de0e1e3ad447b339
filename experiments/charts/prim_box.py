"""Under which conditions does it happen? The box of scenario discovery."""

from collections.abc import Callable
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.answers.windows import is_day
from experiments.charts import style
from experiments.charts.factors import factor_name, factor_unit
from experiments.texts.catalogue import Words, phrase


def prim_box(
    boxes: pd.DataFrame,
    trajectory: pd.DataFrame,
    points: pd.DataFrame,
    interesting: pd.Series,
    outcome: tuple[str, str],
    runs: style.Runs,
    box: int = 1,
) -> Figure:
    """Left, cases in the two most restricted factors and the box; right, coverage against density of the trajectory.

    Parameters
    ----------
    boxes, trajectory : DataFrame
        What `experiments.answers.discovery.discovery` gives.
    points : DataFrame
        By point, one column per factor.
    interesting : Series of bool
        By point.
    outcome : tuple of str
        What makes a case interesting (zh, en).
    """
    style.apply()
    rows = boxes[boxes["box"] == box]
    figure, axes = plt.subplots(1, 2, figsize=(style.width(), 4.6), width_ratios=[1.5, 1])
    marks = _cases(axes[0], rows, points, interesting)
    path = trajectory[trajectory["box"] == box]
    axes[1].plot(path["coverage"], path["density"], "o-", color=style.GREY, markersize=3.5, linewidth=0.8)
    chosen = path[path["chosen"]].iloc[0]
    axes[1].plot(chosen["coverage"], chosen["density"], "D", color=style.COLOURS[1], markersize=8)
    axes[1].set_xlim(-0.03, 1.05)
    axes[1].set_ylim(-0.03, 1.05)
    axes[1].set_xlabel(
        style.say("charts.prim_box.coverage_cases_of_interest_inside", between="\n"),
        fontsize=8,
        linespacing=style.LEADING,
    )
    axes[1].set_ylabel(
        style.say("charts.prim_box.density_share_of_interest_inside", between="\n"),
        fontsize=8,
        linespacing=style.LEADING,
    )
    for axis in axes:
        axis.tick_params(labelsize=7.5)
    first = rows.iloc[0]
    what = " · ".join(
        (
            style.say("charts.prim_box.of_interest", outcome=Words(*outcome[:2])),
            style.say(
                "charts.prim_box.coverage_density_overall",
                coverage=first["coverage"],
                density=first["density"],
                base_rate=first["base_rate"],
            ),
            *(_limits(row) for _, row in rows.iterrows()),
        )
    )
    style.frame(
        figure,
        phrase("charts.prim_box.under_which_conditions_scenario_discovery_prim"),
        runs,
        what,
        marks,
    )
    return figure


def _limits(row: pd.Series) -> str:
    """A restriction in words, with its quasi-p-value."""
    name, unit = style.text(*factor_name(str(row["factor"]))), factor_unit(str(row["factor"]))
    p = np.nanmax([row["qp_low"], row["qp_high"]])
    qp = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    if row["members"]:
        return f"{name}: {row['members']} ({qp})"
    shown = _tick(str(row["factor"]))
    ends = [
        f"≥ {shown(row['low'])}" if np.isfinite(row["qp_low"]) else "",
        f"≤ {shown(row['high'])}" if np.isfinite(row["qp_high"]) else "",
    ]
    return f"{name} {' '.join(end for end in ends if end)} {unit} ({qp})".replace("  ", " ")


def _cases(axis: Axes, rows: pd.DataFrame, points: pd.DataFrame, interesting: pd.Series) -> tuple[list, list[str]]:
    numeric = [name for name in rows["factor"] if not rows.set_index("factor").at[name, "members"]]
    others = [name for name in points.columns if name not in numeric and pd.api.types.is_numeric_dtype(points[name])]
    x, y = ([*numeric, *others, None, None])[:2]
    at = rows.set_index("factor")
    wanted = interesting.reindex(points.index).fillna(False).astype(bool)
    across = points[x].astype(float) if x else pd.Series(0.0, index=points.index)
    up = points[y].astype(float) if y else pd.Series(np.linspace(0, 1, len(points)), index=points.index)
    (no,) = axis.plot(across[~wanted], up[~wanted], "o", color=style.GREY, markerfacecolor="white", markersize=4)
    (yes,) = axis.plot(across[wanted], up[wanted], "s", color=style.COLOURS[0], markersize=4.5)
    (left, right), (bottom, top) = (_side(at, name, values) for name, values in ((x, across), (y, up)))
    frame = Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor="black", linewidth=1.8)
    axis.add_patch(frame)
    for name, put in ((x, axis.set_xlabel), (y, axis.set_ylabel)):
        put(
            f"{style.text(*factor_name(name), chr(10))} {factor_unit(name)}" if name else "",
            fontsize=8,
            linespacing=style.LEADING,
        )
    axis.xaxis.set_major_formatter(_tick(x))
    axis.yaxis.set_major_formatter(_tick(y))
    return [yes, no, frame], [
        style.say("charts.prim_box.case_of_interest"),
        style.say("charts.prim_box.other_case"),
        style.say("charts.prim_box.box"),
    ]


def _tick(factor: str | None) -> Callable[..., str]:
    """How the values of a factor are written; days are numbers here, see `experiments.answers.outcomes.numbered`."""
    return _day if factor and is_day(factor) else style.tick


def _day(value: float, _: object = None) -> str:
    return date.fromordinal(max(round(value), 1)).isoformat()


def _side(at: pd.DataFrame, name: str | None, values: pd.Series) -> tuple[float, float]:
    """Ends of the box in one factor; a little beyond the cases where it is not restricted."""
    margin = 0.03 * (float(values.max() - values.min()) or 1.0)
    low, high = float(values.min()) - margin, float(values.max()) + margin
    if name in at.index:
        low = float(at.at[name, "low"]) if np.isfinite(at.at[name, "qp_low"]) else low
        high = float(at.at[name, "high"]) if np.isfinite(at.at[name, "qp_high"]) else high
    return low, high
