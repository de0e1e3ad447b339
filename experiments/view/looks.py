"""Map and charts: what they show, and the choices above them."""

from dataclasses import replace
from typing import Any

import solara
from solara.alias import rv

from experiments.charts.browser import ramps
from experiments.texts.catalogue import Lang, phrase, section
from experiments.texts.page import pick, say
from experiments.view import charts, layers, timeline
from experiments.view import map as map_
from experiments.view.choices import choose_one, choose_several
from experiments.view.drawn import ChartsView, MapView, scripts
from experiments.view.map import View
from experiments.view.panels import Table
from experiments.view.visit import Frame, Visit

_COMPARED = {"policy": "compare_policy", "swipe": "compare_swipe", "difference": "compare_difference"}
_HEADS = ("timeline.what", "timeline.begins", "timeline.complete", "timeline.until", "timeline.further")
_MAP_WORDS = (
    *("policy", "baseline", "change", "added", "new", "nobody"),
    *("keep", "swipe", "zoom_in", "zoom_out", "whole_map"),
)


def when(frame: Frame, lang: Lang) -> str:
    """Week and date of a frame."""
    if frame.pair is None:
        return ""
    if not frame.weeks:
        return say(lang, "at_start", date=frame.date)
    week = say(lang, "week", week=frame.weeks, weeks=frame.pair.scenario.weeks)
    return f"{week} · {say(lang, 'date', date=frame.date)}"


@solara.component
def Map(visit: Visit) -> None:
    """The map and what it shows."""
    lang, frame = visit.lang.value, visit.frame.value
    Choices(visit)
    if frame.pair is None or frame.map is None:
        rv.Html(tag="p", class_="ht-wait", attributes={"role": "status"}, children=[say(lang, "building")])
        return
    seen, now = frame.view, visit.view.value  # what was read, and what of it is shown in which way
    street = now.street if now.street is not None and now.street < len(frame.map.ground["streets"]) else None
    now = replace(now, layer=seen.layer, street=street)
    MapView(
        scripts=scripts(),
        ramps=ramps(seen.layer),
        ground=frame.map.ground,
        values=frame.map.values,
        facilities=frame.map.facilities,
        kinds=[kind | {"on": name in now.facilities} for name, kind in frame.map.kinds.items()],
        view={
            "compare": map_.compared(now),
            "stretch": now.stretch,
            "street": now.street,
            "community": now.community,
        },
        scale=layers.LAYERS[seen.layer].scale(),
        words=map_words(frame, now),
        place=visit.place.peek(),  # the browser knows where it has moved to
        mark=str(frame.number),
        event_point=visit.point,
        event_moved=visit.moved,
    )
    rv.Html(tag="p", class_="ht-layer-help", children=[layers.meaning(seen.layer, lang)])
    scale = frame.pair.scale
    size = say(lang, "whole") if scale >= 1 else say(lang, "sample", share=f"{100 * scale:g}")
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "about", scale=size, seed=frame.pair.seed)])


@solara.component
def Choices(visit: Visit) -> None:
    """Layer, comparison, facilities, street, and how values are shown."""
    lang, view, frame = visit.lang.value, visit.view.value, visit.frame.value
    offered = layers.offered(frame.pair.scenario.context) if frame.pair else layers.LAYERS
    kinds = frame.map.kinds if frame.map else {}
    streets = frame.map.ground["streets"] if frame.map else []
    with rv.Html(tag="div", class_="ht-maps"):
        _choice(visit, "layer", view.layer, {name: pick(lang, row.zh, row.en) for name, row in offered.items()})
        _choice(visit, "compare", view.compare, {name: say(lang, words) for name, words in _COMPARED.items()})
        _choice(visit, "street", view.street, {None: say(lang, "all_streets")} | dict(enumerate(streets)))
        names = {name: kind["name"] for name, kind in kinds.items()}
        choose_several(
            say(lang, "facilities"), "ht-facilities", view.facilities, names, lambda some: visit.show(facilities=some)
        )
        for name, change in (("communities", visit.look), ("stretch", visit.show)):
            rv.Switch(
                label=say(lang, name),
                v_model=getattr(view, name),
                dense=True,
                hide_details=True,
                class_=f"ht-{name} mt-0",
                on_v_model=lambda on, name=name, change=change: change(**{name: on}),
            )


def _choice(visit: Visit, name: str, value: Any, words: dict[Any, str]) -> None:
    """A list of which one is chosen; `name`: field of the view, which its text and its class are called after."""
    change = visit.look if name == "layer" else visit.show
    texts = {key: text[0].upper() + text[1:] for key, text in words.items()}
    choose_one(say(visit.lang.value, name), f"ht-{name}", value, texts, lambda key: change(**{name: key}))


def map_words(frame: Frame, view: View) -> dict[str, str]:
    """What the map says, in the language of what was read."""
    lang, row, pair = frame.view.lang, layers.LAYERS[view.layer], frame.pair
    assert pair is not None
    layer = pick(lang, row.zh, row.en)
    shown = say(lang, "map_difference", what=layer) if map_.compared(view) == "difference" else layer
    title = pick(lang, pair.scenario.title.zh, pair.scenario.title.en)
    return {
        **{key: say(lang, key) for key in _MAP_WORDS},
        "layer": layer[0].upper() + layer[1:],
        "unit": pick(lang, row.unit_zh, row.unit_en),
        "help": say(lang, "map_help"),
        "alt": say(lang, "map_alt", what=shown, week=when(frame, lang)),
        "caption": say(lang, "map_caption", what=shown, title=title, week=when(frame, lang), seed=pair.seed),
        "file": f"{pair.scenario.name}_{view.layer}_{frame.weeks}",
    }


@solara.component
def Charts(visit: Visit) -> None:
    """The charts beside the map."""
    lang, slow, pair = visit.lang.value, visit.slow.value, visit.frame.peek().pair
    if not slow.panels or pair is None:
        return
    listed = pick(lang, *phrase("common.list_comma"))
    ChartsView(
        scripts=scripts(),
        panels=list(slow.panels),
        start=pair.scenario.start.isoformat(),
        axis=slow.axis,
        words={
            **charts.words(
                lang,
                say(lang, "charts_alt", what=listed.join(panel["title"] for panel in slow.panels)),
                f"{pair.scenario.name}_{pair.weeks}",
            ),
            "timeline": say(lang, "timeline.title"),
            **{kind: pick(lang, *words) for kind, words in section("page.timeline.kinds").items()},
        },
        name="ht-charts",
        mark=str(slow.number),
        timeline=timeline.drawn(list(slow.lanes), pair.scenario.start),
    )
    with rv.Html(tag="details", class_="ht-when-what"):
        rv.Html(tag="summary", children=[say(lang, "timeline.table")])
        Table(
            head=[say(lang, key) for key in _HEADS],
            rows=timeline.table(list(slow.lanes), lang),
            name="ht-timeline-rows",
        )
