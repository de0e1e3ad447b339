"""Bars: change of the share of overloaded committees in each scenario, with its interval."""

from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.offered import Chart
from experiments.runs.folders import ComparisonFolder
from experiments.texts.catalogue import Words

METRIC = "share_overloaded"


def draw(found: ComparisonFolder) -> Figure:
    """One bar for each scenario; the whisker is the 95 % paired interval."""
    style.apply()
    rows = found.table[found.table["metric"] == METRIC].set_index("scenario")
    names = [option.name for option in found.others if option.name in rows.index]
    change = 100 * rows.loc[names, "mean_difference"]
    reach = 100 * (rows.loc[names, "ci_high"] - rows.loc[names, "ci_low"]).fillna(0.0) / 2
    figure = Figure(figsize=(style.width(), 1.6 + 0.5 * len(names)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh([style.label(found.names, name) for name in names], change, xerr=reach, color=style.COLOURS[0])
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_xlabel(style.text("百分点", "percentage points"))
    runs = style.Runs(found.replicates, found.scale)
    style.frame(figure, Words("超负荷居委会占比的变化", "Change of the share of overloaded committees"), runs)
    return figure


CHART = Chart("与基线相比；线段为95%区间", "against the baseline; the line is the 95 % interval", draw)
