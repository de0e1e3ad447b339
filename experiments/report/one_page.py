"""A comparison on one sheet, for Word and paper: question, answer, gains and losses, a chart, how sure, limits."""

from collections.abc import Mapping

from experiments.charts.frames import EFFECT, Frames
from experiments.charts.style import Drawer
from experiments.report import balance, effects, limits, method, sureness
from experiments.report.comparison import title
from experiments.report.document import Block, Figure, Paragraph, Report, Section
from experiments.runs.folders import ComparisonFolder, Option
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS

_SURE = ["sure_satisfaction", "sure_load_committee"]
_ROWS = ["measures", *_SURE, "gains", "losses", "residents", "where", "committees", "money"]
_MOST = 2  # metrics in a cell


def one_page(frames: Frames, drawn: Mapping[str, Drawer]) -> Report:
    """The sheet; `drawn`: the charts of the comparison, see `experiments.charts.comparison.of_comparison`.

    Of more options than fit side by side it shows those that raise satisfaction most.
    """
    found = frames.found
    shown = _shown(found)
    base = Words(*found.baseline.title)
    blocks: list[Block] = [
        Paragraph(phrase("report.comparison.against_what_do_the_options_below", base=base)),
        effects.lead(found),
        balance.table_of(frames, shown, _ROWS, _MOST),
    ]
    if len(shown) < len(found.others):
        told = phrase("report.one_page.shown_of", shown=len(shown), options=len(found.others))
        blocks.append(Paragraph(told, "note"))
    blocks.append(
        Paragraph(phrase("report.one_page.marks_of_draws" if frames.draws else "report.one_page.marks"), "note")
    )
    if "frontier" in drawn:
        blocks.append(Figure("frontier", drawn["frontier"], phrase("report.one_page.frontier")))
    else:
        blocks.append(Figure("cost_load", drawn["cost_load"], phrase("common.cost_and_load")))
    first = next((block for block in sureness.find_out_first(frames) if isinstance(block, Paragraph)), None)
    blocks += [first] if first is not None else []
    blocks.append(limits.box_of(frames))
    return Report(
        title(found), method.size_of(found.baseline.manifests[0]), [Section("one_page", title(found), blocks)]
    )


def _shown(found: ComparisonFolder) -> list[Option]:
    """As many options as fit, in their order: those with the largest gain in satisfaction."""
    if len(found.others) <= balance.ABREAST:
        return found.others
    rows = found.table[found.table["metric"] == EFFECT].set_index("scenario")["mean_difference"]
    gain = (METRICS[EFFECT].direction * rows).reindex([option.name for option in found.others])
    best = set(gain.sort_values(ascending=False, kind="stable").index[: balance.ABREAST])
    return [option for option in found.others if option.name in best]
