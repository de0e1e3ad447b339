"""What a visitor keeps: options to compare, the address of the view, and files."""

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import solara
from solara.alias import rv

from experiments.texts.catalogue import Lang
from experiments.texts.page import say
from experiments.view import kept
from experiments.view.drawn import ShareView
from experiments.view.files import LARGEST
from experiments.view.headline import difference, interval
from experiments.view.panels import Table
from experiments.view.visit import Visit

_GAINS = ("options_gain_satisfaction", "options_gain_load", "options_gain_cost")
_HEADS = ("options_option", "options_weeks", "options_seeds", *_GAINS)


@solara.component
def Share(visit: Visit) -> None:
    """The address follows the view; link, scenario and numbers can be taken away, and a scenario brought."""
    lang, _ = visit.lang.value, visit.slow.value  # the week of the address: once a second at most
    rv.Html(tag="h2", class_="mt-3", children=[say(lang, "share")])
    keys = {
        "copy": "copy_link",
        "copied": "copied",
        "yaml": "save_yaml",
        "csv": "save_csv",
        "docx": "save_docx",
        "pdf": "save_pdf",
        "open": "open_yaml",
    }
    file = visit.file.value
    ShareView(
        query=visit.address().query(),
        lang="zh-CN" if lang == "zh" else "en",
        asks=visit.started.value,
        file=None if file is None else asdict(file),
        words={name: say(lang, key) for name, key in keys.items()} | {"fault": visit.fault.value},
        largest=LARGEST,
        event_wanted=visit.save,
        event_opened=visit.open,
    )


@solara.component
def Options(visit: Visit) -> None:
    """Options that were kept, side by side, each with its headline number."""
    lang, slow, found = visit.lang.value, visit.slow.value, visit.kept_now()
    rv.Html(tag="h2", children=[say(lang, "options")])
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "options_help", most=kept.MOST)])
    rows = []
    if slow.now is not None:
        rows.append(_row(lang, say(lang, "now_played"), slow.now))
    rows += [_row(lang, kept.option_name(one, lang), one) for one in found]
    with rv.Html(tag="div"):  # what follows keeps its place, and the focus, when the table comes
        if rows:
            Table(head=[say(lang, key) for key in _HEADS], rows=rows, name="ht-options")
    with rv.Html(tag="div", class_="ht-keep"):
        full = len(found) >= kept.MOST
        solara.Button(
            say(lang, "keep_option"),
            outlined=True,
            small=True,
            disabled=full or not visit.started.value,
            on_click=visit.keep,
            classes=["ht-keep-option"],
        )
        for one in found:
            _drop(lang, one, visit.drop)


def _row(lang: Lang, name: str, one: kept.Kept) -> list[str]:
    cells = [
        (one.gain("satisfaction"), 2, say(lang, "unit_satisfaction")),
        (one.gain("load_committee"), 3, ""),
        (one.cost(), 2, say(lang, "unit_cost")),
    ]
    told = []
    for gain, places, unit in cells:
        shown = difference(gain, places, unit)
        told.append(shown if math.isnan(gain.low) else f"{shown} ({interval(gain, places, lang)})")
    return [name, str(one.weeks), str(one.seeds), *told]


def _drop(lang: Lang, one: kept.Kept, drop: Callable[[str], Any]) -> None:
    label = say(lang, "drop_option", letter=one.letter)
    solara.Button(
        label, text=True, small=True, on_click=lambda: drop(one.letter), classes=["ht-drop", f"ht-drop-{one.letter}"]
    )
