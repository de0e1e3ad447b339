"""The answer of a question about a budget in words, for the command line and the page."""

from collections.abc import Mapping
from typing import Any

from experiments.answers.spend import LOOKED, Beside, Bought, NotBought, Question, Spent
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, same
from experiments.texts.units import UnitKind, kind_of, unit_name
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS

Rows = list[list[Words]]
"""Rows of a table, the first with its heads."""


def measure(kind: str) -> Words:
    """Name of a measure."""
    item = interventions()[kind]
    return Words(item.title_zh, item.title_en)


def doses(kind: str, given: Mapping[str, Any]) -> Words:
    """Doses of a measure with their labels and units."""
    told = []
    for name, value in given.items():
        extra: Any = interventions()[kind].model_fields[name].json_schema_extra
        unit = extra["unit"]
        if kind_of(unit) in (UnitKind.MONEY, UnitKind.MONEY_RATE):
            size = words.money(value)
        elif unit.startswith("share"):  # the label says of what
            size = same(f"{words.number(100 * value, 0)}%")
        else:
            size, of = same(words.number(value, 0 if isinstance(value, int) else 2)), unit_name(unit)
            size = Words(f"{size.zh}{of.zh}", f"{size.en} {of.en}")
        told.append(Words(f"{extra['zh']}：{size.zh}", f"{extra['en']}: {size.en}"))
    return join(told, phrase("common.list_semicolon")) if told else phrase("spent.as_shipped")


def summary(found: Spent) -> Words:
    """The answer in a sentence."""
    metric, best = METRICS[found.question.metric], found.best
    return phrase(
        "spent.best",
        cost=words.money(best.cost),
        budget=words.money(found.question.budget),
        metric=metric,
        gain=words.change_with_unit(metric, best.gain),
        interval=words.interval(metric, best.low, best.high),
        share=100 * found.explained,
    )


def bought(best: Bought) -> Rows:
    """What is bought, the dearest first."""
    head = [phrase("spent.measure"), phrase("spent.doses"), phrase("spent.price")]
    options = sorted(best.options, key=lambda option: -option.price)
    return [head, *([measure(o.kind), doses(o.kind, o.doses), words.money(o.price)] for o in options)]


def rivals(found: Spent) -> tuple[Words, Rows]:
    """What cannot be told from the best portfolio: a sentence, and a table."""
    if not found.rivals:
        return phrase("spent.no_rivals"), []
    head = [phrase("spent.instead"), phrase("spent.price"), phrase("spent.less")]
    rows = []
    for one in found.rivals:
        less, interval = _less(found.question, one)
        told = phrase("spent.less_interval", less=less, interval=interval)
        rows.append([swap(found.best, one.portfolio), words.money(one.portfolio.cost), told])
    told = phrase("spent.other_sets", looked=LOOKED, n=found.other_sets, shown=len(found.rivals))
    return told, [head, *rows]


def not_bought(found: Spent) -> Rows:
    """Every measure that is not bought, with the reason."""
    head = [phrase("spent.measure"), phrase("spent.cheapest"), phrase("spent.reason")]
    return [head, *([measure(n.kind), words.money(n.cheapest), _reason(found, n)] for n in found.not_bought)]


def around(found: Spent) -> Rows:
    """The best portfolios of a smaller and a larger budget."""
    metric = METRICS[found.question.metric]
    head = [phrase("spent.budget"), phrase("spent.price"), phrase("spent.gain"), phrase("spent.change")]
    rows = [
        [
            words.money(share * found.question.budget),
            words.money(one.cost),
            words.change_with_unit(metric, one.gain),
            swap(found.best, one),
        ]
        for share, one in found.around.items()
    ]
    return [head, *rows]


def swap(best: Bought, other: Bought) -> Words:
    """Which measures another portfolio has instead of the best one's; doses may differ where none does."""
    gone, new = (
        [measure(kind) for kind in sorted(kinds)] for kinds in (best.kinds - other.kinds, other.kinds - best.kinds)
    )
    comma = phrase("common.list_comma")
    if gone and new:
        return phrase("spent.swap", dropped=join(gone, comma), added=join(new, comma))
    if new:
        return phrase("spent.only_added", added=join(new, comma))
    if gone:
        return phrase("spent.only_dropped", dropped=join(gone, comma))
    return phrase("spent.same") if other.options == best.options else phrase("spent.other_doses")


def _reason(found: Spent, one: NotBought) -> Words:
    if one.kind in found.question.barred:
        return phrase("spent.shut_out")
    if one.beside is None:
        return phrase("spent.too_dear")
    less, interval = _less(found.question, one.beside)
    if one.beside.low <= 0:
        return phrase("spent.as_good", less=less, interval=interval)
    return phrase("spent.worse", swap=swap(found.best, one.beside.portfolio), less=less, interval=interval)


def _less(question: Question, one: Beside) -> tuple[Words, Words]:
    """What a portfolio gives less than the best, with its unit, and the interval."""
    metric = METRICS[question.metric]
    zh, en = words.change_with_unit(metric, one.less)
    return Words(zh.lstrip("+"), en.lstrip("+")), words.interval(metric, one.low, one.high)
