"""What the charts and the report of a comparison show, read from its runs once."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers import costs
from experiments.answers.communities import covered_share, same_units
from experiments.answers.frontier import frontier
from experiments.answers.gains import tally
from experiments.answers.streets import street_weeks
from experiments.charts.cells import MAPS, cells_of
from experiments.charts.load import last_year_by_community
from experiments.charts.style import Runs
from experiments.runs.folders import ComparisonFolder, Option
from experiments.runs.run_folder import weeks as weeks_of
from experiments.statistics import last_year_values
from experiments.texts import numbers as words

EFFECT = "satisfaction"
_COMMUNITIES = [
    *("tick", "community", "parent", "kind", "subdistrict", "residents", "households_per_worker"),
    *("satisfaction", "load_committee"),
]


@dataclass(frozen=True, eq=False)
class Frames:
    """Tables of a comparison, each made when it is first asked for."""

    found: ComparisonFolder

    @property
    def draws(self) -> int:
        """Draws of the parameters that were run; 0 where all are at their defaults."""
        return int(self.found.table["draws"].max())

    @cached_property
    def drawn_factors(self) -> pd.DataFrame:
        """What each draw sets: indexed by draw, a column for each factor by dotted path."""
        return self.found.draws_points.set_index("draw").drop(columns="seed")

    @property
    def runs(self) -> Runs:
        """What a figure without draws rests on."""
        return Runs(self.found.replicates, self.found.scale)

    @property
    def runs_and_draws(self) -> Runs:
        """What a figure with both intervals rests on."""
        return replace(self.runs, draws=self.draws, draws_scale=float(self.found.about_draws.get("scale", np.nan)))

    @cached_property
    def weeks(self) -> dict[str, dict[int, pd.DataFrame]]:
        """The district's metrics by week, for each option and seed."""
        return {
            option.name: {seed: weeks_of(run) for seed, run in option.runs.items()} for option in self.found.options
        }

    @cached_property
    def communities(self) -> dict[str, list[pd.DataFrame]]:
        """Communities by week, for each option: some columns of `communities.parquet`, a table for each seed."""
        return communities_of(self.found.options)

    @cached_property
    def streets(self) -> pd.DataFrame:
        """Satisfaction of the streets by week, as `experiments.charts.streets.streets` takes it."""
        seeds = {option.name: list(option.runs) for option in self.found.options}
        days = {
            name: pd.Series(weeks["date"].to_numpy(), index=weeks["tick"])
            for name, runs in self.weeks.items()
            for weeks in list(runs.values())[:1]
        }
        parts = [
            street_weeks(table, EFFECT).assign(
                scenario=name, seed=seed, date=lambda rows, n=name: rows["tick"].map(days[n])
            )
            for name, tables in self.communities.items()
            for seed, table in zip(seeds[name], tables, strict=True)
        ]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def gains(self) -> pd.DataFrame:
        """How many residents changed by how much, as `experiments.charts.gains.gains` takes it."""
        base = {seed: _index(run) for seed, run in self.found.baseline.runs.items()}
        parts = [
            tally(_index(run), base[seed]).assign(scenario=option.name, seed=seed)
            for option in self.found.others
            for seed, run in option.runs.items()
        ]
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def last_year_by_community(self) -> pd.DataFrame:
        """Means of the last year and over the replicates, as `experiments.charts.load.load` takes them."""
        return last_year_by_community(self.communities)

    @cached_property
    def cells(self) -> dict[str, pd.DataFrame]:
        """Levels and differences of every cell by metric of a map, see `experiments.charts.cells.cells_of`."""
        return {metric: cells_of(self.found, metric) for metric in MAPS}

    @cached_property
    def each(self) -> pd.DataFrame:
        """Difference of every replicate: columns scenario, seed, metric, difference."""
        rows = [
            (name, seed, metric, value)
            for name, runs in self.weeks.items()
            for seed, weeks in runs.items()
            for metric, value in last_year_values(weeks).items()
        ]
        own = pd.DataFrame(rows, columns=["scenario", "seed", "metric", "value"])
        runs = {option.name: list(option.runs.values()) for option in self.found.options}
        values = same_units(own, runs, covered_share(self.found.baseline.scenario["parameters"]))
        first = values["scenario"] == self.found.baseline.name
        base = values[first].drop(columns="scenario")
        pairs = values[~first].merge(base, on=["seed", "metric"], suffixes=("", "_base"))
        found = pairs.assign(difference=pairs["value"] - pairs["value_base"])
        return found[["scenario", "seed", "metric", "difference"]]

    @cached_property
    def spent(self) -> pd.DataFrame:
        """Capital of the run and operating cost of the last year beyond the baseline, yuan, by option: means."""
        base = self.weeks[self.found.baseline.name]
        means = {
            option.name: np.mean(
                [
                    np.subtract(costs.spent(weeks), costs.spent(base[seed]))
                    for seed, weeks in self.weeks[option.name].items()
                ],
                axis=0,
            )
            for option in self.found.options
        }
        return pd.DataFrame.from_dict(means, orient="index", columns=["capital", "operating"])

    @cached_property
    def each_year(self) -> float:
        """Share of the capital that a year costs."""
        return costs.each_year(self.found.baseline.scenario["parameters"])

    @cached_property
    def cost_effect(self) -> pd.DataFrame:
        """What each option costs a year and gives in the last one, beyond the baseline.

        Columns scenario, capital (yuan), operating (yuan in the last year), cost (yuan a year, see
        `experiments.answers.costs`), mean, effect (0 where that is too small to matter), low, high, ci_low_total,
        ci_high_total, and status, dominated_by, compared_with, icer of `experiments.answers.frontier.frontier`, in
        the order of cost; efficient.
        """
        values = self.found.table[self.found.table["metric"] == EFFECT]
        values = values.assign(word=words.judged(values)).set_index("scenario")
        rows: list[dict[str, object]] = [{"option": self.found.baseline.name, "cost": 0.0, "effect": 0.0}]
        for option in self.found.others:
            row, (capital, operating) = values.loc[option.name], self.spent.loc[option.name]
            rows.append(
                {
                    "option": option.name,
                    "capital": capital,
                    "operating": operating,
                    "cost": self.each_year * capital + operating,
                    "mean": row["mean_difference"],
                    "effect": 0.0 if row["word"] == words.SMALL else row["mean_difference"],
                    "low": row["ci_low"],
                    "high": row["ci_high"],
                    "ci_low_total": row["ci_low_total"],
                    "ci_high_total": row["ci_high_total"],
                }
            )
        frame = frontier(pd.DataFrame(rows)).rename(columns={"option": "scenario"})
        frame = frame[frame["scenario"] != self.found.baseline.name].reset_index(drop=True)
        return frame.assign(efficient=frame["status"] == "efficient")


def _index(run: Path) -> NDArray[np.float32]:
    """Overall index of every resident at the end of a run, 0-100."""
    return pd.read_parquet(run / "residents.parquet", columns=["overall"])["overall"].to_numpy()


def communities_of(options: list[Option]) -> dict[str, list[pd.DataFrame]]:
    """What charts show of communities by week, for each option: a table for each seed."""
    return {
        option.name: [
            pd.read_parquet(run / "communities.parquet", columns=_COMMUNITIES) for run in option.runs.values()
        ]
        for option in options
    }
