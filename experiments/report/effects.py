"""What each option changes: the table of headlines, the table of all metrics, and the sentences that they give."""

import numpy as np
import pandas as pd

from experiments.charts.comparison import EFFECT, cost_effect
from experiments.charts.cost_load import COSTS
from experiments.report.document import Block, Bullets, Cell, Paragraph, Table
from experiments.runs.folders import ComparisonFolder, Option
from experiments.statistics import LEVEL, distinguishable, holm, p_values
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
from simulation.metrics.table import METRICS

HEADLINES = (
    "satisfaction",
    "satisfaction_gini",
    "load_committee",
    "backlog",
    "wait_weeks",
    "resolution_rate",
    "satisfied_rate",
    *COSTS,
)
SPOKEN = ("satisfaction", "load_committee", "backlog", "resolution_rate")
_ABREAST = 4  # options that fit side by side on a page
_ALPHA = 1 - LEVEL


def headline_rows(found: ComparisonFolder) -> pd.DataFrame:
    """Rows of the headline metrics by (scenario, metric), with `doubtful`: clear alone, but not after Holm."""
    names = [option.name for option in found.others]
    rows = found.table[found.table["metric"].isin(HEADLINES) & found.table["scenario"].isin(names)]
    clear = distinguishable(rows)
    # money is arithmetic rather than chance: it is no test and does not count as one
    tested = p_values(rows).where(~rows["metric"].isin(COSTS))
    doubtful = clear & (holm(tested) > _ALPHA)
    return rows.assign(doubtful=doubtful).set_index(["scenario", "metric"])


def effect_cell(name: str, row: pd.Series) -> Cell:
    """Difference, interval and direction word."""
    metric = METRICS[name]
    word = words.verdict(metric, row["ci_low"], row["ci_high"])
    span = words.interval(metric, row["ci_low"], row["ci_high"])
    shift, star = words.change(metric, row["mean_difference"]), "†" if row.get("doubtful", False) else ""
    mark = f"{words.sign(word)} " if words.sign(word) else ""
    known = row["ci_low"] != row["ci_high"]  # what every replicate has in common needs no interval
    first = Words(f"{mark}{shift.zh} {word.zh}{star}", f"{mark}{shift.en} {word.en}{star}")
    text = Words(f"{first.zh}\n{span.zh}", f"{first.en}\n{span.en}") if known else first
    return Cell(text, float(row["mean_difference"]), f"effect {words.mark(word)}")


def headline_tables(found: ComparisonFolder) -> list[Block]:
    """Headline metrics of the baseline, and what each option changes; at most four options abreast."""
    rows, tables = headline_rows(found), []
    for first in range(0, len(found.others), _ABREAST):
        options = found.others[first : first + _ABREAST]
        head = [phrase("common.metric"), phrase("common.baseline"), *(Words(*option.title) for option in options)]
        body = [_headline(found, rows, options, name) for name in HEADLINES]
        tables.append(
            Table(
                phrase("report.effects.last_year_52_weeks_level_of"),
                head,
                body,
                sortable=False,
            )
        )
    note = phrase("report.effects.better_worse_the_95_paired_interval")
    if rows["doubtful"].any():
        note = join(
            [
                note,
                phrase("report.effects.not_clear_any_more_after_holms"),
            ]
        )
    return [*tables, Paragraph(note, "note")]


def _headline(found: ComparisonFolder, rows: pd.DataFrame, options: list[Option], name: str) -> list[Cell]:
    metric = METRICS[name]
    known = [(option.name, name) for option in options if (option.name, name) in rows.index]
    base = float(rows.loc[known[0], "baseline_value"]) if known else None
    label, of = words.label(name), words.unit(metric, of_change=True)
    return [
        Cell(phrase("report.effects.metric_with_unit", label=label, of=of)),
        Cell(words.level(metric, base), base),
        *(
            effect_cell(name, rows.loc[(option.name, name)]) if (option.name, name) in rows.index else Cell(same("–"))
            for option in options
        ),
    ]


def all_metrics(found: ComparisonFolder, option: Option) -> Table:
    """Every metric of one option, sortable."""
    head = [
        phrase("common.metric"),
        phrase("common.verdict"),
        phrase("common.unit"),
        phrase("common.baseline"),
        phrase("report.effects.difference"),
        phrase("common.n_95_interval"),
        phrase("report.effects.relative"),
        phrase("common.variance_reduction"),
    ]
    body = []
    for row in found.table[found.table["scenario"] == option.name].itertuples():
        metric = METRICS.get(str(row.metric))
        if metric is None:
            continue
        word = words.verdict(metric, row.ci_low, row.ci_high)
        relative = row.relative_difference
        body.append(
            [
                Cell(words.label(metric.name)),
                Cell(word, mark=words.mark(word)),
                Cell(words.unit(metric, True)),
                Cell(words.level(metric, row.baseline_value), row.baseline_value),
                Cell(words.change(metric, row.mean_difference), row.mean_difference),
                Cell(words.interval(metric, row.ci_low, row.ci_high), row.ci_low),
                Cell(
                    same("–") if pd.isna(relative) else same(words.signed(words.number(100 * relative, 1)) + "%"),
                    None if pd.isna(relative) else abs(relative),
                ),
                Cell(
                    words.reduction(row.variance_reduction, row.variance_reduction_low, row.variance_reduction_high),
                    None if pd.isna(row.variance_reduction_low) else row.variance_reduction,
                ),
            ]
        )
    title = phrase("report.effects.all_metrics", title=Words(*option.title))
    return Table(title, head, body, 3)


def verdict_sentences(found: ComparisonFolder) -> list[Block]:
    """What was found, said from the numbers: which option helps most, then each option in turn."""
    rows = headline_rows(found)
    return [
        Paragraph(_overall(found, rows), "lead"),
        Bullets([_spoken(found, rows, option) for option in found.others]),
    ]


def _overall(found: ComparisonFolder, rows: pd.DataFrame) -> Words:
    effects = {
        option: rows.loc[(option.name, EFFECT)] for option in found.others if (option.name, EFFECT) in rows.index
    }
    metric = METRICS[EFFECT]
    base = Words(*found.baseline.title)
    best, row = max(effects.items(), key=lambda item: float(item[1]["mean_difference"]))
    span = words.interval(metric, row["ci_low"], row["ci_high"])
    size = words.measured(metric, row["mean_difference"])
    if found.replicates < 2:
        return phrase(
            "report.effects.with_one_replicate_a_difference_may",
            base=base,
            title=Words(*best.title),
            change=words.change(metric, row["mean_difference"]),
        )
    better = [option for option, item in effects.items() if item["ci_low"] > 0]
    if not better:
        return phrase("report.effects.against_no_option_clearly_raises_residents", base=base)
    if len(found.others) == 1:
        return phrase(
            "report.effects.against_raises_residents_satisfaction_by_95",
            base=base,
            title=Words(*best.title),
            size=size,
            span=span,
        )
    return phrase(
        "report.effects.against_of_options_clearly_raise_residents",
        base=base,
        n_options=len(found.others),
        n_better=len(better),
        title=Words(*best.title),
        size=size,
        span=span,
    )


def _spoken(found: ComparisonFolder, rows: pd.DataFrame, option: Option) -> Words:
    """One sentence an option: what moves, what it costs, who notices."""
    parts = []
    for name in SPOKEN:
        if (option.name, name) not in rows.index:
            continue
        row, metric = rows.loc[(option.name, name)], METRICS[name]
        word, label = words.verdict(metric, row["ci_low"], row["ci_high"]), words.label(name)
        if word == words.UNCLEAR:
            parts.append(phrase("report.effects.shows_no_clear_difference", label=label))
            continue
        verb, size = words.rose(row["mean_difference"]), words.measured(metric, row["mean_difference"])
        told = Words("", "") if word == words.UNTESTED else phrase("report.effects.verdict_in_brackets", word=word)
        parts.append(Words(f"{label.zh}{verb.zh}{size.zh}{told.zh}", f"{label.en} {verb.en} {size.en}{told.en}"))
    body = join(parts, phrase("report.effects.clause_comma"))
    about = phrase("report.effects.about_option", title=Words(*option.title), body=body)
    parts = [about, _money(found, option), _noticed(found, option)]
    return join([part for part in parts if part.zh])


def _money(found: ComparisonFolder, option: Option) -> Words:
    row = cost_effect(found).set_index("scenario").loc[option.name]
    spent, effect = float(row["cost"]), float(row["effect"])
    if abs(spent) < 1:
        return phrase("report.effects.it_costs_no_more")
    amount = words.money(abs(spent))
    told = (
        phrase("report.effects.it_costs_more_in_public_money", amount=amount)
        if spent > 0
        else phrase("report.effects.it_saves_of_public_money_over", amount=amount)
    )
    if spent > 0 and effect > 0 and row["low"] > 0:
        each = words.money(spent / effect)
        told = phrase("report.effects.a_point_of_satisfaction", told=told, each=each)
    return phrase("report.effects.sentence", told=told)


def shares(found: ComparisonFolder, option: Option) -> tuple[float, float] | None:
    """Shares of all residents who gain and who lose; None where the table has none."""
    rows = found.winners[(found.winners["scenario"] == option.name) & (found.winners["by"] == "subdistrict")]
    if rows.empty:
        return None
    return tuple(float(np.average(rows[name], weights=rows["residents"])) for name in ("gain", "lose"))  # type: ignore


def _noticed(found: ComparisonFolder, option: Option) -> Words:
    share = shares(found, option)
    if share is None:
        return Words("", "")
    gain, lose = map(words.share, share)
    return phrase("report.effects.at_the_end_of_residents_gain", gain=gain, lose=lose)
