"""`huitian calibrate`: which parameter values can be reconciled with the patterns?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import Debug, Memory, Out, Quiet, UseFolder, Workers, check_memory, print_json

if TYPE_CHECKING:
    from experiments.study.draw_posterior import Drawn


def calibrate(
    file: Annotated[Path, typer.Argument(help="校准文件 / calibration file, as experiments/specs/calibration.yaml")],
    workers: Workers = None,
    memory: Memory = None,
    out: Out = None,
    force: UseFolder = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print as JSON")] = False,
    debug: Debug = False,
) -> None:
    """按模式校准参数 / which parameter values agree with the patterns, and draws of them; run it again to go on."""
    from experiments import console
    from experiments.charts import style
    from experiments.charts.calibrated import calibrated
    from experiments.charts.posterior import posterior
    from experiments.charts.predictive import predictive
    from experiments.study.calibrate import PARAMETER_FILE
    from experiments.study.calibrate import calibrate as run_calibration
    from experiments.study.calibration_file import load_calibration
    from experiments.study.posterior import FILE
    from simulation.scenario.load import load_scenario

    plan = load_calibration(file)
    largest = 1.0 if plan.posterior is not None and plan.posterior.full_scale else plan.scale
    check_memory([load_scenario("baseline")], largest, workers, memory)
    folder = out or Path("results") / plan.name
    with console.progress(plan.name, quiet) as report:
        result = run_calibration(plan, out=folder, workers=workers, memory=memory, force=force, progress=report)
    ranges, waves = result.found.ranges, result.found.waves
    for outcome in result.failed:
        print(f"failed: {outcome.job.place}: {outcome.error}", file=sys.stderr)
    runs, charts = style.Runs(plan.replicates, plan.scale), folder / "charts"
    if len(ranges):
        style.save(calibrated(ranges, runs), charts / "calibrated.png")
    drawn = result.found.drawn
    if drawn is not None:
        draws = len(drawn.sampled.unit)
        style.save(posterior(drawn.marginals, draws, runs), charts / "posterior.png")
        style.save(predictive(drawn.predictive, draws, runs), charts / "predictive.png")
    if as_json:
        told = {"posterior": drawn.marginals, "predictive": drawn.predictive} if drawn else {}
        print_json(folder=str(folder), ranges=ranges, waves=waves, failed=len(result.failed), **told)
    else:
        _print(plan.question.zh, plan.question.en, result.found, folder / PARAMETER_FILE)
        if drawn is not None:
            _print_drawn(drawn, folder / FILE)
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


def _print_drawn(drawn: "Drawn", file: Path) -> None:
    from experiments import console

    sampled, table, told = drawn.sampled, drawn.marginals, drawn.predictive
    console.out.print(
        f"后验 posterior: {len(sampled.unit)} draws, R-hat {sampled.r_hat.max():.3f}, effective sample "
        f"{sampled.size.min():.0f}; 识别 identified: {table['identified'].sum()} of {len(table)} parameters; "
        f"模式落入 patterns inside: {100 * told['inside'].mean():.0f} % of worlds   {file}"
    )
