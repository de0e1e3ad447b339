"""All charts of a comparison, and of a single run, from the files that they left."""

from functools import lru_cache, partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.break_even import break_even
from experiments.charts.cells import MAPS, cells_of_run
from experiments.charts.cost_load import cost_load
from experiments.charts.differences import differences
from experiments.charts.frames import EFFECT, Frames, communities_of
from experiments.charts.frontier import frontier
from experiments.charts.gains import gains
from experiments.charts.groups import groups
from experiments.charts.load import last_year_by_community, load
from experiments.charts.maps import maps
from experiments.charts.offered import offered_charts
from experiments.charts.paths import paths
from experiments.charts.replicates import replicates
from experiments.charts.streets import streets
from experiments.charts.winners import winners
from experiments.runs.folders import Option
from experiments.runs.run_folder import weeks as weeks_of
from simulation.district.data.district import district_folder, files_hash, load_district
from simulation.interventions.community_splits import CommitteeWork, staffing_curve
from simulation.interventions.registry import interventions
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
REPLICATES = ("satisfaction", "satisfaction_gini", "load_committee", "backlog")
_SIZES = (3000.0, 5000.0, 6500.0, 8000.0)
_ADDED = np.arange(0, 13)


def of_comparison(frames: Frames) -> dict[str, style.Drawer]:
    """Charts of a comparison by name, in the order of the documentation."""
    found = frames.found
    names, baseline = found.names, found.baseline.name
    runs, drawn = frames.runs, frames.runs_and_draws
    weeks, starts = by_week(frames.weeks), starts_of(found.options)
    labels = group_labels(found.baseline.scenario["district"])
    charts: dict[str, style.Drawer] = {
        "differences": lambda: differences(found.table, names, drawn),
        "paths": lambda: paths(weeks, names, baseline, PATHS, starts, runs),
        "cost_load": lambda: cost_load(found.table, names, drawn),
    }
    if len(found.winners):
        charts["winners"] = lambda: winners(found.winners, names, labels, runs)
    charts["gains"] = lambda: gains(frames.gains, names, runs)
    charts["streets"] = lambda: streets(frames.streets, names, baseline, EFFECT, labels["subdistrict"], runs)
    for metric in MAPS:
        cells = frames.cells[metric]
        charts[f"map_{metric}"] = lambda cells=cells, metric=metric: maps(  # type: ignore[misc]
            cells, names, baseline, metric, runs
        )
    charts["load"] = lambda: load(frames.last_year_by_community, names, baseline, runs)
    if len(found.others) > 1:
        charts["frontier"] = lambda: frontier(frames.cost_effect, names, EFFECT, drawn)
    if found.replicates > 1:
        charts["replicates"] = lambda: replicates(frames.each, names, REPLICATES, runs)
    if any("community_splits" in option.scenario["interventions"] for option in found.options):
        charts["break_even"] = _curve
    return {**charts, **{name: partial(chart.draw, found) for name, chart in offered_charts().items()}}


def short_paths(frames: Frames) -> style.Drawer:
    """The chart of paths with the four metrics that a brief has room for."""
    found = frames.found
    weeks, starts = by_week(frames.weeks), starts_of(found.options)
    return lambda: paths(weeks, found.names, found.baseline.name, BRIEF, starts, frames.runs)


def of_run(option: Option) -> dict[str, style.Drawer]:
    """Charts of a single run by name."""
    (folder,) = option.runs.values()
    names, runs = {option.name: option.title}, style.Runs(1, float(option.manifests[0]["scale"]))
    weeks, starts = (
        by_week({option.name: {seed: weeks_of(run) for seed, run in option.runs.items()}}),
        starts_of([option]),
    )
    late = last_year_by_community(communities_of([option]))
    residents = pd.read_parquet(folder / "residents.parquet")
    labels = group_labels(option.scenario["district"])
    charts: dict[str, style.Drawer] = {
        "paths": lambda: paths(weeks, names, "", PATHS, starts, runs),
        "groups": lambda: groups(residents, labels["life_stage"], labels["subdistrict"], runs),
    }
    for metric in MAPS:
        cells = cells_of_run(folder, option.name, metric)
        charts[f"map_{metric}"] = lambda cells=cells, metric=metric: maps(  # type: ignore[misc]
            cells, names, option.name, metric, runs
        )
    charts["load"] = lambda: load(late, names, option.name, runs)
    return charts


def by_week(weeks: dict[str, dict[int, pd.DataFrame]]) -> pd.DataFrame:
    """What the charts of paths are drawn from: columns scenario, seed, date and the metrics of `PATHS`."""
    frames = [
        table[["date", *PATHS]].assign(scenario=name, seed=seed)
        for name, runs in weeks.items()
        for seed, table in runs.items()
    ]
    return pd.concat(frames, ignore_index=True)


def starts_of(options: list[Option]) -> style.Names:
    """Labels of the measures by the day on which they start; days inside the simulated time only."""
    kinds, starts = interventions(), {}
    for option in options:
        for kind, fields in option.scenario["interventions"].items():
            day = fields.get("start")
            if day is not None and day > option.scenario["start"]:
                starts[day] = (kinds[kind].title_zh, kinds[kind].title_en) if kind in kinds else (kind, kind)
    return starts


def group_labels(district: str) -> dict[str, dict[int, tuple[str, str]]]:
    """Names (zh, en) of life stages and subdistricts by their code."""
    return {
        "life_stage": {k: LIFE_STAGE_LABELS[name] for k, name in enumerate(LIFE_STAGES)},
        "subdistrict": _streets(district, files_hash(district_folder(district))),
    }


@lru_cache(maxsize=2)
def _streets(district: str, _: str) -> dict[int, tuple[str, str]]:
    """Names of the subdistricts; a report asks for them a dozen times. The second argument: hash of the files."""
    table = load_district(district).table("subdistricts")
    return {k: (str(row.name_zh), str(row.name_en)) for k, row in enumerate(table.itertuples())}


def _curve() -> Figure:
    p = Parameters()
    work = CommitteeWork.from_parameters(p)
    staff = posts_before_2021(np.array(_SIZES), p)
    table = staffing_curve(work, _SIZES, [float(x) for x in staff], [float(x) for x in _ADDED])
    return break_even(table)
