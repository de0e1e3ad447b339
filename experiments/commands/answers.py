"""`huitian answers`: what the runs of a sweep, or of a comparison, say."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import AsJson, Debug

if TYPE_CHECKING:
    import pandas as pd


RUNS = "runs.csv"
"""A row for each run, its factors and outcomes, among the answers."""


def answers(
    folder: Annotated[Path, typer.Argument(help="实验结果文件夹 / folder of a sweep or a comparison")],
    threshold: Annotated[
        float | None, typer.Option(min=-1e15, max=1e15, help="首个指标达标值 / first metric: what satisfies")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """由已有运行回答问题 / answer from the runs of a sweep: differences, ranks, sensitivity, regret, discovery."""
    tables = write_answers(folder, threshold)
    if as_json:
        rows = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for name in sorted(tables):
            print(folder / "answers" / f"{name}.csv")


def write_answers(folder: Path, threshold: float | None = None) -> "dict[str, pd.DataFrame]":
    """Write tables and charts of all that a folder answers; returns the tables by name."""
    from experiments.answers.sweep import CHARTS, answer
    from experiments.answers.tidy import tidy_runs
    from experiments.charts import style
    from experiments.study.read import read_outcomes
    from simulation.whole import write_csv

    measured = read_outcomes(folder)
    found = answer(measured, threshold)
    (folder / "answers").mkdir(exist_ok=True)
    for old in folder.glob("answers/*.csv"):
        if old.stem not in found.tables and old.name != RUNS:
            old.unlink()  # the answer to another threshold, or from fewer runs
    for old in [*folder.glob("charts/*.png"), *folder.glob("charts/*.svg")]:
        if old.stem.startswith(CHARTS) and old.stem not in found.charts:
            old.unlink()
    for name, table in found.tables.items():
        write_csv(folder / "answers" / f"{name}.csv", table, "%.8g")
    write_csv(folder / "answers" / RUNS, tidy_runs(measured))
    for name, draw in found.charts.items():
        style.save(draw(), folder / "charts" / f"{name}.png")
    for note in found.notes:
        print(f"说明 note: {note}", file=sys.stderr)
    return found.tables
