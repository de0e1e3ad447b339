"""The report of a single run: what happened, without a comparison."""

import json

from experiments.charts import comparison as charts
from experiments.report import downloads, method, options
from experiments.report.document import Block, Bullets, Cell, Download, Figure, Paragraph, Report, Section, Table, Words
from experiments.report.effects import HEADLINES
from experiments.runs.folders import Option
from experiments.texts import report as words
from simulation.metrics.table import METRICS

_SPANS = ("first_year", "last_year", "whole_run")


def report(option: Option) -> Report:
    """Summary, options, charts, assumptions, method, data, provenance."""
    (folder,) = option.runs.values()
    found = json.loads((folder / "summary.json").read_text("utf-8"))
    drawn = charts.of_run(option)
    detail = options.detail_table(option)
    sections = [
        _summary(option, found),
        Section(
            "course",
            Words("经过", "What happened"),
            [
                Figure("paths", drawn["paths"], _paths(found)),
                _table(found, tuple(METRICS), Words("全部指标", "All metrics"), sortable=True),
            ],
            fresh=True,
        ),
        Section(
            "people",
            Words("居民与社区", "Residents and communities"),
            [
                Figure(
                    "groups",
                    drawn["groups"],
                    Words(
                        "颜色越浅满意度越高；看哪些街道、哪些人生阶段偏低。",
                        "The lighter the more satisfied; see which subdistricts and life stages are low.",
                    ),
                ),
                *(Figure(f"map_{name}", drawn[f"map_{name}"], _map(name)) for name in charts.MAPS),
                Figure(
                    "load",
                    drawn["load"],
                    Words(
                        "虚线以上的居委会超负荷；户数越多，负荷越高。",
                        "Above the dashed line a committee is over full; the more households a "
                        "worker serves, the higher the load.",
                    ),
                ),
            ],
            fresh=True,
        ),
        Section(
            "options",
            Words("措施", "Measures"),
            [Paragraph(method.context_of(option.scenario)), *([detail] if detail else [])],
            fresh=True,
        ),
        Section(
            "assumptions",
            Words("最要紧的假设", "The assumptions that matter most"),
            options.assumptions([option]),
            fresh=True,
        ),
        method.method(option, compared=False),
        downloads.section(
            [Download("weekly.csv", Words("逐周数值", "weekly values"), downloads.csv(downloads.weekly([option])))]
        ),
        method.provenance([option]),
        Section(
            "metrics",
            Words("附录：指标定义", "Appendix: definitions of the metrics"),
            [method.definitions()],
            fresh=True,
        ),
    ]
    return Report(
        Words(f"单次运行：{option.title[0]}", f"A single run: {option.title[1]}"),
        method.size_of(option.manifests[0]),
        sections,
    )


def _summary(option: Option, found: dict[str, dict[str, float | None]]) -> Section:
    seed = next(iter(option.runs))
    blocks: list[Block] = [
        Paragraph(
            Words(f"情景“{option.title[0]}”在模型中如何发展？", f"How does “{option.title[1]}” unfold in the model?"),
            "lead",
        ),
        Paragraph(Words(f"措施：{options.in_short(option).zh}。", f"Measures: {options.in_short(option).en}.")),
        Bullets([_moved(found, name) for name in HEADLINES if found[name]["last_year"] is not None]),
        _table(found, HEADLINES, Words("主要指标", "Headline metrics"), sortable=False),
        Paragraph(
            Words(
                f"这是一次运行（种子{seed}）的描述，没有对照也没有区间：不能据此说措施有没有效果；请用 huitian "
                f"compare 比较。",
                f"This describes one run (seed {seed}), without a comparison or intervals: it cannot tell "
                f"whether "
                f"measures work; use huitian compare for that.",
            ),
            "note",
        ),
    ]
    return Section("summary", Words("一页摘要", "Summary on a page"), blocks)


def _moved(found: dict[str, dict[str, float | None]], name: str) -> Words:
    metric, label = METRICS[name], words.label(name)
    first, last = found[name]["first_year"], found[name]["last_year"]
    end = words.money(float(last or 0)) if words.is_money(metric) else words.level(metric, last)
    if words.is_money(metric):
        return Words(f"{label.zh}：期末{end.zh}。", f"{label.en}: {end.en} at the end.")
    start, of = words.level(metric, first), words.unit(metric)
    of = (
        Words("", "")
        if words.is_percent(metric) or metric.unit_en == "0–1"
        else Words(of.zh.split("/")[0], f" {of.en}")
    )
    return Words(
        f"{label.zh}：首年{start.zh}{of.zh}，末年{end.zh}{of.zh}。",
        f"{label.en}: {start.en}{of.en} in the first year, {end.en}{of.en} in the last.",
    )


def _table(found: dict[str, dict[str, float | None]], names: tuple[str, ...], caption: Words, sortable: bool) -> Table:
    head = [
        Words("指标", "metric"),
        Words("单位", "unit"),
        Words("首年", "first year"),
        Words("末年", "last year"),
        Words("全程", "whole run"),
    ]
    rows = [
        [
            Cell(words.label(name)),
            Cell(words.unit(METRICS[name])),
            *(Cell(words.level(METRICS[name], found[name][span]), found[name][span]) for span in _SPANS),
        ]
        for name in names
        if name in found
    ]
    return Table(caption, head, rows, 2, sortable=sortable)


def _paths(found: dict[str, dict[str, float | None]]) -> Words:
    row = found["satisfaction"]
    a, b = (words.level(METRICS["satisfaction"], row[span]) for span in ("first_year", "last_year"))
    return Words(
        f"居民满意度首年{a.zh}分、末年{b.zh}分；竖虚线是措施开始的日子。",
        f"Satisfaction is {a.en} points in the first year and {b.en} in the last; upright dashes are the days "
        f"on "
        f"which measures start.",
    )


def _map(name: str) -> Words:
    label = words.label(name)
    return Words(
        f"各社区的{label.zh}，颜色越浅数值越高。",
        f"{label.en[0].upper()}{label.en[1:]} by community; the lighter, the higher.",
    )
