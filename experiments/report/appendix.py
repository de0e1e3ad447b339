"""The appendix of a comparison: all that the brief rests on, and the tables to save."""

from collections.abc import Mapping

from experiments.answers.costs import COSTS
from experiments.charts.comparison import PATHS
from experiments.charts.frames import Frames
from experiments.charts.offered import offered_charts
from experiments.charts.style import Drawer
from experiments.report import contributed, downloads, effects, method, money, options, people, sureness
from experiments.report.comparison import title
from experiments.report.document import Block, Figure, Paragraph, Report, Section
from experiments.report.files import BRIEF
from experiments.report.live import Live, maps, paths
from experiments.report.names import SIMULATED
from experiments.runs.folders import ComparisonFolder
from experiments.texts import captions
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase


def appendix(frames: Frames, drawn: Mapping[str, Drawer]) -> Report:
    """Options in full, all metrics, groups, communities, loads, assumptions, method, data, provenance.

    `drawn`: the charts of the comparison, see `experiments.charts.comparison.of_comparison`.
    """
    found = frames.found

    def figure(name: str, caption: Words, live: Live | None = None) -> Figure:
        return Figure(name, drawn[name], caption, live)

    sections = [
        _options(found),
        Section(
            "metrics",
            phrase("report.comparison.appendix_all_metrics"),
            [
                figure("differences", captions.differences(frames)),
                figure("paths", captions.paths(frames), paths(frames, PATHS)),
                *([sureness.spread(frames)] if frames.draws and found.replicates > 1 else []),
                *(effects.all_metrics(found, option) for option in found.others),
                method.definitions(),
            ],
            fresh=True,
        ),
        Section(
            "groups",
            phrase("common.who_gains_and_who_loses"),
            [
                figure("gains", phrase("captions.gains")),
                people.group_table(found),
                Paragraph(SIMULATED, "note"),
                figure("streets", phrase("captions.streets")),
                people.community_table(found),
            ],
            fresh=True,
        ),
        Section(
            "cost_load",
            phrase("common.cost_and_load"),
            [
                Paragraph(money.cost_load_sentence(found)),
                figure("cost_load", join([_spending(found), *captions.basis(frames)])),
                money.cost_load_table(found),
                figure("map_load_committee", captions.map_of(found, "load_committee"), maps(frames, "load_committee")),
                figure("load", captions.load(frames)),
                *([figure("break_even", captions.BREAK_EVEN)] if "break_even" in drawn else []),
            ],
            fresh=True,
        ),
    ]
    sections += contributed.every(found)
    if offered := offered_charts():
        shown: list[Block] = [figure(name, Words(chart.zh, chart.en)) for name, chart in offered.items()]
        sections.append(Section("offered", phrase("report.comparison.offered"), shown, fresh=True))
    sections += [
        Section(
            "assumptions",
            phrase("common.the_assumptions_that_matter_most"),
            [*options.assumptions(found.options), *_unsure(frames)],
            fresh=True,
        ),
        method.method(found.baseline, compared=True, drawn=frames.draws > 0),
        downloads.of_comparison(frames),
        method.provenance(found.options),
    ]
    named = phrase("report.comparison.appendix_of", title=title(found))
    beside = (BRIEF, phrase("report.comparison.to_the_brief"))
    return Report(named, method.size_of(found.baseline.manifests[0]), sections, beside)


def _unsure(frames: Frames) -> list[Block]:
    """What makes loads uncertain, and how sure the choice is at each willingness to pay; nothing without draws."""
    return [*sureness.split_blocks(frames, "load_committee"), *sureness.choice_table(frames)] if frames.draws else []


def _options(found: ComparisonFolder) -> Section:
    tables = [table for option in found.options if (table := options.detail_table(option)) is not None]
    same_everywhere = method.context_of(found.baseline.scenario)
    return Section("options", phrase("report.comparison.options"), [Paragraph(same_everywhere), *tables], fresh=True)


def _spending(found: ComparisonFolder) -> Words:
    """The dearest and the cheapest option."""
    rows = found.table[found.table["metric"].isin(COSTS)]
    frame = rows.groupby("scenario")["mean_difference"].sum().sort_values(kind="stable")
    titles = found.names
    a, b = titles[frame.index[0]], titles[frame.index[-1]]
    least, most = words.money(float(frame.iloc[0])), words.money(float(frame.iloc[-1]))
    if len(frame) == 1:
        return phrase("report.comparison.left_more_than_the_baseline_right", most=most)
    return phrase(
        "report.comparison.left_costs_most_least_right_change", b=Words(*b), most=most, a=Words(*a), least=least
    )
