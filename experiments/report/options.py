"""The options: what each switches on and when, with what values; and the assumptions that they rest on."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from experiments.report.document import Block, Cell, Paragraph, Table, Words, join, same
from experiments.runs.folders import Option
from experiments.texts import report as words
from experiments.texts.units import chinese
from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS, Parameter

SHOWN = 30
"""Rows of the table of assumptions; the rest is counted."""
_ALL = "*"
_BARE = ("-", "share", "index 0-1", "ratio")
"""Units that say nothing after a number."""
_INLINE = 6  # measures of an option that the page of summary names one by one


def unit(text: str) -> Words:
    """A unit of the tables of parameters and levers."""
    return Words(chinese(text), text)


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
        return Words("全程", "throughout")
    a = words.day(start)
    if not finish:
        return Words(f"{a.zh}起", f"from {a.en}")
    b = words.day(finish)
    return a if a == b else Words(f"{a.zh}至{b.zh}", f"{a.en} to {b.en}")


def in_short(option: Option) -> Words:
    """The measures of an option in a line or two."""
    measures = option.scenario["interventions"]
    if not measures:
        return Words("不采取措施，只有背景事件", "no measure, only what happens anyway")
    if len(measures) > _INLINE:
        starts = sorted(fields["start"] for fields in measures.values() if fields.get("start"))
        span = (
            Words(
                f"，{words.day(starts[0]).zh}至{words.day(starts[-1]).zh}陆续开始",
                f", begun between {words.day(starts[0]).en} and {words.day(starts[-1]).en}",
            )
            if starts
            else Words("", "")
        )
        return Words(
            f"{len(measures)}项措施{span.zh}（明细见“方案”一节）",
            f"{len(measures)} measures{span.en} (listed under “Options”)",
        )
    listed = [
        Words(f"{title(kind).zh}（{when(fields).zh}）", f"{title(kind).en} ({when(fields).en})")
        for kind, fields in measures.items()
    ]
    return join(listed, Words("；", "; "))


def short_table(options: list[Option]) -> Table:
    """Options with their measures, the baseline first."""
    rows = [[Cell(Words(*option.title)), Cell(in_short(option))] for option in options]
    rows[0][0] = Cell(Words(f"{options[0].title[0]}（基线）", f"{options[0].title[1]} (baseline)"))
    return Table(
        Words("比较的方案", "Options compared"),
        [Words("方案", "option"), Words("采取的措施与时间", "measures, and when")],
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
        return Words("是", "yes") if value else Words("否", "no")
    if isinstance(value, int | float):
        return same(plain(float(value)))
    return _CHOICES.get(str(value), same(str(value)))


_CHOICES = {  # words that scenarios use for a choice
    "coverage": Words("覆盖最多居民", "most residents covered"),
    "p_median": Words("步行距离最短", "shortest walks"),
    "equity": Words("最不便者优先", "worst served first"),
    "demand": Words("需求优先", "by demand"),
    "norm": Words("按户数标准", "by the norm of households"),
    "added": Words("另加编制", "posts added"),
    "same_staff": Words("不增编制", "no posts added"),
}


def plain(value: float) -> str:
    """A number as short as it may be, without exponent."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", words.MINUS)


def detail_table(option: Option) -> Table | None:
    """Every measure of an option with its values; values that differ from the default are marked."""
    rows = []
    for kind, fields in option.scenario["interventions"].items():
        told = [
            Words(f"{s.zh}：{_with_unit(s).zh}", f"{s.en}: {_with_unit(s).en}")
            for s in settings(kind, fields)
            if s.value is not None
        ]
        rows.append([Cell(title(kind)), Cell(when(fields)), Cell(join(told, Words("；", "; ")))])
    if not rows:
        return None
    return Table(
        Words(f"“{option.title[0]}”的措施", f"Measures of “{option.title[1]}”"),
        [Words("措施", "measure"), Words("时间", "when"), Words("取值（*不同于默认）", "values (* not the default)")],
        rows,
        3,
        sortable=False,
        listing=True,
    )


def _with_unit(s: Setting) -> Words:
    value, of, star = _said(s.value), unit(s.unit), "" if s.value == s.default else "*"
    if s.unit == "yuan" and isinstance(s.value, int | float):
        value, of = words.money(float(s.value)), same("")
    elif s.unit in _BARE:
        of = same("")
    return Words(f"{value.zh}{of.zh}{star}", f"{value.en} {of.en}".rstrip() + star)


def _width(low: float, high: float, value: float) -> float:
    """Width of a range against the value."""
    return (high - low) / abs(value) if value else float("inf")


def assumptions(options: list[Option]) -> list[Block]:
    """Parameters and fields without a source that the measures in use rest on, the widest ranges first."""
    kinds: dict[str, dict[str, Any]] = {}
    for option in options:
        kinds |= option.scenario["interventions"]
    users: dict[str, list[str]] = {}
    for kind in kinds:
        for name in mechanisms().get(kind, ()):
            users.setdefault(name, []).append(kind)
    for name in mechanisms()[_ALL]:
        users[name] = [_ALL]
    overrides = options[-1].scenario["parameters"]
    known = [(PARAMETERS[name], users[name]) for name in users if name in PARAMETERS and PARAMETERS[name].assumed]
    known.sort(key=lambda item: (-_width(item[0].low, item[0].high, item[0].default), item[0].name))
    table = Table(
        Words(
            "所用机制中没有直接来源的模型参数", "Model parameters of the mechanisms in use that have no direct source"
        ),
        [
            Words("参数", "parameter"),
            Words("用于", "used by"),
            Words("单位", "unit"),
            Words("取值", "value"),
            Words("可能范围", "range"),
            Words("范围/取值", "range / value"),
        ],
        [_assumption(p, used, overrides) for p, used in known[:SHOWN]],
        3,
    )
    text = Words(
        f"本模型的结论依赖下列假设：所用措施的机制涉及{len(known)}个没有直接来源的参数，表中列出相对范围最宽的"
        f"{min(SHOWN, len(known))}个。范围越宽，结论越应当用敏感性实验检验。",
        f"The findings rest on assumptions: the mechanisms of the measures in use have {len(known)} "
        f"parameters "
        f"without a direct source; the table lists the {min(SHOWN, len(known))} with the widest relative "
        f"range. "
        f"The wider the range, the more a sensitivity experiment should test the finding.",
    )
    blocks: list[Block] = [Paragraph(text), table]
    own = _own_fields(kinds)
    return [*blocks, own] if own else blocks


def _assumption(p: Parameter, used: list[str], overrides: dict[str, float]) -> list[Cell]:
    by = (
        Words("全部效果", "every effect") if used == [_ALL] else join([title(kind) for kind in used], Words("、", ", "))
    )
    value, width = float(overrides.get(p.name, p.default)), _width(p.low, p.high, p.default)
    return [
        Cell(Words(p.zh, p.en)),
        Cell(by),
        Cell(unit(p.unit)),
        Cell(same(plain(value)), value),
        Cell(Words(f"{plain(p.low)} 至 {plain(p.high)}", f"{plain(p.low)} to {plain(p.high)}"), p.high - p.low),
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
        and "yuan" not in s.unit
    ]
    found.sort(key=lambda s: (s.low > 0, -_width(s.low, s.high, float(s.value))))  # type: ignore[operator,arg-type]
    if not found:
        return None
    rows = [
        [
            Cell(title(s.kind)),
            Cell(Words(s.zh, s.en)),
            Cell(unit(s.unit)),
            Cell(same(plain(s.value)), float(s.value)),
            Cell(Words(f"{plain(s.low or 0)} 至 {plain(s.high or 0)}", f"{plain(s.low or 0)} to {plain(s.high or 0)}")),
        ]
        for s in found[:SHOWN]
    ]
    return Table(
        Words(
            "措施本身的假设强度（范围含零者：可能没有作用）",
            "Assumed strengths of the measures (where the range holds zero: perhaps none)",
        ),
        [
            Words("措施", "measure"),
            Words("字段", "field"),
            Words("单位", "unit"),
            Words("取值", "value"),
            Words("允许范围", "range"),
        ],
        rows,
        3,
    )
