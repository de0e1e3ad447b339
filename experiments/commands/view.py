"""`huitian view`: serve the page, by default to this machine only."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.options import Debug, District, Scale, Seed

if TYPE_CHECKING:
    from experiments.view.visitors import Options


def view(
    scenario: Annotated[str, typer.Argument(help="情景名或路径 / name or path of a scenario")] = "huitian_plan",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0为任意空闲端口 / port, 0 for any")] = 8765,
    host: Annotated[str, typer.Option(help="监听地址，默认仅本机 / address to listen on")] = "127.0.0.1",
    seed: Seed = 1,
    scale: Scale = 1.0,
    district: District = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="起始语言 / language at first")] = "zh",
    max_visitors: Annotated[int, typer.Option(min=1, max=64, help="同时访客上限 / visitors at a time")] = 4,
    replicates: Annotated[
        int, typer.Option(min=0, max=32, help="后台另跑几个种子，0为不跑 / further seeds in the background, 0 for none")
    ] = 4,
    mesa: Annotated[bool, typer.Option("--mesa", help="Mesa自带页面 / Mesa's own page")] = False,
    root_path: Annotated[str, typer.Option(help="反向代理后的路径 / path behind a proxy, as /huitian")] = "",
    allowed_origin: Annotated[
        list[str] | None, typer.Option(help="另可打开的网址 / further address, as https://lab.example.org")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="HUITIAN_TOKEN", show_envvar=True, help="访客口令 / password that visitors are asked for"),
    ] = None,
    idle: Annotated[
        float, typer.Option(min=0.01, max=1e5, help="闲置多少分钟后结束 / minutes alone that end a visit")
    ] = 60,
    results: Annotated[
        list[Path] | None,
        typer.Option(help="可在页面中打开的结果文件夹（可多次） / folder of results to open on the page (may repeat)"),
    ] = None,
    debug: Debug = False,
) -> None:
    """在浏览器中查看：政策与基线并行 / see a policy beside its baseline in the browser."""
    from experiments.runs.folders import kind_of
    from experiments.view.server.start import serve
    from experiments.view.visitors import Options

    folders = tuple(results or ())
    for folder in folders:
        kind_of(folder)
    options = Options(scenario, seed, scale, district, lang, max_visitors, 60 * idle, replicates, folders)
    _say_memory(options)
    serve(
        options,
        host,
        port,
        mesa=mesa,
        root_path=root_path,
        allowed_origins=tuple(allowed_origin or ()),
        token=token,
    )


def _say_memory(options: "Options") -> None:
    """One line where all visitors together would take more memory than is free."""
    from experiments.runs.job import residents
    from experiments.runs.memory import GB, free, of_a_page

    people = residents(options.load(options.scenario), options.scale)
    need, there = of_a_page(people, options.most) / GB, free() / GB
    if need > there:
        print(
            f"说明 note: {options.most} 位访客约需 visitors at once take up to {need:.1f} GB，可用 and there are "
            f"{there:.1f} GB: --max-visitors, --scale",
            file=sys.stderr,
        )
