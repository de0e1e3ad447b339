"""Break-even staffing of a split: utilisation after it against the posts added."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.texts.catalogue import phrase


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
            label=style.say("charts.break_even.households_posts", households=households, staff=staff),
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
    axis.set_xlabel(style.say("charts.break_even.posts_added"))
    axis.set_ylabel(
        style.say("charts.break_even.utilisation_after_the_split_1_full", between="\n"),
        linespacing=style.LEADING,
    )
    what = style.say("charts.break_even.legend_size_before_the_split_marks")
    style.frame(
        figure,
        phrase("charts.break_even.break_even_staffing_of_a_split"),
        None,
        what,
        axis.get_legend_handles_labels(),
    )
    return figure
