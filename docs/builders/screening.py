"""`docs/screening.csv`: which of all parameters move what is calibrated or concluded.

`python -m docs.builders.screening WORK` runs the history once at the defaults, and once with each parameter at that end
of its range which is farther from the default (one at a time, a radial screening with the best guess as its centre;
Campolongo, Saltelli and Cariboni 2011, section 2.2). Paths of Morris through the whole box were tried first: with all
parameters at random levels there is no hotline, a backlog of years or volunteers without end at almost every point, and
effects measured there say nothing of the area. A folder that was begun is gone on with.
"""

from pathlib import Path

import pandas as pd

from docs.builders.made import asked, made
from experiments.runs.read import weeks as read_weeks
from experiments.runs.run_file import run_to_file
from experiments.runs.store import RUNS, Store
from experiments.study.study import Study
from simulation.domains import WEEKS_PER_YEAR
from simulation.parameters import PARAMETERS
from simulation.scenario.load import load_scenario

FILE = Path(__file__).parents[1] / "screening.csv"
SCENARIO = "huitian_history"
SCALE, WEEKS, SEED = 0.02, 3 * WEEKS_PER_YEAR, 1
ASIDE = ("run.", "name.")
"""First words of what says how a run is made, not how the world is."""
SWITCH = "switch"
"""Unit of what chooses between structures, which are compared as rivals."""
HALF_YEAR = WEEKS_PER_YEAR // 2


def points() -> pd.DataFrame:
    """One row at the defaults, then one for each parameter, named in the index."""
    chosen = [p for p in PARAMETERS.values() if not p.name.startswith(ASIDE) and p.low < p.high and p.unit != SWITCH]
    rows = pd.DataFrame([{p.name: p.default for p in chosen}] * (len(chosen) + 1))
    rows.index = pd.Index(["", *(p.name for p in chosen)])
    for p in chosen:
        rows.loc[p.name, p.name] = p.high if p.high - p.default >= p.default - p.low else p.low
    return rows


def outcomes(weeks: pd.DataFrame) -> dict[str, float]:
    """What is screened, from the recorded weeks of a run: 2020 unless the name says otherwise."""
    first, second, third = (weeks.iloc[k * WEEKS_PER_YEAR : (k + 1) * WEEKS_PER_YEAR] for k in range(3))
    start, last, january = weeks.iloc[:HALF_YEAR], weeks.iloc[-1], second.iloc[:5]
    calls = [float(year["hotline_requests"].sum()) for year in (first, second, third)]
    levels = ("satisfaction", "load_committee", "load_property", "backlog", "hotline_requests", "fee_payment_rate")
    return {
        **{name: float(third[name].mean()) for name in (*levels, "trust", "participation")},
        "satisfaction_since_2018": float(third["satisfaction"].mean() - start["satisfaction"].mean()),
        "load_committee_since_2018": float(third["load_committee"].mean() - start["load_committee"].mean()),
        "calls_2019_over_2018": calls[1] / max(calls[0], 1.0),
        "calls_2020_over_2019": calls[2] / max(calls[1], 1.0),
        "resolution_rate_january_2019": float(january["resolution_rate"].mean()),
        "satisfied_rate_january_2019": float(january["satisfied_rate"].mean()),
        "burnout_2018": float(first["burnout"].mean()),
        "turnout_spring_2020": float(third["double_report_turnout"].iloc[4:13].mean()),
        **{f"{name}_end": float(last[name]) for name in ("volunteers", "organisations", "waste_sorting_rate")},
        "waste_sorting_awareness_end": float(last["waste_sorting_awareness"]),
    }


def screened(out: Path, workers: int | None) -> pd.DataFrame:
    """Change of each outcome that each parameter makes; a column `share_NAME` has its share of the sum of squares."""
    at = points()
    numbered = at.add_prefix("parameters.").set_axis(pd.RangeIndex(len(at), name="point"))
    study = Study({SCENARIO: load_scenario(SCENARIO)}, SCENARIO, (SEED,), numbered, SCALE, WEEKS)
    jobs = {point: study.job(point, SCENARIO, SEED, out / RUNS / f"point-{point}.parquet") for point in numbered.index}
    done = made(jobs, Store(out), "screening", run_to_file, workers)
    found = pd.DataFrame({at.index[point]: outcomes(read_weeks(place)) for point, place in done.items()}).T
    change = found.drop(index="") - found.loc[""]
    share = change.pow(2) / change.pow(2).sum()
    return change.join(share.add_prefix("share_")).rename_axis("parameter")


def main() -> None:
    """Run and write the table, the parameter that matters most for anything first."""
    work, workers = asked("screening", __doc__)
    found = screened(work, workers)
    most = found.filter(like="share_").max(axis=1).sort_values(ascending=False, kind="stable")
    found.loc[most.index].to_csv(FILE, float_format="%.5g", encoding="utf-8")


if __name__ == "__main__":
    main()
