"""`huitian measures`: what each measure of the plan does, with and without it."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Debug, Memory, Quiet, Workers, check_memory


def measures(
    scale: Annotated[float, typer.Option(min=0.01, max=1, help="人口比例 / share of the households")] = 0.1,
    replicates: Annotated[int, typer.Option(min=2, max=200, help="重复数 / replicates")] = 4,
    workers: Workers = None,
    memory: Memory = None,
    out: Annotated[Path, typer.Option(help="输出文件夹 / folder for runs and table")] = Path("results/measures"),
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """逐项测算回天行动的每条措施 / measure what each measure of the plan does; run it again to go on."""
    from experiments import console
    from experiments.charts import style
    from experiments.charts.levers import levers
    from experiments.study.measures import measure_effects
    from simulation.interventions.registry import interventions
    from simulation.scenario.load import load_scenario
    from simulation.whole import write_csv

    check_memory([load_scenario("baseline")], scale, workers, memory)
    with console.progress("measures", quiet) as report:
        table = measure_effects(
            out, scale=scale, replicates=replicates, workers=workers, memory=memory, progress=report
        )
    write_csv(out / "effects.csv", table, "%.4g")
    names = {kind: (item.title_zh, item.title_en) for kind, item in interventions().items()}
    print(out / "effects.csv")
    print(style.save(levers(table, names), out / "levers"))
