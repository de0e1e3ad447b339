"""The answer so far: the difference from the baseline with its interval over seeds, and at the end what to do next."""

import math

import solara
from solara.alias import rv

from experiments.answers.costs import COSTS
from experiments.statistics import Paired
from experiments.texts.catalogue import Lang, Words
from experiments.texts.numbers import number, sign, signed, verdict
from experiments.texts.page import pick, say
from experiments.view import visitors
from experiments.view.charts import meaning
from experiments.view.kept import LEAST_SEEDS, Kept
from experiments.view.panels import Table
from experiments.view.visit import Visit
from simulation.metrics.table import METRICS

_ROWS = (("options_gain_satisfaction", "satisfaction", 2), ("options_gain_load", "load_committee", 3))
_COST_PLACES = 2
_NEXT = ("next_seeds", "next_worse", "next_keep")


@solara.component
def Headline(visit: Visit) -> None:
    """The difference of the option that is played, how many seeds it rests on, and the answer in sentences."""
    lang, slow = visit.lang.value, visit.slow.value
    now = slow.now
    rv.Html(tag="h2", children=[say(lang, "headline")])
    with rv.Html(tag="div", class_="ht-answers"):
        with rv.Html(tag="div"):
            with rv.Html(tag="div"):  # what follows keeps its place when the table comes
                if now is not None:
                    Table(
                        head=[say(lang, key) for key in ("headline_what", "change", "interval", "verdict")],
                        rows=rows(now, lang),
                        name="ht-headline",
                        help=(*(meaning([metric], lang) for _, metric, _ in _ROWS), meaning(COSTS, lang)),
                    )
            rv.Html(tag="p", class_="ht-note ht-seeds", attributes={"role": "status"}, children=[rests_on(now, lang)])
        rv.Html(tag="ul", class_="ht-told", children=[_told(answers, text, lang) for answers, text in slow.told])
    ended = now is not None and now.weeks >= now.scenario.weeks
    with rv.Html(tag="div"):
        if ended:
            rv.Html(tag="h3", children=[say(lang, "next")])
            rv.Html(
                tag="ol",
                class_="ht-next",
                children=[rv.Html(tag="li", children=[say(lang, key)]) for key in _NEXT],
            )


def _told(answers: Words, text: Words, lang: Lang) -> rv.Html:
    """A sentence behind what it answers."""
    return rv.Html(tag="li", children=[rv.Html(tag="strong", children=[pick(lang, *answers)]), pick(lang, *text)])


def rows(now: Kept, lang: Lang) -> list[list[str]]:
    """Satisfaction, load and spending: difference, interval, verdict."""
    found = []
    for label, metric, places in _ROWS:
        gain, m = now.gain(metric), METRICS[metric]
        told = verdict(m, gain.low, gain.high, now.level(metric))
        unit = say(lang, "unit_satisfaction") if metric == "satisfaction" else ""
        word = f"{sign(told)} {pick(lang, told.zh, told.en)}".strip()
        found.append([say(lang, label), difference(gain, places, unit), interval(gain, places, lang), word])
    cost, unit = now.cost(), say(lang, "unit_cost")
    spent = [difference(cost, _COST_PLACES, unit), interval(cost, _COST_PLACES, lang), ""]
    return [*found, [say(lang, "options_gain_cost"), *spent]]


def difference(gain: Paired, places: int, unit: str) -> str:
    """A difference with its sign and unit."""
    return f"{signed(number(gain.mean, places))} {unit}".strip()


def interval(gain: Paired, places: int, lang: Lang) -> str:
    """The interval of a difference; a dash where there is none."""
    if math.isnan(gain.low):
        return number(math.nan, places)
    return say(lang, "between", low=signed(number(gain.low, places)), high=signed(number(gain.high, places)))


def rests_on(now: Kept | None, lang: Lang) -> str:
    """How many seeds the numbers rest on, and whether more are to come."""
    if now is None:
        return say(lang, "no_weeks")
    runs = visitors.replicates
    enough = now.seeds >= LEAST_SEEDS
    told = say(lang, "seeds_many", n=now.seeds) if enough else say(lang, "seeds_few", n=now.seeds, least=LEAST_SEEDS)
    if runs.lost:
        return told + say(lang, "seeds_lost")
    coming = runs.number - len(now.replicates)
    return told + (say(lang, "seeds_coming", n=coming) if coming else "")
