"""Who gains and who loses: by life stage, subdistrict and community."""

import pandas as pd

from experiments.charts.comparison import group_labels
from experiments.report.document import Bullets, Cell, Paragraph, Table
from experiments.report.effects import shares
from experiments.runs.folders import ComparisonFolder, Option
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
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
        parts = [phrase("report.people.at_the_end_of_residents_gain", gain=gain, lose=lose)]
        parts += [_ends(found.winners, option, by, labels[by]) for by in ("life_stage", "subdistrict")]
        body = join(parts, phrase("common.list_semicolon"))
        items.append(phrase("report.people.about_option", title=Words(*option.title), body=body))
    if not items:
        return Paragraph(phrase("report.people.there_are_no_results_person_by"))
    return Bullets(items)


def _ends(winners: pd.DataFrame, option: Option, by: str, labels: dict[int, tuple[str, str]]) -> Words:
    rows = winners[(winners["scenario"] == option.name) & (winners["by"] == by)].sort_values("mean", kind="stable")
    last, first = rows.iloc[0], rows.iloc[-1]
    top, low = labels[int(first["group"])], labels[int(last["group"])]
    a, b = (words.signed(words.number(float(row["mean"]), 2)) for row in (first, last))
    kind = phrase("report.people.life_stages") if by == "life_stage" else phrase("report.people.subdistricts")
    return phrase("report.people.of_the_change_most_points_and", kind=kind, top=Words(*top), a=a, low=Words(*low), b=b)


def group_table(found: ComparisonFolder) -> Table:
    """Every group of every option, sortable."""
    labels = group_labels(found.baseline.scenario["district"])
    titles = found.names
    rows = []
    for row in found.winners.itertuples():
        group = labels[str(row.by)][int(row.group)]
        by = phrase("report.people.life_stage") if row.by == "life_stage" else phrase("report.people.subdistrict")
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
        phrase("common.option"),
        phrase("report.people.grouped_by"),
        phrase("report.people.group"),
        phrase("report.people.residents_in_the_run"),
        phrase("common.gain"),
        phrase("common.lose"),
        phrase("report.people.mean_change_points"),
    ]
    return Table(
        phrase("report.people.gains_and_losses_by_group_against"),
        head,
        rows,
        3,
    )


def _named(zh: str, en: str, parts: int) -> Words:
    """Name of a community of the start, with what has become of it."""
    return phrase("report.people.divided", name=Words(zh, en), parts=parts) if parts > 1 else Words(zh, en)


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
            word = words.verdict(METRICS[metric], float(row.ci_low), float(row.ci_high), float(row.baseline_value))
            rows.append(
                [
                    Cell(Words(*option.title)),
                    Cell(_named(str(row.name_zh), str(row.name_en), int(row.parts))),
                    Cell(word, mark=words.mark(word)),
                    Cell(words.change(METRICS[metric], float(row.mean_difference)), float(row.mean_difference)),
                    Cell(words.interval(METRICS[metric], float(row.ci_low), float(row.ci_high))),
                ]
            )
    return Table(
        phrase("report.people.communities_at_both_ends_of_the", ends=_ENDS),
        [
            phrase("common.option"),
            phrase("common.community"),
            phrase("common.verdict"),
            phrase("report.people.difference_points"),
            phrase("common.n_95_interval"),
        ],
        rows,
        3,
    )
