"""`huitian versions`: what moved between two versions of code or data?"""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson, Debug, print_json


def versions(
    old: Annotated[Path, typer.Argument(help="旧结果 / folder of results of one version")],
    new: Annotated[Path, typer.Argument(help="新结果 / folder of results of another")],
    out: Annotated[Path | None, typer.Option(help="表格文件 / CSV file for the whole table")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """逐对比较两个版本的同一研究 / compare two versions of code or data by the runs that both folders have."""
    from rich.table import Table

    from experiments import console
    from experiments.study.versions import versions as compare
    from simulation.whole import write_csv

    found = compare(old, new)
    if out is not None:
        write_csv(out, found.table, "%.8g")
    if as_json:
        print_json(old=found.old, new=found.new, table=found.table)
        return
    console.out.print(f"旧 old: {found.old}\n新 new: {found.new}", markup=False)
    moved = found.moved
    if moved.empty:
        console.out.print(f"所有共有运行相同 / all {len(found.table)} values are the same in every pair of runs")
        return
    table = Table(title="新 − 旧 / new − old", title_justify="left")
    for column in ("情景 scenario", "指标 metric", "对 pairs", "旧 old", "差 difference", "95 %"):
        table.add_column(column)
    for row in moved.itertuples():
        table.add_row(
            str(row.scenario),
            str(row.metric),
            str(row.pairs),
            f"{row.value_old:.5g}",
            f"{row.mean_difference:+.3g}",
            f"{row.ci_low:+.3g} … {row.ci_high:+.3g}",
        )
    console.out.print(table)
    console.out.print(f"不变 unmoved: {len(found.table) - len(moved)}")
