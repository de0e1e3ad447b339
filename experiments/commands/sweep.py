"""`huitian sweep` and `huitian answers`: designed experiments, and what they say."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from experiments.runs.estimate import Estimate

Debug = Annotated[bool, typer.Option("--debug", help="显示完整错误 / show the traceback of an error")]
AsJson = Annotated[bool, typer.Option("--json", help="以JSON输出 / print the summary as JSON")]


class EngineName(StrEnum):
    """Where runs are made."""

    local = "local"
    dask = "dask"
    ray = "ray"


def sweep(
    experiment: Annotated[str, typer.Argument(help="实验名或路径 / name or path of an experiment")],
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="并行进程 / worker processes")] = None,
    engine: Annotated[EngineName, typer.Option(help="执行引擎 / engine")] = EngineName.local,
    address: Annotated[str | None, typer.Option(help="集群地址 / address of an existing cluster")] = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹 / folder for the results")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只估算 / only say how much it would take")] = False,
    time_limit: Annotated[float | None, typer.Option(min=1, help="单次运行秒数上限 / seconds a run may take")] = None,
    allow_mixed: Annotated[bool, typer.Option("--allow-mixed", help="保留旧运行 / keep runs of old code")] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有内容 / use a folder with other content")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度 / no progress")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """按设计运行实验 / run a designed experiment; run it again on the same folder to go on where it stopped."""
    from experiments import console
    from experiments.runs.estimate import estimate
    from experiments.study.file import load_plan
    from experiments.study.sweep import sweep as run_sweep

    plan = load_plan(experiment)
    if dry_run:
        _estimate(estimate(plan, workers, out), as_json)
        return
    folder = out or Path("results") / plan.experiment.name
    with console.progress(plan.experiment.name, quiet) as report:
        result = run_sweep(
            plan,
            out=folder,
            workers=workers,
            engine_name=engine.value,
            address=address,
            time_limit=time_limit,
            force=force,
            allow_mixed=allow_mixed,
            progress=report,
        )
    for outcome in result.failed:
        print(f"failed: {outcome.job.scenario.name} seed {outcome.job.seed}: {outcome.error}", file=sys.stderr)
    made = result.runs["run"].nunique() - len(result.failed)
    said = {
        "folder": str(folder),
        "runs": made,
        "failed": len(result.failed),
        "points": len(result.points),
        "replicates": int(result.runs["seed"].nunique()),
    }
    tables = _answers(folder, None) if made else {}
    if as_json:
        print(json.dumps({**said, "answers": sorted(tables)}, ensure_ascii=False))
    else:
        console.out.print(
            f"运行 runs: {made}   失败 failed: {len(result.failed)}   点 points: {len(result.points)}   "
            f"重复 replicates: {said['replicates']}"
        )
        console.out.print(
            f"答案 answers: {folder / 'answers'} ({', '.join(sorted(tables)) or '–'})   "
            f"图表 charts: {folder / 'charts'}   数据 data: {folder / 'runs'}"
        )
    if result.failed:
        raise typer.Exit(1)


def answers(
    folder: Annotated[Path, typer.Argument(help="实验结果文件夹 / folder of a sweep")],
    threshold: Annotated[float | None, typer.Option(help="首个指标达标值 / first metric: what satisfies")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """由已有运行回答问题 / answer from the runs of a sweep: differences, ranks, sensitivity, regret, discovery."""
    tables = _answers(folder, threshold)
    if as_json:
        print(json.dumps({name: json.loads(table) for name, table in tables.items()}, ensure_ascii=False))
    else:
        for name in sorted(tables):
            print(folder / "answers" / f"{name}.csv")


def _answers(folder: Path, threshold: float | None) -> dict[str, str]:
    """Write tables and charts; the tables as JSON by name."""
    from experiments.answers.sweep import answer
    from experiments.charts import style
    from experiments.runs.sweep_folder import read_sweep

    found = answer(read_sweep(folder), threshold)
    (folder / "answers").mkdir(exist_ok=True)
    for old in [*folder.glob("answers/*.csv"), *folder.glob("charts/*.png"), *folder.glob("charts/*.svg")]:
        if old.stem not in (found.tables if old.suffix == ".csv" else found.charts):
            old.unlink()  # the answer to another threshold, or from fewer runs
    for name, table in found.tables.items():
        table.to_csv(folder / "answers" / f"{name}.csv", index=False, encoding="utf-8", float_format="%.8g")
    for name, draw in found.charts.items():
        style.save(draw(), folder / "charts" / f"{name}.png")
    for note in found.notes:
        print(f"说明 note: {note}", file=sys.stderr)
    return {name: table.to_json(orient="records") for name, table in found.tables.items()}


def _estimate(found: "Estimate", as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                {
                    "runs": found.runs,
                    "done": found.done,
                    "points": found.points,
                    "megabytes": round(found.megabytes, 1),
                    "seconds": round(found.seconds),
                    "workers": found.workers,
                }
            )
        )
        return
    print(
        f"运行 runs: {found.runs}   已完成 done: {found.done}   点 points: {found.points}   "
        f"磁盘 disk: {found.megabytes:.1f} MB   时间 time: {found.seconds / 60:.1f} 分钟 min "
        f"({found.workers} workers)"
    )
