"""Two scenarios over the same residents and the same land: communities as they were before any of them was divided.

A part of a divided community has other residents, fewer requests and fewer posts than the whole by construction. So
parts are put together again, week by week, and the whole is compared with the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.answers.costs import parameter
from experiments.statistics import DIFFERENCE, group_intervals, last_year
from simulation.metrics.metric import Ratio, ShareOfCommunities
from simulation.metrics.sums import SIZES
from simulation.metrics.table import METRICS

COVERAGE = "circle_coverage_communities"
"""The one metric of the district that counts communities; a division changes what it counts."""
OF_THE_START = "circle_coverage_communities_of_the_start"
"""Column of a run kept as a file: the same over the communities of the start, where some were divided."""
_SPLITS = "community_splits"
_REACHED, _THRESHOLD = "circle_coverage_residents", "access.covered_share"
_LABELS = ["community", "name_zh", "name_en", "subdistrict", "parts"]
_SIZES = ["residents", "households", "workers"]
_FOR_COVERAGE = [*_LABELS[:-1], "tick", "parent", "kind", *_SIZES, COVERAGE, _REACHED]
COLUMNS = ["scenario", "baseline", *_LABELS, *DIFFERENCE, "baseline_value"]


def whole(parent: NDArray[np.integer]) -> NDArray[np.int64]:
    """Community of the start that each community is or was divided from.

    Parameters
    ----------
    parent : int (n_communities,)
        Community that each was divided from, -1 for none; always one with a lower number.
    """
    found = np.arange(len(parent))
    for row in np.flatnonzero(np.asarray(parent) >= 0):
        found[row] = found[parent[row]]
    return found


def weight(metric: str) -> str:
    """Size that a mean of communities is weighted by: what the metric divides by where that is on record, else people.

    Weighted by what it divides by, the mean of the parts is the ratio of the whole, exactly.
    """
    formula = METRICS[metric].of
    below = formula.denominator if isinstance(formula, Ratio) else None
    return next((name for name, size in SIZES.items() if size is below), "residents")


def put_together(weeks: pd.DataFrame, covered_share: float) -> pd.DataFrame:
    """The weeks of a run's communities with all parts of a divided one in one row.

    Counts are added, means weighted by `weight`; a community is covered by service circles where enough of its
    residents are. What cannot be told from the parts (how unequal the residents of the whole are) is NaN.

    Parameters
    ----------
    weeks : DataFrame
        Rows of `communities.parquet`.
    covered_share : float
        Share of residents within reach from which a community counts as covered.

    Returns
    -------
    DataFrame
        Columns tick, community, parts (communities in the row), name_zh, name_en, subdistrict, kind, sizes, metrics.
    """
    metrics = [name for name in METRICS if name in weeks]
    parents = weeks.groupby("community")["parent"].last()
    roots = weeks["community"].map(dict(zip(parents.index, _roots(parents), strict=True))).to_numpy()
    keyed = weeks.assign(community=roots, own=weeks["community"] == roots)
    keys = ["tick", "community"]
    cell, place = _cells(keyed[keys])
    n = len(place)
    out = {name: place[name].to_numpy() for name in keys}
    out["parts"] = np.bincount(cell, minlength=n)
    first = keyed[keyed["own"]].set_index(keys)
    for name in ("name_zh", "name_en", "subdistrict", "kind"):
        if name in first:
            out[name] = first[name].reindex(pd.MultiIndex.from_frame(place)).to_numpy()
    out |= {name: np.bincount(cell, weeks[name], n) for name in _SIZES}
    for name in metrics:
        out[name] = _together(weeks, name, cell, out["parts"])
    if COVERAGE in out and _REACHED in out:
        many = out["parts"] > 1
        out[COVERAGE] = np.where(many, out[_REACHED] >= covered_share, out[COVERAGE]).astype(float)
    return pd.DataFrame(out)


def _roots(parents: pd.Series) -> NDArray[np.int64]:
    """The same for communities that a table has, by their numbers."""
    chain = np.full(int(parents.index.max()) + 1, -1)
    chain[parents.index.to_numpy()] = parents.to_numpy()
    return whole(chain)[parents.index.to_numpy()]


def _cells(keys: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """Number of the group of each row, and the groups in order."""
    groups = keys.groupby(list(keys.columns), sort=True)
    return groups.ngroup().to_numpy(), groups.size().index.to_frame(index=False)


def _together(weeks: pd.DataFrame, name: str, cell: NDArray[np.int64], parts: NDArray[np.int64]) -> NDArray[np.float64]:
    metric, values = METRICS[name], weeks[name].to_numpy(float)
    if not metric.kind.comparable:
        return np.bincount(cell, values, len(parts)).astype(np.float64)
    known = ~np.isnan(values)
    size = np.where(known, weeks[weight(name)].to_numpy(float), 0.0)
    top, below = np.bincount(cell, size * np.where(known, values, 0.0), len(parts)), np.bincount(cell, size, len(parts))
    mean = np.divide(top, below, out=np.full(len(parts), np.nan), where=below > 0)
    one = np.full(len(parts), np.nan)
    one[cell] = values  # a whole that was never divided keeps its bits
    mean = np.where(parts == 1, one, mean)
    return mean if adds_up(name) else np.where(parts == 1, one, np.nan)


def adds_up(name: str) -> bool:
    """Whether the mean of a whole follows from those of its parts."""
    return isinstance(METRICS[name].of, Ratio | ShareOfCommunities)


def covered_share(parameters: Mapping[str, float]) -> float:
    """Share of its residents in reach from which a community is covered, under the parameters that a scenario sets."""
    return parameter(_THRESHOLD, parameters)


def coverage(together: pd.DataFrame) -> float:
    """Share of the urban communities of the start that service circles cover, mean over the weeks of `put_together`."""
    return float(_coverage_by_week(together).mean())


def _coverage_by_week(together: pd.DataFrame) -> pd.Series:
    covered: pd.Series = together[together["kind"] == "community"].groupby("tick")[COVERAGE].mean()
    return covered


def with_coverage_of_the_start(
    district: pd.DataFrame, communities: pd.DataFrame, parameters: Mapping[str, float]
) -> pd.DataFrame:
    """The weeks of the district with the column `OF_THE_START`, if a community was divided, else as they are.

    Parameters
    ----------
    district, communities : DataFrame
        Of a recording, see `docs/results.md`.
    parameters : mapping
        Those that the scenario sets.
    """
    if not (communities["parent"] >= 0).any():
        return district
    weekly = _coverage_by_week(put_together(communities[_FOR_COVERAGE], covered_share(parameters)))
    return district.assign(**{OF_THE_START: district["tick"].map(weekly).astype(float)})


def _late(folder: Path, share: float, wanted: Sequence[str] | None = None) -> pd.DataFrame:
    """Communities of the start in the last year of a run; of their columns all, or those that are wanted and there."""
    file = folder / "communities.parquet"
    columns = None if wanted is None else [name for name in wanted if name in pq.read_schema(file).names]
    return put_together(last_year(pd.read_parquet(file, columns=columns)), share)


def unaffected(metrics: Sequence[str], scenarios: Iterable[Mapping[str, Any]], factors: Iterable[str]) -> list[str]:
    """The metrics of a sweep, coverage counted in residents where some runs divide communities.

    A sweep keeps the weeks of the district only, so that parts cannot be put together again.

    Parameters
    ----------
    scenarios : iterable of mapping
        Resolved scenarios.
    factors : iterable of str
        Factors of the design.
    """
    levers = [name for scenario in scenarios for name in scenario["interventions"]]
    divided = any(_SPLITS in name for name in (*levers, *factors))
    return list(dict.fromkeys(_REACHED if name == COVERAGE and divided else name for name in metrics))


def same_units(values: pd.DataFrame, runs: Mapping[str, list[Path]], share: float) -> pd.DataFrame:
    """Values of runs, with the coverage of communities counted over the communities of the start.

    Parameters
    ----------
    values : DataFrame
        Columns scenario, seed, metric, value.
    runs : mapping
        Folders of the runs by scenario, named `seed-N`.
    share : float
        See `covered_share`.
    """
    found = values.copy()
    for scenario, folders in runs.items():
        for folder in folders:
            seed = int(folder.name.removeprefix("seed-"))
            rows = (found["scenario"] == scenario) & (found["seed"] == seed) & (found["metric"] == COVERAGE)
            if rows.any():
                found.loc[rows, "value"] = coverage(_late(folder, share, _FOR_COVERAGE))
    return found


def same_units_of_files(values: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The same for runs kept as files, which have the column `OF_THE_START` where communities were divided.

    Parameters
    ----------
    values, runs : DataFrame
        Columns point, scenario, seed, and metric and value, or place (Path of the file).
    """
    counted = {(run.point, run.scenario): run.place for run in runs.itertuples()}
    known = {
        at: float(last_year(pq.read_table(place, columns=["tick", OF_THE_START]).to_pandas())[OF_THE_START].mean())
        for at, place in counted.items()
        if OF_THE_START in pq.read_schema(place).names
    }
    rows = values[values["metric"] == COVERAGE]
    own = [known.get((row.point, row.scenario), row.value) for row in rows.itertuples()]
    return values.assign(value=values["value"].where(values["metric"] != COVERAGE, pd.Series(own, rows.index, float)))


def last_year_of_communities(folder: Path, share: float) -> pd.DataFrame:
    """Value of the last 52 weeks of a run, one row per community of the start and metric.

    Columns: community, name_zh, name_en, subdistrict, parts (communities that it has become by the end), metric,
    value.
    """
    rows = _late(folder, share)
    metrics = [name for name in METRICS if name in rows and not rows[name].isna().all()]
    how = {name: METRICS[name].summary for name in metrics}
    found = rows.groupby("community", sort=True).agg({**dict.fromkeys(_LABELS[1:], "last"), **how})
    of_parts = [name for name in metrics if METRICS[name].kind.comparable and not adds_up(name)]
    found.loc[found["parts"] > 1, of_parts] = np.nan
    return found.reset_index().melt(_LABELS, metrics, "metric", "value")


def compare_communities(runs: Mapping[str, list[Path]], baseline: str, share: float) -> pd.DataFrame:
    """Mean difference from the baseline with its paired t interval, by scenario, community of the start and metric.

    Parameters
    ----------
    runs : mapping
        Folders of finished runs by scenario, named by their seeds.
    baseline : str
        Scenario that the others are measured against.
    share : float
        See `covered_share`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `parts` are those of the scenario (1: not divided), intervals are NaN with fewer than two
        replicates.
    """
    keys = ["community", "metric"]
    level = {folder.name: last_year_of_communities(folder, share) for folder in runs[baseline]}
    parts = []
    for scenario, folders in runs.items():
        for folder in folders if scenario != baseline else []:
            if folder.name in level:
                base = level[folder.name][[*keys, "value"]]
                pairs = last_year_of_communities(folder, share).merge(base, on=keys, suffixes=("", "_base"))
                parts.append(pairs.assign(scenario=scenario, difference=pairs["value"] - pairs["value_base"]))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    keys = ["scenario", *_LABELS, "metric"]
    differences = pd.concat(parts).dropna(subset="difference")
    groups = differences.groupby(keys, sort=False)
    table = group_intervals(groups["difference"]).assign(baseline_value=groups["value_base"].mean()).reset_index()
    return table.assign(
        baseline=baseline,
        replicates=table["n"],
        mean_difference=table["mean"],
        ci_low=table["mean"] - table["half"],
        ci_high=table["mean"] + table["half"],
    )[COLUMNS]
