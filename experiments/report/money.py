"""Cost and load side by side, and the ladder of cost and effect."""

import numpy as np
import pandas as pd

from experiments.answers import costs
from experiments.answers.costs import COSTS
from experiments.charts.cost_load import LOADS
from experiments.charts.frames import EFFECT, Frames
from experiments.report.document import Block, Cell, Paragraph, Table
from experiments.report.effects import effect_cell
from experiments.runs.folders import ComparisonFolder
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted, same
from simulation.metrics.table import METRICS


def cost_load_table(found: ComparisonFolder) -> Table:
    """What each option spends beyond the baseline, and what it does to the three loads."""
    rows = found.table.assign(word=words.judged(found.table)).set_index(["scenario", "metric"])
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
        *(words.label(c) for c in COSTS),
        phrase("report.money.spending_in_all"),
        *(phrase("report.money.percentage_points", metric=METRICS[m]) for m in LOADS),
        phrase("report.money.requests", metric=METRICS["backlog"]),
    ]
    return Table(phrase("report.money.spending_and_load_against_the_baseline"), head, body)


def cost_load_sentence(found: ComparisonFolder) -> Words:
    """What the figure of cost and load shows: which options relieve the committees, which burden them."""
    rows = found.table[found.table["metric"] == "load_committee"].set_index("scenario")
    said = dict(zip(rows.index, words.judged(rows.reset_index()), strict=True))
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
    listed = join([quoted(option.title) for option in options], phrase("common.list_comma"))
    return phrase("report.money.listed", head=head, listed=listed)


def ladder_blocks(frames: Frames) -> list[Block]:
    """Options from the cheapest up: what each further point costs against the next cheaper one that is efficient."""
    found, frame = frames.found, frames.cost_effect.set_index("scenario")
    good = [o for o in found.others if frame.loc[o.name, "efficient"]]
    parts = [_listed(good, phrase("report.money.options_on_the_frontier_none_is"))]
    for option in found.others:
        by = str(frame.loc[option.name, "dominated_by"])
        if by:
            named = join([_title(found, name) for name in by.split(" + ")], same(" + "))
            title, mixed = Words(*option.title), frame.loc[option.name, "status"] == "extendedly dominated"
            told = phrase("report.money.is_dominated_by", title=title, name=named)
            parts.append(phrase("report.money.is_extendedly_dominated_by", title=title, name=named) if mixed else told)
    head = [
        phrase("common.option"),
        phrase("report.money.place"),
        phrase("report.money.capital"),
        phrase("report.money.operating_in_the_last_year"),
        phrase("report.money.cost_a_year"),
        phrase("report.money.gain_in_satisfaction_points"),
        phrase("common.n_95_interval"),
        *([phrase("report.effects.with_parameters_interval")] if frames.draws else []),
        phrase("report.money.against"),
        phrase("report.money.cost_of_each_further_point"),
    ]
    body = [_rung(frames, str(name), row) for name, row in frame.iterrows()]
    table = Table(phrase("report.money.ladder"), head, body, 2)
    given = found.baseline.scenario["parameters"]
    note = phrase(
        "report.money.dominance_is_by_means_where_intervals",
        life=costs.parameter(costs.LIFE, given),
        rate=100 * costs.parameter(costs.RATE, given),
    )
    return [Paragraph(join(parts)), table, Paragraph(note, "note")]


def _title(found: ComparisonFolder, name: str) -> Words:
    return phrase("report.money.doing_nothing") if name == found.baseline.name else Words(*found.names[name])


def _rung(frames: Frames, name: str, row: pd.Series) -> list[Cell]:
    """One option on the ladder."""
    found = frames.found
    metric, cost = METRICS[EFFECT], METRICS[COSTS[0]]
    known = bool(row["efficient"]) and np.isfinite(row["icer"])
    place = phrase("report.money.frontier") if row["efficient"] else phrase("common.dominated")
    return [
        Cell(Words(*found.names[name])),
        Cell(place, mark="" if row["efficient"] else "unclear"),
        *(Cell(words.change(cost, row[what]), float(row[what])) for what in ("capital", "operating", "cost")),
        Cell(
            join([words.change(metric, row["mean"]), same("" if row["effect"] else " ≈")], same("")), float(row["mean"])
        ),
        Cell(words.interval(metric, row["low"], row["high"])),
        *([Cell(words.interval(metric, row["ci_low_total"], row["ci_high_total"]))] if frames.draws else []),
        Cell(_title(found, row["compared_with"]) if known else same("–")),
        Cell(words.money(row["icer"]) if known else same("–"), float(row["icer"]) if known else None),
    ]
