"""What questions are asked of: options with their names; the effect or the level of each scenario, in words."""

from dataclasses import replace

import pandas as pd

from experiments.answers import outcomes
from experiments.answers.outcomes import Outcomes
from experiments.charts import style
from experiments.charts.factors import named
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS


def options_of(sweep: Outcomes) -> tuple[pd.DataFrame, style.Names, str]:
    """Values by option, names of the options, and the option that the others are measured against.

    That is the baseline scenario as it is, or where every point changes it, at its first point.
    """
    values = outcomes.as_options(sweep.values, sweep.points, sweep.acting)
    rows = values[["option", "scenario", "point"]].drop_duplicates("option")
    chosen = {
        str(row.option): (
            sweep.titles[str(row.scenario)],
            outcomes.levers_at(sweep.points, row.point, str(row.scenario), sweep.acting),
        )
        for row in rows.itertuples()
    }
    own = rows[rows["scenario"] == sweep.baseline]["option"]
    if own.empty:
        raise ValueError(f"no run of {sweep.baseline} is whole, against which the others are measured")
    base = sweep.baseline if sweep.baseline in set(own) else str(own.iloc[0])
    return values, named(chosen), base


def results_of(sweep: Outcomes) -> list[tuple[str, str, pd.DataFrame]]:
    """What factors may drive: the effect of every scenario on the baseline, else the level of the only one."""
    others = [name for name in sweep.titles if name != sweep.baseline]
    if not others:
        return [(sweep.baseline, "level", sweep.values)]
    changed = outcomes.effects(sweep.values, sweep.baseline)
    return [(name, "effect", changed[changed["scenario"] == name]) for name in others]


def words_of(sweep: Outcomes, scenario: str, what: str, metric: str) -> tuple[str, str, str, str]:
    """Outcome and its unit (zh, en, unit zh, unit en)."""
    row, title, base = METRICS[metric], Words(*sweep.titles[scenario]), Words(*sweep.titles[sweep.baseline])
    if what == "level":
        told = phrase("answers.sweep.level", metric=row, title=title)
    else:
        told = phrase("answers.sweep.effect", metric=row, title=title, base=base)
    return told.zh, told.en, row.unit_zh, row.unit_en


def independent(sweep: Outcomes) -> Outcomes:
    """A Sobol design without the points that mix its two independent samples; other designs as they are."""
    if sweep.kind != "sobol":
        return sweep
    size = (2 if sweep.second_order else 1) * sweep.points.shape[1] + 2
    kept = sweep.points[sweep.points.index.to_numpy() % size % (size - 1) == 0]  # first and last of each block
    return replace(sweep, points=kept, values=sweep.values[sweep.values["point"].isin(kept.index)])
