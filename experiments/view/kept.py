"""Options that a visitor keeps while trying others: their weeks beside the baseline's, and one headline number each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.charts import style
from experiments.view.session import Pair, without_plan
from simulation.scenario.types import Scenario

MOST = 4
LETTERS = "ABCD"
PATHS = {"satisfaction": "satisfaction", "load": "load_committee"}
"""Charts that kept options are drawn in, with their metrics."""
_YEAR = 52  # weeks
_COST = ("cost_capital_yuan", "cost_operating_yuan")
_YI = 1e8  # yuan in 亿元


@dataclass(frozen=True)
class Kept:
    """An option as it was when it was kept.

    Attributes
    ----------
    letter : str
        What charts and table call it.
    scenario, seed, scale
        Of its run, whose baseline is the same scenario without interventions.
    changed : int
        Levers that are not as the scenario's file has them.
    policy, baseline : dict
        Metrics of PATHS and of spending, float64 (weeks,).
    """

    letter: str
    scenario: Scenario
    seed: int
    scale: float
    changed: int
    policy: dict[str, NDArray[np.float64]]
    baseline: dict[str, NDArray[np.float64]]

    @property
    def weeks(self) -> int:
        """Weeks that it was played."""
        return len(self.policy["satisfaction"])

    def gain(self, metric: str) -> float:
        """Mean difference from its baseline over its last 52 weeks, or over all if there are fewer."""
        return float(np.mean((self.policy[metric] - self.baseline[metric])[-_YEAR:]))

    def cost(self) -> float:
        """What it has spent beyond its baseline, 100 million yuan."""
        return float(sum(self.policy[name][-1] - self.baseline[name][-1] for name in _COST)) / _YI

    def beside(self, pair: Pair) -> bool:
        """Whether its baseline is that of the pair, so that both belong into one chart."""
        own, other = (
            without_plan(s).model_dump(exclude={"name", "title", "weeks"}) for s in (self.scenario, pair.scenario)
        )
        return own == other and (self.seed, self.scale) == (pair.seed, pair.scale)


def keep(pair: Pair, before: tuple[Kept, ...], changed: int) -> tuple[Kept, ...]:
    """The options with that of the pair, under the first letter that is free.

    Raises
    ------
    ValueError
        If nothing has been played, or there are as many as there can be.
    """
    free = [letter for letter in LETTERS if letter not in {one.letter for one in before}]
    if not pair.weeks or not free:
        raise ValueError(f"an option is kept after its first week, and at most {MOST} are")
    names = (*PATHS.values(), *_COST)
    with pair.reading:
        sides = [{name: track.series(name) for name in names} for track in (pair.policy, pair.baseline)]
    return (*before, Kept(free[0], pair.scenario, pair.seed, pair.scale, changed, *sides))


def lines(kept: tuple[Kept, ...], pair: Pair, panel: str, words: dict[str, str]) -> list[dict[str, Any]]:
    """Lines of the kept options in a chart, as charts.vue reads them; `words`: their names by letter."""
    metric, found = PATHS.get(panel), []
    for one in kept:
        if metric and one.beside(pair):
            place = 1 + LETTERS.index(one.letter)
            values = [round(float(v), 5) for v in one.policy[metric][: max(pair.weeks, 1)]]
            look = {"colour": style.COLOURS[place], "dash": ("8 3", "2 3", "8 3 2 3", "12 4")[place - 1], "width": 1.8}
            found.append({"label": words[one.letter], "values": values} | look)
    return found
