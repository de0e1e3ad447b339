"""Who gains and who loses: by life stage, subdistrict and community."""

import pandas as pd

from experiments.charts.comparison import group_labels
from experiments.report.document import Bullets, Cell, Paragraph, Table, Words, join, same
from experiments.report.effects import shares
from experiments.runs.folders import ComparisonFolder, Option
from experiments.texts import report as words
from simulation.metrics.table import METRICS

_ENDS = 5  # communities named at either end


def sentences(found: ComparisonFolder) -> Bullets | Paragraph:
    """One sentence an option: shares, and the groups that gain most and least."""
    labels = group_labels(found.baseline.scenario["district"])
    items = []
    for option in found.others:
        share = shares(found, option)
        if share is None:
            continue
        gain, lose = map(words.share, share)
        parts = [Words(f"期末{gain}的居民得益，{lose}受损", f"at the end {gain} of residents gain and {lose} lose")]
        parts += [_ends(found.winners, option, by, labels[by]) for by in ("life_stage", "subdistrict")]
        body = join(parts, Words("；", "; "))
        items.append(Words(f"{option.title[0]}：{body.zh}。", f"{option.title[1]}: {body.en}."))
    if not items:
        return Paragraph(Words("没有逐人配对的结果。", "There are no results person by person."))
    return Bullets(items)


def _ends(winners: pd.DataFrame, option: Option, by: str, labels: dict[int, tuple[str, str]]) -> Words:
    rows = winners[(winners["scenario"] == option.name) & (winners["by"] == by)].sort_values("mean", kind="stable")
    last, first = rows.iloc[0], rows.iloc[-1]
    top, low = labels[int(first["group"])], labels[int(last["group"])]
    a, b = (words.signed(words.number(float(row["mean"]), 2)) for row in (first, last))
    kind = Words("人生阶段", "life stages") if by == "life_stage" else Words("街道", "subdistricts")
    return Words(
        f"按{kind.zh}，平均变化最大的是{top[0]}（{a}分），最小的是{low[0]}（{b}分）",
        f"of the {kind.en}, {top[1]} change most ({a} points) and {low[1]} least ({b} points)",
    )


def group_table(found: ComparisonFolder) -> Table:
    """Every group of every option, sortable."""
    labels = group_labels(found.baseline.scenario["district"])
    titles = found.names
    rows = []
    for row in found.winners.itertuples():
        group = labels[str(row.by)][int(row.group)]
        by = Words("人生阶段", "life stage") if row.by == "life_stage" else Words("街道", "subdistrict")
        rows.append(
            [
                Cell(Words(*titles.get(str(row.scenario), (str(row.scenario),) * 2))),
                Cell(by),
                Cell(Words(*group)),
                Cell(same(words.number(float(row.residents), 0)), float(row.residents)),
                _percent(float(row.gain)),
                _percent(float(row.lose)),
                Cell(same(words.signed(words.number(float(row.mean), 2))), float(row.mean)),
            ]
        )
    head = [
        Words("方案", "option"),
        Words("分组", "grouped by"),
        Words("人群", "group"),
        Words("居民数（模型内）", "residents (in the run)"),
        Words("得益", "gain"),
        Words("受损", "lose"),
        Words("平均变化（分）", "mean change (points)"),
    ]
    return Table(
        Words(
            "各人群的得益与受损（与同种子基线的同一人相比，变化超过1分）",
            "Gains and losses by group (against the same person in the baseline; changes above a point)",
        ),
        head,
        rows,
        3,
    )


def _percent(share: float) -> Cell:
    return Cell(same(words.share(share)), share)


def community_table(found: ComparisonFolder, metric: str = "satisfaction") -> Table:
    """Communities at both ends of the change, for each option."""
    rows = []
    for option in found.others:
        part = found.communities[
            (found.communities["scenario"] == option.name) & (found.communities["metric"] == metric)
        ].sort_values("mean_difference", kind="stable")
        ends = part if len(part) <= 2 * _ENDS else pd.concat([part.head(_ENDS), part.tail(_ENDS)])
        for row in ends.iloc[::-1].itertuples():
            word = words.verdict(METRICS[metric], float(row.ci_low), float(row.ci_high))
            rows.append(
                [
                    Cell(Words(*option.title)),
                    Cell(Words(str(row.name_zh), str(row.name_en))),
                    Cell(word, mark=words.mark(word)),
                    Cell(words.change(METRICS[metric], float(row.mean_difference)), float(row.mean_difference)),
                    Cell(words.interval(METRICS[metric], float(row.ci_low), float(row.ci_high))),
                ]
            )
    return Table(
        Words(
            f"满意度变化最大与最小的社区（各{_ENDS}个；全部社区见数据下载）",
            f"Communities at both ends of the change in satisfaction ({_ENDS} each; all are in the download)",
        ),
        [
            Words("方案", "option"),
            Words("社区", "community"),
            Words("判断", "verdict"),
            Words("差异（分）", "difference (points)"),
            Words("95%区间", "95 % interval"),
        ],
        rows,
        3,
    )
