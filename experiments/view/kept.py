"""Options that a visitor keeps while trying others: their weeks beside the baseline's, and one headline number each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from experiments.answers.costs import COSTS
from experiments.statistics import Paired, paired
from experiments.texts.catalogue import Lang
from experiments.texts.numbers import YI
from experiments.texts.page import pick, say
from experiments.view.background import Series
from experiments.view.replicates import METRICS, Played, Replicate
from experiments.view.session import Pair, without_plan
from simulation.scenario.types import Scenario

MOST = 4
LETTERS = "ABCD"
PATHS = {"satisfaction": "satisfaction", "load": "load_committee"}
"""Charts that kept options are drawn in, with their metrics."""
LEAST_SEEDS = 3
"""Seeds from which on there is an interval and a band."""
YEAR = 52
"""Weeks that a headline number is the mean of."""


@dataclass(frozen=True, eq=False)
class Kept:
    """An option as far as it had been played; equal to itself only, since arrays have no single answer.

    Attributes
    ----------
    scenario, seed, scale
        Of its run, whose baseline is the same scenario without interventions.
    policy, baseline : dict
        Metrics of PATHS and of spending, float64 (weeks,).
    letter : str
        What charts and table call it, once it is kept.
    changed : int
        Levers that are not as the scenario's file has them, once it is kept.
    replicates
        Runs with the seeds that follow, each over all weeks of the scenario, as far as they have arrived.
    """

    scenario: Scenario
    seed: int
    scale: float
    policy: Series
    baseline: Series
    letter: str = ""
    changed: int = 0
    replicates: tuple[Replicate, ...] = ()

    @property
    def option(self) -> Played:
        """What replicates of it are made of."""
        return Played(self.scenario, self.seed, self.scale)

    @property
    def seeds(self) -> int:
        """Seeds that its numbers rest on: its own, and the replicates' that have arrived."""
        return 1 + len(self.replicates)

    @property
    def weeks(self) -> int:
        """Weeks that it was played."""
        return len(self.policy["satisfaction"])

    def gain(self, metric: str) -> Paired:
        """Difference from its baseline, mean of its last 52 weeks or of all if there are fewer, over the seeds.

        Without an interval, and of its own seed alone, while there are fewer than `LEAST_SEEDS`.
        """
        return self._over_seeds(lambda a, b: (float(s[metric][: self.weeks][-YEAR:].mean()) for s in (a, b)))

    def level(self, metric: str) -> float:
        """What the differences of `gain` are measured against: the baseline over the same weeks."""
        return float(self.baseline[metric][-YEAR:].mean())

    def cost(self) -> Paired:
        """What it has spent beyond its baseline, 100 million yuan; over the seeds as `gain`."""
        return self._over_seeds(lambda a, b: (sum(s[name][self.weeks - 1] for name in COSTS) / YI for s in (a, b)))

    def _over_seeds(self, values: Callable[[Series, Series], Iterable[float]]) -> Paired:
        seeds = [(self.policy, self.baseline), *self.replicates]
        if len(seeds) < LEAST_SEEDS:
            a, b = values(*seeds[0])
            return Paired(float(a - b), np.nan, np.nan, np.nan)
        sides = np.array([list(values(*pair)) for pair in seeds])
        return paired(sides[:, 0], sides[:, 1])

    def band(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Lowest and highest of the seeds week by week, float64 (weeks,) each; None while there are too few."""
        if self.seeds < LEAST_SEEDS:
            return None
        paths = np.array([s[metric][: self.weeks] for s in (self.policy, *(one.policy for one in self.replicates))])
        return paths.min(axis=0), paths.max(axis=0)

    def beside(self, pair: Pair) -> bool:
        """Whether its baseline is that of the pair, so that both belong into one chart."""
        own, other = (
            without_plan(s).model_dump(exclude={"name", "title", "weeks"}) for s in (self.scenario, pair.scenario)
        )
        return own == other and (self.seed, self.scale) == (pair.seed, pair.scale)


def played(pair: Pair, replicates: tuple[Replicate, ...] = ()) -> Kept | None:
    """The option of a pair as far as it has been played; None before its first week.

    Only the thread that steps the pair may ask: every other would wait for the week that is being stepped.
    """
    if not pair.weeks:
        return None
    policy, baseline = ({name: track.series(name) for name in METRICS} for track in (pair.policy, pair.baseline))
    return Kept(pair.scenario, pair.seed, pair.scale, policy, baseline, replicates=replicates)


def keep(now: Kept, before: tuple[Kept, ...], changed: int) -> tuple[Kept, ...]:
    """The options with one more, under the first letter that is free.

    Raises
    ------
    ValueError
        If there are as many as there can be.
    """
    free = [letter for letter in LETTERS if letter not in {one.letter for one in before}]
    if not free:
        raise ValueError(f"at most {MOST} options are kept")
    return (*before, replace(now, letter=free[0], changed=changed))


def option_name(one: Kept, lang: Lang) -> str:
    """Letter and title of an option that was kept, and how many of its measures are not as in its file."""
    title = f"{one.letter} · {pick(lang, one.scenario.title.zh, one.scenario.title.en)}"
    return f"{title} ({say(lang, 'changed_measures', n=one.changed)})" if one.changed else title
