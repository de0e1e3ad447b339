"""Small multiples: one metric over the weeks in every street, options beside the baseline, over one axis."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure

from experiments.answers.streets import axis as ends_of
from experiments.charts import style
from experiments.charts.paths import SMOOTH_WEEKS
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS

_COLUMNS = 3


def streets(
    frame: pd.DataFrame,
    names: style.Names,
    baseline: str,
    metric: str,
    labels: dict[int, tuple[str, str]],
    runs: style.Runs,
) -> Figure:
    """Mean over replicates, four-week means, with the range of the replicates as a band; a panel for each street.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, seed, date, subdistrict, value; see `experiments.answers.streets.street_weeks`.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    baseline : str
        Scenario drawn in black.
    labels : dict
        Names (zh, en) of streets by their number, in the order to draw.
    """
    style.apply()
    row, shown = METRICS[metric], [street for street in labels if street in set(frame["subdistrict"])]
    rows = -(-len(shown) // _COLUMNS)
    figure, axes = plt.subplots(
        rows, _COLUMNS, figsize=(style.width(), 1.55 * rows + 1.5), sharex=True, sharey=True, squeeze=False
    )
    wide = {
        (street, name): _drawn(frame[(frame["subdistrict"] == street) & (frame["scenario"] == name)])
        for street in shown
        for name in names
    }
    for place, street in zip(axes.flat, shown, strict=False):
        _panel(place, {name: wide[street, name] for name in names}, baseline)
        place.set_title(style.text(*labels[street]), loc="left", fontsize=9)
    axes[0, 0].set_ylim(*ends_of(metric, [table.to_numpy().ravel() for table in wide.values()]))
    for place in axes.flat[len(shown) :]:
        place.set_visible(False)
    for place in axes.flat[max(0, len(shown) - _COLUMNS) : len(shown)]:
        place.tick_params(labelbottom=True)  # also over an empty place
    for place in axes[:, 0]:
        place.set_ylabel(style.text(row.unit_zh, row.unit_en, "\n"), fontsize=7.5, linespacing=style.LEADING)
    handles, scenarios = axes[0, 0].get_legend_handles_labels()
    band = style.say("charts.paths.band_range_of_replicates", between="") if runs.n > 1 else ""
    what = band + style.say("charts.streets.same_axis")
    title = phrase("charts.streets.title", metric=Words(row.zh, row.en))
    style.frame(figure, title, runs, what, (handles, [style.label(names, name) for name in scenarios]))
    return figure


def _drawn(part: pd.DataFrame) -> pd.DataFrame:
    """Four-week means: a row for each week, a column for each seed."""
    return part.pivot(index="date", columns="seed", values="value").rolling(SMOOTH_WEEKS, min_periods=1).mean()


def _panel(place: Axes, options: dict[str, pd.DataFrame], baseline: str) -> None:
    order = [baseline, *(name for name in options if name != baseline)]
    for k, name in enumerate(order):
        wide = options[name]
        colour = style.BASELINE if name == baseline else style.COLOURS[(k - 1) % len(style.COLOURS)]
        place.plot(
            wide.index,
            wide.mean(axis=1),
            color=colour,
            linestyle=style.DASHES[k % len(style.DASHES)],
            linewidth=1.3,
            label=name,
        )
        if wide.shape[1] > 1:
            place.fill_between(wide.index, wide.min(axis=1), wide.max(axis=1), color=colour, alpha=0.2, linewidth=0)
    place.tick_params(labelsize=7.5)
    place.locator_params(axis="y", nbins=5)
    place.yaxis.set_major_formatter(style.tick)
    place.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=5))  # type: ignore[no-untyped-call]
