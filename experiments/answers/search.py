"""Which portfolios of levers are worth considering under a budget? Multi-objective search with NSGA-II (pymoo)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.outcomes import SPENDING, better
from experiments.statistics import undominated

OBJECTIVES = ("satisfaction", "satisfaction_gini", "load_committee", SPENDING)
"""Satisfaction, equity, load and cost; each in the better direction of its metric."""
_FAILED = 1e30
"""Stands for the outcome of a portfolio that could not be run, so that it is never chosen."""
Evaluate = Callable[[pd.DataFrame, int], pd.DataFrame]
"""Takes portfolios (one row each, one column per factor) and the number of the generation; gives a row each, in the
same index, with a column for every objective and `SPENDING`; NaN where a run failed."""


@dataclass(frozen=True)
class Choice:
    """What one factor may be: one of `values`, or a number from `low` to `high`, whole if `integer`."""

    values: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 1.0
    integer: bool = False


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    portfolios : DataFrame
        One row per portfolio that was run: columns of the factors (a dose is empty where its lever is off), generation
        (the first that wanted it), the objectives, `SPENDING`, feasible (within the budget) and front (no feasible one
        is better in all objectives).
    confirmed : DataFrame
        What is left of the best of them on other seeds, see `experiments.answers.confirmed.confirmed`; empty until they
        were run again.
    progress : DataFrame
        Columns generation, runs (portfolios run for the first time), feasible, front (size so far), hypervolume (of
        the front so far, 0-1, each objective scaled by the extremes of all portfolios).
    """

    portfolios: pd.DataFrame
    progress: pd.DataFrame
    confirmed: pd.DataFrame = field(default_factory=pd.DataFrame)


def search(
    space: Mapping[str, Choice],
    evaluate: Evaluate,
    *,
    budget: float,
    population: int = 24,
    generations: int = 10,
    seed: int = 1,
    objectives: Sequence[str] = OBJECTIVES,
) -> Found:
    """Search with NSGA-II (Deb et al. 2002) for mixed variables; the same seed takes the same path.

    The first generation holds the portfolio without any lever and the one with all. What was run once is not run
    again.

    Parameters
    ----------
    space : mapping
        Choices by dotted path. A lever has the choices (False, True); its doses are factors below its path.
    budget : float
        Most spending beyond that of the baseline, yuan; dearer portfolios are infeasible.
    """
    from pymoo.core.mixed import MixedVariableGA
    from pymoo.core.population import Population
    from pymoo.operators.survival.rank_and_crowding import RankAndCrowding

    problem = _problem(space, len(objectives))
    first = Population.new(X=_first(problem, space, population, seed))
    algorithm = MixedVariableGA(pop_size=population, sampling=first, survival=RankAndCrowding())
    algorithm.setup(problem, termination=("n_gen", generations), seed=seed, verbose=False)
    known, rows = _Known(space, evaluate), []
    for generation in range(generations):
        asked = algorithm.ask()
        if asked is None or not len(asked):  # all portfolios of a small space are known
            break
        points = pd.DataFrame(
            [_effective(individual.X, space) for individual in asked], columns=list(space), dtype=object
        )
        before = len(known.table)
        outcome = known(points, generation)
        _tell(algorithm, asked, _losses(outcome, objectives), outcome[SPENDING].to_numpy(float) - budget)
        rows.append((generation, len(known.table) - before))
    portfolios = known.table.assign(feasible=known.table[SPENDING] <= budget)
    portfolios["front"] = _front(portfolios, objectives)
    return Found(portfolios, _progress(portfolios, rows, objectives))


def _problem(space: Mapping[str, Choice], objectives: int) -> Any:
    from pymoo.core.problem import Problem
    from pymoo.core.variable import Binary, Choice, Integer, Real

    def variable(choice: Any) -> Any:
        if choice.values:
            return Binary() if _is_switch(choice) else Choice(options=list(choice.values))
        if choice.integer:
            return Integer(bounds=(int(choice.low), int(choice.high)))
        return Real(bounds=(choice.low, choice.high))

    return Problem(vars={name: variable(choice) for name, choice in space.items()}, n_obj=objectives, n_ieq_constr=1)


def _is_switch(choice: Choice) -> bool:
    """Whether the values are off and on; 0 and 1 are doses."""
    return all(isinstance(value, bool) for value in choice.values) and set(choice.values) == {False, True}


def _first(problem: Any, space: Mapping[str, Choice], count: int, seed: int) -> NDArray[np.object_]:
    """Random portfolios, the first without any lever and the second with all, object (count,) of dicts."""
    from pymoo.core.mixed import MixedVariableSampling

    drawn = MixedVariableSampling().do(problem, count, random_state=np.random.default_rng(seed)).get("X")
    switches = [name for name, choice in space.items() if _is_switch(choice)]
    for individual, state in zip(drawn[:2], (False, True), strict=False):
        individual.update(dict.fromkeys(switches, state))
    return np.asarray(drawn, dtype=object)


def _effective(individual: Mapping[str, Any], space: Mapping[str, Choice]) -> dict[str, Any]:
    """What a portfolio does: doses of levers that are off are None."""
    plain = {name: _plain(individual[name]) for name in space}
    off = [name for name, value in plain.items() if value is False]
    return {
        name: None if any(name.startswith(f"{lever}.") for lever in off) else value for name, value in plain.items()
    }


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


class _Known:
    """Outcomes of the portfolios that were run, each once."""

    def __init__(self, space: Mapping[str, Choice], evaluate: Evaluate) -> None:
        self.factors, self.evaluate = list(space), evaluate
        self.table = pd.DataFrame()
        self.row: dict[tuple[Any, ...], int] = {}

    def __call__(self, points: pd.DataFrame, generation: int) -> pd.DataFrame:
        points = points.astype(object).where(points.notna(), None)
        keys = [tuple(row) for row in points.itertuples(index=False)]
        new = [k for k, key in enumerate(keys) if key not in self.row and key not in keys[:k]]
        if new:
            fresh = points.iloc[new].reset_index(drop=True)
            outcome = self.evaluate(fresh, generation).reindex(fresh.index)
            for k, number in enumerate(new):
                self.row[keys[number]] = len(self.table) + k
            rows = pd.concat([fresh, outcome], axis=1).assign(generation=generation)
            self.table = rows if self.table.empty else pd.concat([self.table, rows], ignore_index=True)
        return self.table.iloc[[self.row[key] for key in keys]].drop(columns=self.factors).reset_index(drop=True)


def _losses(outcome: pd.DataFrame, objectives: Sequence[str]) -> NDArray[np.float64]:
    """Objectives to be made small, float64 (portfolios, objectives)."""
    return np.column_stack([-better(name) * outcome[name].to_numpy(float) for name in objectives])


def _tell(algorithm: Any, asked: Any, losses: NDArray[np.float64], over: NDArray[np.float64]) -> None:
    from pymoo.core.evaluator import Evaluator
    from pymoo.problems.static import StaticProblem

    values = {"F": np.nan_to_num(losses, nan=_FAILED), "G": np.nan_to_num(over, nan=_FAILED)[:, None]}
    Evaluator().eval(StaticProblem(algorithm.problem, **values), asked)
    algorithm.tell(infills=asked)


def _front(portfolios: pd.DataFrame, objectives: Sequence[str]) -> NDArray[np.bool_]:
    """Feasible portfolios that no other feasible one dominates, bool (portfolios,)."""
    losses = _losses(portfolios, objectives)
    usable = np.flatnonzero(portfolios["feasible"].to_numpy() & np.isfinite(losses).all(axis=1))
    front = np.zeros(len(portfolios), bool)
    front[usable[undominated(losses[usable])]] = True
    return front


def _progress(portfolios: pd.DataFrame, rows: list[tuple[int, int]], objectives: Sequence[str]) -> pd.DataFrame:
    from pymoo.indicators.hv import HV

    losses = _losses(portfolios, objectives)
    low, high = np.nanmin(losses, axis=0), np.nanmax(losses, axis=0)
    unit = (losses - low) / np.where(high > low, high - low, 1.0)
    measure, found = HV(ref_point=np.ones(len(objectives))), []
    for generation, runs in rows:
        so_far = portfolios[portfolios["generation"] <= generation]
        front = _front(so_far, objectives)
        volume = float(measure(unit[: len(so_far)][front])) if front.any() else 0.0
        found.append((generation, runs, int(so_far["feasible"].sum()), int(front.sum()), volume))
    return pd.DataFrame(found, columns=["generation", "runs", "feasible", "front", "hypervolume"])
