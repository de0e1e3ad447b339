"""Options that several commands share, and what they check or print in the same way."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.runs.engines import engines
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    from experiments.runs.job import Outcome
    from simulation.scenario.types import Scenario


_LINES = 5  # that are said of what runs cannot show


def check_scale(scale: float) -> float:
    """Refuse a share of households that is none."""
    if not 0 < scale <= 1:
        raise SourceError(f"--scale {scale:g}: must be above 0 and at most 1")
    return scale


Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="随机种子 / seed of the random numbers")]
Scale = Annotated[
    float, typer.Option(callback=check_scale, help="家庭抽样比例 (0, 1] / share of households in the run")
]
Weeks = Annotated[int | None, typer.Option(min=1, max=1040, help="周数 / weeks instead of the scenario's")]
District = Annotated[str | None, typer.Option(help="地区 / district instead of the scenario's")]
Workers = Annotated[int | None, typer.Option(min=1, max=1024, help="并行进程 / worker processes")]
Address = Annotated[str | None, typer.Option(help="集群地址 / address of an existing cluster")]
Engine = Annotated[str, typer.Option(help=f"执行引擎 / engine: {', '.join(engines())}")]
TimeLimit = Annotated[float | None, typer.Option(min=1, max=1e7, help="单次运行秒数上限 / seconds a run may take")]
Memory = Annotated[
    float | None, typer.Option(min=0.01, max=1e6, help="可用内存，GB / GB of memory that the runs may take together")
]
Out = Annotated[Path | None, typer.Option(help="输出文件夹 / folder for the results")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有内容 / replace what the folder holds")]
UseFolder = Annotated[bool, typer.Option("--force", help="覆盖已有内容 / use a folder with other content")]
Quiet = Annotated[bool, typer.Option("--quiet", help="不显示进度 / no progress")]
AsJson = Annotated[bool, typer.Option("--json", help="以JSON输出摘要 / print the summary as JSON")]
NoReport = Annotated[bool, typer.Option("--no-report", help="不画图、不写报告 / no charts and no report")]
Debug = Annotated[bool, typer.Option("--debug", help="显示完整错误 / show the traceback of an error")]


def draw(folder: Path) -> None:
    """Charts and report of a finished folder; imported late, for they take longer to load than bad input to refuse."""
    from experiments.charts import draw_all
    from experiments.report import write_report

    draw_all(folder)
    write_report(folder)


def check_memory(scenarios: "Iterable[Scenario]", scale: float, workers: int | None, memory: float | None) -> None:
    """Refuse runs that cannot fit, before anything is written; see `experiments.runs.memory.check`."""
    from experiments.runs.job import residents
    from experiments.runs.memory import check

    kinds = {(scenario.district, scenario.readings): scenario for scenario in scenarios}
    check(max(residents(scenario, scale) for scenario in kinds.values()), workers, memory)


def say_limits(scenarios: "Iterable[Scenario]", weeks: int | None = None) -> None:
    """One line on stderr for each thing that the runs cannot show."""
    from experiments.study.limits import limits

    lines = limits(scenarios, weeks)
    for line in lines[:_LINES]:
        print(f"说明 note: {line}", file=sys.stderr)
    if len(lines) > _LINES:
        print(f"说明 note: {len(lines) - _LINES} more of this kind", file=sys.stderr)


def say_failed(failed: "Iterable[Outcome]") -> None:
    """One line on stderr for each run that failed."""
    for outcome in failed:
        print(f"failed: {outcome.job.scenario.name} seed {outcome.job.seed}: {outcome.error}", file=sys.stderr)


def print_json(**content: Any) -> None:
    """All that a command prints with `--json`; tables as lists of rows."""
    plain = {
        name: json.loads(value.to_json(orient="records")) if hasattr(value, "to_json") else value
        for name, value in content.items()
    }
    print(json.dumps(plain, ensure_ascii=False))
