"""`huitian search`: which portfolios of levers are worth considering under a budget?

With a file it runs a search of its own; with `--budget` it asks the portfolios that come with a district, at once.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Debug,
    District,
    Memory,
    Out,
    Quiet,
    UseFolder,
    Workers,
    check_memory,
    print_json,
    say_failed,
    say_limits,
)
from experiments.commands.spend import Bar, Budget, Gain, Keep, Need, answer
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from experiments.study.search import Portfolio

_SHOWN = ("searched", "confirmed", "ci_low", "ci_high")


def search(
    file: Annotated[
        Path | None, typer.Argument(help="搜索文件 / file, as experiments/specs/portfolio_search.yaml")
    ] = None,
    budget: Budget = None,
    gain: Gain = "satisfaction",
    need: Need = None,
    bar: Bar = None,
    keep: Keep = None,
    district: District = None,
    workers: Workers = None,
    memory: Memory = None,
    out: Out = None,
    force: UseFolder = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print as JSON")] = False,
    debug: Debug = False,
) -> None:
    """在预算内搜索措施组合（NSGA-II）/ search portfolios of levers; run it again to go on where it stopped.

    不给文件而给--budget，即由随附的试算立即回答 / with --budget instead of a file, runs that ship answer at once.
    """
    if (file is None) == (budget is None):
        raise SourceError("give either the file of a search or --budget YUAN")
    if file is not None and (need or bar or keep or district or gain != "satisfaction"):
        raise SourceError("--gain, --need, --bar, --keep and --district go with --budget; a file says its own")
    if file is None:
        from experiments.answers.spend import Question

        asked = Question(budget or 0.0, gain, tuple(need or ()), tuple(bar or ()), dict.fromkeys(keep or (), 0.0))
        answer(asked, district or "huitian", out, force, as_json)
        return
    from experiments import console
    from experiments.answers.outcomes import SPENDING
    from experiments.charts import style
    from experiments.charts.pareto import pareto
    from experiments.study.over_draws import DRAWS_SCALE
    from experiments.study.search import load_portfolio, search_portfolios
    from simulation.scenario.load import load_scenario

    plan = load_portfolio(file)
    baseline = load_scenario(plan.baseline)
    if not quiet:
        say_limits([baseline], plan.weeks)
    check_memory([baseline], plan.scale, workers, memory)
    folder = out or Path("results") / plan.name
    with console.progress(plan.name, quiet) as report:
        result = search_portfolios(plan, out=folder, workers=workers, memory=memory, force=force, progress=report)
    say_failed(result.failed)
    portfolios, factors = result.found.portfolios, list(plan.space)
    confirmed = result.found.confirmed
    draws = int(confirmed["draws"].max()) if len(confirmed) else 0
    basis = style.Runs(plan.replicates, plan.scale, draws, min(plan.scale, DRAWS_SCALE))
    style.save(pareto(portfolios, confirmed, factors, plan.budget_yuan, basis), folder / "charts" / "pareto.png")
    front = portfolios[portfolios["front"]].sort_values(SPENDING, kind="stable")
    if as_json:
        print_json(
            folder=str(folder),
            confirmed=confirmed,
            front=front,
            portfolios=len(portfolios),
            failed=len(result.failed),
        )
    else:
        console.out.print(_table(plan, confirmed, factors))
        console.out.print(
            f"比基线的差；“→”左为搜索所见（{plan.replicates}个种子，因选而偏好），右为{plan.confirm}个新种子所得 / "
            f"differences from the baseline; left of → as searched ({plan.replicates} seeds, flattered by the choice), "
            f"right again on {plan.confirm} fresh seeds with 95 % intervals of luck"
        )
        console.out.print(_over_draws(draws))
        again = confirmed["option"].nunique() if len(front) else 0
        if len(front) > again:
            console.out.print(
                f"前沿另有{len(front) - again}个未重跑 / {len(front) - again} more of the front were not run again: "
                f"{folder / 'front.csv'}"
            )
        console.out.print(
            f"已运行 run: {len(portfolios)}   图 chart: {folder / 'charts' / 'pareto.png'}   数据 data: "
            f"{folder / 'portfolios.csv'}"
        )
    if result.failed:
        raise typer.Exit(1)


def _over_draws(draws: int) -> str:
    """What the second line of a cell holds, or that there is none."""
    if not draws:
        return "没有参数的抽取：区间只含随机性 / no draws of parameters: intervals are of luck alone"
    return (
        f"方括号：{draws}次参数抽取，含随机性和参数，以及更好的抽取所占比例 / in brackets: luck and parameters over "
        f"{draws} draws, and the share of draws that is better"
    )


def _table(plan: "Portfolio", confirmed: "pd.DataFrame", factors: list[str]) -> "Table":
    """Options that were run again, the cheapest first: each objective as searched and on fresh seeds."""
    from rich.table import Table

    from experiments.answers.outcomes import SPENDING, describe

    shown = (("satisfaction", 1.0, 2), ("satisfaction_gini", 1.0, 4), ("load_committee", 1.0, 3), (SPENDING, 1e-6, 1))
    table = Table(title=f"{plan.question.zh} / {plan.question.en}", title_justify="left")
    for column in ("组合 portfolio", "满意度 satisfaction", "基尼 Gini", "居委会负荷 load", "百万元 M yuan"):
        table.add_column(column, justify="left" if column[0] == "组" else "right")
    for _, rows in confirmed.groupby("option", sort=False) if len(confirmed) else ():
        first, at = rows.iloc[0], rows.set_index("metric").reindex([metric for metric, _, _ in shown])
        cells = [_cell(at.loc[metric], unit, digits) for metric, unit, digits in shown]
        over = "" if first["within_budget"] else " 超预算 over the budget"
        table.add_row(f"{describe(first[factors]) or '–'}{over}", *cells)
    return table


def _cell(row: "pd.Series[float]", unit: float, digits: int) -> str:
    searched, mean, low, high, least, most = (
        f"{unit * row[name]:+,.{digits}f}" for name in (*_SHOWN, "ci_low_total", "ci_high_total")
    )
    luck = f"{searched} → {mean} ({low} … {high})"
    if not row["draws"] > 1:
        return luck
    return f"{luck}\n[{least} … {most}] {row['probability_better']:.0%}"
