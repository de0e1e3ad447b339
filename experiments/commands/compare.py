"""`huitian compare`: scenarios with common random numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Address,
    AsJson,
    Debug,
    Engine,
    Force,
    NoReport,
    Out,
    Quiet,
    Scale,
    Seed,
    TimeLimit,
    Weeks,
    Workers,
    draw,
    print_json,
    say_failed,
    say_limits,
)

if TYPE_CHECKING:
    from experiments.study.compare import Comparison


def compare(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO SCENARIO...", help="情景 / scenarios")],
    baseline: Annotated[str | None, typer.Option(help="基线情景名 / baseline; else the first")] = None,
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="重复次数 / replicates")] = 3,
    workers: Workers = None,
    engine: Engine = "local",
    address: Address = None,
    time_limit: TimeLimit = None,
    out: Out = None,
    seed: Seed = 1,
    scale: Scale = 1.0,
    weeks: Weeks = None,
    force: Force = False,
    no_report: NoReport = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """用公共随机数比较情景 / compare scenarios with common random numbers: differences, intervals, charts, report."""
    from experiments import console
    from experiments.study.compare import compare as run_comparison
    from simulation.scenario.load import load_scenario

    loaded = [load_scenario(name) for name in names]
    if not quiet:
        say_limits(loaded, weeks)
    folder = out or Path("results") / ("compare-" + "-".join(s.name for s in loaded))[:80]
    with console.progress("compare", quiet) as report:
        result = run_comparison(
            loaded,
            out=folder,
            baseline=baseline,
            replicates=replicates,
            workers=workers,
            engine_name=engine,
            address=address,
            time_limit=time_limit,
            seed=seed,
            scale=scale,
            weeks=weeks,
            force=force,
            progress=report,
        )
    say_failed(result.failed)
    if result.table.empty and not as_json:
        raise typer.Exit(1)
    if not (result.table.empty or no_report):
        from experiments.commands.answers import write_answers

        draw(result.folder)
        write_answers(result.folder)
    if as_json:
        print_json(folder=str(folder), comparison=result.table, failed=len(result.failed))
    else:
        _print(result)
    if result.failed:
        raise typer.Exit(1)


def _print(result: "Comparison") -> None:
    from experiments import console

    titles = {s.name: s.title for s in result.scenarios}
    for name in [s.name for s in result.scenarios if s.name != result.baseline]:
        title = (
            f"{titles[name].zh} − {titles[result.baseline].zh} / {titles[name].en} − {titles[result.baseline].en}"
            f"  (n = {result.replicates})"
        )
        console.out.print(console.comparison_table(result.table, name, title))
        if (result.table.loc[result.table["scenario"] == name, "mean_difference"] == 0).all():
            console.out.print(
                f"{name}：与基线毫无差别，措施可能在所算周数之后才开始 / "
                "differs from the baseline in nothing: its levers may begin after the weeks run"
            )
    if result.replicates < 2:
        console.out.print("只有一次重复，没有区间 / one replicate gives no interval; use --replicates 2 or more")
    console.out.print(
        "≈ 变化过小 / too small to matter. ? 无法判断，区间含零 / cannot be told, the interval holds 0. "
        "多重比较：20个指标中约有1个会偶然显著 / of 20 metrics without effect about one looks clear by chance."
    )
    for what, name in (("报告 report", "report.html"), ("图表 charts", "charts"), ("数据 data", "comparison.parquet")):
        if (result.folder / name).exists():
            console.out.print(f"{what}: {result.folder / name}")
