"""`huitian search`: which portfolios of levers are worth considering under a budget?"""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Debug, Out, Quiet, UseFolder, Workers, print_json, say_failed


def search(
    file: Annotated[Path, typer.Argument(help="搜索文件 / file, as experiments/specs/portfolio_search.yaml")],
    workers: Workers = None,
    out: Out = None,
    force: UseFolder = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print the front as JSON")] = False,
    debug: Debug = False,
) -> None:
    """在预算内搜索措施组合（NSGA-II）/ search portfolios of levers; run it again to go on where it stopped."""
    from rich.table import Table

    from experiments import console
    from experiments.answers.outcomes import SPENDING, describe
    from experiments.charts import style
    from experiments.charts.pareto import pareto
    from experiments.study.search import load_portfolio, search_portfolios

    plan = load_portfolio(file)
    folder = out or Path("results") / plan.name
    with console.progress(plan.name, quiet) as report:
        result = search_portfolios(plan, out=folder, workers=workers, force=force, progress=report)
    say_failed(result.failed)
    portfolios, factors = result.found.portfolios, list(plan.space)
    style.save(
        pareto(portfolios, factors, plan.budget_yuan, style.Runs(plan.replicates, plan.scale)),
        folder / "charts" / "pareto.png",
    )
    front = portfolios[portfolios["front"]].sort_values(SPENDING, kind="stable")
    if as_json:
        print_json(folder=str(folder), front=front, portfolios=len(portfolios), failed=len(result.failed))
    else:
        table = Table(title=f"{plan.question.zh} / {plan.question.en}", title_justify="left")
        for column in ("组合 portfolio", "满意度 satisfaction", "基尼 Gini", "居委会负荷 load", "百万元 M yuan"):
            table.add_column(column, justify="left" if column[0] == "组" else "right")
        for _, row in front.iterrows():
            table.add_row(
                describe(row[factors]) or "–",
                f"{row['satisfaction']:.2f}",
                f"{row['satisfaction_gini']:.4f}",
                f"{row['load_committee']:.3f}",
                f"{row[SPENDING] / 1e6:,.1f}",
            )
        console.out.print(table)
        console.out.print(
            f"已运行 run: {len(portfolios)}   图 chart: {folder / 'charts' / 'pareto.png'}   数据 data: "
            f"{folder / 'portfolios.csv'}"
        )
    if result.failed:
        raise typer.Exit(1)
