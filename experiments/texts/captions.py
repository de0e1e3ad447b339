"""Captions: what to see in each chart of a comparison, said from the data that it shows."""

import numpy as np
import pandas as pd

from experiments.charts.comparison import EFFECT
from experiments.report.document import Words, join
from experiments.report.effects import shares
from experiments.runs.folders import ComparisonFolder, Option
from experiments.statistics import distinguishable
from experiments.texts import report as words
from simulation.metrics.table import METRICS


def _quoted(option: Option) -> Words:
    return Words(f"“{option.title[0]}”", f"“{option.title[1]}”")


def differences(found: ComparisonFolder) -> Words:
    """How many metrics each option clearly moves, and the largest of the satisfactions."""
    parts = []
    for option in found.others:
        rows = found.table[(found.table["scenario"] == option.name) & found.table["metric"].isin(METRICS)]
        rows = rows[~rows["metric"].isin(["cost_capital_yuan", "cost_operating_yuan"])]
        verdicts = [
            words.verdict(METRICS[m], a, b)
            for m, a, b in zip(rows["metric"], rows["ci_low"], rows["ci_high"], strict=True)
        ]
        better, worse = verdicts.count(words.BETTER), verdicts.count(words.WORSE)
        name = _quoted(option)
        if not distinguishable(rows).any():
            parts.append(Words(f"{name.zh}：没有指标的区间离开零。", f"{name.en}: no interval leaves out zero."))
            continue
        parts.append(
            Words(
                f"{name.zh}：{len(rows)}个指标中改善{better}个、恶化{worse}个{_most(rows).zh}。",
                f"{name.en}: of {len(rows)} metrics {better} better, {worse} worse{_most(rows).en}.",
            )
        )
    return join(parts)


def _most(rows: pd.DataFrame) -> Words:
    """The domain that gains most."""
    part = rows[rows["metric"].str.startswith("satisfaction_") & (rows["metric"] != "satisfaction_gini")]
    part = part[part["ci_low"] > 0]
    if part.empty:
        return Words("", "")
    top = part.loc[part["mean_difference"].idxmax()]
    name, size = words.label(str(top["metric"])), words.change(METRICS[str(top["metric"])], top["mean_difference"])
    return Words(f"，上升最多的是“{name.zh}”（{size.zh}分）", f"; most of all “{name.en}” ({size.en} points)")


def paths(found: ComparisonFolder) -> Words:
    """From where to where satisfaction and load go in the baseline, and how far options part from it at the end."""
    rows = pd.concat(
        [
            pd.read_parquet(run / "district.parquet", columns=["tick", EFFECT, "load_committee"])
            for run in found.baseline.runs.values()
        ]
    )
    ends = rows.groupby("tick").mean()
    a, b = ends.iloc[:4].mean(), ends.iloc[-4:].mean()
    base = Words(*found.baseline.title)
    told = Words(
        f"基线“{base.zh}”中，居民满意度由{a[EFFECT]:.1f}分到{b[EFFECT]:.1f}分，居委会负荷由"
        f"{100 * a['load_committee']:.0f}%到{100 * b['load_committee']:.0f}%（首末4周）。",
        f"In the baseline “{base.en}” satisfaction goes from {a[EFFECT]:.1f} to {b[EFFECT]:.1f} points and "
        f"committee load from {100 * a['load_committee']:.0f} % to {100 * b['load_committee']:.0f} % (first "
        f"and "
        f"last four weeks).",
    )
    return join(
        [
            told,
            Words(
                "看各线何时离开黑线、差距是否还在扩大；重合的线互相遮盖。",
                "See when a line leaves the black one and whether the gap still widens; lines that "
                "coincide "
                "lie over one another.",
            ),
        ]
    )


def winners(found: ComparisonFolder) -> Words:
    """Largest shares of those who gain and of those who lose."""
    known = [(option, share) for option in found.others if (share := shares(found, option)) is not None]
    most = max(known, key=lambda item: item[1][0])
    worst = max(known, key=lambda item: item[1][1])
    parts = [
        Words(
            f"得益居民比例最高的是{_quoted(most[0]).zh}（{100 * most[1][0]:.1f}%）。",
            f"The largest share of residents gains from {_quoted(most[0]).en} ({100 * most[1][0]:.1f}%).",
        )
    ]
    if worst[1][1] > 0.0005:
        parts.append(
            Words(
                f"受损居民比例最高的是{_quoted(worst[0]).zh}（{100 * worst[1][1]:.1f}%）。",
                f"The largest share loses from {_quoted(worst[0]).en} ({100 * worst[1][1]:.1f}%).",
            )
        )
    else:
        parts.append(Words("几乎没有居民受损超过1分。", "Hardly anyone loses more than a point."))
    return join(parts)


def map_of(found: ComparisonFolder, metric: str) -> Words:
    """In how many communities each option is clearly better or worse."""
    parts = []
    for option in found.others:
        rows = found.communities[
            (found.communities["scenario"] == option.name) & (found.communities["metric"] == metric)
        ]
        verdicts = [words.verdict(METRICS[metric], a, b) for a, b in zip(rows["ci_low"], rows["ci_high"], strict=True)]
        better, worse = verdicts.count(words.BETTER), verdicts.count(words.WORSE)
        name = _quoted(option)
        parts.append(
            Words(
                f"{name.zh}：{len(rows)}个社区和村中改善{better}个、恶化{worse}个。",
                f"{name.en}: {better} of {len(rows)} communities and villages better, {worse} worse.",
            )
        )
    label = words.label(metric)
    return join([Words(f"{label.zh}的末年均值：", f"Means of the last year of {label.en}."), *parts])


def load(found: ComparisonFolder) -> Words:
    """How much of the burden goes with the households that a worker serves, and how many committees are over full."""
    rows = []
    for option in found.options:
        weeks = pd.concat(
            [
                pd.read_parquet(run / "communities.parquet", columns=["tick", "community", "load_committee"])
                for run in option.runs.values()
            ]
        )
        late = weeks[weeks["tick"] > weeks["tick"].max() - 52].groupby("community")["load_committee"].mean()
        rows.append((option, int((late > 1).sum()), len(late)))
    parts = [
        Words(
            f"{_quoted(option).zh}中超负荷的居委会{over}个（共{all_}个）",
            f"{over} of {all_} committees are over full in {_quoted(option).en}",
        )
        for option, over, all_ in rows
    ]
    body = join(parts, Words("，", "; "))
    return Words(f"虚线以上为超负荷。{body.zh}。", f"Above the dashed line a committee is over full. {body.en}.")


def replicates(found: ComparisonFolder, each: pd.DataFrame) -> Words:
    """Whether all replicates point the same way."""
    part = each[each["metric"] == EFFECT]
    agree = [
        option
        for option in found.others
        if abs(np.sign(part[part["scenario"] == option.name]["difference"]).sum()) == found.replicates
    ]
    split = [option for option in found.others if option not in agree]
    told = Words(
        f"满意度：{len(found.others)}个方案中有{len(agree)}个在全部{found.replicates}次重复中方向一致",
        f"Satisfaction: all {found.replicates} replicates of {len(agree)} of {len(found.others)} options "
        f"point "
        f"the same way",
    )
    if split:
        named = join([_quoted(option) for option in split], Words("、", ", "))
        told = Words(f"{told.zh}；不一致的：{named.zh}", f"{told.en}; not those of {named.en}")
    return Words(f"{told.zh}。", f"{told.en}.")


BREAK_EVEN = Words(
    "曲线降到标记以下才算减负：不增编制的拆分会加重负荷，因为每个新居委会都有固定工时。标记旁的数字是保"
    "本所需新增人数。",
    "Only below its mark does a curve mean relief: a split without posts adds load, for every new "
    "committee has "
    "fixed hours. The figure at a mark is the posts that it takes to break even.",
)
