"""All charts of a comparison, and of a single run, from the files that they left."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.answers import costs
from experiments.answers.communities import covered_share, same_units
from experiments.answers.frontier import frontier as frontier_of
from experiments.charts import style
from experiments.charts.break_even import break_even
from experiments.charts.cost_load import cost_load
from experiments.charts.differences import differences
from experiments.charts.frontier import frontier
from experiments.charts.groups import groups
from experiments.charts.load import last_year_by_community, load
from experiments.charts.maps import maps
from experiments.charts.offered import offered_charts
from experiments.charts.paths import paths
from experiments.charts.replicates import replicates
from experiments.charts.winners import winners
from experiments.runs.folders import ComparisonFolder, Option
from experiments.runs.run_folder import last_year as last_year_of
from experiments.statistics import last_year, paired
from experiments.texts import numbers as verdicts
from simulation.district.data.district import load_district
from simulation.interventions.community_splits import CommitteeWork, staffing_curve
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS
from simulation.parameters import Parameters
from simulation.state.residents import LIFE_STAGE_LABELS, LIFE_STAGES
from simulation.state.workers import posts_before_2021

PATHS = (
    "satisfaction",
    "satisfaction_convenience",
    "satisfaction_community_service",
    "load_committee",
    "backlog",
    "resolution_rate",
    "circle_coverage_residents",
    "cost_operating_yuan",
)
BRIEF = ("satisfaction", "load_committee", "backlog", "cost_operating_yuan")
MAPS = ("satisfaction", "load_committee")
REPLICATES = ("satisfaction", "satisfaction_gini", "load_committee", "backlog")
EFFECT = "satisfaction"
_SIZES = (3000.0, 5000.0, 6500.0, 8000.0)
_ADDED = np.arange(0, 13)


def of_comparison(found: ComparisonFolder) -> dict[str, style.Drawer]:
    """Charts of a comparison by name, in the order of the documentation."""
    names, baseline = found.names, found.baseline.name
    runs = style.Runs(found.replicates, found.scale)
    weeks, starts, late = _weeks(found.options), _starts(found.options), _late(found.options)
    labels = group_labels(found.baseline.scenario["district"])
    charts: dict[str, style.Drawer] = {
        "differences": lambda: differences(found.table, names, runs),
        "paths": lambda: paths(weeks, names, baseline, PATHS, starts, runs),
        "cost_load": lambda: cost_load(found.table, names, runs),
    }
    if len(found.winners):
        charts["winners"] = lambda: winners(found.winners, names, labels, runs)
    for metric in MAPS:
        cells = _cells(found, metric)
        charts[f"map_{metric}"] = lambda cells=cells, metric=metric: maps(  # type: ignore[misc]
            cells, names, baseline, metric, runs
        )
    charts["load"] = lambda: load(late, names, baseline, runs)
    if len(found.others) > 1:
        money = cost_effect(found)
        charts["frontier"] = lambda: frontier(money, names, EFFECT, runs)
    if found.replicates > 1:
        each = paired_differences(found)
        charts["replicates"] = lambda: replicates(each, names, REPLICATES, runs)
    if any("community_splits" in option.scenario["interventions"] for option in found.options):
        charts["break_even"] = _curve
    return {**charts, **{name: partial(chart.draw, found) for name, chart in offered_charts().items()}}


def short_paths(found: ComparisonFolder) -> style.Drawer:
    """The chart of paths with the four metrics that a brief has room for."""
    weeks, starts = _weeks(found.options), _starts(found.options)
    runs = style.Runs(found.replicates, found.scale)
    return lambda: paths(weeks, found.names, found.baseline.name, BRIEF, starts, runs)


def of_run(option: Option) -> dict[str, style.Drawer]:
    """Charts of a single run by name."""
    (folder,) = option.runs.values()
    names, runs = {option.name: option.title}, style.Runs(1, float(option.manifests[0]["scale"]))
    weeks, starts, late = _weeks([option]), _starts([option]), _late([option])
    residents = pd.read_parquet(folder / "residents.parquet")
    labels = group_labels(option.scenario["district"])
    charts: dict[str, style.Drawer] = {
        "paths": lambda: paths(weeks, names, "", PATHS, starts, runs),
        "groups": lambda: groups(residents, labels["life_stage"], labels["subdistrict"], runs),
    }
    for metric in MAPS:
        value = _people if metric == "satisfaction" else _committee
        cells = _grid(folder).assign(
            scenario=option.name, value=value(folder, folder, metric), difference=0.0, clear=True
        )
        charts[f"map_{metric}"] = lambda cells=cells, metric=metric: maps(  # type: ignore[misc]
            cells, names, option.name, metric, runs
        )
    charts["load"] = lambda: load(late, names, option.name, runs)
    return charts


def paired_differences(found: ComparisonFolder) -> pd.DataFrame:
    """Difference of every replicate: columns scenario, seed, metric, difference."""
    runs = {option.name: list(option.runs.values()) for option in found.options}
    rows = [
        (option.name, seed, metric, value)
        for option in found.options
        for seed, run in option.runs.items()
        for metric, value in last_year_of(run).items()
    ]
    own = pd.DataFrame(rows, columns=["scenario", "seed", "metric", "value"])
    values = same_units(own, runs, covered_share(found.baseline.scenario["parameters"]))
    base = values[values["scenario"] == found.baseline.name].drop(columns="scenario")
    pairs = values[values["scenario"] != found.baseline.name].merge(base, on=["seed", "metric"], suffixes=("", "_base"))
    return pairs.assign(difference=pairs["value"] - pairs["value_base"])[["scenario", "seed", "metric", "difference"]]


def cost_effect(found: ComparisonFolder, metric: str = EFFECT) -> pd.DataFrame:
    """What each option costs a year and gives in the last one, beyond the baseline.

    Columns scenario, capital (yuan), operating (yuan in the last year), cost (yuan a year, see
    `experiments.answers.costs`), mean, effect (0 where that is too small to matter), low, high, and status,
    dominated_by, compared_with, icer of `experiments.answers.frontier.frontier`, in the order of cost; efficient.
    """
    values = found.table.set_index(["scenario", "metric"])
    given = found.baseline.scenario["parameters"]
    each_year = costs.annuity(costs.parameter(costs.LIFE, given), costs.parameter(costs.RATE, given))
    rows = [{"option": found.baseline.name, "cost": 0.0, "effect": 0.0}]
    for option in found.others:
        row = values.loc[(option.name, metric)]
        capital, operating = _spent(option, found.baseline)
        small = verdicts.verdict(METRICS[metric], row["ci_low"], row["ci_high"]) == verdicts.SMALL
        rows.append(
            {
                "option": option.name,
                "capital": capital,
                "operating": operating,
                "cost": each_year * capital + operating,
                "mean": row["mean_difference"],
                "effect": 0.0 if small else row["mean_difference"],
                "low": row["ci_low"],
                "high": row["ci_high"],
            }
        )
    frame = frontier_of(pd.DataFrame(rows)).rename(columns={"option": "scenario"})
    frame = frame[frame["scenario"] != found.baseline.name].reset_index(drop=True)
    return frame.assign(efficient=frame["status"] == "efficient")


def _spent(option: Option, baseline: Option) -> tuple[float, float]:
    """Capital and operating cost of the last year beyond the baseline, means over the replicates."""
    pairs = [np.subtract(_yuan(run), _yuan(baseline.runs[seed])) for seed, run in option.runs.items()]
    capital, operating = np.mean(pairs, axis=0)
    return float(capital), float(operating)


def _yuan(run: Path) -> tuple[float, float]:
    return costs.spent(pd.read_parquet(run / "district.parquet", columns=list(costs.COSTS)))


def _weeks(options: list[Option]) -> pd.DataFrame:
    frames = [
        pd.read_parquet(run / "district.parquet", columns=["date", *PATHS]).assign(scenario=option.name, seed=seed)
        for option in options
        for seed, run in option.runs.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _starts(options: list[Option]) -> style.Names:
    """Labels of the measures by the day on which they start; days inside the simulated time only."""
    kinds, starts = interventions(), {}
    for option in options:
        for kind, fields in option.scenario["interventions"].items():
            day = fields.get("start")
            if day is not None and day > option.scenario["start"]:
                starts[day] = (kinds[kind].title_zh, kinds[kind].title_en) if kind in kinds else (kind, kind)
    return starts


def _late(options: list[Option]) -> pd.DataFrame:
    columns = ["tick", "community", "parent", "kind", "households_per_worker", "load_committee"]
    return last_year_by_community(
        {
            option.name: [pd.read_parquet(run / "communities.parquet", columns=columns) for run in option.runs.values()]
            for option in options
        }
    )


def group_labels(district: str) -> dict[str, dict[int, tuple[str, str]]]:
    """Names (zh, en) of life stages and subdistricts by their code."""
    table = load_district(district).table("subdistricts")
    streets = {k: (str(row.name_zh), str(row.name_en)) for k, row in enumerate(table.itertuples())}
    return {"life_stage": {k: LIFE_STAGE_LABELS[name] for k, name in enumerate(LIFE_STAGES)}, "subdistrict": streets}


def _cells(found: ComparisonFolder, metric: str) -> pd.DataFrame:
    """Level and paired difference of every cell, by the community that it belongs to at the end of the run.

    Satisfaction is that of the same people in both runs, so that a new boundary alone changes nothing; a load is that
    of the committee in charge.
    """
    value = _people if metric == "satisfaction" else _committee
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


def _clear(difference: NDArray[np.float64], margin: float) -> NDArray[np.bool_]:
    """Whether each column of (replicates, cells) has a difference that matters; all of them with one replicate."""
    places, which = np.unique(difference, axis=1, return_inverse=True)  # cells of a community have the same value
    if len(difference) < 2:
        return np.ones(difference.shape[1], bool)
    tests = [paired(column, np.zeros(len(column))) for column in places.T]
    return np.array([(t.low > 0 or t.high < 0) and not -margin < t.low <= t.high < margin for t in tests])[
        which.ravel()
    ]


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


def _curve() -> Figure:
    p = Parameters()
    work = CommitteeWork.from_parameters(p)
    staff = posts_before_2021(np.array(_SIZES), p)
    table = staffing_curve(work, _SIZES, [float(x) for x in staff], [float(x) for x in _ADDED])
    return break_even(table)
