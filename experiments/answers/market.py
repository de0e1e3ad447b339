"""What a budget can buy: options of measures with prices, and emulators of what they change, from runs that ship."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.costs import COSTS
from experiments.answers.portfolio_emulator import Codes, PortfolioEmulator, fit
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS

_PREFIX = "interventions."


@dataclass(frozen=True)
class Option:
    """A measure with its doses, what it costs beyond the baseline (yuan), and the row of its run in the table."""

    kind: str
    doses: Mapping[str, Any]
    price: float
    row: int


class Market:
    """Options on offer and emulators of what they change, from runs that were made beforehand.

    Parameters
    ----------
    table : DataFrame
        As `experiments.study.prepared` has it: a row for each run, with draw, the portfolio by dotted path and metrics.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table.reset_index(drop=True)
        paths = [name for name in table if name.startswith(_PREFIX)]
        self.kinds = [path.removeprefix(_PREFIX) for path in paths if path.count(".") == 1]
        self.fields = {
            kind: [path.rsplit(".", 1)[1] for path in paths if path.startswith(f"{_PREFIX}{kind}.")]
            for kind in self.kinds
        }
        self.options = {kind: self._options(kind) for kind in self.kinds}
        self._known: dict[str, PortfolioEmulator] = {}

    @property
    def metrics(self) -> list[str]:
        """What can be asked for: metrics of the table that have a better side, money left out."""
        return [name for name in self.table if name in METRICS and name not in COSTS and METRICS[name].direction]

    @cached_property
    def spending(self) -> NDArray[np.float64]:
        """What each run spent beyond the baseline of its draw, yuan, float64 (runs,)."""
        return self._difference(self.table[list(COSTS)].sum(axis=1))

    @cached_property
    def _nothing(self) -> NDArray[np.bool_]:
        """Runs in which no measure is on, bool (runs,)."""
        on = self.table[[f"{_PREFIX}{kind}" for kind in self.kinds]]
        return ~on.to_numpy(bool).any(axis=1)

    @cached_property
    def codes(self) -> Codes:
        """Portfolio of each run."""
        found = np.zeros((len(self.table), len(self.kinds)), np.int64)
        for j, kind in enumerate(self.kinds):
            for number, option in enumerate(self.options[kind], 1):
                found[self._rows(kind, option.doses), j] = number
        return found

    @cached_property
    def prices(self) -> list[NDArray[np.float64]]:
        """Price of each option of each measure, 0 first for where it is off."""
        return [np.array([0.0, *(option.price for option in self.options[kind])]) for kind in self.kinds]

    def price(self, codes: Codes) -> NDArray[np.float64]:
        """What portfolios cost, yuan, float64 (portfolios,)."""
        return np.asarray(sum(table[codes[:, j]] for j, table in enumerate(self.prices)), np.float64)

    @cached_property
    def price_error(self) -> float:
        """By what share the spending of runs of several measures differs from the sum of prices, root mean square."""
        mixed = (self.codes > 0).sum(axis=1) > 1
        return float(np.sqrt(np.mean((self.spending[mixed] / self.price(self.codes[mixed]) - 1) ** 2)))

    def effects(self, metric: str) -> "pd.Series[float]":
        """Difference of each run from the baseline of its draw."""
        return pd.Series(self._difference(self.table[metric]), self.table.index)

    def alone(self, metric: str) -> list[NDArray[np.float64]]:
        """Effect of each option of each measure alone, at the defaults, float64 (options,)."""
        effects = self.effects(metric)
        return [np.array([effects[option.row] for option in self.options[kind]]) for kind in self.kinds]

    def emulator(self, metric: str) -> PortfolioEmulator:
        """Of the difference from the baseline, fitted to the runs at draws; those at the defaults give its sizes."""
        if metric not in self._known:
            rows = ~self._nothing & (self.table["draw"] > 0).to_numpy()
            draws, values = self.table["draw"].to_numpy(np.int64)[rows], self.effects(metric).to_numpy(float)[rows]
            doses = [self._unit(kind) for kind in self.kinds]
            self._known[metric] = fit(self.codes[rows], draws, values, doses, self.alone(metric))
        return self._known[metric]

    def _difference(self, column: "pd.Series[float]") -> NDArray[np.float64]:
        base = column[self._nothing].groupby(self.table["draw"][self._nothing]).first()
        return np.asarray(column - self.table["draw"].map(base), np.float64)

    def _options(self, kind: str) -> list[Option]:
        """Those that the defaults were run with alone, the cheapest first."""
        on = [f"{_PREFIX}{name}" for name in self.kinds]
        alone = (self.table["draw"] == 0) & (self.table[on].sum(axis=1) == 1)
        rows = self.table[alone & self.table[f"{_PREFIX}{kind}"]]
        found = [
            Option(
                kind,
                {name: _plain(kind, name, self.table.at[k, f"{_PREFIX}{kind}.{name}"]) for name in self.fields[kind]},
                float(self.spending[k]),
                int(k),
            )
            for k in rows.index
        ]
        return sorted(found, key=lambda option: option.price)

    def _rows(self, kind: str, doses: Mapping[str, Any]) -> NDArray[np.bool_]:
        on = self.table[f"{_PREFIX}{kind}"].to_numpy(bool)
        for name, value in doses.items():
            on = on & (self.table[f"{_PREFIX}{kind}.{name}"] == value).to_numpy(bool)
        return on

    def _unit(self, kind: str) -> NDArray[np.float64]:
        """Doses of the options, each field from 0 to 1, float64 (options, fields)."""
        names, options = self.fields[kind], self.options[kind]
        values = np.array([[float(option.doses[name]) for name in names] for option in options])
        values = values.reshape(len(options), len(names))
        return (values - values.min(axis=0)) / np.maximum(np.ptp(values, axis=0), 1e-300)


def _plain(kind: str, name: str, value: Any) -> float:
    """A dose as its measure takes it: a table has no whole numbers where some are missing."""
    return int(value) if interventions()[kind].model_fields[name].annotation is int else float(value)
