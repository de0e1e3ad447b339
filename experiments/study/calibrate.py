"""Calibrate parameters to the patterns: history matching, wave by wave, with runs that are kept and used again, and
draws of the posterior over the emulators that the waves leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.answers.calibration import Calibrated, Target, history_matching
from experiments.progress import Progress, in_round
from experiments.runs.job import Work
from experiments.runs.runner import Means, Runner
from experiments.runs.store import Store
from experiments.study.calibration_file import Calibration
from experiments.study.full_scale import at_full_scale
from experiments.study.rounds import Result, in_rounds
from experiments.study.worlds import BLOCKS, Worlds, seeds_of
from experiments.validation.observe import files
from experiments.validation.validate import record
from simulation.parameters import PARAMETERS
from simulation.scenario.parameter_file import write_parameter_file
from simulation.whole import write_csv
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    from experiments.study.draw_posterior import Drawn

PARAMETER_FILE = "calibrated.yaml"
_FAR = 4
"""Widths of the accepted range from which a value beyond it counts as no farther: sixteen standard deviations."""


@dataclass(frozen=True)
class Found(Calibrated):
    """What history matching found and, where the plan asks for it and not all is ruled out, what was drawn then."""

    drawn: "Drawn | None" = None


def calibrate(
    plan: Calibration,
    *,
    out: Path,
    workers: int | None = None,
    memory: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = record,
) -> Result[Found]:
    """Run the waves and write `waves.csv`, `ranges.csv`, `plausible.csv` and, unless all is ruled out, a parameter
    file with the least implausible values and the ranges that are left; then, where the plan asks for them, draws of
    the posterior (see `experiments.study.draw_posterior`).

    Runs that `out` already holds are used again when code, data and parameters are the same: the same command goes on
    where it stopped. Every point has seeds of its own, so that the luck of one world is no part of the answer, and a
    run ends with the last day that a pattern needs.

    Raises
    ------
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If too few runs of a wave succeeded.
    """
    seeds_of(plan, max(BLOCKS.values()), plan.points_of_a_wave)  # refused before anything is written
    store = Store(out, files())

    def find(runner: Runner) -> Found:
        runs = Worlds(plan, runner)
        found = _calibrate(plan, runs, progress)
        _write(out, plan, found)
        if plan.posterior is None or found.ranges.empty:
            return Found(**vars(found))
        from experiments.study.draw_posterior import draw_posterior  # loads the sampler

        runs, targets, found = at_full_scale(plan, plan.posterior, runs, found, progress)
        drawn = draw_posterior(plan, plan.posterior, targets, found, runs.drawn, out, progress)
        return Found(**vars(found), drawn=drawn)

    return in_rounds(
        "calibration",
        plan,
        find,
        grows={"waves", "posterior", "from_prior"},
        store=store,
        work=work,
        warm=work is record,
        watched=True,
        means=Means(workers, memory=memory),
        force=force,
    )


def _calibrate(plan: Calibration, runs: Worlds, progress: Progress | None) -> Calibrated:
    def evaluate(points: pd.DataFrame, wave: int) -> pd.DataFrame:
        report = in_round(progress, "轮", "wave", wave + 1, plan.waves)
        return _means(_near(runs.values(points, wave, f"wave-{wave + 1}", report), plan.targets))

    try:
        return history_matching(
            plan.ranges, plan.targets, evaluate, waves=plan.waves, points=plan.points_of_a_wave, seed=plan.seed
        )
    except SourceError:
        raise
    except ValueError as error:
        raise SourceError(f"{runs.runner.store.out}: {error}") from None


def _near(table: pd.DataFrame, targets: Mapping[str, Target]) -> pd.DataFrame:
    """Values with those far from the accepted range drawn in: how absurd an absurd world is need not be emulated, and
    a ratio of calls to hardly any would outweigh all other points.
    """
    width = {name: _FAR * (target.high - target.low) for name, target in targets.items()}
    low = table["target"].map({name: target.low - width[name] for name, target in targets.items()})
    high = table["target"].map({name: target.high + width[name] for name, target in targets.items()})
    return table.assign(value=table["value"].clip(low, high))


def _means(table: pd.DataFrame) -> pd.DataFrame:
    """Mean over the seeds of each pattern at each point, and the variance of that mean (missing for one seed)."""
    groups = table.groupby(["point", "target"], sort=False)["value"]
    found = groups.agg(value="mean", variance="var", n="count").reset_index()
    # the spread of few seeds is known badly at a point: all points lend theirs to each other
    found["variance"] = found.groupby("target")["variance"].transform("mean") / found["n"]
    return found[["point", "target", "value", "variance"]]


def _write(out: Path, plan: Calibration, found: Calibrated) -> None:
    for name in ("waves", "ranges"):
        write_csv(out / f"{name}.csv", getattr(found, name), "%.6g")
    write_csv(out / "plausible.csv", found.sample, "%.6g")
    if found.ranges.empty:
        (out / PARAMETER_FILE).unlink(missing_ok=True)
        return
    rows = {
        str(row.parameter): {
            "value": float(f"{row.best:.4g}"),
            "low": float(f"{row.low:.4g}"),
            "high": float(f"{row.high:.4g}"),
        }
        for row in found.ranges.itertuples()
    }
    write_parameter_file(
        out / PARAMETER_FILE,
        {name: _ordered(name, row) for name, row in rows.items()},
        {
            "experiment": plan.name,
            "method": f"history matching, implausibility < {found.waves['cutoff'].iloc[0]:.2f}",
            "patterns": plan.patterns,
            "scale": plan.scale,
            "seeds": plan.replicates,
            "waves": int(found.waves["wave"].max()),
            "remaining": float(f"{found.waves['remaining'].iloc[-1]:.3g}"),
        },
    )


def _ordered(name: str, row: dict[str, float]) -> dict[str, float]:
    """Rounding may have put the value outside its range, or the range outside the parameter's."""
    known = PARAMETERS[name]
    low, high = max(min(row["low"], row["value"]), known.low), min(max(row["high"], row["value"]), known.high)
    return {"value": min(max(row["value"], low), high), "low": low, "high": high}
