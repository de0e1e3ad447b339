"""`huitian sweep`: a designed experiment."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Address,
    AsJson,
    Debug,
    Engine,
    Memory,
    Out,
    Quiet,
    TimeLimit,
    UseFolder,
    Weeks,
    Workers,
    check_memory,
    check_scale,
    print_json,
    say_failed,
    say_limits,
)

if TYPE_CHECKING:
    from experiments.study.estimate import Estimate
    from experiments.study.file import Plan

_LOOKED_AT = 100  # points
Reuse = Annotated[
    list[str] | None,
    typer.Option("--reuse", help="沿用其他文件夹或网址的运行 / take over runs of another folder or address, as s3://…"),
]


def _check_scale(scale: float | None) -> float | None:
    return None if scale is None else check_scale(scale)


def sweep(
    experiment: Annotated[str, typer.Argument(help="实验名或路径 / name or path of an experiment")],
    workers: Workers = None,
    memory: Memory = None,
    engine: Engine = "local",
    address: Address = None,
    out: Out = None,
    scale: Annotated[
        float | None, typer.Option(callback=_check_scale, help="代替文件所写 / instead of the file's")
    ] = None,
    weeks: Weeks = None,
    replicates: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="代替文件所写 / instead of the file's")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只估算 / only say how much it would take")] = False,
    time_limit: TimeLimit = None,
    allow_mixed: Annotated[bool, typer.Option("--allow-mixed", help="保留旧运行 / keep runs of old code")] = False,
    reuse: Reuse = None,
    shard: Annotated[str | None, typer.Option(help="只做第I份，共N份，如 3/8 / make part I of N only, as 3/8")] = None,
    send_to: Annotated[
        str | None,
        typer.Option(
            help="把完成的运行送往网址，沿用那里已有的 / send runs to an address (s3://…), take over those there"
        ),
    ] = None,
    draws: Annotated[
        int,
        typer.Option(
            min=0,
            max=100_000,
            help="各方案再在多少次参数抽取下运行 / run every option at so many draws of the posterior too",
        ),
    ] = 0,
    posterior: Annotated[
        Path | None, typer.Option(help="后验文件，代替地区自带的 / file of draws instead of the district's own")
    ] = None,
    force: UseFolder = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """按设计运行实验 / run a designed experiment; run it again on the same folder to go on where it stopped."""
    from experiments import console
    from experiments.commands.answers import write_answers
    from experiments.runs.claim import shard_of
    from experiments.runs.engines import engine as engine_of
    from experiments.runs.remote import holds_runs, sent_to
    from experiments.study.estimate import check_room, estimate
    from experiments.study.file import load_plan
    from experiments.study.sweep import sweep as run_sweep

    engine_of(engine)  # refuse an unknown one before the work
    plan = load_plan(experiment, {"scale": scale, "weeks": weeks, "replicates": replicates})
    if not quiet:
        _say_limits(plan)
    check_memory(plan.scenarios.values(), plan.experiment.scale, workers, memory)
    if dry_run:
        _estimate(estimate(plan, workers, out, memory), as_json)
        return
    part = None if shard is None else shard_of(shard)
    folder = out or Path("results") / plan.experiment.name
    check_room(plan, folder)
    others = [*(reuse or []), *([send_to] if send_to is not None and holds_runs(send_to) else [])]
    with console.progress(plan.experiment.name, quiet) as report, sent_to(send_to, folder, report) as report:
        result = run_sweep(
            plan,
            out=folder,
            workers=workers,
            memory=memory,
            engine_name=engine,
            address=address,
            time_limit=time_limit,
            force=force,
            allow_mixed=allow_mixed,
            reuse=others,
            shard=part,
            draws=draws,
            posterior=posterior,
            progress=report,
        )
    say_failed(result.failed)
    made = result.runs["run"].nunique() - len(result.failed)
    said = {
        "folder": str(folder),
        "runs": made,
        "failed": len(result.failed),
        "points": len(result.points),
        "replicates": int(result.runs["seed"].nunique()),
        "reused": result.reused,
        "changes": list(result.changes),
    }
    tables = write_answers(folder) if made and part is None else {}
    if as_json:
        print_json(**said, answers=sorted(tables))
    else:
        if result.changes:
            console.out.print(f"有变 new since last time: {'; '.join(result.changes)}", markup=False)
        console.out.print(
            f"运行 runs: {made}   其中已有 there before: {result.reused}   失败 failed: {len(result.failed)}   "
            f"点 points: {len(result.points)}   重复 replicates: {said['replicates']}"
        )
        if part is not None:
            console.out.print(
                f"各份完成后，不带 --shard 重复此命令即得答案 / when all parts are done, the same command without "
                f"--shard gives the answers   数据 data: {folder / 'runs'}"
            )
        else:
            console.out.print(
                f"答案 answers: {folder / 'answers'} ({', '.join(sorted(tables)) or '–'})   "
                f"图表 charts: {folder / 'charts'}   数据 data: {folder / 'runs'}"
            )
    if result.failed:
        raise typer.Exit(1)


def _say_limits(plan: "Plan") -> None:
    """What the runs cannot show, at the first points: the others seldom tell of more."""
    from experiments.study.designs import study_of

    study = study_of(plan)
    points = [int(point) for point in study.points.index[:_LOOKED_AT]]
    say_limits((study.at(point, name) for point in points for name in study.scenarios), study.weeks)


def _estimate(found: "Estimate", as_json: bool) -> None:
    if as_json:
        print_json(
            runs=found.runs,
            done=found.done,
            points=found.points,
            weeks=found.weeks,
            shared=round(found.shared, 3),
            megabytes=round(found.megabytes, 1),
            seconds=round(found.seconds),
            workers=found.workers,
            gigabytes=round(found.gigabytes, 2),
        )
        return
    print(
        f"运行 runs: {found.runs}   已完成 done: {found.done}   点 points: {found.points}   "
        f"模拟周数 weeks simulated: {found.weeks:,} ({100 * found.shared:.0f} % 共用 shared)   "
        f"磁盘 disk: {found.megabytes:.1f} MB   时间 time: {found.seconds / 60:.1f} 分钟 min "
        f"({found.workers} workers)   内存 memory: {found.gigabytes:.1f} GB"
    )
