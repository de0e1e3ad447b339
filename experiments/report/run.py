"""The report of a single run: what happened, without a comparison."""

import json

from experiments.charts import comparison as charts
from experiments.charts.cells import MAPS
from experiments.report import downloads, limits, method, options
from experiments.report.document import Block, Bullets, Cell, Download, Figure, Paragraph, Report, Section, Table
from experiments.report.effects import HEADLINES
from experiments.runs.folders import Option
from experiments.runs.run_folder import weeks as weeks_of
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, capital, phrase
from simulation.metrics.metric import Kind
from simulation.metrics.table import METRICS

_SPANS = ("first_year", "last_year", "whole_run")


def report(option: Option) -> Report:
    """Summary, options, charts, assumptions, method, data, provenance."""
    (folder,) = option.runs.values()
    found = json.loads((folder / "summary.json").read_text("utf-8"))
    drawn = charts.of_run(option)
    detail = options.detail_table(option)
    weeks = downloads.both(
        downloads.weekly({option.name: {seed: weeks_of(run) for seed, run in option.runs.items()}}), [option]
    )
    sections = [
        _summary(option, found),
        Section(
            "course",
            phrase("report.run.what_happened"),
            [
                Figure("paths", drawn["paths"], _paths(found)),
                _table(found, tuple(METRICS), phrase("report.run.all_metrics"), sortable=True),
            ],
            fresh=True,
        ),
        Section(
            "people",
            phrase("report.run.residents_and_communities"),
            [
                Figure(
                    "groups",
                    drawn["groups"],
                    phrase("report.run.the_lighter_the_more_satisfied_see"),
                ),
                *(Figure(f"map_{name}", drawn[f"map_{name}"], _map(name)) for name in MAPS),
                Figure(
                    "load",
                    drawn["load"],
                    phrase("report.run.above_the_dashed_line_a_committee"),
                ),
            ],
            fresh=True,
        ),
        Section(
            "options",
            phrase("report.run.measures"),
            [Paragraph(method.context_of(option.scenario)), *([detail] if detail else [])],
            fresh=True,
        ),
        Section(
            "assumptions",
            phrase("common.the_assumptions_that_matter_most"),
            options.assumptions([option]),
            fresh=True,
        ),
        method.method(option, compared=False),
        downloads.data([Download("weekly.csv", phrase("report.run.weekly_values"), weeks)]),
        method.provenance([option]),
        Section(
            "metrics",
            phrase("report.run.appendix_definitions_of_the_metrics"),
            [method.definitions()],
            fresh=True,
        ),
    ]
    return Report(
        phrase("report.run.a_single_run", title=Words(*option.title)),
        method.size_of(option.manifests[0]),
        sections,
    )


def _summary(option: Option, found: dict[str, dict[str, float | None]]) -> Section:
    seed, ran = next(iter(option.runs)), option.manifests[0]
    blocks: list[Block] = [
        Paragraph(
            phrase("report.run.how_does_unfold_in_the_model", title=Words(*option.title)),
            "lead",
        ),
        Paragraph(phrase("report.run.measures_sentence", measures=options.in_short(option.scenario["interventions"]))),
        Bullets([_moved(found, name) for name in HEADLINES if found[name]["last_year"] is not None]),
        _table(found, HEADLINES, phrase("report.run.headline_metrics"), sortable=False),
        Paragraph(
            phrase("report.run.this_describes_one_run_seed_without", seed=seed),
            "note",
        ),
        limits.box([option.scenario], float(ran["scale"]), 1, weeks=int(ran["weeks"])),
    ]
    return Section("summary", phrase("common.summary_on_a_page"), blocks)


def _moved(found: dict[str, dict[str, float | None]], name: str) -> Words:
    metric, label = METRICS[name], words.label(name)
    first, last = found[name]["first_year"], found[name]["last_year"]
    end = words.money(float(last or 0)) if words.is_money(metric) else words.level(metric, last)
    if words.is_money(metric):
        return phrase("report.run.at_the_end", label=label, end=end)
    start, of = words.level(metric, first), words.unit(metric)
    of = (
        Words("", "")
        if words.is_percent(metric) or metric.kind is Kind.INDEX
        else Words(of.zh.split("/")[0], f" {of.en}")
    )
    return phrase("report.run.in_the_first_year_in_the", label=label, start=start, of=of, end=end)


def _table(found: dict[str, dict[str, float | None]], names: tuple[str, ...], caption: Words, sortable: bool) -> Table:
    head = [
        phrase("common.metric"),
        phrase("common.unit"),
        phrase("report.run.first_year"),
        phrase("report.run.last_year"),
        phrase("report.run.whole_run"),
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
    return phrase("report.run.satisfaction_is_points_in_the_first", a=a, b=b)


def _map(name: str) -> Words:
    label = words.label(name)
    return phrase("report.run.by_community_the_lighter_the_higher", metric=capital(label))
