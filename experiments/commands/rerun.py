"""`huitian rerun`: is a run what its manifest says?"""

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson, Debug, Quiet, print_json


def rerun(
    folder: Annotated[Path, typer.Argument(help="一次运行的文件夹 / folder of a run")],
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """由清单重新运行并逐字节比对 / make a run again from its manifest alone and compare the bytes."""
    from experiments import console
    from experiments.runs import again

    with console.progress(folder.name, quiet) as report:
        found = again.rerun(folder, report)
    if as_json:
        print_json(
            same=found.same, files=found.files, different=found.different, code=found.code, processor=found.processor
        )
    elif found.same:
        console.out.print(f"{folder}: 字节相同 the same bytes in {len(found.files)} files")
    else:
        listed = ", ".join(found.different)
        console.out.print(f"{folder}: {len(found.different)}/{len(found.files)} 个文件不同 files differ: {listed}")
    told = {"代码 code": found.code, "地区数据 district data": found.district, "处理器 processor": found.processor}
    for what, (then, now) in told.items():
        if then and then != now and not as_json:
            console.out.print(f"  {what}: 当时 then {then}, 现在 now {now}")
    if not found.same:
        raise typer.Exit(1)
