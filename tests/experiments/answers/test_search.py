"""The search finds a front that is known, keeps to the budget and its path."""

import numpy as np
import pandas as pd

from experiments.answers.confirmed import confirmed, picked
from experiments.answers.costs import COSTS
from experiments.answers.outcomes import SPENDING
from experiments.answers.search import Choice, search
from experiments.answers.uncertainty import DRAWS, over_draws

SPACE = {
    "interventions.a": Choice((False, True)),
    "interventions.a.dose": Choice(low=0, high=10, integer=True),
    "interventions.b": Choice((False, True)),
    "interventions.c": Choice((False, True)),
    "interventions.c.kind": Choice(("x", "y")),
}
TWO = ("satisfaction", SPENDING)
NONE = pd.DataFrame(columns=DRAWS)
"""Differences at draws, without draws."""


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


def runs(truth: dict[str, float], seeds: range, noise: float, rng: np.random.Generator) -> pd.DataFrame:
    """Satisfaction with luck of each run; everything costs 10, half of it capital, but for the baseline."""
    rows = []
    for option, level in truth.items():
        for seed in seeds:
            cost = 0.0 if option == "baseline" else 5.0
            rows.append((option, seed, "satisfaction", level + noise * rng.normal()))
            rows += [(option, seed, metric, cost) for metric in COSTS]
    return pd.DataFrame(rows, columns=["scenario", "seed", "metric", "value"])


def test_the_winner_looks_too_good_where_it_was_chosen_and_not_on_fresh_seeds() -> None:
    """Forty options that are all alike, +1: the best of one seed looks far better, and fresh seeds hold the truth."""
    rng, seen, kept, held = np.random.default_rng(5), [], [], 0
    for _ in range(50):
        truth = {"baseline": 50.0, **{f"option_{k}": 51.0 for k in range(40)}}
        first = runs(truth, range(1, 2), 0.5, rng)
        best = first[first["metric"] == "satisfaction"].set_index("scenario")["value"].drop("baseline").idxmax()
        fresh = runs({name: truth[name] for name in ("baseline", best)}, range(2, 7), 0.5, rng)
        chosen = first[first["scenario"].isin(["baseline", best])]
        row = confirmed(chosen, fresh, NONE, "baseline", 20, TWO).set_index("metric").loc["satisfaction"]
        seen.append(row["searched"])
        kept.append(row["confirmed"])
        held += bool(row["ci_low"] <= 1 <= row["ci_high"])
    assert np.mean(seen) > 1.8  # of 40 normal deviates of 0.5 the largest is 1.08 above
    assert abs(np.mean(kept) - 1) < 4 * 0.5 * np.sqrt(2 / 5) / np.sqrt(50)
    assert held >= 42  # of 50 intervals of 95 %; fewer in one study of thousands


def test_a_confirmed_option_may_break_the_budget_or_be_beaten() -> None:
    rng = np.random.default_rng(1)
    truth = {"baseline": 50.0, "good": 52.0, "poor": 51.0}
    found = confirmed(runs(truth, range(1, 2), 0, rng), runs(truth, range(2, 5), 0, rng), NONE, "baseline", 9, TWO)
    first = found.drop_duplicates("option").set_index("option")
    assert not first["within_budget"].any() and first["on_front"].to_dict() == {"good": True, "poor": False}
    assert found[found["metric"] == SPENDING]["confirmed"].tolist() == [10, 10]
    assert found["draws"].eq(0).all() and found["verdict_total"].eq("").all()


def test_parameters_may_take_back_what_fresh_seeds_confirm() -> None:
    """+2 on every seed, and at half of the draws -2; spending is summed at draws too, and less of it is better."""
    rng = np.random.default_rng(1)
    truth = {"baseline": 50.0, "good": 52.0}
    at_draws = pd.concat(
        [
            runs({"baseline": 50.0, "good": 50.0 + (2 if draw % 2 else -2)}, range(draw, draw + 1), 0, rng).assign(
                point=draw
            )
            for draw in range(1, 41)
        ]
    )
    drawn = over_draws(at_draws, "baseline")
    found = confirmed(runs(truth, range(1, 2), 0, rng), runs(truth, range(2, 5), 0, rng), drawn, "baseline", 9, TWO)
    rows = found.set_index("metric")
    assert rows.loc["satisfaction", ["confirmed", "ci_low_total", "ci_high_total"]].tolist() == [2, -2, 2]
    assert rows.loc["satisfaction", ["probability_better", "verdict_total"]].tolist() == [0.5, "cannot be told"]
    assert rows.loc[SPENDING, ["draws", "ci_low_total", "verdict_total"]].tolist() == [40, 10, "worse"]


def test_options_are_picked_evenly_along_the_front() -> None:
    front = pd.DataFrame({SPENDING: [5.0, 1.0, 4.0, 2.0, 3.0]})
    assert picked(front, 3)[SPENDING].tolist() == [1, 3, 5] and len(picked(front, 9)) == 5
