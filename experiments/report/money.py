"""Cost and load side by side, and the frontier of cost and effect."""

import numpy as np

from experiments.charts.comparison import EFFECT, cost_effect
from experiments.charts.cost_load import COSTS, LOADS
from experiments.report.document import Block, Cell, Paragraph, Table, Words, join, same
from experiments.report.effects import effect_cell
from experiments.runs.folders import ComparisonFolder
from experiments.statistics import dominators
from experiments.texts import report as words
from simulation.metrics.table import METRICS


def cost_load_table(found: ComparisonFolder) -> Table:
    """What each option spends beyond the baseline, and what it does to the three loads."""
    rows = found.table.set_index(["scenario", "metric"])
    body = []
    for option in found.others:
        spent = [float(rows["mean_difference"].get((option.name, cost), 0.0)) for cost in COSTS]
        cells = [
            Cell(Words(*option.title)),
            *(Cell(words.change(METRICS[cost], value), value) for cost, value in zip(COSTS, spent, strict=True)),
            Cell(words.change(METRICS[COSTS[0]], sum(spent)), sum(spent)),
        ]
        body.append(
            cells
            + [
                effect_cell(load, rows.loc[(option.name, load)])
                if (option.name, load) in rows.index
                else Cell(same("–"))
                for load in (*LOADS, "backlog")
            ]
        )
    head = [
        Words("方案", "option"),
        *(Words(f"{METRICS[c].zh}（百万元）", f"{METRICS[c].en} (million yuan)") for c in COSTS),
        Words("支出合计（百万元）", "spending in all (million yuan)"),
        *(Words(f"{METRICS[m].zh}（百分点）", f"{METRICS[m].en} (percentage points)") for m in LOADS),
        Words(f"{METRICS['backlog'].zh}（件）", f"{METRICS['backlog'].en} (requests)"),
    ]
    return Table(Words("与基线相比的支出与负荷", "Spending and load against the baseline"), head, body)


def cost_load_sentence(found: ComparisonFolder) -> Words:
    """What the figure of cost and load shows: which options relieve the committees, which burden them."""
    rows = found.table[found.table["metric"] == "load_committee"].set_index("scenario")
    down = [o for o in found.others if o.name in rows.index and rows.loc[o.name, "ci_high"] < 0]
    up = [o for o in found.others if o.name in rows.index and rows.loc[o.name, "ci_low"] > 0]
    parts = [
        _listed(down, Words("减轻居委会负荷的方案", "Options that relieve the committees")),
        _listed(up, Words("加重居委会负荷的方案", "Options that burden them")),
    ]
    return join(parts, Words("", " "))


def _listed(options: list, head: Words) -> Words:
    if not options:
        return Words(f"{head.zh}：无。", f"{head.en}: none.")
    listed = join([Words(f"“{o.title[0]}”", f"“{o.title[1]}”") for o in options], Words("、", ", "))
    return Words(f"{head.zh}：{listed.zh}。", f"{head.en}: {listed.en}.")


def frontier_blocks(found: ComparisonFolder) -> list[Block]:
    """Which options are efficient, which are dominated and by which, and what a point costs."""
    frame = cost_effect(found).set_index("scenario")
    titles = found.names
    good = [o for o in found.others if frame.loc[o.name, "efficient"]]
    sentence = _listed(
        good,
        Words(
            "效率前沿上的方案（没有别的方案又省钱又有效）", "Options on the frontier (none is both cheaper and better)"
        ),
    )
    parts = [sentence]
    losses = np.column_stack([frame["cost"], -frame["effect"]])
    for option in found.others:
        if frame.loc[option.name, "efficient"]:
            continue
        better = frame.index[dominators(losses, list(frame.index).index(option.name))]
        by = max(better, key=lambda n: (frame.loc[n, "effect"], -frame.loc[n, "cost"]), default=None)
        name = titles[by] if by is not None else ("不采取措施", "doing nothing")
        parts.append(
            Words(f"“{option.title[0]}”被“{name[0]}”占优。", f"“{option.title[1]}” is dominated by “{name[1]}”.")
        )
    metric = METRICS[EFFECT]
    body = []
    for option in found.others:
        row = frame.loc[option.name]
        worth = row["cost"] > 0 and row["effect"] > 0 and not row["low"] <= 0
        each = float(row["cost"] / row["effect"]) if worth else None
        place = Words("前沿", "frontier") if row["efficient"] else Words("被占优", "dominated")
        body.append(
            [
                Cell(Words(*option.title)),
                Cell(place, mark="" if row["efficient"] else "unclear"),
                Cell(words.change(METRICS[COSTS[0]], row["cost"]), float(row["cost"])),
                Cell(words.change(metric, row["effect"]), float(row["effect"])),
                Cell(words.interval(metric, row["low"], row["high"])),
                Cell(words.money(each) if each is not None else same("–"), each),
            ]
        )
    table = Table(
        Words("花费与效果", "Cost and effect"),
        [
            Words("方案", "option"),
            Words("位置", "place"),
            Words("多花支出（百万元）", "more spending (million yuan)"),
            Words("满意度改善（分）", "gain in satisfaction (points)"),
            Words("95%区间", "95 % interval"),
            Words("每提高1分", "cost of a point"),
        ],
        body,
        2,
    )
    note = Words(
        "按均值判断占优；区间重叠的方案，次序可能因运气而变。支出是模型记账的公共支出，不含居民与企业的花费。",
        "Dominance is by means; where intervals overlap, luck may change the order. Spending is the public "
        "money "
        "that the model books, without that of residents and firms.",
    )
    return [Paragraph(join(parts)), table, Paragraph(note, "note")]
