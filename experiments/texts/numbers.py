"""Numbers, units and verdicts in both languages."""

import math
import re

import pandas as pd

from experiments.answers.verdict import verdict as told_by
from experiments.texts.catalogue import Words, phrase, same
from simulation.metrics.metric import Kind, Metric
from simulation.metrics.table import METRICS

BETTER, WORSE = phrase("numbers.better"), phrase("numbers.worse")
SMALL, UNCLEAR = phrase("numbers.too_small_to_matter"), phrase("numbers.cannot_be_told")
MORE, LESS = phrase("numbers.more"), phrase("numbers.less")
DEARER, CHEAPER = phrase("numbers.costs_more"), phrase("numbers.costs_less")
UNTESTED = phrase("numbers.no_interval_no_verdict")
MINUS = "−"
MILLION = 1e6
_LEAST = 0.0005
_HALF = 0.5
_VAST = 10_000  # a variance reduction
YI = 1e8
"""Yuan in 亿元."""
_WAN, _BILLION = 1e4, 1e9


def is_money(metric: Metric) -> bool:
    """Whether the metric is a sum of money."""
    return metric.kind is Kind.MONEY


def is_percent(metric: Metric) -> bool:
    """Whether people read the metric as a percentage."""
    return metric.kind.percent


def verdict(metric: Metric, low: float, high: float, level: float = math.nan) -> Words:
    """Word for a difference: by its interval, the smallest difference that matters, and the direction of the metric.

    The rule is that of `experiments.answers.verdict`. Without an interval there is no verdict. Where more is neither
    better nor worse the word is neutral, and money is told as money. `level` is what is compared with.
    """
    if math.isnan(low) or math.isnan(high):
        return UNTESTED
    told = told_by(low, high, margin=metric.least.at(level), better=metric.direction or 1)
    if told in ("too small to matter", "cannot be told"):
        return SMALL if told == "too small to matter" else UNCLEAR
    up = low > 0
    if is_money(metric):
        return DEARER if up else CHEAPER
    if metric.direction == 0:
        return MORE if up else LESS
    return BETTER if told == "better" else WORSE


def verdicts(table: pd.DataFrame) -> list[Words]:
    """Verdict of each row of a table with columns metric, ci_low, ci_high and, where it has one, baseline_value."""
    levels = table["baseline_value"] if "baseline_value" in table else pd.Series(math.nan, table.index)
    return [
        verdict(METRICS[metric], low, high, level)
        for metric, low, high, level in zip(table["metric"], table["ci_low"], table["ci_high"], levels, strict=True)
    ]


def judged(table: pd.DataFrame) -> list[Words]:
    """Verdict of each row on all that is not known: by the draws of the parameters, where there were any.

    `table` has the columns of `verdicts`, and where draws were run those of `experiments.answers.uncertainty.TOTAL`.
    """
    luck = verdicts(table)
    if "verdict_total" not in table:
        return luck
    rows = zip(table["metric"], table["verdict_total"], table["median_total"], luck, strict=True)
    return [_of_draws(METRICS[metric], told, middle) if told else word for metric, told, middle, word in rows]


def _of_draws(metric: Metric, told: str, middle: float) -> Words:
    if told == "too small to matter":
        return SMALL
    if told == "cannot be told":
        return UNCLEAR
    if is_money(metric):
        return DEARER if middle > 0 else CHEAPER
    return {"better": BETTER, "worse": WORSE, "more": MORE, "less": LESS}[told]


def odds(share: float) -> Words:
    """Share of draws in which an option is better or, where it is less than half, worse; nothing without draws."""
    if math.isnan(share):
        return same("")
    if share >= _HALF:
        return phrase("numbers.better_in", share=100 * share)
    return phrase("numbers.worse_in", share=100 * (1 - share))


def matters(word: Words) -> bool:
    """Whether a verdict says that there is a difference, and that it matters."""
    return word not in (SMALL, UNCLEAR, UNTESTED)


def mark(word: Words) -> str:
    """CSS class of a verdict."""
    return {BETTER: "better", WORSE: "worse", SMALL: "small", UNCLEAR: "unclear", UNTESTED: "unclear"}.get(
        word, "neutral"
    )


def sign(word: Words) -> str:
    """A shape that goes with a verdict, so that colour is not needed."""
    return {BETTER: "▲", WORSE: "▼", SMALL: "≈", UNCLEAR: "?"}.get(word, "")


def number(value: float, digits: int) -> str:
    """Thousands apart, a true minus, no minus zero, ∞ for what is infinite, a dash for what there is not."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{value:,.{digits}f}"
    return text.lstrip("-") if float(text.replace(",", "")) == 0 else text.replace("-", MINUS)


def signed(text: str) -> str:
    """A number that `number` has written, with its sign; zero and a dash have none."""
    return text if text.startswith(MINUS) or not re.search("[1-9∞]", text) else f"+{text}"


def reduction(value: float, low: float, high: float) -> Words:
    """A variance reduction with its 95 % interval, which few replicates leave wide; without one it is not shown.

    Beyond `_VAST` no digit tells anything.
    """
    if math.isnan(low) or math.isnan(high):
        return same("–")
    if low > _VAST:
        return same(_ratio(low))
    return same(" ".join((_ratio(value), f"({_ratio(low)}–{_ratio(high)})")))


def _ratio(value: float) -> str:
    return f">{number(_VAST, 0)}" if value > _VAST else number(value, 1 if value < 100 else 0)


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
        ("large", value / YI, 2)
        if size >= YI
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
    """A value, percentages with their sign, money in the large units of each language."""
    if value is None or pd.isna(value):
        return same("–")
    if is_percent(metric):
        return same(f"{number(100 * value, 1)}%")
    return money(value) if is_money(metric) else same(number(value, _digits(metric, value)))


def change(metric: Metric, value: float) -> Words:
    """A difference with its sign, in the unit that `unit` gives; money with its own."""
    if is_money(metric):
        amount = money(value)
        return Words(f"+{amount.zh}", f"+{amount.en}") if value >= 1 else amount
    return same(signed(_plain(metric, value)))


def change_with_unit(metric: Metric, value: float) -> Words:
    """A difference with its sign and its unit."""
    size, of = change(metric, value), unit(metric, of_change=True)
    if is_money(metric) or metric.kind is Kind.INDEX:
        return size
    return Words(f"{size.zh}{of.zh}", f"{size.en} {of.en}")


def interval(metric: Metric, low: float, high: float) -> Words:
    """An interval of a difference, in the unit that `unit` gives."""
    if math.isnan(low) or math.isnan(high):
        return phrase("common.no_interval")
    if is_money(metric):
        return phrase("numbers.to", a=money(low), b=money(high))
    digits = max(_change_digits(metric, low), _change_digits(metric, high))
    a, b = _plain(metric, low, digits), _plain(metric, high, digits)
    return phrase("numbers.to", a=a, b=b)


def _factor(metric: Metric) -> float:
    return 100.0 if is_percent(metric) else 1.0


def _change_digits(metric: Metric, value: float) -> int:
    if is_percent(metric):
        return 2
    return _digits(metric, value)


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
        return phrase("numbers.yuan")
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


def least(metric: Metric) -> Words:
    """Smallest difference that matters, in the unit of a difference or as a share of the baseline."""
    size = metric.least.size
    return phrase("numbers.of_the_baseline", share=100 * size) if metric.least.relative else measured(metric, size)


def share(part: float) -> str:
    """A share as a percentage; one that is not nothing never reads as nothing."""
    return "<0.1%" if 0 < part < _LEAST else f"{number(100 * part, 1)}%"


def label(name: str) -> Words:
    """Name of a metric; an outcome that a study declares is called as it is there."""
    return Words(METRICS[name].zh, METRICS[name].en) if name in METRICS else same(name)


def replicates(n: int) -> Words:
    """Number of replicates."""
    return phrase("numbers.replicate", n=n) if n == 1 else phrase("numbers.replicates", n=n)


def day(iso: str) -> Words:
    """A date by year and month, as a plan says it."""
    year, number_of_month, _ = iso.split("-")
    month = phrase(f"months.{int(number_of_month)}")
    return phrase("numbers.month_of_year", year=year, month=month)
