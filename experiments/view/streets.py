"""Small multiples: a chart of one metric for each street, policy beside baseline over the same axis."""

import solara
from solara.alias import rv

from experiments.answers.streets import SHOWN
from experiments.texts.catalogue import Words, capital
from experiments.texts.page import pick, say
from experiments.view import charts
from experiments.view.choices import choose_one
from experiments.view.drawn import ChartsView, scripts
from experiments.view.panels import Table, named
from experiments.view.visit import Visit
from simulation.metrics.table import METRICS


@solara.component
def Streets(visit: Visit) -> None:
    """The panel: the metric, the charts, and what they come to in the last year."""
    lang, slow, pair = visit.lang.value, visit.slow.value, visit.frame.peek().pair
    rv.Html(tag="h2", children=[say(lang, "streets.title")])
    names = {name: pick(lang, *capital(Words(METRICS[name].zh, METRICS[name].en))) for name in SHOWN}
    chosen = visit.view.value.metric
    choose_one(say(lang, "streets.metric"), "ht-streets-metric", chosen, names, lambda name: visit.look(metric=name))
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "streets.help")])
    if pair is None or not slow.streets or slow.now is None:
        rv.Html(tag="p", class_="ht-note", children=[say(lang, "no_weeks")])
        return
    shown = named(METRICS[slow.view.metric], lang)
    rv.Html(tag="h3", children=[shown])
    ChartsView(
        scripts=scripts(),
        panels=list(slow.streets),
        start=pair.scenario.start.isoformat(),
        axis=slow.axis,
        words=charts.words(
            lang,
            say(lang, "streets.alt", what=shown),
            f"{pair.scenario.name}_streets_{slow.view.metric}_{slow.now.weeks}",
        ),
        name="ht-streets",
        mark=str(slow.number),
        narrow=charts.NARROW,
    )
    Table(
        head=[say(lang, key) for key in ("street", "residents", "policy", "baseline", "change")],
        rows=list(slow.street_rows),
        name="ht-street-rows",
    )
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "streets.note")])
