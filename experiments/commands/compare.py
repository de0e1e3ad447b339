"""`huitian compare`: scenarios with common random numbers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Address,
    AsJson,
    Debug,
    Engine,
    Force,
    Memory,
    NoReport,
    Out,
    Quiet,
    Scale,
    Seed,
    TimeLimit,
    Weeks,
    Workers,
    check_memory,
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
    draws: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=100_000,
            help="参数后验的抽取数，0即默认值；地区自带后验时为39 / "
            "draws of the parameters' posterior, 0: defaults only; 39 where the district comes with one",
        ),
    ] = None,
    posterior: Annotated[
        Path | None, typer.Option(help="后验文件，代替地区自带的 / file of draws instead of the district's own")
    ] = None,
    workers: Workers = None,
    memory: Memory = None,
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
    check_memory(loaded, scale, workers, memory)
    folder = out or Path("results") / ("compare-" + "-".join(s.name for s in loaded))[:80]
    with console.progress("compare", quiet) as report:
        result = run_comparison(
            loaded,
            out=folder,
            baseline=baseline,
            replicates=replicates,
            draws=draws,
            posterior=posterior,
            workers=workers,
            memory=memory,
            engine_name=engine,
            address=address,
            time_limit=time_limit,
            seed=seed,
            scale=scale,
            weeks=weeks,
            force=force,
            progress=report,
        )
    if result.own and not quiet:
        listed = ", ".join(result.own)
        print(f"说明 note: 情景自定，不随抽取而变 set by a scenario, so not drawn: {listed}", file=sys.stderr)
    say_failed(result.failed)
    if result.table.empty and not as_json:
        raise typer.Exit(1)
    if not (result.table.empty or no_report):
        from experiments.commands.answers import write_answers

        draw(result.folder)
        write_answers(result.folder)
    if as_json:
        print_json(
            folder=str(folder),
            comparison=result.table,
            failed=len(result.failed),
            draws=len(result.points),
            intervals=_intervals(len(result.points)),
        )
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
    for line in _intervals(len(result.points)).values():
        console.out.print(line)
    console.out.print(
        "≈ 变化过小 / too small to matter. ? 无法判断 / cannot be told: 只含随机性的区间含零，或抽取不足95%一致 / "
        "the interval of luck holds 0, or less than 95 % of the draws agree. "
        "多重比较：20个指标中约有1个会偶然显著 / of 20 metrics without effect about one looks clear by chance."
    )
    for what, name in (("报告 report", "report.html"), ("图表 charts", "charts"), ("数据 data", "comparison.parquet")):
        if (result.folder / name).exists():
            console.out.print(f"{what}: {result.folder / name}")


def _intervals(draws: int) -> dict[str, str]:
    """What the intervals hold, by the column that each begins with, in Chinese and English."""
    from experiments.answers.uncertainty import FEWEST, coverage
    from experiments.study.over_draws import DRAWS_SCALE

    luck = "95% 区间只含随机性，参数取默认值 / the 95 % interval is of luck alone, at default parameters"
    if not draws:
        return {"ci_low": f"{luck}; --draws N: 也含参数 parameters too"}
    held = f"{100 * coverage(draws):.0f}"
    total = (
        f"含参数的区间以 {held}% 的概率包含下一次抽取的效果（{draws} 次，规模至多 {DRAWS_SCALE:g}）/ "
        f"the interval with parameters holds the effect at a further draw with {held} % "
        f"({draws} draws, at a scale of {DRAWS_SCALE:g} at most)"
    )
    better = (
        f"更好：所占抽取的比例；至少 {FEWEST} 次中达 95% 才下结论 / better in: share of draws; "
        f"a verdict takes 95 % of at least {FEWEST}"
    )
    return {"ci_low": luck, "ci_low_total": total, "probability_better": better}
