"""The brief of a comparison: question, options, answer, gains and losses, map, cost ladder, how sure, limits."""

from typing import Any

import pandas as pd

from experiments.charts import comparison as charts
from experiments.charts.style import Drawer
from experiments.report import balance, effects, limits, method, money, options, people
from experiments.report.document import Block, Bullets, Cell, Figure, Paragraph, Report, Section, Table
from experiments.report.files import APPENDIX
from experiments.report.names import SIMULATED
from experiments.runs.folders import ComparisonFolder
from experiments.texts import captions
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS


def report(found: ComparisonFolder) -> Report:
    """The brief: a few pages that answer the question; what they rest on is in the appendix beside it."""
    drawn = charts.of_comparison(found)
    each = charts.paired_differences(found)
    told, *rungs = money.ladder_blocks(found)
    if "frontier" in drawn and isinstance(told, Paragraph):
        told = Figure("frontier", drawn["frontier"], told.text)
    sections = [
        _summary(found),
        Section("people", phrase("common.who_gains_and_who_loses"), _people(found, drawn), fresh=True),
        Section(
            "effects",
            phrase("report.comparison.effects"),
            [*effects.headline_tables(found), Figure("paths", charts.short_paths(found), captions.paths(found))],
            fresh=True,
        ),
        Section("frontier", phrase("report.comparison.frontier_of_cost_and_effect"), [told, *rungs], fresh=True),
        _robustness(found, each, drawn),
    ]
    beside = (APPENDIX, phrase("report.comparison.to_the_appendix"))
    return Report(title(found), method.size_of(found.baseline.manifests[0]), sections, beside)


def title(found: ComparisonFolder) -> Words:
    """Options against the baseline."""
    base, others = found.baseline.title, found.others
    if len(others) > 2:
        return phrase("report.comparison.policy_options_compared_with", n_options=len(others), base=Words(*base))
    named = join([Words(f"“{o.title[0]}”", f"“{o.title[1]}”") for o in others], phrase("common.list_comma"))
    return phrase("report.comparison.compared_with", named=named, base=Words(*base))


def _summary(found: ComparisonFolder) -> Section:
    base = Words(*found.baseline.title)
    n = found.replicates
    question = phrase("report.comparison.against_what_do_the_options_below", base=base)
    size = method.size_of(found.baseline.manifests[0])
    basis = phrase(
        "report.comparison.basis_with_common_random_numbers_synthetic", size=size, replicates=words.replicates(n)
    )
    return Section(
        "summary",
        phrase("common.summary_on_a_page"),
        [
            Paragraph(question, "lead"),
            options.short_table(found.options),
            effects.lead(found),
            *balance.balance_tables(found),
            Paragraph(phrase("report.balance.marks"), "note"),
            limits.box([option.scenario for option in found.options], found.scale, n),
            Paragraph(basis, "note"),
        ],
    )


def _people(found: ComparisonFolder, drawn: dict[str, Drawer]) -> list[Block]:
    blocks: list[Block] = [people.sentences(found)]
    if "winners" in drawn:
        blocks.append(Figure("winners", drawn["winners"], captions.winners(found)))
    blocks.append(Figure("map_satisfaction", drawn["map_satisfaction"], captions.map_of(found, "satisfaction")))
    return [*blocks, Paragraph(SIMULATED, "note")]


def _robustness(found: ComparisonFolder, each: pd.DataFrame, drawn: dict[str, Drawer]) -> Section:
    blocks: list[Block] = []
    if "replicates" in drawn:
        blocks += [Figure("replicates", drawn["replicates"], captions.replicates(found, each)), _spread(found, each)]
    else:
        blocks.append(Paragraph(phrase("report.comparison.one_replicate_cannot_tell_how_much")))
    return Section(
        "robustness",
        phrase("common.robustness"),
        [
            *blocks,
            Paragraph(phrase("report.comparison.varied_the_random_seeds_of_the")),
            Bullets(_not_varied(found)),
        ],
        fresh=True,
    )


def _spread(found: ComparisonFolder, each: pd.DataFrame) -> Table:
    table = found.table.set_index(["scenario", "metric"])
    rows = []
    for option in found.others:
        for name in charts.REPLICATES:
            part = each[(each["scenario"] == option.name) & (each["metric"] == name)]["difference"]
            if part.empty:
                continue
            metric, ups = METRICS[name], int((part > 0).sum())
            agree = max(ups, int((part < 0).sum()))
            row = table.loc[(option.name, name)]
            gain, low, high = (row[f"variance_reduction{end}"] for end in ("", "_low", "_high"))
            rows.append(
                [
                    Cell(Words(*option.title)),
                    Cell(words.label(name)),
                    Cell(words.unit(metric, True)),
                    _number(words.change(metric, float(part.min())), float(part.min())),
                    _number(words.change(metric, float(part.max())), float(part.max())),
                    Cell(same(f"{agree}/{len(part)}"), agree / len(part)),
                    _number(words.reduction(gain, low, high), gain if low == low else low),
                ]
            )
    return Table(
        phrase("report.comparison.range_over_the_replicates"),
        [
            phrase("common.option"),
            phrase("common.metric"),
            phrase("common.unit"),
            phrase("report.comparison.least_difference"),
            phrase("report.comparison.largest_difference"),
            phrase("report.comparison.same_direction"),
            phrase("common.variance_reduction"),
        ],
        rows,
        3,
    )


def _number(text: Words, order: float) -> Cell:
    return Cell(text, order if order == order else None)


def _not_varied(found: ComparisonFolder) -> list[Words]:
    overrides: dict[str, Any] = {}
    for option in found.options:
        overrides |= option.scenario["parameters"]
    set_ = join(
        [
            phrase("report.comparison.parameter_set", parameter=PARAMETERS[name], value=options.plain(value))
            for name, value in overrides.items()
            if name in PARAMETERS
        ],
        phrase("common.list_comma"),
    )
    told = (
        phrase("report.comparison.set_by_scenarios_all_others_at", settings=set_)
        if overrides
        else phrase("report.comparison.all_at_their_defaults")
    )
    return [
        phrase("report.comparison.model_parameters_their_uncertainty_is_under", told=told),
        phrase("report.comparison.people_and_map_every_replicate_has"),
        phrase("report.comparison.events_and_dates_the_same_in"),
    ]
