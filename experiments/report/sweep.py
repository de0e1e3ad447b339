"""The report of a sweep: its question and design, what it answers, and how far the answers reach."""

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers import outcomes
from experiments.answers.outcomes import Outcomes
from experiments.answers.sweep import Answers, answer
from experiments.charts.factors import factor_name, factor_unit, named, value_name
from experiments.report import downloads, findings, method, options
from experiments.report.document import (
    Block,
    Bullets,
    Cell,
    Download,
    Figure,
    Paragraph,
    Report,
    Section,
    Table,
    Words,
    join,
    same,
)
from experiments.runs.claim import SWEEP
from experiments.runs.claim import said as said_by
from experiments.runs.runner import FAILED
from experiments.study.read import read_sweep
from experiments.texts import report as words
from simulation.metrics.table import METRICS

DESIGNS = {
    "": Words("情景比较（没有变动因素）", "scenarios without varied factors"),
    "factorial": Words("全因子", "full factorial"),
    "one_at_a_time": Words("逐个变动", "one at a time"),
    "latin_hypercube": Words("拉丁超立方", "Latin hypercube"),
    "sobol": Words("索博尔（Saltelli抽样）", "Sobol (Saltelli's sample)"),
    "morris": Words("莫里斯筛选", "Morris screening"),
    "table": Words("给定的点", "a list of points"),
}
_MOST_ROWS = 40
"""Rows of a table in the page; all are in the downloads."""
_METRIC_COLUMNS = (
    "mean_difference",
    "ci_low",
    "ci_high",
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


def of_folder(folder: Path) -> Report:
    """The report of the sweep in a folder.

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
    lost = len(pd.read_csv(folder / FAILED)) if (folder / FAILED).exists() else 0
    facts = [
        same(f"{said['name']}: huitian sweep"),
        Words(
            f"地区 {scenario['district']}；起始日 {scenario['start']}；每次运行{weeks}周；种子：{seeds}。",
            f"District {scenario['district']}; first day {scenario['start']}; {weeks} weeks a run; seeds: {seeds}.",
        ),
        Words(
            f"内容散列：代码 {said['versions']['code']}，地区数据 {said['versions']['district']}。",
            f"Content hashes: code {said['versions']['code']}, district data {said['versions']['district']}.",
        ),
        Words(f"软件：{software}。", f"Software: {software}."),
    ]
    if lost:
        facts.append(Words(f"失败的运行：{lost}（见failed.csv）。", f"Runs that failed: {lost} (see failed.csv)."))
    return report(sweep, question, question, scenario, facts)


def report(sweep: Outcomes, title: Words, question: Words, scenario: dict[str, Any], facts: list[Words]) -> Report:
    """All sections, the page of summary first.

    Parameters
    ----------
    scenario : dict
        The resolved baseline, for the page of method.
    facts : list
        Provenance: hashes, versions, seeds, runs.
    """
    found = answer(sweep)
    names = option_names(sweep)
    sections = [
        _summary(sweep, found, names, question),
        Section("answers", Words("回答", "Answers"), _answers(found, names), fresh=True),
        Section("robustness", Words("稳健性", "Robustness"), _robustness(sweep, found), fresh=True),
        method.sweep_method(scenario),
        downloads.section(
            [
                Download(f"{name}.csv", table_title(name), downloads.csv(table))
                for name, table in {"values": sweep.values, **found.tables}.items()
            ]
        ),
        Section("provenance", Words("来源", "Provenance"), [Bullets(facts)]),
    ]
    return Report(title, _size(sweep), sections)


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
    share = (
        Words("全量", "full population")
        if sweep.scale >= 1
        else Words(f"抽样比例{sweep.scale:g}", f"a sample of {sweep.scale:g}")
    )
    return Words(
        f"{share.zh}，{len(runs)}次运行，每点{n}次重复",
        f"{share.en}, {len(runs)} runs, {n} {'replicate' if n == 1 else 'replicates'} a point",
    )


def _summary(sweep: Outcomes, found: Answers, names: dict[str, tuple[str, str]], question: Words) -> Section:
    scenarios = join([Words(f"“{zh}”", f"“{en}”") for zh, en in sweep.titles.values()], Words("、", ", "))
    design = DESIGNS.get(sweep.kind, same(sweep.kind))
    told = findings.sentences(found, names)
    blocks: list[Block] = [
        Paragraph(question, "lead"),
        Paragraph(
            Words(
                f"情景：{scenarios.zh}。设计：{design.zh}，{len(sweep.points)}个点。",
                f"Scenarios: {scenarios.en}. Design: {design.en}, {len(sweep.points)} points.",
            )
        ),
    ]
    if len(sweep.points.columns):
        blocks.append(_factors(sweep.points))
    blocks.append(
        Bullets(told)
        if told
        else Paragraph(
            Words(
                "这一设计没有可以直接陈述的回答，数值见下表。",
                "This design gives no answer in a sentence; its values are below.",
            )
        )
    )
    if not found.tables:
        blocks.append(_values(sweep))
    return Section("summary", Words("一页摘要", "Summary on a page"), blocks)


def _factors(points: pd.DataFrame) -> Table:
    rows = []
    for path in points.columns:
        column = points[path].dropna()
        numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
        span = (
            Words(
                f"{options.plain(column.min())} 至 {options.plain(column.max())}",
                f"{options.plain(column.min())} to {options.plain(column.max())}",
            )
            if numeric
            else join([Words(*value_name(value)) for value in column.drop_duplicates()], Words("、", ", "))
        )
        rows.append(
            [
                Cell(Words(*factor_name(path))),
                Cell(options.unit(factor_unit(path) or "-")),
                Cell(span),
                Cell(same(f"{column.nunique():,}"), float(column.nunique())),
            ]
        )
    return Table(
        Words("变动的因素", "Factors varied"),
        [
            Words("因素", "factor"),
            Words("单位", "unit"),
            Words("取值", "values"),
            Words("不同取值数", "different values"),
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
    blocks += [
        answer_table(name, table, names)
        for name, table in found.tables.items()
        if name not in ("rank_probabilities", "regret")
    ]
    return blocks or [Paragraph(Words("没有可以由这一设计回答的问题。", "This design answers no question by itself."))]


def _robustness(sweep: Outcomes, found: Answers) -> list[Block]:
    fixed = Words(
        "没有变动的：表中未列的参数、人口与地图、背景事件。",
        "Not varied: parameters that the table of factors does not have, people and map, events.",
    )
    seeds = Words(
        f"变动的：所列因素，以及{sweep.replicates}个随机种子（各点共用，即公共随机数）。",
        f"Varied: the factors listed, and {sweep.replicates} random seeds, the same at every point (common "
        f"random "
        f"numbers).",
    )
    blocks: list[Block] = [Bullets([seeds, fixed])]
    if found.notes:
        blocks.append(
            Paragraph(
                Words(
                    f"有{len(found.notes)}处因运行不足或无法解释而没有回答，或只用了部分运行。",
                    f"{len(found.notes)} answers are missing or rest on a part of the runs: {'; '.join(found.notes)}.",
                ),
                "note",
            )
        )
    return blocks


def table_title(name: str) -> Words:
    """What a table of answers is about."""
    return findings.TABLES.get(name, Words("数据表", name.replace("_", " ")))


def answer_table(name: str, table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Table:
    """A table of answers in words: options, factors and metrics by their names, numbers in the metric's unit."""
    shown = table.drop(columns=[c for c in findings.HIDDEN if c in table.columns])
    text = [c for c in shown.columns if c in findings.TEXT]
    columns = [*text, *(c for c in shown.columns if c not in text)]
    rows = [[_cell(column, row, names) for column in columns] for row in shown.head(_MOST_ROWS).to_dict("records")]
    title = table_title(name)
    if len(table) > _MOST_ROWS:
        title = Words(
            f"{title.zh}（前{_MOST_ROWS}行，全部{len(table)}行见数据下载）",
            f"{title.en} (the first {_MOST_ROWS} of {len(table)} rows; all are in the download)",
        )
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
    return Cell(same(options.plain(float(value)) if float(value) != int(value) else f"{int(value):,}"), float(value))
