"""Committee load against households per worker, before and after; arrows where a community was divided."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.statistics import last_year
from experiments.texts.catalogue import phrase
from simulation.domains import WEEKS_PER_YEAR


def load(frame: pd.DataFrame, names: style.Names, baseline: str, runs: style.Runs) -> Figure:
    """One panel per scenario; the baseline alone when there is no other.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, community, parent, kind, households_per_worker, load_committee: means of the last year.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    """
    style.apply()
    others = [name for name in names if name != baseline] or [baseline]
    columns = min(len(others), 3 if len(others) > 4 else 2)
    rows = -(-len(others) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(style.width(), 3.0 * rows + 1.4), sharex=True, sharey=True, squeeze=False
    )
    before = frame[frame["scenario"] == baseline].set_index("community")
    handles: dict[str, Artist] = {}
    for axis, name in zip(axes.flat, others, strict=False):
        if name != baseline:
            _panel(axis, before, frame[frame["scenario"] == name].set_index("community"))
        words = phrase("common.community") if name == baseline else phrase("common.baseline")
        _dots(axis, before, "o", "#888888", style.text(*words), fill="white", behind=True)
        axis.axhline(1, color="black", linewidth=0.8, linestyle=(0, (4, 2)))
        axis.set_title(style.label(names, name, "\n"), loc="left", fontsize=9, linespacing=style.LEADING)
        handles |= dict(zip(*axis.get_legend_handles_labels()[::-1], strict=True))
    for k, axis in enumerate(axes.flat[len(others) :], len(others) - columns):
        axis.set_visible(False)
        axes.flat[k].tick_params(labelbottom=True)
    for axis in axes.flat[len(others) - columns : len(others)]:  # the lowest of each column
        axis.set_xlabel(
            style.say("charts.load.households_per_community_worker", between="\n"),
            fontsize=8,
            linespacing=style.LEADING,
        )
    for axis in axes[:, 0]:
        axis.set_ylabel(
            style.say("charts.load.committee_load_1_full", between="\n"),
            fontsize=8,
            linespacing=style.LEADING,
        )
    what = style.say("charts.load.means_of_the_last_52_weeks")
    if others != [baseline]:
        what += style.say("charts.load.arrows_from_a_community_to_its")
    style.frame(
        figure,
        phrase("charts.load.load_against_households_per_worker"),
        runs,
        what,
        (list(handles.values()), list(handles)),
    )
    return figure


def _panel(axis: Axes, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """A scenario over the baseline: arrows where a community was divided."""
    touched = set(after.loc[after["parent"] >= 0, "parent"].astype(int))
    divided = (after["parent"] >= 0) | after.index.isin(touched)
    _dots(axis, after[~divided], ".", style.COLOURS[0], style.say("common.scenario"))
    for community, row in after[divided].iterrows():
        old = before.loc[int(row["parent"]) if row["parent"] >= 0 else community]
        axis.annotate(
            "",
            (row["households_per_worker"], row["load_committee"]),
            (old["households_per_worker"], old["load_committee"]),
            arrowprops={"arrowstyle": "->", "color": style.COLOURS[1], "linewidth": 1.0},
        )
    if divided.any():
        _dots(axis, after[divided], "s", style.COLOURS[1], style.say("charts.load.after_a_split"))


def _dots(
    axis: Axes, part: pd.DataFrame, marker: str, colour: str, label: str, fill: str | None = None, behind: bool = False
) -> None:
    axis.plot(
        part["households_per_worker"],
        part["load_committee"],
        marker,
        color=colour,
        markersize=4,
        markerfacecolor=fill or colour,
        label=label,
        linestyle="none",
        zorder=1.5 if behind else 2,
    )


def last_year_by_community(runs: dict[str, list[pd.DataFrame]], weeks: int = WEEKS_PER_YEAR) -> pd.DataFrame:
    """Means of the last `weeks` by scenario and community over all replicates, from the runs' community tables."""
    parts = []
    for scenario, frames in runs.items():
        late = pd.concat([last_year(frame, weeks) for frame in frames])
        mean = late.groupby("community", as_index=False).agg(
            parent=("parent", "last"),
            kind=("kind", "last"),
            households_per_worker=("households_per_worker", "mean"),
            load_committee=("load_committee", "mean"),
        )
        parts.append(mean.assign(scenario=scenario))
    return pd.concat(parts, ignore_index=True)
