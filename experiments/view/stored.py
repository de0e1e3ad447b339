"""The panel of stored results: a run or a comparison from a folder, as its report shows it, to be read only."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import solara
from solara.alias import rv

from experiments.answers.gains import Spread
from experiments.answers.streets import axis as ends_of
from experiments.charts import paths, style
from experiments.charts.comparison import BRIEF, by_week, group_labels
from experiments.charts.frames import EFFECT
from experiments.report import effects, limits, method
from experiments.report.document import Paragraph
from experiments.report.document import Table as Printed
from experiments.report.options import in_short
from experiments.statistics import last_year_values, t_interval
from experiments.texts import numbers as words
from experiments.texts.catalogue import Lang, capital, phrase
from experiments.texts.numbers import number
from experiments.texts.page import pick, say
from experiments.view import changes, charts
from experiments.view.choices import choose_one
from experiments.view.drawn import ChartsView, scripts
from experiments.view.gains import histogram
from experiments.view.panels import Table, named
from experiments.view.shelf import Stored
from experiments.view.visit import Visit
from simulation.metrics.table import METRICS

_DIGITS = 5
_DASHES = ("", "6 4", "2 3", "8 3 2 3", "12 4")


@solara.component
def StoredResults(visit: Visit) -> None:
    """The list of folders, and what is in the one that was opened."""
    lang, shelf = visit.lang.value, visit.shelf
    shown = shelf.shown.value
    rv.Html(tag="h2", children=[say(lang, "stored.title")])
    if not shelf.folders:
        rv.Html(tag="p", class_="ht-note", children=[say(lang, "stored.none")])
        return
    names: dict[int | None, str] = {None: say(lang, "stored.closed")}
    names |= {k: f"{k + 1}: {folder.name}" for k, folder in enumerate(shelf.folders)}
    choose_one(say(lang, "stored.folder"), "ht-stored", shown.number, names, shelf.open)
    if shown.fault:
        rv.Html(tag="p", class_="ht-error", attributes={"role": "alert"}, children=[shown.fault])
    elif shown.stored is not None:
        Results(shown.stored, lang)
    elif shown.number is not None:
        rv.Html(tag="p", class_="ht-note", attributes={"role": "status"}, children=[say(lang, "stored.reading")])


@solara.component
def Results(stored: Stored, lang: Lang) -> None:
    """What a folder holds: its scenarios, what they change, paths, streets, and who gains."""
    option = solara.use_reactive("")
    about = stored.options[0].manifests[0]
    size = pick(lang, *method.size_of(about))
    told = say(lang, "stored.about", size=size, seeds=seeds(stored), code=about["hashes"]["code"][:8])
    rv.Html(tag="p", class_="ht-facts ht-stored-about", children=[told])
    head = [say(lang, key) for key in ("scenario", "measures", "stored.seeds")]
    Table(head=head, rows=scenarios(stored, lang), name="ht-stored-scenarios")
    if stored.frames is not None:
        rv.Html(tag="p", class_="ht-stored-answer", children=[pick(lang, *effects.lead(stored.frames.found).text)])
    for k, table in enumerate(tables(stored, lang)):
        rv.Html(tag="p", class_="ht-label", children=[table[0][0]])
        Table(head=table[1], rows=table[2:], name=f"ht-stored-{k}")
    if stored.frames is not None:
        box = limits.box_of(stored.frames)
        with rv.Html(tag="details", class_="ht-limits"):
            rv.Html(tag="summary", children=[pick(lang, *box.title)])
            rv.Html(tag="ul", children=[rv.Html(tag="li", children=[pick(lang, *item)]) for item in box.items])
    _charts(stored, lang)
    if stored.found is None:
        return
    others = {one.name: pick(lang, *one.title) for one in stored.found.others}
    rv.Html(tag="h3", children=[say(lang, "streets.title")])
    _streets(stored, lang)
    rv.Html(tag="h3", children=[say(lang, "gains.title")])
    name = option.value if option.value in list(others) else next(iter(others))
    if len(others) > 1:
        choose_one(say(lang, "options_option"), "ht-stored-option", name, others, option.set)
    _gains(stored, name, lang)


def seeds(stored: Stored) -> str:
    """Seeds of the first scenario, which those of a comparison share."""
    return ", ".join(map(str, stored.options[0].runs))


def scenarios(stored: Stored, lang: Lang) -> list[list[str]]:
    """Each scenario with its measures and how many runs it has."""
    where = phrase("report.options.listed_in_the_scenario")
    return [
        [
            pick(lang, *one.title),
            pick(lang, *in_short(one.scenario["interventions"], where)),
            str(len(one.runs)),
        ]
        for one in stored.options
    ]


def tables(stored: Stored, lang: Lang) -> list[list[list[str]]]:
    """Tables as rows of texts: the caption alone, the heads, then the body. Of a comparison those of its report."""
    if stored.found is not None:
        blocks = effects.headline_tables(stored.found)
        notes = " ".join(pick(lang, *block.text) for block in blocks if isinstance(block, Paragraph))
        return [
            [
                [f"{pick(lang, *block.caption)}\n{notes}"],
                [pick(lang, *head) for head in block.head],
                *([pick(lang, *cell.text) for cell in row] for row in block.rows),
            ]
            for block in blocks
            if isinstance(block, Printed)
        ]
    (option,) = stored.options
    values = last_year_values(next(iter(stored.weeks[option.name].values())))
    body = [
        [pick(lang, *capital(words.label(name))), pick(lang, *words.level(METRICS[name], values[name]))]
        for name in effects.HEADLINES
        if name in values
    ]
    return [[[say(lang, "stored.last_year")], [say(lang, "headline_what"), say(lang, "level_of_run")], *body]]


def _charts(stored: Stored, lang: Lang) -> None:
    _show(stored, panels(stored, by_week(stored.weeks), lang), "paths", say(lang, "stored.paths"), lang)


def _show(stored: Stored, found: list[dict[str, Any]], what: str, alt: str, lang: Lang) -> None:
    """Draw small charts over the weeks of the runs."""
    first = stored.options[0]
    ChartsView(
        scripts=scripts(),
        panels=found,
        start=first.scenario["start"],
        axis=int(first.manifests[0]["weeks"]),
        words=charts.words(lang, alt, f"{stored.folder.name}_{what}"),
        name=f"ht-stored-{what}",
        mark=stored.folder.name,
        narrow=charts.NARROW,
    )


def panels(stored: Stored, weeks: pd.DataFrame, lang: Lang) -> list[dict[str, Any]]:
    """The paths of a report's brief as charts.vue reads them: means over the seeds, four-week means but for totals."""
    found = []
    for metric in BRIEF:
        tables = [paths.drawn(weeks, one.name, metric) for one in stored.options]
        wide = [table.mean(axis=1).to_numpy() for table in tables]
        m = METRICS[metric]
        least = 0.0 if words.is_money(m) else m.least.at(float(np.nanmean(wide[0])))
        low, high = charts.ends(np.concatenate([table.to_numpy().ravel() for table in tables]), least)
        found.append(
            {
                "key": metric,
                "title": named(m, lang, paths.unit(metric)),
                "meaning": charts.meaning([metric], lang),
                "unit": pick(lang, *paths.unit(metric)),
                "places": 2,
                "low": low,
                "high": high,
                "lines": lines(stored, wide, lang),
                "bands": bands(stored, tables, lang),
            }
        )
    return found


def bands(stored: Stored, tables: list[pd.DataFrame], lang: Lang) -> list[dict[str, Any]]:
    """Lowest and highest of the seeds of each option that has several; a row for each week, a column for each seed."""
    return [
        {
            "of": f"{pick(lang, *option.title)}{pick(lang, *phrase('common.list_comma'))}",
            "label": say(lang, "band", n=table.shape[1]),
            "lows": _numbers(table.min(axis=1)),
            "highs": _numbers(table.max(axis=1)),
            "colour": _colour(stored, k),
        }
        for k, (option, table) in enumerate(zip(stored.options, tables, strict=True))
        if table.shape[1] > 1
    ]


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), _DIGITS) for value in values]


def _colour(stored: Stored, k: int) -> str:
    """Of the k-th option; of a comparison the first is the baseline, as in the report's charts."""
    compared = stored.found is not None and k == 0
    return style.BASELINE if compared else style.COLOURS[max(k - 1, 0) % len(style.COLOURS)]


def lines(stored: Stored, values: list[Any], lang: Lang) -> list[dict[str, Any]]:
    """A line for each option; that of the baseline as in the report's charts, the first."""
    return [
        {
            "label": pick(lang, *option.title),
            "values": _numbers(series),
            "colour": _colour(stored, k),
            "dash": _DASHES[k % len(_DASHES)],
            "width": 1.6,
        }
        for k, (option, series) in enumerate(zip(stored.options, values, strict=True))
    ]


def _streets(stored: Stored, lang: Lang) -> None:
    assert stored.frames is not None
    first = stored.options[0]
    names = group_labels(first.scenario["district"])["subdistrict"]
    weeks = stored.frames.streets.pivot_table("value", ["scenario", "subdistrict", "tick"], "seed")
    low, high = ends_of(EFFECT, [weeks.to_numpy().ravel()])
    found = []
    for street in names:
        if (first.name, street) not in weeks.index.droplevel("tick"):
            continue
        tables = [weeks.loc[one.name, street].dropna(axis="columns", how="all") for one in stored.options]
        found.append(
            {
                "key": f"street{street}",
                "title": pick(lang, *names[street]),
                "meaning": charts.meaning([EFFECT], lang),
                "unit": say(lang, "unit_satisfaction"),
                "places": 2,
                "low": low,
                "high": high,
                "lines": lines(stored, [table.mean(axis=1) for table in tables], lang),
                "bands": bands(stored, tables, lang),
            }
        )
    _show(stored, found, "streets", say(lang, "stored.streets"), lang)


def _gains(stored: Stored, name: str, lang: Lang) -> None:
    spread, seeds = stored.gains(name), stored.spreads(name)
    rv.Html(tag="p", children=[changes.told(spread, lang)])
    if len(seeds) > 1:
        rv.Html(tag="p", class_="ht-stored-shares", children=[shares(seeds, lang)])
    mark = f"{stored.folder.name} {name}"
    histogram(spread, lang, f"{stored.folder.name}_gains_{name}", "ht-stored-gains", mark)
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "stored.note")])


def shares(seeds: list[Spread], lang: Lang) -> str:
    """Shares better and worse with their intervals over the replicates, in a sentence."""
    better, worse = (t_interval(np.array([100 * one.share(kind) for one in seeds])) for kind in ("better", "worse"))
    return say(
        lang,
        "stored.shares",
        n=len(seeds),
        better=number(better[0], 1),
        better_low=number(better[1], 1),
        better_high=number(better[2], 1),
        worse=number(worse[0], 1),
        worse_low=number(worse[1], 1),
        worse_high=number(worse[2], 1),
    )
