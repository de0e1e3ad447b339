"""Committee load against households per worker, before and after; arrows where a community was divided."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style


def load(frame: pd.DataFrame, names: dict[str, tuple[str, str]], baseline: str, note: str) -> Figure:
    """One panel a scenario.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, community, parent, kind, households_per_worker, load_committee: means of the last year.
    """
    style.apply()
    others = [name for name in names if name != baseline]
    figure, axes = plt.subplots(1, len(others), figsize=(4.6 * len(others) + 0.8, 4.6), sharex=True, sharey=True,
                                squeeze=False)
    before = frame[frame["scenario"] == baseline].set_index("community")
    for axis, name in zip(axes.flat, others, strict=True):
        after = frame[frame["scenario"] == name].set_index("community")
        touched = set(after.loc[after["parent"] >= 0, "parent"].astype(int))
        axis.plot(before["households_per_worker"], before["load_committee"], "o", color="#999999", markersize=4,
                  markerfacecolor="white", label="基线 baseline")
        rest = after[(after["parent"] < 0) & ~after.index.isin(touched)]
        axis.plot(rest["households_per_worker"], rest["load_committee"], ".", color=style.COLOURS[0], markersize=4,
                  label="情景 scenario")
        parts = after[(after["parent"] >= 0) | after.index.isin(touched)]
        for community, row in parts.iterrows():
            old = before.loc[int(row["parent"]) if row["parent"] >= 0 else community]
            axis.annotate("", (row["households_per_worker"], row["load_committee"]),
                          (old["households_per_worker"], old["load_committee"]),
                          arrowprops={"arrowstyle": "->", "color": style.COLOURS[1], "linewidth": 1.0})
        if len(parts):
            axis.plot(parts["households_per_worker"], parts["load_committee"], "s", color=style.COLOURS[1],
                      markersize=4, label="拆分后的社区 after a split")
        axis.axhline(1, color="black", linewidth=0.8, linestyle=(0, (4, 2)))
        axis.set_title(f"{names[name][0]}\n{names[name][1]}", loc="left", fontsize=9, linespacing=style.LEADING)
        axis.set_xlabel("每名社区工作者服务户数\nhouseholds per community worker", fontsize=8,
                        linespacing=style.LEADING)
        axis.legend(loc="upper left", fontsize=7.5)
    axes[0, 0].set_ylabel("居委会负荷（1＝满负荷）\ncommittee load (1 = full)", fontsize=8, linespacing=style.LEADING)
    style.title(figure, "负荷与服务户数", "Load against households per worker", note)
    return figure


def last_year_by_community(runs: dict[str, list[pd.DataFrame]], weeks: int) -> pd.DataFrame:
    """Means of the last `weeks` by scenario and community over all replicates, from the runs' community tables."""
    parts = []
    for scenario, frames in runs.items():
        late = pd.concat([frame[frame["tick"] > frame["tick"].max() - weeks] for frame in frames])
        mean = late.groupby("community", as_index=False).agg(
            parent=("parent", "last"), kind=("kind", "last"), households_per_worker=("households_per_worker", "mean"),
            load_committee=("load_committee", "mean"))
        parts.append(mean.assign(scenario=scenario))
    return pd.concat(parts, ignore_index=True)
