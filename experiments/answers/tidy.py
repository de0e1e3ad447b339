"""One row for each run: its factors and its outcomes, as R, Julia, SALib and ema_workbench take them in one line."""

import pandas as pd

from experiments.answers.outcomes import Outcomes

KEYS = ["scenario", "point", "seed"]


def tidy_runs(study: Outcomes) -> pd.DataFrame:
    """A table with a row for each scenario, point and seed that was run.

    Returns
    -------
    DataFrame
        Columns scenario, point, seed; a column for each factor, by its dotted path; a column for each metric (value of
        the last year, units of `docs/metrics.md`) and each outcome that the study declares, of one by place a column
        for each place (`name.code`). In the order of scenarios, points and seeds; NaN where there is no value.
    """
    order = list(dict.fromkeys(study.values["metric"]))
    wide = study.values.pivot(index=KEYS, columns="metric", values="value")[order].reset_index()
    wide.columns.name = None
    place = {name: k for k, name in enumerate(study.titles)}
    wide = wide.sort_values(KEYS, key=lambda column: column.map(place) if column.name == "scenario" else column)
    factors = study.points.rename_axis("point").reset_index()
    table = wide[KEYS].merge(factors, on="point", how="left").join(wide[order].reset_index(drop=True))
    for name, placed in study.places.items():
        own = placed.runs.rename(columns={code: f"{name}.{code}" for code in placed.codes})
        table = table.merge(own, on=KEYS, how="left")
    return table
