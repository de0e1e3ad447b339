"""`huitian view`: serve the page, by default to this machine only."""

import errno
import os
import socket
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.commands.options import Debug, District, Scale, Seed
from simulation.yaml_source import SourceError

if TYPE_CHECKING:
    from experiments.view.visitors import Options

CULL = "2m"
"""How long a lost connection may come back before its models are dropped."""


def view(
    scenario: Annotated[str, typer.Argument(help="情景名或路径 / name or path of a scenario")] = "huitian_plan",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0为任意空闲端口 / port, 0 for any")] = 8765,
    host: Annotated[str, typer.Option(help="监听地址，默认仅本机 / address to listen on")] = "127.0.0.1",
    seed: Seed = 1,
    scale: Scale = 1.0,
    district: District = None,
    lang: Annotated[Literal["zh", "en"], typer.Option(help="起始语言 / language at first")] = "zh",
    max_visitors: Annotated[int, typer.Option(min=1, max=64, help="同时访客上限 / visitors at a time")] = 4,
    mesa: Annotated[bool, typer.Option("--mesa", help="Mesa自带页面 / Mesa's own page")] = False,
    debug: Debug = False,
) -> None:
    """在浏览器中查看：政策与基线并行 / see a policy beside its baseline in the browser."""
    from experiments.view.visitors import Options

    serve(Options(scenario, seed, scale, district, lang, max_visitors), host, port, mesa)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address.

    Raises
    ------
    SourceError
        If the port is taken, not allowed, or the host is not of this machine.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, proto)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)  # a browser that comes early waits instead of failing
    except socket.gaierror:
        raise SourceError(f"--host {host}: no such host") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SourceError(f"--port {port}: already in use on {host}; give another --port") from None
        if error.errno == errno.EACCES:
            raise SourceError(f"--port {port}: not allowed; give one from 1024 to 65535") from None
        raise SourceError(f"--host {host}: cannot listen there ({error.strerror})") from None
    return bound


def serve(options: "Options", host: str, port: int, mesa: bool = False, say: bool = True) -> None:
    """Serve the page, or the one that Mesa brings, until interrupted.

    Raises
    ------
    SourceError
        If the scenario, the host or the port cannot be used, or the packages of the page are missing.
    """
    from experiments.charts import style
    from experiments.view import visitors

    options.load(options.scenario)
    bound = listen(host, port)
    os.environ.update(
        {
            "SOLARA_APP": f"experiments.view.{'mesa_page' if mesa else 'app'}",
            "SOLARA_MODE": "production",
            "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
            "SOLARA_KERNEL_CULL_TIMEOUT": CULL,
            "SOLARA_THEME_SHOW_BANNER": "false",
            "SOLARA_THEME_TITLE": "Huitian",
        }
    )
    try:
        import solara.server.starlette as server
        import uvicorn
    except ImportError as error:
        raise SourceError(f"the page needs the extra packages: pip install 'huitian-sim[viz]' ({error})") from None
    style.apply()  # before the server gives every visitor a copy of matplotlib's settings
    visitors.configure(options)
    if say:
        shown = f"[{host}]" if ":" in host else host
        print(f"回天政策实验室 / Huitian: http://{shown}:{bound.getsockname()[1]}/  (Ctrl-C 停止 / stops)", flush=True)
    uvicorn.Server(uvicorn.Config(server.app, log_level="error", ws_max_size=2**24)).run(sockets=[bound])
