"""What a sample of the area shows otherwise than the whole: measured at the defaults, and taken off.

A sample has the same people in every run, so that it may have, say, a tenth fewer party members than the area whatever
the seed. No emulator can tell that from an effect of the parameters.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.answers.calibration import Calibrated, Target
from experiments.progress import Progress, in_round
from experiments.study.calibration_file import Calibration, Draws
from experiments.study.worlds import BLOCKS, Worlds
from simulation.parameters import PARAMETERS
from simulation.whole import write_csv

SCALES = "scale.csv"
_MORE = 4  # runs of the sample for each of the whole area: they cost little
_NORMAL = 1.96


def at_full_scale(
    plan: Calibration, draws: Draws, worlds: Worlds, found: Calibrated, progress: Progress | None
) -> tuple[Worlds, dict[str, Target], Calibrated]:
    """Worlds and emulators whose values are as the whole area would show them, and targets that know how well that is
    known.

    Where the plan asks for no runs of the whole area, or is one, all are as they were. Else `scale.csv` says what was
    found; the factor between sample and area is taken to be the same at all parameters. The waves before have done
    without: what they rule out is several deviations away.
    """
    if not draws.full_scale or plan.scale >= 1:
        return worlds, plan.targets, found
    points = pd.DataFrame([{name: PARAMETERS[name].default for name in plan.parameters}])
    values: dict[str, pd.DataFrame] = {}
    for name, scale, count in (("full", 1.0, draws.full_scale), ("sample", plan.scale, _MORE * draws.full_scale)):
        part = replace(worlds, plan=plan.model_copy(update={"scale": scale, "replicates": count}))
        report = in_round(progress, "全域与样本", "area and sample", len(values) + 1, 2)
        values[name] = part.values(points, BLOCKS["scale"], f"scale-{scale:g}", report)
    table = factors(values["full"], values["sample"])
    write_csv(worlds.runner.store.out / SCALES, table, "%.6g")
    known = table.set_index("target")
    targets = {name: widened(target, float(known["error"].get(name, 0.0))) for name, target in plan.targets.items()}
    times = {name: float(known["factor"].get(name, 1.0)) for name in targets}
    emulators = {name: emulator.times(times[name]) for name, emulator in found.emulators.items()}
    return replace(worlds, factors=times), targets, replace(found, emulators=emulators)


def factors(full: pd.DataFrame, sample: pd.DataFrame) -> pd.DataFrame:
    """Means of each pattern in the area and in the sample, and their ratio.

    Parameters
    ----------
    full, sample : DataFrame
        Columns target, value: a row for each world.

    Returns
    -------
    DataFrame
        Columns target, full, full_runs, sample, sample_runs, factor (1 where a mean is 0) and error: the standard error
        of what the factor makes of the sample's mean. The spread of a world is that of the sample where the area has
        one run.
    """
    rows = []
    for name in sample["target"].unique():
        one, other = (t.loc[t["target"] == name, "value"].dropna().to_numpy(float) for t in (full, sample))
        if not len(one) or not len(other):
            continue
        spread = (np.var(a, ddof=1) if len(a) > 1 else np.var(other, ddof=1) for a in (one, other))
        error = np.sqrt(sum(v / len(a) for v, a in zip(spread, (one, other), strict=True)))
        factor = one.mean() / other.mean() if one.mean() and other.mean() else 1.0
        rows.append((name, one.mean(), len(one), other.mean(), len(other), factor, error))
    names = ["target", "full", "full_runs", "sample", "sample_runs", "factor", "error"]
    return pd.DataFrame(rows, columns=names)


def widened(target: Target, error: float) -> Target:
    """The target with the standard error of the factor in its interval; an end that is known stays."""
    more = np.hypot(target.high - target.low, 2 * _NORMAL * error) - (target.high - target.low)
    below, above = {"": (more / 2, more / 2), "above": (0.0, more), "below": (more, 0.0)}[target.censored]
    return Target(target.low - below, target.high + above, target.censored)
