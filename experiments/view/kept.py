"""Options that a visitor keeps while trying others: their weeks beside the baseline's, and one headline number each."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from experiments.answers.costs import COSTS
from experiments.texts.catalogue import Lang
from experiments.texts.numbers import YI
from experiments.texts.page import pick, say
from experiments.view.session import Pair, without_plan
from simulation.scenario.types import Scenario

MOST = 4
LETTERS = "ABCD"
PATHS = {"satisfaction": "satisfaction", "load": "load_committee"}
"""Charts that kept options are drawn in, with their metrics."""
_YEAR = 52  # weeks


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
    """

    scenario: Scenario
    seed: int
    scale: float
    policy: dict[str, NDArray[np.float64]]
    baseline: dict[str, NDArray[np.float64]]
    letter: str = ""
    changed: int = 0

    @property
    def weeks(self) -> int:
        """Weeks that it was played."""
        return len(self.policy["satisfaction"])

    def gain(self, metric: str) -> float:
        """Mean difference from its baseline over its last 52 weeks, or over all if there are fewer."""
        return float(np.mean((self.policy[metric] - self.baseline[metric])[-_YEAR:]))

    def cost(self) -> float:
        """What it has spent beyond its baseline, 100 million yuan."""
        return float(sum(self.policy[name][-1] - self.baseline[name][-1] for name in COSTS)) / YI

    def beside(self, pair: Pair) -> bool:
        """Whether its baseline is that of the pair, so that both belong into one chart."""
        own, other = (
            without_plan(s).model_dump(exclude={"name", "title", "weeks"}) for s in (self.scenario, pair.scenario)
        )
        return own == other and (self.seed, self.scale) == (pair.seed, pair.scale)


def played(pair: Pair) -> Kept | None:
    """The option of a pair as far as it has been played; None before its first week.

    Only the thread that steps the pair may ask: every other would wait for the week that is being stepped.
    """
    if not pair.weeks:
        return None
    names = (*PATHS.values(), *COSTS)
    policy, baseline = ({name: track.series(name) for name in names} for track in (pair.policy, pair.baseline))
    return Kept(pair.scenario, pair.seed, pair.scale, policy, baseline)


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
