"""`huitian validate`: does the model show what was observed?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.commands.options import (
    Debug,
    Force,
    Memory,
    Out,
    Quiet,
    Seed,
    Workers,
    check_memory,
    check_scale,
    print_json,
    say_failed,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

_SHOWN = {
    "pass": "✓ 通过 pass",
    "borderline": "± 临界 borderline",
    "fail": "✗ 不通过 fail",
    "absent": "– 未建模 absent",
    "missing": "? 无值 no value",
}
_USES = {
    "input": "输入 input",
    "calibrated": "校准 calibrated",
    "soft": "软 soft",
    "held_out": "留出 held out",
    "verification": "验证 verified",
}


def validate(
    replicates: Annotated[int, typer.Option(min=1, max=1000, help="重复次数 / replicates")] = 3,
    workers: Workers = None,
    memory: Memory = None,
    out: Out = None,
    seed: Seed = 1,
    scale: Annotated[
        float, typer.Option(callback=check_scale, help="家庭抽样比例 (0, 1] / share of households in the runs")
    ] = 1.0,
    weeks: Annotated[int | None, typer.Option(min=1, max=1040, help="周数 / weeks instead of the scenarios'")] = None,
    rivals: Annotated[bool, typer.Option("--rivals", help="也检验备选结构 / measure rival structures too")] = False,
    force: Force = False,
    quiet: Quiet = False,
    as_json: Annotated[bool, typer.Option("--json", help="以JSON输出 / print the table as JSON")] = False,
    debug: Debug = False,
) -> None:
    """检验观测模式 / measure the patterns that were observed; one that fails is reported and is no error."""
    from experiments import console
    from experiments.charts import style
    from experiments.charts.validation import validation as chart
    from experiments.validation.validate import too_early
    from experiments.validation.validate import validate as run_validation
    from simulation.scenario.load import load_scenario

    check_memory([load_scenario("baseline")], scale, workers, memory)
    folder = out or Path("results") / "validation"
    with console.progress("validate", quiet) as report:
        result = run_validation(
            out=folder,
            replicates=replicates,
            workers=workers,
            memory=memory,
            seed=seed,
            scale=scale,
            weeks=weeks,
            rivals=rivals,
            force=force,
            progress=report,
        )
    say_failed(result.failed)
    full = result.table[result.table["structure"] == "full"]
    style.save(chart(full, style.Runs(replicates, scale)), folder / "charts" / "validation.png")
    if as_json:
        print_json(folder=str(folder), patterns=result.table, failed=len(result.failed))
    else:
        console.out.print(_table(full, replicates, scale))
        _print_notes(full, too_early(weeks))
        if rivals:
            console.out.print(_rival_table(result.table))
        _print_changes(full, replicates, scale, weeks)
        console.out.print(f"图 chart: {folder / 'charts' / 'validation.png'}   数据 data: {folder / 'validation.csv'}")
    if result.failed:
        raise typer.Exit(1)


def _range(low: float, high: float) -> str:
    from experiments.console import number

    if low != low:
        return f"≤ {number(high)}"
    return f"≥ {number(low)}" if high != high else f"{number(low)} … {number(high)}"


def _table(rows: "pd.DataFrame", replicates: int, scale: float) -> "Table":
    from rich.table import Table

    from experiments.console import number

    count = rows["verdict"].value_counts()
    title = (
        f"模式检验 patterns: {count.get('pass', 0)} 通过 pass, {count.get('borderline', 0)} 临界 borderline, "
        f"{count.get('fail', 0)} 不通过 fail, {count.get('absent', 0) + count.get('missing', 0)} 无值 no value  "
        f"(n = {replicates}, scale {scale:g})"
    )
    table = Table(title=title, title_justify="left")
    for column in (
        "模式 pattern",
        "单位 unit",
        "用途 use",
        "可接受 accepted",
        "模拟 simulated",
        "95% 区间 interval",
        "调查所见 as surveyed",
        "结果 result",
    ):
        table.add_column(column, justify="right" if column[0] in "可9" or "simulated" in column else "left")
    for row in rows.itertuples():
        interval = "–" if row.ci_low != row.ci_low else f"{number(row.ci_low)} … {number(row.ci_high)}"
        table.add_row(
            f"{row.pattern} {row.zh} {row.en}",
            row.unit_zh,
            _USES[row.use],
            _range(row.low, row.high) if row.verdict != "absent" else "–",
            number(row.value) if row.n else "–",
            interval,
            f"{number(row.seen_low)} … {number(row.seen_high)}" if row.observation_error else "",
            _SHOWN[row.verdict],
        )
    return table


def _print_notes(rows: "pd.DataFrame", early: list[str]) -> None:
    """Why a pattern fails or cannot be measured, as far as it is known."""
    from experiments import console

    if early:
        console.out.print(f"  运行结束过早，无值 the runs end before all is seen, no value: {', '.join(early)}")
    rows = rows[~rows["pattern"].isin(early)]
    for row in rows[(rows["verdict"] != "pass") & (rows["note"] != "")].itertuples():
        console.out.print(f"  {row.pattern}: {row.note}")


def _rival_table(rows: "pd.DataFrame") -> "Table":
    from rich.table import Table

    from experiments.validation.runs import RIVALS

    titles = {name or "full": f"{name} {zh} {en}".strip() for name, (zh, en, _) in RIVALS.items()}
    table = Table(
        title="备选结构 rival structures: 缺此机制则不通过者需要它 / what fails without a mechanism needs it",
        title_justify="left",
    )
    table.add_column("模式 pattern")
    structures = list(dict.fromkeys(rows["structure"]))
    for name in structures:
        table.add_column(titles[name])
    found = {(row.structure, row.pattern): _SHOWN[row.verdict].split(" ")[0] for row in rows.itertuples()}
    for pattern in dict.fromkeys(rows.loc[rows["structure"] != "full", "pattern"]):
        table.add_row(pattern, *(found.get((name, pattern), "") for name in structures))
    return table


def _print_changes(rows: "pd.DataFrame", replicates: int, scale: float, weeks: int | None) -> None:
    """Verdicts that differ from those on record; only full runs can be compared with them."""
    from experiments import console

    changed = rows[rows["verdict"] != rows["expected"]]
    if scale < 1 or weeks is not None or replicates < 2 or changed.empty:
        return
    listed = ", ".join(f"{row.pattern} {row.expected} → {row.verdict}" for row in changed.itertuples())
    console.out.print(f"与记录不同 other than on record: {listed}")
