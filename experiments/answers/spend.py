"""How to spend a budget: the portfolio of measures that gives most, what cannot be told from it, what is not bought.

Money is what is spent beyond the baseline from the first to the last week, capital and running cost together. It is
not emulated: the price of an option is what the model booked for it alone, and prices are added up. What a portfolio
changes is emulated (`experiments.answers.portfolio_emulator`), over the draws of the parameters that the runs had.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from experiments.answers.market import Market, Option
from experiments.answers.outcomes import better
from experiments.answers.portfolio_emulator import Codes

AROUND = (0.8, 1.2)
"""Shares of the budget at which the question is asked again."""
RIVALS = 3
_STEPS, _OF_A_STEP = 120, 12
"""Portfolios that are not complete: the best of each step of cost are gone on with."""
LOOKED = 400
"""Best portfolios among which rivals are looked for."""


class BudgetError(ValueError):
    """A question about a budget that has no answer, or cannot be asked."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    budget : float
        Yuan beyond the baseline, over all weeks of the scenario.
    metric : str
        What shall gain most.
    needed, barred : collection of str
        Measures that must be bought, and that must not.
    limits : mapping
        Metrics that may not get worse than so much against the baseline, in the unit of the metric, in the better
        direction: 0 for no worse than without a plan.
    """

    budget: float
    metric: str = "satisfaction"
    needed: Collection[str] = ()
    barred: Collection[str] = ()
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Bought:
    """A portfolio: its options, its cost in yuan, and what it changes, with the interval at one further draw."""

    options: tuple[Option, ...]
    cost: float
    gain: float
    low: float
    high: float

    @property
    def kinds(self) -> frozenset[str]:
        """Measures that are bought."""
        return frozenset(option.kind for option in self.options)


@dataclass(frozen=True)
class Beside:
    """Another portfolio: how much less it gives than the best, in the same world, with interval."""

    portfolio: Bought
    less: float
    low: float
    high: float


@dataclass(frozen=True)
class NotBought:
    """A measure that is not in the best portfolio; `beside` is the best portfolio that has it, None if too dear."""

    kind: str
    cheapest: float
    beside: Beside | None


@dataclass(frozen=True)
class Spent:
    """The answer: the best portfolio, rivals that cannot be told from it, what is not bought, and other budgets.

    `other_sets` counts the sets of measures, among the best portfolios that were looked at, that cannot be told apart;
    `explained` is the share of the variance of effects that the emulator foretells of draws that were left out.
    """

    question: Question
    best: Bought
    rivals: tuple[Beside, ...]
    other_sets: int
    not_bought: tuple[NotBought, ...]
    around: Mapping[float, Bought]
    explained: float


def spend(market: Market, question: Question) -> Spent:
    """Solve a question about a budget.

    Raises
    ------
    BudgetError
        If something is asked for that is not on offer, or no portfolio keeps to what is asked.
    """
    _check(market, question)
    codes = _best_first(market, question)
    if not len(codes):
        raise BudgetError("no portfolio on offer keeps to the budget and to what is asked")
    besides = _beside_first(market, question.metric, codes[:LOOKED])
    best = besides[0].portfolio
    others = _other_sets(besides, best)
    return Spent(
        question,
        best,
        tuple(others[:RIVALS]),
        len(others),
        tuple(_not_bought(market, question, codes[0], kind) for kind in market.kinds if kind not in best.kinds),
        {share: _at(market, question, share * question.budget, best) for share in AROUND},
        market.emulator(question.metric).explained,
    )


def _check(market: Market, question: Question) -> None:
    for name in (question.metric, *question.limits):
        if name not in market.metrics:
            raise BudgetError(f"'{name}' was not recorded; known are {', '.join(market.metrics)}")
    for kind in (*question.needed, *question.barred):
        if kind not in market.kinds:
            raise BudgetError(f"'{kind}' is not on offer; on offer are {', '.join(market.kinds)}")
    both = sorted({*question.needed} & {*question.barred})
    if both:
        raise BudgetError(f"{', '.join(both)}: cannot both be bought and not")


def _best_first(market: Market, question: Question) -> Codes:
    """Portfolios within the budget and the limits by the mean of what they give, the best first.

    Measures are decided one after the other, the dearest first. Of the portfolios that are begun the best of each step
    of cost are kept, for the question's metric and for each limit, so that the search is short and nearly always exact.
    """
    names = [question.metric, *question.limits]
    signs = np.array([better(name) for name in names], float)
    tables = [market.emulator(name).tables() for name in names]
    order = sorted(range(len(market.kinds)), key=lambda j: -market.prices[j].max())
    codes, value = np.zeros((1, len(market.kinds)), np.int64), np.zeros((1, len(names)))
    cost = np.zeros(1)
    for j in order:
        kind, begun = market.kinds[j], order[: order.index(j)]
        allowed = [k for k in range(len(market.prices[j])) if (k or kind not in question.needed)]
        allowed = [0] if kind in question.barred else allowed
        grown = np.repeat(codes, len(allowed), axis=0)
        grown[:, j] = np.tile(allowed, len(codes))
        now = np.repeat(value, len(allowed), axis=0)
        for m, (alone, together) in enumerate(tables):
            added = alone[j][grown[:, j]]
            for i in begun:
                high, low = max(i, j), min(i, j)
                added = added + together[high][low][grown[:, low], grown[:, high]]
            now[:, m] += signs[m] * added
        spent = np.repeat(cost, len(allowed)) + market.prices[j][grown[:, j]]
        fits = np.flatnonzero(spent <= question.budget)
        kept = fits[_kept(spent[fits], now[fits], question.budget)]
        codes, value, cost = grown[kept], now[kept], spent[kept]
    least = np.array([-np.inf, *question.limits.values()])
    fine = (value >= least).all(axis=1)
    codes, value, cost = codes[fine], value[fine], cost[fine]
    return codes[np.lexsort((cost, -value[:, 0].round(12)))]


def _kept(cost: NDArray[np.float64], value: NDArray[np.float64], budget: float) -> NDArray[np.intp]:
    """Rows that are the best of their step of cost for some of the values, intp (kept,)."""
    step = np.minimum((cost / budget * _STEPS).astype(np.int64), _STEPS - 1)
    found = np.zeros(len(cost), bool)
    for column in value.T:
        order = np.lexsort((-column, step))
        first = np.searchsorted(step[order], step[order])
        found[order[np.arange(len(order)) - first < _OF_A_STEP]] = True
    return np.flatnonzero(found)


def _beside_first(market: Market, metric: str, codes: Codes) -> list[Beside]:
    """Portfolios with what they change, each beside the first of them in the same world."""
    emulator, sign = market.emulator(metric), better(metric)
    gain, spread = emulator(codes)
    own = np.diag(spread)
    half, apart = (
        emulator.reach * np.sqrt(np.maximum(variance, 0.0)) for variance in (own, own[0] + own - 2 * spread[0])
    )
    found = []
    for k, cost in enumerate(market.price(codes)):
        options = tuple(market.options[kind][n - 1] for kind, n in zip(market.kinds, codes[k], strict=True) if n)
        one = Bought(options, *map(float, (cost, gain[k], gain[k] - half[k], gain[k] + half[k])))
        less = sign * (gain[0] - gain[k])
        found.append(Beside(one, *map(float, (less, less - apart[k], less + apart[k]))))
    return found


def _other_sets(besides: list[Beside], best: Bought) -> list[Beside]:
    """Of each other set of measures the best portfolio, where it cannot be told from the best."""
    found: dict[frozenset[str], Beside] = {}
    for one in besides:
        if one.low <= 0 and one.portfolio.kinds != best.kinds:
            found.setdefault(one.portfolio.kinds, one)
    return list(found.values())


def _not_bought(market: Market, question: Question, best: NDArray[np.int64], kind: str) -> NotBought:
    cheapest = float(market.prices[market.kinds.index(kind)][1:].min())
    if kind in question.barred:
        return NotBought(kind, cheapest, None)
    asked = Question(question.budget, question.metric, {*question.needed, kind}, question.barred, question.limits)
    codes = _best_first(market, asked)
    if not len(codes):
        return NotBought(kind, cheapest, None)
    return NotBought(kind, cheapest, _beside_first(market, question.metric, np.stack([best, codes[0]]))[1])


def _at(market: Market, question: Question, budget: float, best: Bought) -> Bought:
    """The best portfolio of another budget; the same one where nothing fits."""
    asked = Question(budget, question.metric, question.needed, question.barred, question.limits)
    codes = _best_first(market, asked)[:1]
    return _beside_first(market, question.metric, codes)[0].portfolio if len(codes) else best
