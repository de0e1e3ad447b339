"""Two folders of results, of the same study and of two versions of code or data: what moved with the version?

Runs of the same scenario, point and seed are pairs: they share every draw that the change of code does not touch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.runs.claim import SWEEP, said
from experiments.runs.folders import kind_of, open_comparison, open_run
from experiments.runs.run_folder import last_year
from experiments.statistics import paired
from experiments.study.read import read_outcomes
from simulation.yaml_source import SourceError

COLUMNS = ["scenario", "metric", "pairs", "same", "value_old", "mean_difference", "ci_low", "ci_high"]
_KEYS = ["scenario", "point", "seed", "metric"]


@dataclass(frozen=True)
class Versions:
    """What two versions say of the same runs.

    Attributes
    ----------
    old, new : str
        Code, commit where it is known, and district data that made them.
    table : DataFrame
        Columns `COLUMNS`, a row for each scenario and metric: pairs of runs, share of them with the same value, mean
        of the old version, mean difference (new − old) with its 95 % t interval over seeds; points of a design are
        averaged first.
    """

    old: str
    new: str
    table: pd.DataFrame

    @property
    def moved(self) -> pd.DataFrame:
        """Rows in which some pair differs, the largest relative change first."""
        rows = self.table[self.table["same"] < 1]
        size = (rows["mean_difference"] / rows["value_old"].abs().where(rows["value_old"] != 0)).abs()
        return rows.loc[size.sort_values(ascending=False, kind="stable").index]


def versions(old: Path, new: Path) -> Versions:
    """Compare the last years of the runs that both folders have.

    Raises
    ------
    SourceError
        If one holds no results, or the two share no scenario, point and seed.
    """
    (made_old, values_old), (made_new, values_new) = _opened(old), _opened(new)
    both = values_old.merge(values_new, on=_KEYS, suffixes=("_old", "_new"))
    if both.empty:
        raise SourceError(f"{old} and {new} share no scenario and seed: there are no pairs to compare")
    rows = []
    for (scenario, metric), pairs in both.groupby(["scenario", "metric"], sort=False):
        means = pairs.groupby("seed")[["value_old", "value_new"]].mean()
        found = paired(means["value_new"].to_numpy(), means["value_old"].to_numpy())
        same = np.isclose(pairs["value_new"], pairs["value_old"], rtol=0, atol=0, equal_nan=True).mean()
        rows.append((scenario, metric, len(pairs), same, means["value_old"].mean(), found.mean, found.low, found.high))
    return Versions(made_old, made_new, pd.DataFrame(rows, columns=COLUMNS))


def _opened(folder: Path) -> tuple[str, pd.DataFrame]:
    """What made the runs of a folder, in one line, and their values (columns `_KEYS` and value); verified once."""
    kind = kind_of(folder)
    if kind == "sweep":
        named = (said(folder, SWEEP) or {}).get("versions", {})
        made = _told([named.get("code", "?")], [named.get("district", "?")], [named.get("commit", "")])
        return made, read_outcomes(folder).values[[*_KEYS, "value"]]
    options = [open_run(folder)] if kind == "run" else open_comparison(folder).options
    rows = [
        (option.name, 0, seed, metric, value)
        for option in options
        for seed, run in option.runs.items()
        for metric, value in last_year(run).items()
    ]
    hashes = [manifest["hashes"] for manifest in options[0].manifests]
    commits = [manifest.get("commit", "") for manifest in options[0].manifests]
    made = _told([one["code"] for one in hashes], [one["district"] for one in hashes], commits)
    return made, pd.DataFrame(rows, columns=[*_KEYS, "value"])


def _told(codes: Iterable[str], districts: Iterable[str], commits: Iterable[str]) -> str:
    """Code, commit where it is known, and data."""
    code, data, commit = (", ".join(sorted(set(filter(None, part)))) for part in (codes, districts, commits))
    return f"code {code}{f' (commit {commit})' if commit else ''}, data {data}"
