"""Break-even staffing of a split: utilisation after it against the posts added."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style


def break_even(frame: pd.DataFrame) -> Figure:
    """One line a size of community; the mark shows the posts that keep the load as it was.

    Parameters
    ----------
    frame : DataFrame
        Columns households, staff, staff_added, utilisation_before, utilisation, break_even
        (`simulation.interventions.community_splits.staffing_curve`).
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(8, 5))
    for k, (households, part) in enumerate(frame.groupby("households", sort=True)):
        colour = style.COLOURS[k % len(style.COLOURS)]
        staff = int(part["staff"].iloc[0])
        axis.plot(
            part["staff_added"],
            part["utilisation"],
            color=colour,
            linestyle=style.DASHES[k % 6],
            label=style.text(f"{households:,.0f}户、{staff}人", f"{households:,.0f} households, {staff} posts"),
        )
        mark = (part["break_even"].iloc[0], part["utilisation_before"].iloc[0])
        axis.plot(*mark, style.MARKERS[k % 6], color=colour, markersize=8, markeredgecolor="black")
        axis.annotate(
            f"+{part['break_even'].iloc[0]:.1f}",
            mark,
            xytext=(8, 6),
            textcoords="offset points",
            fontsize=8,
            bbox={"color": "white", "alpha": 0.8, "pad": 0.5, "linewidth": 0},
        )
    axis.axhline(1, color="black", linewidth=0.8, linestyle=(0, (4, 2)))
    axis.set_xlabel(style.text("新增编制（人）", "posts added"))
    axis.set_ylabel(
        style.text("拆分后利用率（1＝满负荷）", "utilisation after the split (1 = full)", "\n"),
        linespacing=style.LEADING,
    )
    what = style.text(
        "拆分前规模见图例，点：保本点；解析式：固定工时×(拆分数−1)/(每人工时×利用率)",
        "legend: size before the split; marks: break-even; analytic: fixed hours × (parts − 1) / "
        "(hours of a post × utilisation)",
    )
    style.frame(
        figure,
        "拆分一分为二的人员保本曲线",
        "Break-even staffing of a split in two",
        None,
        what,
        axis.get_legend_handles_labels(),
    )
    return figure
