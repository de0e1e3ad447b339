"""The options of a visitor on one sheet, to hand on: what is played and what was kept, as Word and as PDF."""

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.report import limits
from experiments.report.document import Block, Cell, Figure, Paragraph, Report, Section, Table
from experiments.report.options import in_short
from experiments.statistics import Paired
from experiments.texts import numbers as words
from experiments.texts.catalogue import Lang, Words, join, phrase, same
from experiments.view.kept import PATHS, Kept, option_name
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS

if TYPE_CHECKING:
    import matplotlib.figure

KINDS = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
"""Kinds of files by their suffix, with their media types."""
_BASELINE = "baseline"
_one_at_a_time = threading.Lock()  # the charts' library keeps its figures in one place for all threads


def made(kind: str, now: Kept, kept: tuple[Kept, ...], lang: Lang) -> bytes:
    """A file of one of `KINDS`, in one language."""
    from experiments.report.paper import to_pdf
    from experiments.report.word import to_docx

    with _one_at_a_time:
        return (to_pdf if kind == "pdf" else to_docx)(sheet(now, kept), lang)


def sheet(now: Kept, kept: tuple[Kept, ...]) -> Report:
    """What is played now, and beside it what was kept; each against its own baseline, over the seeds that have come."""
    options = {_title(one): one for one in (now, *kept)}
    head = phrase("page_brief.title")
    blocks: list[Block] = [
        Paragraph(_answer(now), "lead"),
        _table(options),
        Paragraph(phrase("page_brief.note"), "note"),
        Figure("paths", lambda: _paths(now, kept), phrase("page_brief.paths")),
        limits.box(
            [one.scenario.model_dump(mode="json") for one in options.values()], now.scale, now.seeds, weeks=now.weeks
        ),
    ]
    size = phrase("page_brief.size", share=words.share(now.scale), seed=now.seed, weeks=now.weeks)
    return Report(head, size, [Section("one_page", head, blocks)])


def _title(one: Kept) -> Words:
    """Title of an option, with its letter once it is kept."""
    title = one.scenario.title
    return Words(option_name(one, "zh"), option_name(one, "en")) if one.letter else Words(title.zh, title.en)


def _answer(now: Kept) -> Words:
    return phrase(
        "page_brief.answer",
        title=_title(now),
        satisfaction=words.change_with_unit(METRICS["satisfaction"], now.gain("satisfaction").mean),
        load=words.change_with_unit(METRICS["load_committee"], now.gain("load_committee").mean),
        money=words.money(now.cost().mean * words.YI),
    )


def _table(options: dict[Words, Kept]) -> Table:
    rows: list[tuple[Words, list[Words]]] = [
        (phrase("page_brief.measures"), [_measures(one) for one in options.values()]),
        (phrase("page_brief.weeks"), [same(str(one.weeks)) for one in options.values()]),
        (phrase("page_brief.seeds"), [same(str(one.seeds)) for one in options.values()]),
    ]
    for name in PATHS.values():
        metric = METRICS[name]
        label = phrase("page_brief.difference", metric=words.label(name), unit=words.unit(metric, True))
        rows.append((label, [_difference(metric, one.gain(name)) for one in options.values()]))
    rows.append((phrase("page_brief.spending"), [words.money(one.cost().mean * words.YI) for one in options.values()]))
    head = [phrase("common.option"), *options]
    body = [[Cell(label), *map(Cell, cells)] for label, cells in rows]
    return Table(phrase("page_brief.caption"), head, body, len(head), sortable=False, listing=True)


def _difference(metric: Metric, gain: Paired) -> Words:
    """Mean over the seeds, and its interval where there are enough of them."""
    told = words.change(metric, gain.mean)
    return told if np.isnan(gain.low) else join([told, words.interval(metric, gain.low, gain.high)], same("\n"))


def _measures(one: Kept) -> Words:
    measures = one.scenario.model_dump(mode="json")["interventions"]
    return in_short(measures, phrase("report.options.listed_in_the_scenario"))


def _paths(now: Kept, kept: tuple[Kept, ...]) -> "matplotlib.figure.Figure":
    """Chart of the options that share the baseline of what is played."""
    from experiments.charts import style
    from experiments.charts.paths import paths

    alike = [one for one in kept if _same_world(one, now)]
    names: style.Names = {_BASELINE: phrase("common.baseline")}
    names |= {f"{k}": _title(one) for k, one in enumerate((now, *alike))}
    parts = [_weeks(now, now.baseline, _BASELINE)]
    parts += [_weeks(one, one.policy, f"{k}") for k, one in enumerate((now, *alike))]
    runs = style.Runs(1, now.scale)
    return paths(pd.concat(parts, ignore_index=True), names, _BASELINE, tuple(PATHS.values()), {}, runs)


def _same_world(one: Kept, now: Kept) -> bool:
    """Whether two options have the same baseline, as far as both were played."""
    weeks = min(one.weeks, now.weeks)
    return all(np.array_equal(one.baseline[name][:weeks], now.baseline[name][:weeks]) for name in PATHS.values())


def _weeks(one: Kept, track: dict[str, np.ndarray], name: str) -> pd.DataFrame:
    dates = [pd.Timestamp(one.scenario.start + timedelta(weeks=k)) for k in range(one.weeks)]
    values = {metric: track[metric] for metric in PATHS.values()}
    return pd.DataFrame({"scenario": name, "seed": one.seed, "date": dates, **values})
