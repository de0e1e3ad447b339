"""What the maps of a comparison show: a number for each cell of 100 m, read from the files of the runs."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.verdict import verdict
from experiments.runs.folders import ComparisonFolder
from experiments.statistics import last_year, paired
from simulation.metrics.table import METRICS

MAPS = ("satisfaction", "load_committee")
"""Metrics that have a map."""


def cells_of(found: ComparisonFolder, metric: str) -> pd.DataFrame:
    """Level and paired difference of every cell, by the community that it belongs to at the end of the run.

    Columns cell_x, cell_y, community, scenario, value, clear, difference: means over the replicates. Satisfaction is
    that of the same people in both runs, so that a new boundary alone changes nothing; a load is that of the committee
    in charge.
    """
    value = _reader(metric)
    frames = []
    for option in found.options:
        pairs = [(run, found.baseline.runs[seed]) for seed, run in option.runs.items()]
        now = np.stack([value(run, run, metric) for run, _ in pairs])
        base = np.stack([value(base, run, metric) for run, base in pairs])
        frames.append(
            _grid(pairs[0][0]).assign(
                scenario=option.name,
                value=now.mean(axis=0),
                clear=_clear(now - base, METRICS[metric].least.at(np.nan)),
                difference=(now - base).mean(axis=0),
            )
        )
    return pd.concat(frames, ignore_index=True)


def cells_of_run(run: Path, name: str, metric: str) -> pd.DataFrame:
    """The same of a single run, which has no difference."""
    value = _reader(metric)(run, run, metric)
    return _grid(run).assign(scenario=name, value=value, difference=0.0, clear=True)


def _reader(metric: str) -> Callable[[Path, Path, str], NDArray[np.float64]]:
    return _people if metric == "satisfaction" else _committee


def _clear(difference: NDArray[np.float64], margin: float) -> NDArray[np.bool_]:
    """Whether each column of (replicates, cells) has a difference that matters; all of them with one replicate."""
    places, which = np.unique(difference, axis=1, return_inverse=True)  # cells of a community have the same value
    if len(difference) < 2:
        return np.ones(difference.shape[1], bool)
    tests = [paired(column, np.zeros(len(column))) for column in places.T]
    told = np.array([verdict(t.low, t.high, margin=margin) in ("better", "worse") for t in tests])
    return told[which.ravel()]


def _grid(run: Path) -> pd.DataFrame:
    return pd.read_parquet(run / "cells.parquet").sort_values(["cell_x", "cell_y"], ignore_index=True)


def _committee(run: Path, places: Path, metric: str) -> NDArray[np.float64]:
    """Mean of the last year of the committee in charge of each cell of `places`, as it was in `run`."""
    weeks = pd.read_parquet(run / "communities.parquet", columns=["tick", "community", metric])
    mean = last_year(weeks).groupby("community")[metric].mean()
    return mean.reindex(_grid(run)["community"]).to_numpy(float)


def _people(run: Path, places: Path, metric: str) -> NDArray[np.float64]:
    """Mean at the end of `run` of the residents of each community of `places`."""
    overall = pd.read_parquet(run / "residents.parquet", columns=["overall"])["overall"].astype(float)
    home = pd.read_parquet(places / "residents.parquet", columns=["community"])["community"]
    return overall.groupby(home).mean().reindex(_grid(places)["community"]).to_numpy(float)
