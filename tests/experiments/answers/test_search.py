"""The search finds a front that is known, keeps to the budget and its path."""

import numpy as np
import pandas as pd

from experiments.answers.outcomes import SPENDING
from experiments.answers.search import Choice, search

SPACE = {
    "interventions.a": Choice((False, True)),
    "interventions.a.dose": Choice(low=0, high=10, integer=True),
    "interventions.b": Choice((False, True)),
    "interventions.c": Choice((False, True)),
    "interventions.c.kind": Choice(("x", "y")),
}
TWO = ("satisfaction", SPENDING)


class Toy:
    """Satisfaction is bought by a's dose at 1 a unit; b costs 5 for 1, c costs 2 for 4 (x) or for 3 (y)."""

    def __init__(self) -> None:
        self.seen: list[tuple[object, ...]] = []

    def __call__(self, points: pd.DataFrame, generation: int) -> pd.DataFrame:
        self.seen += [tuple(row) for row in points.itertuples(index=False)]
        rows = []
        for row in points.to_dict("records"):
            dose = (row["interventions.a.dose"] or 0) if row["interventions.a"] else 0
            c = row["interventions.c"]
            gain = dose + row["interventions.b"] + (0 if not c else 4 if row["interventions.c.kind"] == "x" else 3)
            rows.append(
                {
                    "satisfaction": 50 + gain,
                    "satisfaction_gini": 0.1,
                    "load_committee": 1 - gain / 100,
                    SPENDING: 1.0 * dose + 5 * row["interventions.b"] + 2 * bool(c),
                }
            )
        return pd.DataFrame(rows, index=points.index)


def test_front_of_a_toy_is_found() -> None:
    toy = Toy()
    found = search(SPACE, toy, budget=9, population=24, generations=25, objectives=TWO)
    front = found.portfolios[found.portfolios["front"]]
    # nothing, one unit of a, then c with every dose that the budget allows
    expected = {(50, 0), (51, 1), *((54 + dose, 2 + dose) for dose in range(8))}
    assert set(zip(front["satisfaction"], front[SPENDING], strict=True)) == expected
    assert not front["interventions.b"].any() and (front["interventions.c.kind"].dropna() == "x").all()
    assert found.portfolios.loc[found.portfolios[SPENDING] > 9, "feasible"].eq(False).all()
    assert len(toy.seen) == len(set(toy.seen)) == len(found.portfolios)  # nothing runs twice
    assert (np.diff(found.progress["hypervolume"]) >= -1e-12).all()
    assert found.progress["hypervolume"].iloc[-1] > 0.5


def test_first_generation_holds_nothing_and_everything() -> None:
    found = search(SPACE, Toy(), budget=99, population=4, generations=1).portfolios
    switches = found[["interventions.a", "interventions.b", "interventions.c"]].sum(axis=1).tolist()
    assert switches[0] == 0 and switches[1] == 3
    assert pd.isna(found["interventions.a.dose"].iloc[0])


def test_same_seed_takes_the_same_path() -> None:
    first, second, other = (
        search(SPACE, Toy(), budget=9, population=8, generations=4, seed=seed).portfolios for seed in (3, 3, 4)
    )
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)


def test_failed_runs_are_no_solutions() -> None:
    def sometimes(points: pd.DataFrame, generation: int) -> pd.DataFrame:
        outcome = Toy()(points, generation)
        outcome[points["interventions.c"].astype(bool)] = np.nan
        return outcome.iloc[:-1]  # and one is lost

    found = search(SPACE, sometimes, budget=9, population=8, generations=3, objectives=TWO).portfolios
    assert not found[found["satisfaction"].isna()]["front"].any()
    assert found["front"].any() and not found[found["front"]]["interventions.c"].any()
