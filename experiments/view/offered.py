"""The scenarios that the page offers: in groups, each with a sentence."""

import contextlib
from functools import cache

from experiments.texts.catalogue import Lang, phrase
from experiments.texts.page import pick, say
from simulation.interventions.registry import interventions
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.types import Scenario

_NAMED = 3  # measures that the sentence names


@cache
def scenarios(first: str) -> dict[str, Scenario]:
    """Scenarios that come with the project, and the one of the command line (`first`), by name or path."""
    found = {}
    for name in dict.fromkeys((*shipped(), first)):
        with contextlib.suppress(ValueError):  # a scenario that this version cannot read is not offered
            found[name] = load_scenario(name)
    return found


def items(offered: dict[str, Scenario], lang: Lang) -> list[dict[str, str]]:
    """Entries of the list: without measures, of several, then single ones by the group of the measure."""
    groups: dict[str, list[dict[str, str]]] = {say(lang, key): [] for key in ("without_measures", "several_measures")}
    for name, scenario in offered.items():
        entry = {"value": name, "text": pick(lang, scenario.title.zh, scenario.title.en)}
        groups.setdefault(_group(scenario, lang), []).append(entry | {"sentence": sentence(scenario, lang)})
    return [row for title, rows in groups.items() if rows for row in ({"header": title}, *rows)]


def _group(scenario: Scenario, lang: Lang) -> str:
    kinds = list(scenario.interventions)
    if len(kinds) != 1:
        return say(lang, "several_measures" if kinds else "without_measures")
    lever = interventions()[kinds[0]]
    return pick(lang, lever.group_zh, lever.group_en)


def sentence(scenario: Scenario, lang: Lang) -> str:
    """What a scenario does, from its measures and dates."""
    known = interventions()
    names = [pick(lang, known[kind].title_zh, known[kind].title_en) for kind in scenario.interventions]
    told = pick(lang, *phrase("common.list_comma")).join(names[:_NAMED])
    if not names:
        told = say(lang, "no_measures")
    elif len(names) > _NAMED:
        told = say(lang, "measures_and_more", names=told, n=len(names))
    epidemic = say(lang, "with_epidemic") if scenario.context.epidemic else ""
    return say(lang, "scenario_sentence", told=told, start=scenario.start.year, weeks=scenario.weeks) + epidemic
