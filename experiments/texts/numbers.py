"""Numbers, units and verdicts in both languages."""

import math

import pandas as pd

from experiments.texts.catalogue import Words, phrase, same
from simulation.metrics.metric import Kind, Metric
from simulation.metrics.table import METRICS

BETTER, WORSE, UNCLEAR = phrase("numbers.better"), phrase("numbers.worse"), phrase("numbers.no_clear_difference")
MORE, LESS = phrase("numbers.more"), phrase("numbers.less")
DEARER, CHEAPER = phrase("numbers.costs_more"), phrase("numbers.costs_less")
UNTESTED = phrase("numbers.no_interval_no_verdict")
MINUS = "−"
MILLION = 1e6
_LEAST = 0.0005
_YI, _WAN, _BILLION = 1e8, 1e4, 1e9


def is_money(metric: Metric) -> bool:
    """Whether the metric is a sum of money."""
    return metric.kind is Kind.MONEY


def is_percent(metric: Metric) -> bool:
    """Whether people read the metric as a percentage."""
    return metric.kind.percent


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


def reduction(value: float, low: float, high: float) -> Words:
    """A variance reduction with its 95 % interval, which few replicates leave wide; without one it is not shown."""
    if math.isnan(low) or math.isnan(high):
        return same("–")
    return same(" ".join((_ratio(value), f"({_ratio(low)}–{_ratio(high)})")))


def _ratio(value: float) -> str:
    return number(value, 1 if value < 100 else 0)


def _digits(metric: Metric, value: float) -> int:
    if is_percent(metric):
        return 1
    if metric.kind is Kind.INDEX:
        return 4
    return 2 if abs(value) < 100 else 0


def money(value: float) -> Words:
    """Yuan in the large units of each language."""
    size = abs(value)
    zh = (
        ("large", value / _YI, 2)
        if size >= _YI
        else ("middle", value / _WAN, 0 if size >= 100 * _WAN else 1)
        if size >= _WAN
        else ("plain", value, 0)
    )
    en = (
        ("large", value / _BILLION, 2)
        if size >= _BILLION
        else ("middle", value / MILLION, 2)
        if size >= MILLION / 10
        else ("plain", value, 0)
    )
    return Words(_amount(*zh).zh, _amount(*en).en)


def _amount(size: str, value: float, digits: int) -> Words:
    return phrase(f"numbers.money_{size}", amount=number(value, digits))


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
        return phrase("common.no_interval")
    digits = max(_change_digits(metric, low), _change_digits(metric, high))
    a, b = _plain(metric, low, digits), _plain(metric, high, digits)
    return phrase("numbers.to", a=a, b=b)


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
        return phrase("numbers.percentage_points_counted") if of_change else same("%")
    if metric.kind is Kind.INDEX:
        return same("0–1")
    if metric.kind is Kind.POINTS:
        return phrase("numbers.points")
    if is_money(metric):
        return phrase("common.million_yuan")
    base = Words(metric.base_zh, metric.base_en)
    return phrase("numbers.a_year", base=base) if metric.flow else base  # a flow is added up over the year


def measured(metric: Metric, value: float) -> Words:
    """Size of a difference without its sign, with its unit."""
    size = abs(value)
    if is_money(metric):
        return money(size)
    factor, of = (100 if is_percent(metric) else 1), unit(metric, of_change=True)
    text = number(factor * size, 2 if is_percent(metric) else _digits(metric, size))
    if metric.kind is Kind.INDEX:
        return same(text)
    counted = phrase("numbers.percentage_points") if is_percent(metric) else Words(of.zh.split("/")[0], of.en)
    return Words(f"{text}{counted.zh}", f"{text} {counted.en}")


def share(part: float) -> str:
    """A share as a percentage; one that is not nothing never reads as nothing."""
    return "<0.1%" if 0 < part < _LEAST else f"{number(100 * part, 1)}%"


def label(name: str) -> Words:
    """Name of a metric."""
    return Words(METRICS[name].zh, METRICS[name].en)


def replicates(n: int) -> Words:
    """Number of replicates."""
    return phrase("numbers.replicate", n=n) if n == 1 else phrase("numbers.replicates", n=n)


def rose(value: float) -> Words:
    """Verb for the way that a difference goes."""
    return phrase("numbers.rises_by") if value > 0 else phrase("numbers.falls_by")


def day(iso: str) -> Words:
    """A date by year and month, as a plan says it."""
    year, number_of_month, _ = iso.split("-")
    month = phrase(f"months.{int(number_of_month)}")
    return phrase("numbers.month_of_year", year=year, month=month)
