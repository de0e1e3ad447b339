"""What did it: the contributions of the plan that was played, once it has come to its end."""

import base64
import io
from functools import lru_cache

import matplotlib.pyplot as plt
import solara
from solara.alias import rv

from experiments.answers.contributions import LEFT_OUT, SHAPLEY
from experiments.charts import style
from experiments.charts.waterfall import group_name, waterfall
from experiments.study.contributed import Contributed, contributed, plans
from experiments.texts import numbers as words
from experiments.texts.catalogue import Lang, phrase, section
from experiments.texts.page import pick, say
from experiments.view.choices import choose_one
from experiments.view.panels import Table
from experiments.view.visit import Visit
from simulation.metrics.table import METRICS
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario


@solara.component
def Contributions(visit: Visit) -> None:
    """The panel: empty until the last week; a chart and its numbers where they ship for this very plan."""
    lang, frame = visit.lang.value, visit.frame.value
    metric = solara.use_reactive("satisfaction")
    rv.Html(tag="h2", children=[say(lang, "did.title")])
    pair = frame.pair
    if pair is None or frame.weeks < pair.scenario.weeks:
        rv.Html(tag="p", class_="ht-note", children=[say(lang, "did.empty")])
        return
    found = contributed(pair.scenario.model_dump(mode="json", by_alias=True))
    if found is None or not found.current:
        rv.Html(tag="p", class_="ht-note", children=[_why_not(pair.scenario, found, lang)])
        return
    names = {name: pick(lang, METRICS[name].zh, METRICS[name].en) for name in found.metrics}
    choose_one(say(lang, "did.metric"), "ht-did-metric", metric.value, names, metric.set)
    caption = phrase("contributions.caption", draws=found.about["draws"], scale=found.about["scale"])
    source = f"data:image/svg+xml;base64,{picture(found.plan, pair.scenario.district, metric.value, lang)}"
    alt = f"{say(lang, 'did.title')}: {names[metric.value]}"
    rv.Html(tag="img", class_="ht-waterfall", attributes={"src": source, "alt": alt, "style": "max-width: 100%"})
    rv.Html(tag="p", class_="ht-note", children=[pick(lang, *caption)])
    head, *rows = numbers(found, metric.value, lang)
    Table(head=head, rows=rows, name="ht-did")


def _why_not(scenario: Scenario, found: Contributed | None, lang: Lang) -> str:
    if found is not None:
        return pick(lang, *phrase("contributions.other_model"))
    titles = [load_scenario(name).title for name in plans(scenario.district)]
    named = pick(lang, *phrase("common.list_comma")).join(pick(lang, t.zh, t.en) for t in titles)
    return say(lang, "did.none", plans=named or "–")


def numbers(found: Contributed, metric: str, lang: Lang) -> list[list[str]]:
    """The chart as a table, the first row with its heads: each group in both readings, with interval."""
    table, shown = found.table(metric), METRICS[metric]
    cells = {
        (row.reading, row.group): say(
            lang,
            "did.interval",
            value=pick(lang, *words.change(shown, row.value)),
            low=pick(lang, *words.change(shown, row.low)),
            high=pick(lang, *words.change(shown, row.high)),
        )
        for row in table.itertuples()
    }
    unit = pick(lang, *words.unit(shown, of_change=True))
    readings = section("contributions.readings").values()
    head = [say(lang, "did.group"), *(f"{pick(lang, *text)} ({unit})" for text in readings)]
    order = dict.fromkeys([*table.loc[table["reading"] == LEFT_OUT, "group"]])
    rows = [
        [pick(lang, *group_name(group)), cells.get((SHAPLEY, group), "–"), cells[LEFT_OUT, group]] for group in order
    ]
    return [head, *rows]


@lru_cache(maxsize=32)
def picture(plan: str, district: str, metric: str, lang: Lang) -> str:
    """The chart as SVG, base64; drawn once for all visitors."""
    scenario = load_scenario(plan)
    found = contributed(scenario.model_dump(mode="json", by_alias=True) | {"district": district})
    assert found is not None
    with style.language(lang):
        titles = (scenario.title.zh, scenario.title.en)
        figure = waterfall(found.table(metric), metric, titles, found.about["scale"])
        style.settle(figure)
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
        plt.close(figure)
    return base64.b64encode(out.getvalue()).decode("ascii")
