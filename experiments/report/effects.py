"""What each option changes: the table of headlines, the table of all metrics, and the sentences that they give."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.costs import COSTS
from experiments.charts.frames import EFFECT, Frames
from experiments.report.document import Block, Cell, Paragraph, Table
from experiments.runs.folders import ComparisonFolder, Option
from experiments.statistics import LEVEL, holm, p_values
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
from simulation.metrics.metric import Metric
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
_ABREAST = 4  # options that fit side by side on a page
_ALPHA = 1 - LEVEL


def headline_rows(found: ComparisonFolder) -> pd.DataFrame:
    """Rows of the headline metrics by (scenario, metric), with `word`, and `doubtful`: clear alone, not after Holm."""
    names = [option.name for option in found.others]
    rows = found.table[found.table["metric"].isin(HEADLINES) & found.table["scenario"].isin(names)]
    said = pd.Series(words.judged(rows), rows.index, dtype=object)
    alone = rows["draws"] == 0  # what most draws agree on is no test
    clear = said.map(words.matters).astype(bool) & alone
    # money is arithmetic rather than chance: it is no test and does not count as one
    tested = p_values(rows).where(~rows["metric"].isin(COSTS))
    doubtful = clear & (holm(tested) > _ALPHA)
    return rows.assign(word=said, doubtful=doubtful).set_index(["scenario", "metric"])


def effect_cell(name: str, row: pd.Series) -> Cell:
    """Difference, its intervals and direction word."""
    metric, word = METRICS[name], row["word"]
    shift, star = words.change(metric, row["mean_difference"]), "†" if row.get("doubtful", False) else ""
    mark = f"{words.sign(word)} " if words.sign(word) else ""
    likely = odds(metric, row)
    first = Words(f"{mark}{shift.zh} {word.zh}{star}{likely.zh}", f"{mark}{shift.en} {word.en}{star}{likely.en}")
    text = join([first, *spans(metric, row)], same("\n"))
    return Cell(text, float(row["mean_difference"]), f"effect {words.mark(word)}")


def spans(metric: Metric, row: pd.Series) -> list[Words]:
    """The interval of luck, and where parameters were drawn that with parameters.

    What every replicate and every draw has in common needs none, and money no luck.
    """
    luck = words.interval(metric, row["ci_low"], row["ci_high"])
    known = [luck] if row["ci_low"] != row["ci_high"] else []
    if not row["draws"] or row["ci_low_total"] == row["ci_high_total"]:
        return known
    both = phrase("report.effects.both", span=words.interval(metric, row["ci_low_total"], row["ci_high_total"]))
    if words.is_money(metric):
        return [both]
    told = [phrase("report.effects.luck", span=luck)] if known else []
    return [*told, both]


def odds(metric: Metric, row: pd.Series) -> Words:
    """Share of draws that is better or worse, in brackets; nothing without draws or a better side, or of money."""
    share = float(row["probability_better"])
    if words.is_money(metric) or np.isnan(share):
        return same("")
    return phrase("report.effects.odds", odds=words.odds(share))


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
    drawn = bool(rows["draws"].any())
    note = phrase("report.effects.words_by_draws" if drawn else "report.effects.better_worse_the_95_paired_interval")
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
    rows = found.table[found.table["scenario"] == option.name]
    rows = rows.assign(word=words.judged(rows))
    drawn = bool(rows["draws"].any())
    head = [
        phrase("common.metric"),
        phrase("common.verdict"),
        phrase("common.unit"),
        phrase("common.baseline"),
        phrase("report.effects.difference"),
        phrase("common.n_95_interval"),
        *([phrase("report.effects.with_parameters_interval"), phrase("report.effects.better_in")] if drawn else []),
        phrase("report.effects.relative"),
        phrase("common.variance_reduction"),
    ]
    body = []
    for row in rows.itertuples():
        metric, word = METRICS[str(row.metric)], row.word
        relative = row.relative_difference
        body.append(
            [
                Cell(words.label(metric.name)),
                Cell(word, mark=words.mark(word)),
                Cell(words.unit(metric, True)),
                Cell(words.level(metric, row.baseline_value), row.baseline_value),
                Cell(words.change(metric, row.mean_difference), row.mean_difference),
                Cell(words.interval(metric, row.ci_low, row.ci_high), row.ci_low),
                *(_drawn(metric, row) if drawn else []),
                Cell(
                    same("–") if pd.isna(relative) else same(words.signed(words.number(100 * relative, 1)) + "%"),
                    abs(relative),
                ),
                Cell(
                    words.reduction(row.variance_reduction, row.variance_reduction_low, row.variance_reduction_high),
                    None if pd.isna(row.variance_reduction_low) else row.variance_reduction,
                ),
            ]
        )
    title = phrase("report.effects.all_metrics", title=Words(*option.title))
    return Table(title, head, body, 3)


def _drawn(metric: Metric, row: Any) -> list[Cell]:
    """Interval over draws, and share of them in which the option is better."""
    span = words.interval(metric, row.ci_low_total, row.ci_high_total)
    share = row.probability_better
    return [Cell(span, row.ci_low_total), Cell(same("–" if pd.isna(share) else words.share(share)), share)]


def lead(found: ComparisonFolder) -> Paragraph:
    """Which option helps most, said from the numbers."""
    return Paragraph(_overall(found, headline_rows(found)), "lead")


def _overall(found: ComparisonFolder, rows: pd.DataFrame) -> Words:
    effects = {
        option: rows.loc[(option.name, EFFECT)] for option in found.others if (option.name, EFFECT) in rows.index
    }
    metric = METRICS[EFFECT]
    base = Words(*found.baseline.title)
    best, row = max(effects.items(), key=lambda item: float(item[1]["mean_difference"]))
    if found.replicates < 2 and not row["draws"]:
        return phrase(
            "report.effects.with_one_replicate_a_difference_may",
            base=base,
            title=Words(*best.title),
            change=words.change(metric, row["mean_difference"]),
        )
    better = [option for option, item in effects.items() if item["word"] == words.BETTER]
    least = words.number(metric.least.at(row["baseline_value"]), 1)
    if not better:
        none = phrase("report.effects.against_no_option_clearly_raises_residents", base=base, least=least)
        return join([none, _how_sure(metric, best, row)]) if row["draws"] else none
    title, size = Words(*best.title), words.measured(metric, row["mean_difference"])
    how_sure = _how_sure(metric, None, row)
    if len(found.others) == 1:
        return phrase(
            "report.effects.against_raises_residents_satisfaction_by_95",
            base=base,
            title=title,
            size=size,
            how_sure=how_sure,
        )
    return phrase(
        "report.effects.against_of_options_clearly_raise_residents",
        base=base,
        n_options=len(found.others),
        n_better=len(better),
        least=least,
        title=title,
        size=size,
        how_sure=how_sure,
    )


def _how_sure(metric: Metric, option: Option | None, row: pd.Series) -> Words:
    """Both intervals, or that of luck where no parameters were drawn; of a named option with its effect."""
    luck = words.interval(metric, row["ci_low"], row["ci_high"])
    if not row["draws"]:
        return phrase("report.effects.interval_of_luck", span=luck)
    share = float(row["probability_better"])
    told = phrase(
        "report.effects.both_intervals",
        luck=luck,
        total=words.interval(metric, row["ci_low_total"], row["ci_high_total"]),
        odds=words.odds(share),
    )
    if option is None:
        return told
    size = words.change_with_unit(metric, row["mean_difference"])
    return phrase("report.effects.the_largest_effect", title=Words(*option.title), size=size, how_sure=told)


def spending_told(frames: Frames, option: Option) -> Words:
    """What an option costs beyond the baseline: over the period, a year, and for each further point of satisfaction."""
    found = frames.found
    rows = found.table[found.table["metric"].isin(COSTS) & (found.table["scenario"] == option.name)]
    spent = float(rows["mean_difference"].sum())
    row = frames.cost_effect.set_index("scenario").loc[option.name]
    if abs(spent) < 1 and abs(row["cost"]) < 1:
        return phrase("report.effects.it_costs_no_more")
    metric = METRICS[COSTS[0]]
    told = [
        phrase("report.effects.over_the_period", amount=words.change(metric, spent)),
        phrase("report.effects.a_year", amount=words.change(metric, row["cost"])),
    ]
    if row["efficient"] and np.isfinite(row["icer"]):
        cheaper = str(row["compared_with"])
        nothing = phrase("report.money.doing_nothing")
        against = nothing if cheaper == found.baseline.name else Words(*found.names[cheaper])
        told.append(phrase("report.effects.each_further_point", each=words.money(row["icer"]), against=against))
    elif row["effect"] <= 0:
        told.append(phrase("report.effects.no_point_to_divide_by"))
    else:
        told.append(phrase("report.effects.dominated"))
    return join(told, same("\n"))


def shares(found: ComparisonFolder, option: Option) -> tuple[float, float] | None:
    """Shares of all residents who gain and who lose; None where the table has none."""
    rows = found.winners[(found.winners["scenario"] == option.name) & (found.winners["by"] == "subdistrict")]
    if rows.empty:
        return None
    return tuple(float(np.average(rows[name], weights=rows["residents"])) for name in ("gain", "lose"))  # type: ignore
