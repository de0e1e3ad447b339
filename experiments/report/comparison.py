"""The brief of a comparison: question, options, answer, gains and losses, map, cost ladder, how sure, limits."""

from collections.abc import Mapping
from typing import Any

from experiments.charts import comparison as charts
from experiments.charts.frames import Frames
from experiments.charts.style import Drawer
from experiments.report import balance, contributed, effects, limits, live, method, money, options, people, sureness
from experiments.report.document import Block, Bullets, Figure, Paragraph, Report, Section
from experiments.report.files import APPENDIX
from experiments.report.names import SIMULATED
from experiments.runs.folders import ComparisonFolder
from experiments.texts import captions
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted
from simulation.parameters import PARAMETERS


def report(frames: Frames, drawn: Mapping[str, Drawer]) -> Report:
    """The brief: a few pages that answer the question; what they rest on is in the appendix beside it.

    `drawn`: the charts of the comparison, see `experiments.charts.comparison.of_comparison`.
    """
    found = frames.found
    told, *rungs = money.ladder_blocks(frames)
    if "frontier" in drawn and isinstance(told, Paragraph):
        told = Figure("frontier", drawn["frontier"], told.text)
    sections = [
        _summary(frames),
        Section("people", phrase("common.who_gains_and_who_loses"), _people(frames, drawn), fresh=True),
        Section(
            "effects",
            phrase("report.comparison.effects"),
            [
                *effects.headline_tables(found),
                Figure("paths", charts.short_paths(frames), captions.paths(frames), live.paths(frames, charts.BRIEF)),
            ],
            fresh=True,
        ),
        *contributed.brief(found),
        Section("frontier", phrase("report.comparison.frontier_of_cost_and_effect"), [told, *rungs], fresh=True),
        _robustness(frames, drawn),
    ]
    beside = (APPENDIX, phrase("report.comparison.to_the_appendix"))
    return Report(title(found), method.size_of(found.baseline.manifests[0]), sections, beside)


def title(found: ComparisonFolder) -> Words:
    """Options against the baseline."""
    base, others = found.baseline.title, found.others
    if len(others) > 2:
        return phrase("report.comparison.policy_options_compared_with", n_options=len(others), base=Words(*base))
    named = join([quoted(option.title) for option in others], phrase("common.list_comma"))
    return phrase("report.comparison.compared_with", named=named, base=Words(*base))


def _summary(frames: Frames) -> Section:
    found = frames.found
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
            *balance.balance_tables(frames),
            Paragraph(phrase("report.balance.marks_of_draws" if frames.draws else "report.balance.marks"), "note"),
            limits.box_of(frames),
            Paragraph(basis, "note"),
        ],
    )


def _people(frames: Frames, drawn: Mapping[str, Drawer]) -> list[Block]:
    found = frames.found
    blocks: list[Block] = [people.sentences(found)]
    if "winners" in drawn:
        blocks.append(Figure("winners", drawn["winners"], captions.winners(found)))
    name, caption = "map_satisfaction", captions.map_of(found, "satisfaction")
    blocks.append(Figure(name, drawn[name], caption, live.maps(frames, "satisfaction")))
    return [*blocks, Paragraph(SIMULATED, "note")]


def _robustness(frames: Frames, drawn: Mapping[str, Drawer]) -> Section:
    blocks: list[Block] = []
    if "replicates" in drawn:
        blocks.append(Figure("replicates", drawn["replicates"], captions.replicates(frames)))
        blocks += [] if frames.draws else [sureness.spread(frames)]  # else in the appendix
    else:
        blocks.append(Paragraph(phrase("report.comparison.one_replicate_cannot_tell_how_much")))
    return Section(
        "robustness",
        phrase("report.comparison.how_sure"),
        [
            *sureness.split_blocks(frames),
            *sureness.find_out_first(frames),
            *blocks,
            Paragraph(
                phrase(
                    "report.comparison.varied_in_draws"
                    if frames.draws
                    else "report.comparison.varied_the_random_seeds_of_the"
                )
            ),
            Bullets(_not_varied(frames)),
        ],
        fresh=True,
    )


def _not_varied(frames: Frames) -> list[Words]:
    overrides: dict[str, Any] = {}
    for option in frames.found.options:
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
        phrase("report.comparison.model_parameters_not_drawn", told=told)
        if frames.draws
        else phrase("report.comparison.model_parameters_their_uncertainty_is_under", told=told),
        phrase("report.comparison.people_and_map_every_replicate_has"),
        phrase("report.comparison.events_and_dates_the_same_in"),
    ]
