"""Distribution of gains: a histogram over all residents, what it comes to in words, and a table of groups."""

import solara
from solara.alias import rv

from experiments.answers.gains import GAIN_POINTS, Spread
from experiments.charts import scales
from experiments.texts.catalogue import Lang
from experiments.texts.page import say
from experiments.view import changes
from experiments.view.choices import choose_one
from experiments.view.drawn import BarsView, scripts
from experiments.view.panels import Table
from experiments.view.visit import Visit

_HEADS = (
    *("gains.group", "gains.residents", "gains.better", "gains.worse", "gains.small"),
    *("gains.mean", "gains.median"),
)


@solara.component
def GainsPanel(visit: Visit) -> None:
    """The panel: a histogram, what it comes to in words, and a table of groups."""
    lang, slow, pair = visit.lang.value, visit.slow.value, visit.frame.peek().pair
    by = solara.use_reactive("life_stage")
    rv.Html(tag="h2", children=[say(lang, "gains.title")])
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "gains.help", least=f"{GAIN_POINTS:g}")])
    if pair is None or slow.gains is None or slow.now is None:
        rv.Html(tag="p", class_="ht-note", children=[say(lang, "no_weeks")])
        return
    everybody = slow.gains.everybody
    rv.Html(tag="p", class_="ht-gains-told", attributes={"role": "status"}, children=[changes.told(everybody, lang)])
    histogram(everybody, lang, f"{pair.scenario.name}_gains_{slow.now.weeks}", "ht-gains", str(slow.number))
    names = {name: say(lang, key) for name, key in changes.BY.items()}
    choose_one(say(lang, "gains.by"), "ht-gains-by", by.value, names, by.set)
    Table(
        head=[say(lang, key) for key in _HEADS],
        rows=changes.rows(slow.gains, by.value, pair, lang),
        name="ht-gains-groups",
    )
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "gains.note")])


def histogram(spread: Spread, lang: Lang, file: str, name: str, mark: str) -> None:
    """Draw the distribution of changes; `file` is the name under which a visitor keeps it."""
    BarsView(
        scripts=scripts(),
        bars=changes.bars(spread, lang),
        words={
            "alt": say(lang, "gains.alt") + changes.told(spread, lang),
            "across": say(lang, "gains.across"),
            "up": say(lang, "gains.up"),
            "keep": say(lang, "keep"),
            "help": say(lang, "gains.pointer"),
            "file": file,
        },
        kinds=[
            {"kind": kind, "label": changes.label(kind, lang), "colour": scales.KINDS[kind]} for kind in scales.KINDS
        ],
        name=name,
        mark=mark,
    )
