"""Two folders of results, of the same study and of two versions of code or data: what moved with the version?

Runs of the same scenario, point and seed are pairs: they share every draw that the change of code does not touch.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.answers.outcomes import Outcomes
from experiments.runs.claim import SWEEP, said
from experiments.runs.folders import kind_of, open_comparison, open_run
from experiments.runs.job import Made
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
    both = _values(old).merge(_values(new), on=_KEYS, suffixes=("_old", "_new"))
    if both.empty:
        raise SourceError(f"{old} and {new} share no scenario and seed: there are no pairs to compare")
    rows = []
    for (scenario, metric), pairs in both.groupby(["scenario", "metric"], sort=False):
        means = pairs.groupby("seed")[["value_old", "value_new"]].mean()
        found = paired(means["value_new"].to_numpy(), means["value_old"].to_numpy())
        same = np.isclose(pairs["value_new"], pairs["value_old"], rtol=0, atol=0, equal_nan=True).mean()
        rows.append((scenario, metric, len(pairs), same, means["value_old"].mean(), found.mean, found.low, found.high))
    return Versions(_made(old), _made(new), pd.DataFrame(rows, columns=COLUMNS))


def _values(folder: Path) -> pd.DataFrame:
    """Columns `_KEYS` and value."""
    if kind_of(folder) == "run":
        run = open_run(folder)
        rows = [(run.name, 0, seed, name, x) for seed, at in run.runs.items() for name, x in last_year(at).items()]
        return pd.DataFrame(rows, columns=[*_KEYS, "value"])
    found: Outcomes = read_outcomes(folder)
    return found.values[[*_KEYS, "value"]]


def _made(folder: Path) -> str:
    """Code, commit and data of a folder in one line."""
    if kind_of(folder) == "sweep":
        named = (said(folder, SWEEP) or {}).get("versions", {})
        made = {Made("", named.get("code", "?"), named.get("district", "?"))}
        commits = {named.get("commit", "")}
    else:
        option = open_run(folder) if kind_of(folder) == "run" else open_comparison(folder).baseline
        made = {Made("", m["hashes"]["code"], m["hashes"]["district"]) for m in option.manifests}
        commits = {m.get("commit", "") for m in option.manifests}
    code = ", ".join(sorted({one.code for one in made}))
    told = ", ".join(sorted(filter(None, commits)))
    return f"code {code}{f' (commit {told})' if told else ''}, data {', '.join(sorted({one.district for one in made}))}"
