"""The report of a sweep: a brief of its question, answers and how far they reach; an appendix with all tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers import outcomes
from experiments.answers.outcomes import Outcomes
from experiments.answers.sweep import Answers, answer
from experiments.charts.factors import factor_name, factor_unit, named, value_name
from experiments.report import downloads, findings, limits, method, options
from experiments.report.document import Block, Bullets, Cell, Download, Figure, Paragraph, Report, Section, Table
from experiments.report.files import APPENDIX, BRIEF
from experiments.runs.claim import SWEEP
from experiments.runs.claim import said as said_by
from experiments.runs.damage import DamagedError
from experiments.runs.runner import FAILED
from experiments.study.designs import sampler
from experiments.study.read import read_sweep
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted, same
from experiments.texts.units import unit_name
from simulation.metrics.table import METRICS

_MOST_ROWS = 40
"""Rows of a table in the page; all are in the downloads."""
_METRIC_COLUMNS = (
    "mean_difference",
    "ci_low",
    "ci_high",
    "ci_low_total",
    "ci_high_total",
    "baseline_value",
    "effect",
    "low",
    "high",
    "change",
    "swing",
    "mean",
    "regret",
    "max_regret",
    "mean_regret",
    "p90_regret",
    "worst",
    "best",
    "value",
    "threshold",
)
_MONEY_COLUMNS = ("cost", "cost_low", "cost_high", "icer")


def of_folder(folder: Path) -> tuple[Report, Report]:
    """Brief and appendix of the sweep in a folder.

    Raises
    ------
    SourceError
        If the folder holds no sweep, or an unreadable one.
    """
    sweep, said = read_sweep(folder), said_by(folder, SWEEP) or {}
    question = Words(**said["experiment"]["question"])
    scenario = said["scenarios"][sweep.baseline]
    weeks = said["experiment"]["weeks"] or scenario["weeks"]
    seeds = ", ".join(str(seed) for seed in sorted(sweep.values["seed"].unique()))
    software = ", ".join(f"{name} {number}" for name, number in said["packages"].items())
    lost = _failed(folder / FAILED)
    facts = [
        same(f"{said['name']}: huitian sweep"),
        phrase(
            "report.sweep.district_first_day_weeks_a_run",
            district=scenario["district"],
            start=scenario["start"],
            weeks=weeks,
            seeds=seeds,
        ),
        phrase(
            "report.sweep.content_hashes_code_district_data",
            code=said["versions"]["code"],
            district=said["versions"]["district"],
        ),
        phrase("report.sweep.software", software=software),
    ]
    if lost:
        facts.append(phrase("report.sweep.runs_that_failed_see_failed_csv", lost=lost))
    others = [{**other, "weeks": weeks} for name, other in said["scenarios"].items() if name != sweep.baseline]
    return reports(sweep, question, question, {**scenario, "weeks": weeks}, facts, others)


def _failed(file: Path) -> int:
    """Runs that the list of failures names."""
    try:
        return len(pd.read_csv(file))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError):
        raise DamagedError(f"{file}: damaged; the same huitian sweep writes it anew") from None


def reports(
    sweep: Outcomes,
    title: Words,
    question: Words,
    scenario: dict[str, Any],
    facts: list[Words],
    others: Sequence[dict[str, Any]] = (),
) -> tuple[Report, Report]:
    """The brief, the page of summary first, and the appendix.

    Parameters
    ----------
    scenario : dict
        The resolved baseline, for the page of method.
    facts : list
        Provenance: hashes, versions, seeds, runs.
    others : sequence of dict
        The other scenarios.
    """
    found = answer(sweep)
    names = {**option_names(sweep), **sweep.place_names}
    brief = [
        _summary(sweep, found, names, question, [scenario, *others]),
        Section("answers", phrase("report.sweep.answers"), _answers(found, names), fresh=True),
        Section("robustness", phrase("common.robustness"), _robustness(sweep, found)),
    ]
    tables = _tables(found, names)
    appendix = [
        *([Section("tables", phrase("report.sweep.tables"), tables)] if tables else []),
        method.sweep_method(scenario),
        downloads.data(
            [
                Download(
                    f"{name}.csv",
                    table_title(name),
                    _csv(table, names),
                )
                for name, table in {"values": sweep.values, **found.tables}.items()
            ]
        ),
        Section("provenance", phrase("common.provenance"), [Bullets(facts)]),
    ]
    headed = phrase("report.comparison.appendix_of", title=title)
    return (
        Report(title, _size(sweep), brief, (APPENDIX, phrase("report.comparison.to_the_appendix"))),
        Report(headed, _size(sweep), appendix, (BRIEF, phrase("report.comparison.to_the_brief"))),
    )


def _csv(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    return Words(downloads.csv(findings.in_chinese(table, names)), downloads.csv(table))


def option_names(sweep: Outcomes) -> dict[str, tuple[str, str]]:
    """Titles (zh, en) of scenarios and of the options that points make of them."""
    rows = outcomes.as_options(sweep.values, sweep.points, sweep.acting).drop_duplicates("option")
    chosen = {
        str(row.option): (
            sweep.titles[str(row.scenario)],
            outcomes.levers_at(sweep.points, row.point, str(row.scenario), sweep.acting),
        )
        for row in rows.itertuples()
    }
    return {**sweep.titles, **named(chosen)}


def _size(sweep: Outcomes) -> Words:
    n, runs = sweep.replicates, sweep.values[["point", "scenario", "seed"]].drop_duplicates()
    share = phrase("common.full_population") if sweep.scale >= 1 else phrase("common.a_sample_of", scale=sweep.scale)
    return phrase("report.sweep.runs_per_point", share=share, n_runs=len(runs), replicates=words.replicates(n))


def _summary(
    sweep: Outcomes,
    found: Answers,
    names: dict[str, tuple[str, str]],
    question: Words,
    scenarios: list[dict[str, Any]],
) -> Section:
    titles = join([quoted(title) for title in sweep.titles.values()], phrase("common.list_comma"))
    design = Words(*sampler(sweep.kind).TITLE) if sweep.kind else phrase("report.sweep.no_design")
    told = findings.sentences(found, names)
    blocks: list[Block] = [
        Paragraph(question, "lead"),
        Paragraph(
            phrase("report.sweep.scenarios_design_points", scenarios=titles, design=design, n_points=len(sweep.points))
        ),
    ]
    if len(sweep.points.columns):
        blocks.append(_factors(sweep.points))
    blocks.append(Bullets(told) if told else Paragraph(phrase("report.sweep.this_design_gives_no_answer_in")))
    if not found.tables:
        blocks.append(_values(sweep))
    blocks.append(limits.box(scenarios, sweep.scale, sweep.replicates))
    return Section("summary", phrase("common.summary_on_a_page"), blocks)


def _factors(points: pd.DataFrame) -> Table:
    rows = []
    for path in points.columns:
        column = points[path].dropna()
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        span = (
            phrase("common.to", low=options.plain(column.min()), high=options.plain(column.max()))
            if numeric
            else join([Words(*value_name(value)) for value in column.drop_duplicates()], phrase("common.list_comma"))
        )
        rows.append(
            [
                Cell(Words(*factor_name(path))),
                Cell(unit_name(factor_unit(path) or "-")),
                Cell(span),
                Cell(same(f"{column.nunique():,}"), float(column.nunique())),
            ]
        )
    return Table(
        phrase("report.sweep.factors_varied"),
        [
            phrase("report.sweep.factor"),
            phrase("common.unit"),
            phrase("report.sweep.values"),
            phrase("report.sweep.different_values"),
        ],
        rows,
        3,
        sortable=False,
    )


def _values(sweep: Outcomes) -> Table:
    """Means over the replicates of what the experiment asks about."""
    part = sweep.values[sweep.values["metric"].isin(sweep.metrics)]
    mean = part.groupby(["scenario", "point", "metric"], as_index=False)["value"].mean()
    return answer_table("values", mean, option_names(sweep))


def _answers(found: Answers, names: dict[str, tuple[str, str]]) -> list[Block]:
    blocks: list[Block] = [
        Figure(name, draw, findings.caption(name, found, names)) for name, draw in found.charts.items()
    ]
    return blocks or _tables(found, names) or [Paragraph(phrase("report.sweep.this_design_answers_no_question_by"))]


def _tables(found: Answers, names: dict[str, tuple[str, str]]) -> list[Block]:
    shown = {name: table for name, table in found.tables.items() if name not in ("rank_probabilities", "regret")}
    return [answer_table(name, table, names) for name, table in shown.items()]


def _robustness(sweep: Outcomes, found: Answers) -> list[Block]:
    fixed = phrase("report.sweep.not_varied_parameters_that_the_table")
    seeds = phrase("report.sweep.varied_the_factors_listed_and_random", n=sweep.replicates)
    blocks: list[Block] = [Bullets([seeds, fixed])]
    if found.notes:
        notes = Words("", "; ".join(found.notes))  # written in English only
        blocks.append(
            Paragraph(
                phrase("report.sweep.answers_are_missing_or_rest_on", n_notes=len(found.notes), notes=notes),
                "note",
            )
        )
    return blocks


def table_title(name: str) -> Words:
    """What a table of answers is about."""
    return findings.TABLES.get(name, Words(phrase("report.sweep.table").zh, name.replace("_", " ")))


def answer_table(name: str, table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Table:
    """A table of answers in words: options, factors and metrics by their names, numbers in the metric's unit."""
    shown = table.drop(columns=[c for c in findings.HIDDEN if c in table.columns])
    text = [c for c in shown.columns if c in findings.TEXT]
    columns = [*text, *(c for c in shown.columns if c not in text)]
    rows = [[_cell(column, row, names) for column in columns] for row in shown.head(_MOST_ROWS).to_dict("records")]
    title = table_title(name)
    if len(table) > _MOST_ROWS:
        title = phrase("report.sweep.the_first_of_rows_all_are", title=title, shown=_MOST_ROWS, n_table=len(table))
    return Table(title, [findings.COLUMNS.get(c, same(c)) for c in columns], rows, len(text))


def _cell(column: str, row: dict[str, Any], names: dict[str, tuple[str, str]]) -> Cell:
    value = row[column]
    if value is None or value != value or value == "":
        return Cell(same("–"))
    if column in findings.TEXT:
        return Cell(findings.word(column, str(value), names))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Cell(Words(*value_name(value)))
    if column in _MONEY_COLUMNS:
        return Cell(words.money(value), float(value))
    metric = METRICS.get(str(row.get("metric", "")))
    if metric is not None and column in _METRIC_COLUMNS and "index" not in row:
        return Cell(
            words.change(metric, value)
            if column not in ("mean", "worst", "best", "value", "baseline_value", "threshold")
            else words.level(metric, value),
            value,
        )
    if float(value) == int(value):
        return Cell(same(words.number(float(value), 0)), float(value))
    return Cell(same(options.plain(float(value)) if abs(value) >= 1 else words.number(float(value), 4)), float(value))
