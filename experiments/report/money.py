"""Cost and load side by side, and the frontier of cost and effect."""

import numpy as np

from experiments.charts.comparison import EFFECT, cost_effect
from experiments.charts.cost_load import COSTS, LOADS
from experiments.report.document import Block, Cell, Paragraph, Table
from experiments.report.effects import effect_cell
from experiments.runs.folders import ComparisonFolder
from experiments.statistics import dominators
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
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
        phrase("common.option"),
        *(phrase("report.money.million_yuan", metric=METRICS[c]) for c in COSTS),
        phrase("report.money.spending_in_all_million_yuan"),
        *(phrase("report.money.percentage_points", metric=METRICS[m]) for m in LOADS),
        phrase("report.money.requests", metric=METRICS["backlog"]),
    ]
    return Table(phrase("report.money.spending_and_load_against_the_baseline"), head, body)


def cost_load_sentence(found: ComparisonFolder) -> Words:
    """What the figure of cost and load shows: which options relieve the committees, which burden them."""
    rows = found.table[found.table["metric"] == "load_committee"].set_index("scenario")
    said = dict(zip(rows.index, words.verdicts(rows.reset_index()), strict=True))
    down = [o for o in found.others if said.get(o.name) == words.BETTER]
    up = [o for o in found.others if said.get(o.name) == words.WORSE]
    parts = [
        _listed(down, phrase("report.money.options_that_relieve_the_committees")),
        _listed(up, phrase("report.money.options_that_burden_them")),
    ]
    return join(parts, Words("", " "))


def _listed(options: list, head: Words) -> Words:
    if not options:
        return phrase("report.money.none", head=head)
    listed = join([Words(f"“{o.title[0]}”", f"“{o.title[1]}”") for o in options], phrase("common.list_comma"))
    return phrase("report.money.listed", head=head, listed=listed)


def frontier_blocks(found: ComparisonFolder) -> list[Block]:
    """Which options are efficient, which are dominated and by which, and what a point costs."""
    frame = cost_effect(found).set_index("scenario")
    titles = found.names
    good = [o for o in found.others if frame.loc[o.name, "efficient"]]
    sentence = _listed(
        good,
        phrase("report.money.options_on_the_frontier_none_is"),
    )
    parts = [sentence]
    losses = np.column_stack([frame["cost"], -frame["effect"]])
    for option in found.others:
        if frame.loc[option.name, "efficient"]:
            continue
        better = frame.index[dominators(losses, list(frame.index).index(option.name))]
        by = max(better, key=lambda n: (frame.loc[n, "effect"], -frame.loc[n, "cost"]), default=None)
        name = titles[by] if by is not None else phrase("report.money.doing_nothing")
        parts.append(phrase("report.money.is_dominated_by", title=Words(*option.title), name=Words(*name)))
    metric = METRICS[EFFECT]
    body = []
    for option in found.others:
        row = frame.loc[option.name]
        worth = row["cost"] > 0 and row["effect"] > 0 and not row["low"] <= 0
        each = float(row["cost"] / row["effect"]) if worth else None
        place = phrase("report.money.frontier") if row["efficient"] else phrase("common.dominated")
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
        phrase("common.cost_and_effect"),
        [
            phrase("common.option"),
            phrase("report.money.place"),
            phrase("report.money.more_spending_million_yuan"),
            phrase("report.money.gain_in_satisfaction_points"),
            phrase("common.n_95_interval"),
            phrase("report.money.cost_of_a_point"),
        ],
        body,
        2,
    )
    note = phrase("report.money.dominance_is_by_means_where_intervals")
    return [Paragraph(join(parts)), table, Paragraph(note, "note")]
