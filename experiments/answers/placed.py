"""An outcome by place, as the runs of a study show it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

KEYS = ["point", "scenario", "seed"]
_ROWS = 200_000  # of a long table at once


@dataclass(frozen=True)
class Placed:
    """What the runs show at each place.

    Attributes
    ----------
    by : str
        What the places are: community, subdistrict, life_stage.
    better : int
        1 when more is better, -1 when less is, 0 when neither can be said.
    runs : DataFrame
        Columns point, scenario, seed, then one for each place, by its code; a row for each run.
    draws : DataFrame, optional
        The same of runs at draws of the posterior.
    matters : float
        Smallest difference that matters.
    """

    by: str
    better: int
    runs: pd.DataFrame
    draws: pd.DataFrame | None = None
    matters: float = 0.0

    @property
    def codes(self) -> list[str]:
        """Codes of the places."""
        return [str(name) for name in self.runs.columns if name not in KEYS]

    def parts(self) -> Iterator[list[str]]:
        """Places, so many at a time that a long table of them stays small however many runs there are."""
        codes, size = self.codes, max(1, _ROWS // max(len(self.runs), 1))
        yield from (codes[k : k + size] for k in range(0, len(codes), size))


def long(runs: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Some places of a table of runs as values: columns point, scenario, seed, metric (code of the place), value."""
    there = [code for code in codes if code in runs]
    return runs.melt(KEYS, there, "metric", "value").dropna(subset="value").reset_index(drop=True)
