"""The command `huitian`: parse, call, print. Exit codes: 0 done, 1 a run failed, 2 wrong input, 130 interrupted."""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from experiments.commands import scenarios
from experiments.commands.calibrate import calibrate
from experiments.commands.measures import measures
from experiments.commands.search import search
from experiments.commands.sweep import answers, sweep
from experiments.commands.validate import validate
from experiments.extras import missing
from experiments.warning_lines import use_lines
from simulation.yaml_source import SourceError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="回天社会治理政策实验室 / Huitian: a policy laboratory for very large housing districts.",
)
app.add_typer(scenarios.app, name="scenarios")
app.command(epilog="例 / example: huitian sweep circles_dose --dry-run")(sweep)
app.command(epilog="例 / example: huitian answers results/circles_dose")(answers)
app.command(epilog="例 / example: huitian search experiments/specs/portfolio_search.yaml --out results/search")(search)
app.command(epilog="例 / example: huitian calibrate experiments/specs/calibration.yaml --out results/fit")(calibrate)
app.command(epilog="例 / example: huitian measures --scale 0.1 --replicates 4 --out results/measures")(measures)
app.command(epilog="例 / example: huitian validate --replicates 3 --out results/validation")(validate)

_INTERRUPTED = 130
# what typer raises for wrong usage; it does not export the class itself, only its child
_UsageError = typer.BadParameter.__bases__[0].__bases__[0]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="随机种子 / seed of the random numbers")]
Scale = Annotated[float, typer.Option(help="家庭抽样比例 (0, 1] / share of households in the run")]
Weeks = Annotated[int | None, typer.Option(min=1, max=1040, help="周数 / weeks instead of the scenario's")]
Out = Annotated[Path | None, typer.Option(help="输出文件夹 / folder for the results")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有内容 / replace what the folder holds")]
Quiet = Annotated[bool, typer.Option("--quiet", help="不显示进度 / no progress")]
AsJson = Annotated[bool, typer.Option("--json", help="以JSON输出摘要 / print the summary as JSON")]
NoReport = Annotated[bool, typer.Option("--no-report", help="不画图、不写报告 / no charts and no report")]
Debug = Annotated[bool, typer.Option("--debug", help="显示完整错误 / show the traceback of an error")]


def _usable(out: Path) -> None:
    """Fail before the work when the results could not be written after it."""
    place = out
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        raise SourceError(f"--out {out}: {place} is a file, not a folder")
    if not os.access(place, os.W_OK | os.X_OK):
        raise SourceError(f"--out {out}: no permission to write in {place}")


def _check_scale(scale: float) -> None:
    if not 0 < scale <= 1:
        raise SourceError(f"--scale {scale:g}: must be above 0 and at most 1")


@app.command(epilog="例 / example: huitian run service_circles --scale 0.1 --out results/try")
def run(
    scenario: Annotated[str, typer.Argument(help="情景名或路径 / name or path of a scenario")],
    seed: Seed = 1,
    weeks: Weeks = None,
    scale: Scale = 1.0,
    district: Annotated[str | None, typer.Option(help="地区 / district instead of the scenario's")] = None,
    out: Out = None,
    force: Force = False,
    no_report: NoReport = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """运行一个情景 / run one scenario and write its folder, charts and report."""
    from experiments import console
    from simulation.results import summary, write_run
    from simulation.run import simulate
    from simulation.scenario.load import load_scenario

    _check_scale(scale)
    loaded = load_scenario(scenario)
    if district is not None:
        loaded = loaded.model_copy(update={"district": district})
    folder = out or Path("results") / f"{loaded.name}-seed{seed}"
    _usable(folder)
    if folder.exists() and any(folder.iterdir()) and not force:
        raise FileExistsError(f"{folder} already holds something; give another --out, or --force to replace it")
    with console.progress(loaded.name, quiet) as report:
        recording = simulate(loaded, seed=seed, scale=scale, weeks=weeks, progress=report)
    write_run(folder, recording, force=force)
    if not no_report:
        _draw(folder)
    found = summary(recording.district)
    if as_json:
        print(json.dumps({"folder": str(folder), "summary": found}, ensure_ascii=False))
        return
    title = f"{loaded.title.zh} / {loaded.title.en}  (seed {seed}, scale {scale:g}, n = 1)"
    console.out.print(console.summary_table(title, found))
    speed = recording.manifest["resident_ticks_per_second"] / 1e6
    console.out.print(
        f"{recording.manifest['residents']:,} residents, {recording.manifest['wall_seconds']:.1f} s, "
        f"{speed:.1f} M resident-ticks/s, peak {recording.manifest['peak_memory_mb']:.0f} MB"
    )
    console.out.print(f"结果 results: {folder}")


@app.command(epilog="例 / example: huitian compare baseline service_circles --replicates 5 --out results/circles")
def compare(
    names: Annotated[list[str], typer.Argument(metavar="SCENARIO SCENARIO...", help="情景 / scenarios")],
    baseline: Annotated[str | None, typer.Option(help="基线情景名 / baseline; else the first")] = None,
    replicates: Annotated[int, typer.Option(min=1, max=10_000, help="重复次数 / replicates")] = 3,
    workers: Annotated[int | None, typer.Option(min=1, max=1024, help="并行进程 / worker processes")] = None,
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

    _check_scale(scale)
    loaded = [load_scenario(name) for name in names]
    folder = out or Path("results") / ("compare-" + "-".join(s.name for s in loaded))[:80]
    _usable(folder)
    with console.progress("compare", quiet) as report:
        result = run_comparison(
            loaded,
            out=folder,
            baseline=baseline,
            replicates=replicates,
            workers=workers,
            seed=seed,
            scale=scale,
            weeks=weeks,
            force=force,
            progress=report,
        )
    for outcome in result.failed:
        print(f"failed: {outcome.job.scenario.name} seed {outcome.job.seed}: {outcome.error}", file=sys.stderr)
    if result.table.empty and not as_json:
        raise typer.Exit(1)
    if not (result.table.empty or no_report):
        _draw(result.folder)
    if as_json:
        print(
            json.dumps(
                {
                    "folder": str(folder),
                    "comparison": json.loads(result.table.to_json(orient="records")),
                    "failed": len(result.failed),
                },
                ensure_ascii=False,
            )
        )
    else:
        _print_comparison(result)
    if result.failed:
        raise typer.Exit(1)


def _draw(folder: Path) -> None:
    """Charts and report of a finished folder; imported late, for they take longer to load than bad input to refuse."""
    from experiments.charts import draw_all
    from experiments.report import write_report

    draw_all(folder)
    write_report(folder)


def _print_comparison(result: Any) -> None:
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
        "≈0: 区间含零 / the interval holds 0. 多重比较：20个指标中约有1个会偶然显著 / "
        "of 20 metrics without effect about one looks clear by chance."
    )
    for what, name in (("报告 report", "report.html"), ("图表 charts", "charts"), ("数据 data", "comparison.parquet")):
        if (result.folder / name).exists():
            console.out.print(f"{what}: {result.folder / name}")


@app.command(epilog="例 / example: huitian view huitian_plan --port 8765")
def view(
    scenario: Annotated[str, typer.Argument(help="情景名或路径 / name or path of a scenario")] = "huitian_plan",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0为任意空闲端口 / port, 0 for any")] = 8765,
    host: Annotated[str, typer.Option(help="监听地址，默认仅本机 / address to listen on")] = "127.0.0.1",
    seed: Seed = 1,
    scale: Scale = 1.0,
    district: Annotated[str | None, typer.Option(help="地区 / district instead of the scenario's")] = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="起始语言 / language at first")] = "zh",
    max_visitors: Annotated[int, typer.Option(min=1, max=64, help="同时访客上限 / visitors at a time")] = 4,
    mesa: Annotated[bool, typer.Option("--mesa", help="Mesa自带页面 / Mesa's own page")] = False,
    debug: Debug = False,
) -> None:
    """在浏览器中查看：政策与基线并行 / see a policy beside its baseline in the browser."""
    from experiments.commands.view import serve
    from experiments.view.visitors import Options

    _check_scale(scale)
    serve(Options(scenario, seed, scale, district, lang, max_visitors), host, port, mesa)


@app.command(epilog="例 / example: huitian report results/demo --lang zh --pdf")
def report(
    folder: Annotated[Path, typer.Argument(help="结果文件夹 / folder of a run, a comparison or a sweep")],
    lang: Annotated[str, typer.Option(help="zh | en | both 语言 / language of the report")] = "both",
    pdf: Annotated[bool, typer.Option("--pdf", help="另存PDF（需Chromium）/ print to PDF too")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """生成单文件报告 / write the one-file HTML report of a run, a comparison or a sweep."""
    from experiments.commands.report import check, print_pdf

    check(folder, lang, pdf)
    from experiments.report import write_report

    page = write_report(folder, lang)  # type: ignore[arg-type]
    made = [page, print_pdf(page)] if pdf else [page]
    if as_json:
        print(json.dumps({"files": [str(file) for file in made]}, ensure_ascii=False))
        return
    for file in made:
        print(f"报告 report: {file} ({file.stat().st_size / 1e6:.1f} MB)")


@app.command(epilog="例 / example: huitian doctor results/demo")
def doctor(
    folder: Annotated[Path | None, typer.Argument(help="结果文件夹 / a folder of results")] = None, debug: Debug = False
) -> None:
    """检查安装与结果 / check the installation, and a folder of results for damaged or missing runs."""
    from experiments.commands.doctor import check_installation, check_results

    problems = check_installation() if folder is None else check_results(folder)
    if problems:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; every error becomes one message and an exit code, every warning one line."""
    debug = "--debug" in sys.argv
    use_lines()
    try:
        result = app(standalone_mode=False)
        if result == _INTERRUPTED:  # typer turns Ctrl-C into this code
            _stop(
                "已中断：完成的都保留，重复同一命令即可继续 / interrupted; whatever was finished stays, "
                "the same command goes on from there",
                _INTERRUPTED,
            )
        sys.exit(result if isinstance(result, int) else 0)
    except _UsageError as error:  # type: ignore[misc]
        _stop(error.format_message(), 2)
    except (SourceError, FileExistsError) as error:
        _stop(str(error), 2, debug)
    except OSError as error:
        _stop(f"{error.strerror or error}: {error.filename or 'the results could not be written'}", 1, debug)
    except ModuleNotFoundError as error:
        needed = missing(error)
        _stop(needed or f"{error}: the installation is not whole (huitian doctor)", 2 if needed else 1, debug)
    except Exception as error:
        _stop(f"{type(error).__name__}: {error} (this is a fault of the program; --debug shows where)", 1, debug)


def _stop(message: str, code: int, debug: bool = False) -> NoReturn:
    if debug:
        traceback.print_exc()
    print(f"huitian: {message}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
