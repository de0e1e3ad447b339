"""Starts the server of the page."""

import ctypes
import errno
import os
import re
import socket
import sys
from contextlib import suppress

from experiments.view import visitors
from experiments.view.server.addresses import LOOPBACK, Addresses
from experiments.view.visitors import Options
from simulation.yaml_source import SourceError

CULL = "2m"
"""How long a lost connection may come back before its models are dropped."""
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")
_SPARE, _PER_VISITOR = 128, 16  # connections at a time: a browser opens six, and a WebSocket


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
    except (socket.gaierror, UnicodeError):
        raise SourceError(f"--host {host}: no such host") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SourceError(f"--port {port}: already in use on {host}; give another --port") from None
        if error.errno == errno.EACCES:
            raise SourceError(f"--port {port}: not allowed; give one from 1024 to 65535") from None
        raise SourceError(f"--host {host}: cannot listen there ({error.strerror})") from None
    return bound


def path_of(root_path: str) -> str:
    """The root path as the server uses it: nothing, or with a slash before and none after.

    Raises
    ------
    SourceError
        If it is not a path of a URL.
    """
    if not _ROOT_PATH.fullmatch(root_path) or {".", ".."} & set(root_path.split("/")):
        raise SourceError(f"--root-path {root_path!r}: it should be a path such as /huitian")
    return root_path.rstrip("/")


def share_heaps() -> None:
    """Let all threads share two heaps of the C library, where it is glibc.

    It gives each thread a heap of its own, and those of visits that are over keep their pages: half as much again as
    the page needs, after some visits.
    """
    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def serve(
    options: Options,
    host: str,
    port: int,
    *,
    mesa: bool = False,
    root_path: str = "",
    allowed_origins: tuple[str, ...] = (),
    token: str | None = None,
) -> None:
    """Serve the page, or the one that Mesa brings, until interrupted.

    Raises
    ------
    SourceError
        If the scenario, an address or the port cannot be used, or the packages of the page are missing.
    """
    options.load(options.scenario)
    root_path = path_of(root_path)
    Addresses(host, port, allowed_origins)  # what is wrong with them is said before anything is loaded
    bound = listen(host, port)
    os.environ.update(
        {
            "SOLARA_APP": f"experiments.view.{'mesa_page' if mesa else 'app'}",
            "SOLARA_MODE": "production",
            "SOLARA_ROOT_PATH": root_path,
            "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
            "SOLARA_KERNEL_CULL_TIMEOUT": CULL,
            "SOLARA_THEME_SHOW_BANNER": "false",
            "SOLARA_THEME_TITLE": "Huitian",
        }
    )
    try:
        import uvicorn

        from experiments.view.server.messages import LARGEST
        from experiments.view.server.password import Password
        from experiments.view.server.site import site
        from experiments.view.server.sockets import Sockets
        from experiments.view.server.solara_settings import settle
    except ImportError as error:
        raise SourceError(f"the page needs the extra packages: pip install 'huitian-sim[viz]' ({error})") from None
    settle()
    share_heaps()
    visitors.configure(options)
    port = bound.getsockname()[1]
    app = site(
        Addresses(host, port, allowed_origins),
        root_path,
        Password(token) if token is not None else None,
        Sockets(options.most),
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"回天政策实验室 / Huitian: http://{shown}:{port}{root_path}/  (Ctrl-C 停止 / stops)", flush=True)
    if host not in LOOPBACK and token is None:
        print("未设口令，网络上的人均可打开 / open to the network without a password: see --token", file=sys.stderr)
    config = uvicorn.Config(
        app,
        log_level="error",
        ws_max_size=LARGEST,
        proxy_headers=False,  # nothing of what a proxy says about the visitor is used
        server_header=False,
        limit_concurrency=_SPARE + _PER_VISITOR * options.most,
    )
    try:
        uvicorn.Server(config).run(sockets=[bound])
    finally:
        visitors.replicates.close()
