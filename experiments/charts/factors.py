"""Names of the factors and options of a design, in both languages, from the tables of parameters and levers."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments.charts import style
from experiments.charts.style import Names, ems
from experiments.texts.catalogue import Words, phrase
from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS

_ON = phrase("charts.factors.on")
_OFF = phrase("charts.factors.off")
_ROOM = 36.0  # ems of a factor's name beside its row: about a third of a figure


def factor_name(path: str) -> tuple[str, str]:
    """Name (zh, en) of a factor given by its dotted path; the last key of the path if it is in no table."""
    table, _, rest = path.partition(".")
    if table == "parameters" and rest in PARAMETERS:
        return PARAMETERS[rest].zh, PARAMETERS[rest].en
    if path == "structure":
        return phrase("charts.factors.structure")
    kind, _, field = rest.partition(".")
    if table == "interventions" and kind in interventions():
        lever = interventions()[kind]
        if not field:
            return lever.title_zh, lever.title_en
        if field in lever.model_fields:
            extra: Any = lever.model_fields[field].json_schema_extra or {}
            return _short(extra.get("zh", field)), _short(extra.get("en", field))
    return rest or path, rest or path


def factor_label(path: str) -> str:
    """Name of a factor beside its row: a line per language, cut where it would take the room of the panel."""
    return cut(style.text(*factor_name(path), "\n"), _ROOM)


def factor_unit(path: str) -> str:
    """Unit of a factor; empty for switches, choices and what is in no table."""
    table, _, rest = path.partition(".")
    if table == "parameters" and rest in PARAMETERS:
        return PARAMETERS[rest].unit
    kind, _, field = rest.partition(".")
    if table == "interventions" and kind in interventions() and field in interventions()[kind].model_fields:
        extra: Any = interventions()[kind].model_fields[field].json_schema_extra or {}
        return str(extra.get("unit", ""))
    return ""


def _short(words: str) -> str:
    """What stands before the first comma, colon or bracket: the rest explains."""
    return re.split(r"[,;:(，；：（]", words, maxsplit=1)[0].strip()


def value_name(value: Any) -> tuple[str, str]:
    """A value of a factor in words (zh, en)."""
    if isinstance(value, bool) or str(value) in ("True", "False"):
        return _ON if str(value) == "True" else _OFF
    word = (
        f"{value:,.4g}"
        if isinstance(value, int | float) and abs(value) < 1000
        else f"{value:,.0f}"
        if isinstance(value, int | float)
        else str(value)
    )
    return word, word


def option_name(title: tuple[str, str], levers: Mapping[str, Any]) -> tuple[str, str]:
    """Name (zh, en) of an option: the scenario, then what its point switches on or sets."""
    words: list[list[str]] = [[], []]
    for path, value in levers.items():
        name, shown = factor_name(path), value_name(value)
        if shown == _OFF or pd.isna(value):
            continue
        for k in (0, 1):
            words[k].append(name[k] if shown == _ON else f"{name[k]} {shown[k]}")
    levers_on = Words(*(" + ".join(part) for part in words))
    return (
        phrase("charts.factors.option_with_levers", title=Words(*title), levers_on=levers_on) if levers_on.zh else title
    )


def cut(words: str, room: float) -> str:
    """As much of each line as `room` ems hold; tables have it all."""
    lines = []
    for line in words.split("\n"):
        short = line
        while ems(short) > room:
            short = short.rstrip("…")[:-1] + "…"
        lines.append(short)
    return "\n".join(lines)


def named(options: Mapping[str, tuple[tuple[str, str], Mapping[str, Any]]]) -> Names:
    """Names by option, from the title of its scenario and its levers."""
    return {option: option_name(title, levers) for option, (title, levers) in options.items()}
