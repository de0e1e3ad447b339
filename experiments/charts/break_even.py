"""Break-even staffing of a split: utilisation after it against the posts added."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style


def break_even(frame: pd.DataFrame, note: str) -> Figure:
    """One line a size of community; the mark shows the posts that keep the load as it was.

    Parameters
    ----------
    frame : DataFrame
        Columns households, staff, staff_added, utilisation_before, utilisation, break_even
        (`simulation.interventions.community_splits.staffing_curve`).
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(8.5, 5))
    for k, (households, part) in enumerate(frame.groupby("households", sort=True)):
        colour = style.COLOURS[k % len(style.COLOURS)]
        staff = int(part["staff"].iloc[0])
        axis.plot(part["staff_added"], part["utilisation"], color=colour, linestyle=style.DASHES[k % 6],
                  label=f"{households:,.0f} 户 households, {staff} 人 posts")
        mark = (part["break_even"].iloc[0], part["utilisation_before"].iloc[0])
        axis.plot(*mark, style.MARKERS[k % 6], color=colour, markersize=8, markeredgecolor="black")
        axis.annotate(f"+{part['break_even'].iloc[0]:.1f}", mark, xytext=(8, 6), textcoords="offset points", fontsize=8)
    axis.axhline(1, color="black", linewidth=0.8, linestyle=(0, (4, 2)))
    axis.set_xlabel("新增编制（人） posts added")
    axis.set_ylabel("拆分后利用率（1＝满负荷）\nutilisation after the split (1 = full)", linespacing=style.LEADING)
    axis.legend(loc="upper right", fontsize=8, title_fontsize=8,
                title="拆分前 before the split（点：保本 mark: break-even）")
    style.title(figure, "拆分一分为二的人员保本曲线", "Break-even staffing of a split in two", note)
    return figure
