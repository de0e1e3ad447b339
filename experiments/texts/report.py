"""Numbers, units and verdicts in both languages."""

import math

import pandas as pd

from experiments.report.document import Words, same
from simulation.metrics.table import METRICS, Metric

BETTER, WORSE, UNCLEAR = Words("改善", "better"), Words("恶化", "worse"), Words("看不出差别", "no clear difference")
MORE, LESS = Words("增加", "more"), Words("减少", "less")
DEARER, CHEAPER = Words("支出增加", "costs more"), Words("支出减少", "costs less")
UNTESTED = Words("无区间，不下判断", "no interval, no verdict")
MINUS = "−"
MILLION = 1e6
_LEAST = 0.0005
_YI, _WAN = 1e8, 1e4


def is_money(metric: Metric) -> bool:
    """Whether the metric is a sum of money."""
    return metric.unit_en == "yuan"


def is_percent(metric: Metric) -> bool:
    """Whether people read the metric as a percentage."""
    return metric.unit_en in ("share (0–1)", "demand / capacity")


def verdict(metric: Metric, low: float, high: float) -> Words:
    """Direction word of a difference, by its interval and by the direction of the metric.

    A difference counts only if its interval leaves out 0 and does not read as 0 in a table; without an interval there
    is no verdict. Where more is neither better nor worse the word is neutral, and money is told as money.
    """
    if math.isnan(low) or math.isnan(high):
        return UNTESTED
    if low <= 0 <= high or _reads_as_zero(metric, low, high):
        return UNCLEAR
    up = low > 0
    if is_money(metric):
        return DEARER if up else CHEAPER
    if metric.direction == 0:
        return MORE if up else LESS
    return BETTER if up == (metric.direction > 0) else WORSE


def _reads_as_zero(metric: Metric, low: float, high: float) -> bool:
    return all(_plain(metric, value).strip("0.") == "" for value in (low, high))


def mark(word: Words) -> str:
    """CSS class of a verdict."""
    return {BETTER: "better", WORSE: "worse", UNCLEAR: "unclear", UNTESTED: "unclear"}.get(word, "neutral")


def sign(word: Words) -> str:
    """A shape that goes with a verdict, so that colour is not needed."""
    return {BETTER: "▲", WORSE: "▼", UNCLEAR: "≈"}.get(word, "")


def number(value: float, digits: int) -> str:
    """Thousands apart, a true minus, no minus zero, ∞ for what is infinite."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def signed(text: str) -> str:
    """A formatted number with its sign; zero has none."""
    bare = text.replace(",", "").replace(MINUS, "-")
    return text if text.startswith(MINUS) or float(bare) == 0 else f"+{text}"


def _digits(metric: Metric, value: float) -> int:
    if is_percent(metric):
        return 1
    if metric.unit_en == "0–1":
        return 4
    return 2 if abs(value) < 100 else 0


def money(value: float) -> Words:
    """Yuan in the large units of each language."""
    size = abs(value)
    zh = (
        f"{number(value / _YI, 2)}亿元"
        if size >= _YI
        else f"{number(value / _WAN, 0 if size >= 100 * _WAN else 1)}万元"
        if size >= _WAN
        else f"{number(value, 0)}元"
    )
    en = (
        f"{number(value / 1e9, 2)} billion yuan"
        if size >= 1e9
        else f"{number(value / 1e6, 2)} million yuan"
        if size >= 1e5
        else f"{number(value, 0)} yuan"
    )
    return Words(zh, en)


def level(metric: Metric, value: float | None) -> Words:
    """A value, percentages with their sign, money in millions."""
    if value is None or pd.isna(value):
        return same("–")
    if is_percent(metric):
        return same(f"{number(100 * value, 1)}%")
    value = value / MILLION if is_money(metric) else value
    return same(number(value, _digits(metric, value)))


def change(metric: Metric, value: float) -> Words:
    """A difference with its sign, in the unit that `unit` gives."""
    return same(signed(_plain(metric, value)))


def interval(metric: Metric, low: float, high: float) -> Words:
    """An interval of a difference, in the unit that `unit` gives."""
    if math.isnan(low) or math.isnan(high):
        return Words("无区间", "no interval")
    digits = max(_change_digits(metric, low), _change_digits(metric, high))
    a, b = _plain(metric, low, digits), _plain(metric, high, digits)
    return Words(f"{a} 至 {b}", f"{a} to {b}")


def _factor(metric: Metric) -> float:
    return 100.0 if is_percent(metric) else 1 / MILLION if is_money(metric) else 1.0


def _change_digits(metric: Metric, value: float) -> int:
    if is_percent(metric):
        return 2
    return _digits(metric, value / MILLION if is_money(metric) else value)


def _plain(metric: Metric, value: float, digits: int | None = None) -> str:
    return number(_factor(metric) * value, _change_digits(metric, value) if digits is None else digits)


def unit(metric: Metric, of_change: bool = False) -> Words:
    """Unit of a value, or of a difference between two."""
    if is_percent(metric):
        return Words("百分点", "percentage points") if of_change else same("%")
    if metric.unit_en == "0–1":
        return same("0–1")
    if metric.unit_en.startswith("points"):
        return Words("分", "points")
    if is_money(metric):
        return Words("百万元", "million yuan")
    if metric.summary == "sum":  # a flow is added up over the year
        return Words(
            metric.unit_zh.replace("/周", "/年"),
            {"a week": "a year", "hours a week": "hours a year"}.get(metric.unit_en, metric.unit_en),
        )
    return Words(metric.unit_zh, metric.unit_en)


def measured(metric: Metric, value: float) -> Words:
    """Size of a difference without its sign, with its unit."""
    size = abs(value)
    if is_money(metric):
        return money(size)
    factor, of = (100 if is_percent(metric) else 1), unit(metric, of_change=True)
    text = number(factor * size, 2 if is_percent(metric) else _digits(metric, size))
    plain = of.en in ("0–1", "per resident")
    counted = "个百分点" if is_percent(metric) else of.zh.split("/")[0]
    return Words(text if plain else f"{text}{counted}", text if plain else f"{text} {of.en}")


def share(part: float) -> str:
    """A share as a percentage; one that is not nothing never reads as nothing."""
    return "<0.1%" if 0 < part < _LEAST else f"{number(100 * part, 1)}%"


def label(name: str) -> Words:
    """Name of a metric."""
    return Words(METRICS[name].zh, METRICS[name].en)


def rose(value: float) -> Words:
    """Verb for the way that a difference goes."""
    return Words("上升", "rises by") if value > 0 else Words("下降", "falls by")


def day(iso: str) -> Words:
    """A date by year and month, as a plan says it."""
    year, month, _ = iso.split("-")
    return Words(f"{year}年{int(month)}月", f"{_MONTHS[int(month) - 1]} {year}")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
