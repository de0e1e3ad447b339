"""`huitian calibrate`: which parameter values can be reconciled with the patterns?"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Debug, Out, Quiet, UseFolder, Workers, print_json


def calibrate(
    file: Annotated[Path, typer.Argument(help="校准文件 / calibration file, as experiments/specs/calibration.yaml")],
    workers: Workers = None,
    out: Out = None,
    force: UseFolder = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print the ranges as JSON")] = False,
    debug: Debug = False,
) -> None:
    """按模式校准参数 / rule out parameter values that contradict the patterns; run it again to go on."""
    from experiments import console
    from experiments.charts import style
    from experiments.charts.calibrated import calibrated
    from experiments.study.calibrate import PARAMETER_FILE
    from experiments.study.calibrate import calibrate as run_calibration
    from experiments.study.calibration_file import load_calibration

    plan = load_calibration(file)
    folder = out or Path("results") / plan.name
    with console.progress(plan.name, quiet) as report:
        result = run_calibration(plan, out=folder, workers=workers, force=force, progress=report)
    ranges, waves = result.found.ranges, result.found.waves
    for outcome in result.failed:
        print(f"failed: {outcome.job.place}: {outcome.error}", file=sys.stderr)
    if len(ranges):
        style.save(calibrated(ranges, style.Runs(plan.replicates, plan.scale)), folder / "charts" / "calibrated.png")
    if as_json:
        print_json(folder=str(folder), ranges=ranges, waves=waves, failed=len(result.failed))
    else:
        _print(plan.question.zh, plan.question.en, result.found, folder / PARAMETER_FILE)
    if result.failed:
        raise typer.Exit(1)


def _print(zh: str, en: str, found: object, file: Path) -> None:
    from rich.table import Table

    from experiments import console
    from experiments.answers.calibration import Calibrated

    assert isinstance(found, Calibrated)
    last = found.waves[found.waves["wave"] == found.waves["wave"].max()]
    if found.ranges.empty:
        worst = last.loc[last["least"].idxmax()]
        console.out.print(
            f"没有可行的参数 / nothing is left: no value comes near {worst['target']} "
            f"(least implausibility {worst['least']:.1f}); the model, the range or the pattern is wrong"
        )
        return
    table = Table(title=f"{zh} / {en}", title_justify="left")
    for column in ("参数 parameter", "先验 prior", "未被排除 left", "最吻合 best", "排除 ruled out"):
        table.add_column(column)
    for row in found.ranges.itertuples():
        table.add_row(
            str(row.parameter),
            f"{row.prior_low:g} … {row.prior_high:g}",
            f"{row.low:.3g} … {row.high:.3g}",
            f"{row.best:.3g}",
            f"{100 * row.shrinkage:.0f} %",
        )
    console.out.print(table)
    console.out.print(
        f"剩余 remaining: {100 * last['remaining'].iloc[0]:.2g} % of the prior space, wave "
        f"{last['wave'].iloc[0]}   参数文件 parameter file: {file}"
    )
