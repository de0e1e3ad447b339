"""The options: what each switches on and when, with what values; and the assumptions that they rest on."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.report.document import Block, Cell, Paragraph, Table
from experiments.runs.folders import Option
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same, section
from experiments.texts.units import UnitKind, kind_of, unit_name
from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS, Parameter

SHOWN = 30
"""Rows of the table of assumptions; the rest is counted."""
_ALL = "*"
_UNDER_OPTIONS = phrase("report.options.listed_under_options")
_INLINE = 6  # measures of an option that the page of summary names one by one


@cache
def mechanisms() -> dict[str, tuple[str, ...]]:
    """Parameters that the mechanism of each lever uses; those under `*` carry every effect.

    In the table a name that ends in a dot stands for all parameters of that group. A lever that the table does not
    have is shown with its own fields only.
    """
    with Path(__file__).with_name("mechanisms.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["lever"]: row["parameters"].split() for row in csv.DictReader(file)}
    return {
        lever: tuple(
            known
            for name in names
            for known in ([name] if not name.endswith(".") else [p for p in PARAMETERS if p.startswith(name)])
        )
        for lever, names in rows.items()
    }


def title(kind: str) -> Words:
    """Name of a lever; its key where this version does not know it."""
    item = interventions().get(kind)
    return same(kind) if item is None else Words(item.title_zh, item.title_en)


def when(fields: dict[str, Any]) -> Words:
    """Months in which a measure runs."""
    start, finish = fields.get("start"), fields.get("finish")
    if not start:
        return phrase("report.options.throughout")
    a = words.day(start)
    if not finish:
        return phrase("report.options.from", a=a)
    b = words.day(finish)
    return a if a == b else phrase("report.options.to", a=a, b=b)


def in_short(measures: Mapping[str, dict[str, Any]], where: Words = _UNDER_OPTIONS) -> Words:
    """The measures of a resolved scenario in a line or two; `where`: the place that lists them if they are many."""
    if not measures:
        return phrase("report.options.no_measure_only_what_happens_anyway")
    if len(measures) > _INLINE:
        starts = sorted(fields["start"] for fields in measures.values() if fields.get("start"))
        span = (
            phrase("report.options.begun_between_and", first=words.day(starts[0]), last=words.day(starts[-1]))
            if starts
            else Words("", "")
        )
        return phrase("report.options.so_many_measures", n_measures=len(measures), span=span, where=where)
    listed = [
        phrase("report.options.measure_when", title=title(kind), when=when(fields)) for kind, fields in measures.items()
    ]
    return join(listed, phrase("common.list_semicolon"))


def short_table(options: list[Option]) -> Table:
    """Options with their measures, the baseline first."""
    rows = [[Cell(Words(*option.title)), Cell(in_short(option.scenario["interventions"]))] for option in options]
    rows[0][0] = Cell(phrase("report.options.baseline", title=Words(*options[0].title)))
    return Table(
        phrase("report.options.options_compared"),
        [phrase("common.option"), phrase("report.options.measures_and_when")],
        rows,
        2,
        sortable=False,
        listing=True,
    )


@dataclass(frozen=True)
class Setting:
    """One field of a measure as a scenario sets it."""

    kind: str
    zh: str
    en: str
    unit: str
    value: Any
    default: Any
    low: float | None
    high: float | None
    assumed: bool


def settings(kind: str, fields: dict[str, Any]) -> list[Setting]:
    """Fields of a measure with labels, units and ranges; dates left out."""
    item = interventions().get(kind)
    found = []
    for name, value in fields.items():
        field = item.model_fields.get(name) if item else None
        extra = field.json_schema_extra if field is not None else None
        if field is None or not isinstance(extra, dict) or name in ("start", "finish"):
            continue
        bounds = {key: float(getattr(m, key)) for m in field.metadata for key in ("ge", "le") if hasattr(m, key)}
        default = getattr(field.default, "value", field.default)
        found.append(
            Setting(
                kind,
                str(extra["zh"]),
                str(extra["en"]),
                str(extra["unit"]),
                value,
                default,
                bounds.get("ge"),
                bounds.get("le"),
                str(extra["source"]).startswith("assumption"),
            )
        )
    return found


def _said(value: Any) -> Words:
    if isinstance(value, bool):
        return phrase("report.options.yes") if value else phrase("report.options.no")
    if isinstance(value, int | float):
        return same(plain(float(value)))
    return _CHOICES.get(str(value), same(str(value)))


_CHOICES = section("report.options.choices")


def plain(value: float) -> str:
    """A number as short as it may be, without exponent."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", words.MINUS)


def detail_table(option: Option) -> Table | None:
    """Every measure of an option with its values; values that differ from the default are marked."""
    rows = []
    for kind, fields in option.scenario["interventions"].items():
        told = [
            phrase("report.options.setting", s=s, value=_with_unit(s))
            for s in settings(kind, fields)
            if s.value is not None
        ]
        rows.append([Cell(title(kind)), Cell(when(fields)), Cell(join(told, phrase("common.list_semicolon")))])
    if not rows:
        return None
    return Table(
        phrase("report.options.measures_of", title=Words(*option.title)),
        [
            phrase("report.options.measure"),
            phrase("report.options.when"),
            phrase("report.options.values_not_the_default"),
        ],
        rows,
        3,
        sortable=False,
        listing=True,
    )


def _with_unit(s: Setting) -> Words:
    value, of, star = _said(s.value), unit_name(s.unit), "" if s.value == s.default else "*"
    if kind_of(s.unit) is UnitKind.MONEY and isinstance(s.value, int | float):
        value, of = words.money(float(s.value)), same("")
    elif kind_of(s.unit) is UnitKind.BARE:
        of = same("")
    return Words(f"{value.zh}{of.zh}{star}", f"{value.en} {of.en}".rstrip() + star)


def _width(low: float, high: float, value: float) -> float:
    """Width of a range against the value."""
    return (high - low) / abs(value) if value else float("inf")


def _users(kinds: list[str]) -> dict[str, list[str]]:
    """Levers that use each parameter."""
    users: dict[str, list[str]] = {}
    for kind in kinds:
        for name in mechanisms().get(kind, ()):
            users.setdefault(name, []).append(kind)
    for name in mechanisms()[_ALL]:
        users[name] = [_ALL]
    return {name: kinds for name, kinds in users.items() if name in PARAMETERS}


def resting_on(scenarios: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """Parameters that the measures of resolved scenarios rest on, and those of them that are assumptions."""
    names = list(_users(list({kind for scenario in scenarios for kind in scenario["interventions"]})))
    return names, [name for name in names if PARAMETERS[name].assumed]


def assumptions(options: list[Option]) -> list[Block]:
    """Parameters and fields without a source that the measures in use rest on, the widest ranges first."""
    kinds: dict[str, dict[str, Any]] = {}
    for option in options:
        kinds |= option.scenario["interventions"]
    users = _users(list(kinds))
    overrides = options[-1].scenario["parameters"]
    known = [(PARAMETERS[name], users[name]) for name in users if PARAMETERS[name].assumed]
    known.sort(key=lambda item: (-_width(item[0].low, item[0].high, item[0].default), item[0].name))
    table = Table(
        phrase("report.options.model_parameters_of_the_mechanisms_in"),
        [
            phrase("report.options.parameter"),
            phrase("report.options.used_by"),
            phrase("common.unit"),
            phrase("report.options.value"),
            phrase("report.options.range"),
            phrase("report.options.range_value"),
        ],
        [_assumption(p, used, overrides) for p, used in known[:SHOWN]],
        3,
    )
    text = phrase(
        "report.options.the_findings_rest_on_assumptions_the", n_known=len(known), shown=min(SHOWN, len(known))
    )
    blocks: list[Block] = [Paragraph(text), table]
    own = _own_fields(kinds)
    return [*blocks, own] if own else blocks


def _assumption(p: Parameter, used: list[str], overrides: dict[str, float]) -> list[Cell]:
    by = (
        phrase("report.options.every_effect")
        if used == [_ALL]
        else join([title(kind) for kind in used], phrase("common.list_comma"))
    )
    value, width = float(overrides.get(p.name, p.default)), _width(p.low, p.high, p.default)
    return [
        Cell(Words(p.zh, p.en)),
        Cell(by),
        Cell(unit_name(p.unit)),
        Cell(same(plain(value)), value),
        Cell(phrase("common.to", low=plain(p.low), high=plain(p.high)), p.high - p.low),
        Cell(same("–" if width == float("inf") else words.number(width, 1)), width),
    ]


def _own_fields(kinds: dict[str, dict[str, Any]]) -> Table | None:
    """Strengths of the measures themselves that are assumed, those whose range holds zero first."""
    found = [
        s
        for kind, fields in kinds.items()
        for s in settings(kind, fields)
        if s.assumed
        and s.low is not None
        and s.high is not None
        and isinstance(s.value, int | float)
        and not isinstance(s.value, bool)
        and kind_of(s.unit) not in (UnitKind.MONEY, UnitKind.MONEY_RATE)
    ]
    found.sort(key=lambda s: (s.low > 0, -_width(s.low, s.high, float(s.value))))  # type: ignore[operator,arg-type]
    if not found:
        return None
    rows = [
        [
            Cell(title(s.kind)),
            Cell(Words(s.zh, s.en)),
            Cell(unit_name(s.unit)),
            Cell(same(plain(s.value)), float(s.value)),
            Cell(phrase("common.to", low=plain(s.low or 0), high=plain(s.high or 0))),
        ]
        for s in found[:SHOWN]
    ]
    return Table(
        phrase("report.options.assumed_strengths_of_the_measures_where"),
        [
            phrase("report.options.measure"),
            phrase("report.options.field"),
            phrase("common.unit"),
            phrase("report.options.value"),
            phrase("report.options.allowed_range"),
        ],
        rows,
        3,
    )
