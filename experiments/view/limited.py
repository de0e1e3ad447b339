"""What the numbers of the page cannot say: both intervals where they are known, and the limits that reports print."""

import json
import math
from functools import lru_cache

import solara
from solara.alias import rv

from experiments.report import contributed, limits
from experiments.texts.catalogue import Lang, Words
from experiments.texts.page import pick, say
from experiments.view.headline import interval
from experiments.view.kept import LEAST_SEEDS, Kept
from experiments.view.visit import Visit


@solara.component
def Limits(visit: Visit) -> None:
    """The box: three lines that everybody sees, and the rest of a report's limits folded below them."""
    lang, now = visit.lang.value, visit.slow.value.now
    with rv.Html(tag="div"):  # what follows keeps its place when the box comes
        if now is not None:
            scenario = now.scenario.model_dump_json(by_alias=True)
            title, *rest = limits_of(scenario, now.scale, now.seeds, now.weeks)
            shown = [luck(now, lang), with_parameters(scenario, lang), pick(lang, *limits.SYNTHETIC)]
            folded = [pick(lang, *item) for item in rest if item != limits.SYNTHETIC]
            with rv.Html(tag="div", class_="ht-limits", attributes={"role": "note"}):
                rv.Html(tag="h3", children=[pick(lang, *title)])
                _items(shown)
                with rv.Html(tag="details"):
                    rv.Html(tag="summary", children=[say(lang, "limits.more")])
                    _items(folded)


def _items(told: list[str]) -> None:
    rv.Html(tag="ul", children=[rv.Html(tag="li", children=[text]) for text in told])


@lru_cache(maxsize=64)
def limits_of(scenario: str, scale: float, seeds: int, weeks: int) -> tuple[Words, ...]:
    """Title and sentences of the box that a report prints of the same runs."""
    box = limits.box([json.loads(scenario)], scale, seeds, weeks=weeks)
    return (box.title, *box.items)


def luck(now: Kept, lang: Lang) -> str:
    """The interval of luck alone, or how many seeds it lacks."""
    gain = now.gain("satisfaction")
    if math.isnan(gain.low):
        return say(lang, "limits.no_luck", n=now.seeds, least=LEAST_SEEDS)
    return say(lang, "limits.luck", interval=interval(gain, 2, lang), n=now.seeds)


@lru_cache(maxsize=64)
def with_parameters(scenario: str, lang: Lang) -> str:
    """The interval of luck and parameters of a resolved scenario as JSON, where runs that ship have one."""
    found = contributed.whole(json.loads(scenario))
    return say(lang, "limits.unknown") if found is None else pick(lang, *found)
