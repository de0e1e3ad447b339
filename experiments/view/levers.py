"""The levers as a page needs them: groups in the order of the case, kinds of fields, and texts that people type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from experiments.texts.catalogue import Lang, phrase
from experiments.texts.page import pick, say, source
from experiments.texts.units import unit_name
from simulation.interventions.base import Intervention, OutOfOrder
from simulation.interventions.registry import interventions

Kind = Literal["switch", "whole", "number", "date", "choice"]
_PAIR = ("start", "finish")


@dataclass(frozen=True)
class LeverField:
    """One field of a lever: what it holds, its range, and the choices with their names (zh, en) if it is one.

    An optional field may be left empty, which is None.
    """

    name: str
    kind: Kind
    default: Any
    zh: str
    en: str
    unit: str
    measure: str
    source: str
    low: float | None
    high: float | None
    optional: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()

    def label(self, lang: Lang) -> str:
        """Name of the field; the names of choices are cut off, as the choices themselves show them."""
        text = pick(lang, self.zh, self.en)
        text = text.split("：" if lang == "zh" else ":")[0] if self.choices else text
        return text[0].upper() + text[1:]

    def help(self, lang: Lang) -> str:
        """Unit, range, default and source in one line."""
        parts = [say(lang, "range", low=plain(self.low), high=plain(self.high))] if self.low is not None else []
        parts += [say(lang, "default", value=self.shown(self.default, lang))] if self.kind != "switch" else []
        parts.append(say(lang, "source", measure=self.measure, source=source(lang, self.source)))
        return pick(lang, *phrase("common.list_semicolon")).join(parts)

    def unit_in(self, lang: Lang) -> str:
        """Unit in a language, empty if it has none."""
        return pick(lang, *unit_name(self.unit)) if self.unit else ""

    def text(self, value: Any) -> str:
        """A value as people type it."""
        if value is None:
            return ""
        if isinstance(value, Enum):
            return str(value.value)
        return plain(value) if self.kind in ("whole", "number") else str(value)

    def shown(self, value: Any, lang: Lang) -> str:
        """A value as people read it."""
        names = {name: pick(lang, zh, en) for name, zh, en in self.choices}
        return names.get(self.text(value), self.text(value)) if value is not None else say(lang, "never")

    def value(self, typed: Any, lang: Lang) -> Any:
        """The value of what was typed or chosen.

        Raises
        ------
        ValueError
            With a message in the language of the page.
        """
        if self.kind == "switch":
            return bool(typed)
        if self.kind == "choice":
            return type(self.default)(typed)
        return self._parse(str(typed or ""), lang)

    def _parse(self, text: str, lang: Lang) -> Any:
        if self.kind == "date":
            if not text and self.optional:
                return None
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise ValueError(say(lang, "bad_date")) from None
        try:
            value: float = int(text) if self.kind == "whole" else float(text)
        except ValueError:
            raise ValueError(say(lang, "bad_whole" if self.kind == "whole" else "bad_number")) from None
        low = -float("inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        if not low <= value <= high:
            raise ValueError(say(lang, "bad_range", low=plain(self.low), high=plain(self.high)))
        return value


def plain(value: Any) -> str:
    """A number without exponent or needless zeros."""
    if value is None:
        return "–"
    return f"{value:.10f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


@cache
def fields(kind: str) -> tuple[LeverField, ...]:
    """Fields of a lever in the order of its file."""
    return tuple(_field(name, info) for name, info in interventions()[kind].model_fields.items())


def _field(name: str, info: Any) -> LeverField:
    extra = info.json_schema_extra or {}
    bounds = {side: getattr(m, side) for m in info.metadata for side in ("ge", "le") if hasattr(m, side)}
    zh, en = extra.get("zh", name), extra.get("en", name.replace("_", " "))
    kinds: dict[Any, Kind] = {bool: "switch", int: "whole", float: "number", date: "date"}
    inner = [one for one in get_args(info.annotation) if one is not type(None)]
    optional = isinstance(info.annotation, UnionType) and len(inner) == 1
    what = inner[0] if optional else info.annotation
    return LeverField(
        name,
        kinds.get(what, "choice"),
        info.default,
        zh,
        en,
        extra.get("unit", ""),
        extra.get("measure", ""),
        extra.get("source", ""),
        bounds.get("ge"),
        bounds.get("le"),
        optional,
        _choices(what, zh, en),
    )


def _choices(annotation: Any, zh: str, en: str) -> tuple[tuple[str, str, str], ...]:
    """Values of a choice with their names, which stand in order after the colon of the field's description."""
    if get_origin(annotation) is Literal:
        names = [str(value) for value in get_args(annotation)]
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        names = [str(member.value) for member in annotation]
    else:
        return ()
    words_zh = zh.partition("：")[2].split("、")
    words_en = [word.strip().removeprefix("or ") for word in en.partition(":")[2].split(",")]
    if not len(words_zh) == len(words_en) == len(names):
        words_zh = words_en = names
    return tuple(zip(names, words_zh, words_en, strict=True))


@cache
def groups() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Groups of levers: name in Chinese and English, kinds; all in the order of the claims of the case."""
    ordered = sorted(interventions().items(), key=lambda item: (item[1].claim, item[0]))
    found: dict[tuple[str, str], list[str]] = {}
    for kind, lever in ordered:
        found.setdefault((lever.group_zh, lever.group_en), []).append(kind)
    return tuple((zh, en, tuple(kinds)) for (zh, en), kinds in found.items())


def checked(lever: Intervention, typed: Mapping[str, Any], lang: Lang) -> tuple[Intervention, dict[str, str]]:
    """The lever with what was typed into its fields, and what is wrong by field.

    Fields are checked one by one and then together: dates that are no pair are both told of, change nothing, and are
    both right again when either is mended. `typed`: by field a text, or the value itself of a switch or a choice.
    """
    values, wrong = {}, {}
    for field in fields(lever.kind):
        if field.name in typed:
            try:
                values[field.name] = field.value(typed[field.name], lang)
            except ValueError as problem:
                wrong[field.name] = str(problem)
    try:
        return _with(lever, values), wrong
    except ValidationError as error:
        first = error.errors()[0]
    if isinstance(first.get("ctx", {}).get("error"), OutOfOrder):
        found = dict.fromkeys(_PAIR, say(lang, "bad_order"))
    else:
        found = dict.fromkeys(values, say(lang, "bad_lever", why=first["msg"].removeprefix("Value error, ")))
    wrong = found | wrong  # a date that is none says so itself
    try:
        return _with(lever, {name: value for name, value in values.items() if name not in wrong}), wrong
    except ValidationError:
        return lever, wrong


def _with(lever: Intervention, values: Mapping[str, Any]) -> Intervention:
    return type(lever).model_validate({**dict(lever), **values})


def switched(levers: Mapping[str, Intervention], kind: str, on: bool) -> dict[str, Intervention]:
    """The levers with one of them on, with its defaults, or off."""
    rest = {name: lever for name, lever in levers.items() if name != kind}
    return dict(sorted((rest | ({kind: interventions()[kind]()} if on else {})).items()))
