"""All charts of a comparison, from the runs that it made."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.charts import style
from experiments.charts.break_even import break_even
from experiments.charts.differences import differences
from experiments.charts.load import last_year_by_community, load
from experiments.charts.maps import maps
from experiments.charts.paths import paths
from experiments.charts.winners import winners
from experiments.compare import Comparison
from experiments.statistics import LEVEL, paired
from simulation.district.data import load_district
from simulation.interventions.community_splits import CommitteeWork, staffing_curve
from simulation.parameters import Parameters
from simulation.population.residents import LIFE_STAGE_LABELS, LIFE_STAGES
from simulation.processes.staff import posts_before_2021
from simulation.recorder import WEEKS_PER_YEAR

PATHS = ("satisfaction", "satisfaction_convenience", "satisfaction_community_service", "load_committee", "backlog",
         "resolution_rate", "circle_coverage_communities", "cost_operating_yuan")
MAPS = ("satisfaction", "load_committee")
_SIZES = (3000.0, 5000.0, 6500.0, 8000.0)
_ADDED = np.arange(0, 13)


def draw(result: Comparison) -> list[Path]:
    """See `experiments.charts.draw_all`."""
    folder = result.folder / "charts"
    done = _with_partner(result)
    names = {s.name: (s.title.zh, s.title.en) for s in result.scenarios if s.name in done}
    scale = float(pd.read_json(done[result.baseline][0] / "manifest.json", typ="series")["scale"])
    n = result.replicates
    interval = f"{LEVEL:.0%} 配对区间 paired t interval" if n > 1 else "无区间 no interval"
    note = style.source(n, scale, interval + "，空心灰点：区间含零 hollow grey: interval holds 0")
    spread = style.source(n, scale, "带：各次范围 band: range；4周均值 4-week means；"
                          "虚线：措施开始 dashed: a start")
    late = style.source(n, scale, "最后52周均值 mean of the last 52 weeks")
    made = [
        style.save(paths(_weeks(done), names, result.baseline, PATHS, _starts(result), spread), folder, "paths"),
        style.save(differences(result.table, names, note), folder, "differences"),
        style.save(load(_late(done), names, result.baseline, late), folder, "load"),
    ]
    if len(result.winners):
        what = "变化超过1分计入，数字为平均变化（分） changes above 1 point count, figures: mean change (points)"
        made.append(style.save(winners(result.winners, names, _labels(result), style.source(n, scale, what)), folder,
                               "winners"))
    for metric in MAPS:
        when = "期末 at the end" if metric == "satisfaction" else "最后52周 last 52 weeks"
        dots = style.source(n, scale, f"{when}，点纹：区间含零 dotted: interval holds 0，"
                                      "斜纹：下降 slanted: decrease")
        made.append(style.save(maps(_cells(done, result.baseline, metric), names, result.baseline, metric, dots),
                               folder, f"map_{metric}"))
    if any("community_splits" in s.interventions for s in result.scenarios):
        made.append(style.save(_curve(), folder, "break_even"))
    return made


def _with_partner(result: Comparison) -> dict[str, list[Path]]:
    """Runs whose seed the baseline has too; a scenario without any is left out of the charts."""
    seeds = {run.name for run in result.runs[result.baseline]}
    paired_runs = {name: [run for run in runs if run.name in seeds] for name, runs in result.runs.items()}
    return {name: runs for name, runs in paired_runs.items() if runs}


def _weeks(done: dict[str, list[Path]]) -> pd.DataFrame:
    frames = [pd.read_parquet(run / "district.parquet", columns=["date", *PATHS]).assign(scenario=name, seed=run.name)
              for name, runs in done.items() for run in runs]
    return pd.concat(frames, ignore_index=True)


def _starts(result: Comparison) -> dict[str, str]:
    return {str(lever.start): f"{lever.title_zh} {lever.title_en}"
            for s in result.scenarios for lever in s.interventions.values() if hasattr(lever, "start")}


def _late(done: dict[str, list[Path]]) -> pd.DataFrame:
    columns = ["tick", "community", "parent", "kind", "households_per_worker", "load_committee"]
    return last_year_by_community({name: [pd.read_parquet(run / "communities.parquet", columns=columns) for run in runs]
                                   for name, runs in done.items()}, WEEKS_PER_YEAR)


def _labels(result: Comparison) -> dict[str, dict[int, str]]:
    table = load_district(result.scenarios[0].district).table("subdistricts")
    streets = {k: f"{row.name_zh} {row.name_en}" for k, row in enumerate(table.itertuples())}
    stages = {k: " ".join(LIFE_STAGE_LABELS[name]) for k, name in enumerate(LIFE_STAGES)}
    return {"life_stage": stages, "subdistrict": streets}


def _cells(done: dict[str, list[Path]], baseline: str, metric: str) -> pd.DataFrame:
    """Level and paired difference of every cell, by the community that it belongs to at the end of the run.

    Satisfaction is that of the same people in both runs, so that a new boundary alone changes nothing; a load is that
    of the committee in charge.
    """
    value = _people if metric == "satisfaction" else _committee
    frames = []
    for name, runs in done.items():
        pairs = [(run, done[baseline][0].parent / run.name) for run in runs]
        pairs = [(run, base) for run, base in pairs if base in done[baseline]]
        now = np.stack([value(run, run, metric) for run, _ in pairs])
        base = np.stack([value(base, run, metric) for run, base in pairs])
        tests = [paired(now[:, c], base[:, c]) for c in range(now.shape[1])]
        clear = np.array([t.low > 0 or t.high < 0 for t in tests]) if len(pairs) > 1 else np.ones(now.shape[1], bool)
        frames.append(_grid(pairs[0][0]).assign(scenario=name, value=now.mean(axis=0), clear=clear,
                                                difference=(now - base).mean(axis=0)))
    return pd.concat(frames, ignore_index=True)


def _grid(run: Path) -> pd.DataFrame:
    return pd.read_parquet(run / "cells.parquet").sort_values(["cell_x", "cell_y"], ignore_index=True)


def _committee(run: Path, places: Path, metric: str) -> NDArray[np.float64]:
    """Mean of the last year of the committee in charge of each cell of `places`, as it was in `run`."""
    weeks = pd.read_parquet(run / "communities.parquet", columns=["tick", "community", metric])
    mean = weeks[weeks["tick"] > weeks["tick"].max() - WEEKS_PER_YEAR].groupby("community")[metric].mean()
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
    return break_even(table, "解析式 analytic: F(k−1)/(h·ρ)；不计倦怠与误派 without burnout and misrouting")
