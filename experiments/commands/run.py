"""`huitian run`: one scenario, once."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    AsJson,
    Debug,
    District,
    Force,
    Memory,
    NoReport,
    Out,
    Quiet,
    Scale,
    Seed,
    Weeks,
    check_memory,
    draw,
    print_json,
    say_limits,
)


def run(
    scenario: Annotated[str, typer.Argument(help="情景名或路径 / name or path of a scenario")],
    seed: Seed = 1,
    weeks: Weeks = None,
    scale: Scale = 1.0,
    district: District = None,
    out: Out = None,
    force: Force = False,
    no_report: NoReport = False,
    memory: Memory = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """运行一个情景 / run one scenario and write its folder, charts and report."""
    from experiments import console
    from experiments.runs.claim import to_be_made, usable
    from simulation.results import summary, write_run
    from simulation.run import simulate
    from simulation.scenario.load import load_scenario
    from simulation.whole import clear_leftovers

    loaded = load_scenario(scenario)
    if district is not None:
        loaded = loaded.model_copy(update={"district": district})
    if not quiet:
        say_limits([loaded], weeks)
    check_memory([loaded], scale, None, memory)
    folder = out or Path("results") / f"{loaded.name}-seed{seed}"
    usable(folder, replaced=True)
    clear_leftovers(folder.resolve().parent)
    if folder.exists() and any(folder.iterdir()) and not force:
        raise FileExistsError(f"{folder} already holds something; give another --out, or --force to replace it")
    with to_be_made(folder):
        with console.progress(loaded.name, quiet) as report:
            recording = simulate(loaded, seed=seed, scale=scale, weeks=weeks, progress=report)
        write_run(folder, recording, force=force)
        if not no_report:
            draw(folder)
    found = summary(recording.district)
    if as_json:
        print_json(folder=str(folder), summary=found)
        return
    title = f"{loaded.title.zh} / {loaded.title.en}  (seed {seed}, scale {scale:g}, n = 1)"
    console.out.print(console.summary_table(title, found))
    speed = recording.manifest["resident_ticks_per_second"] / 1e6
    console.out.print(
        f"{recording.manifest['residents']:,} residents, {recording.manifest['wall_seconds']:.1f} s, "
        f"{speed:.1f} M resident-ticks/s, peak {recording.manifest['peak_memory_mb']:.0f} MB"
    )
    console.out.print(f"结果 results: {folder}")
