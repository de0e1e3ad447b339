"""What every request passes first: the address it names, the password if there is one, and headers of the answer."""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments.texts.catalogue import phrase
from experiments.view.server.addresses import Addresses
from experiments.view.server.password import COOKIE, Password, ask

_OF_PROXIES = (b"script-name", b"x-script-name", b"forwarded", b"x-forwarded-", b"x-real-ip")
_NO_CONTENT = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_HEADERS = {
    "Content-Security-Policy": _NO_CONTENT,  # the page and the form for the password send their own
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # `no-referrer` would make the browser hide the origin of its own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
OPEN_PATHS = ("/readyz", "/login")
"""Answered without the password."""


def both(key: str) -> str:
    """A text of the page in both languages, one line each."""
    return "\n".join(phrase(f"page.{key}")) + "\n"


class Gate:
    """ASGI middleware around the site.

    Parameters
    ----------
    app : ASGIApp
        The site; it gets the path without `root_path`, and none of the headers that proxies add.
    addresses : Addresses
        Those that are answered.
    root_path : str
        Path of the page behind a proxy, such as /huitian, or nothing. Proxies that strip it are served too.
    password : Password or None
        What visitors must know.
    """

    def __init__(self, app: ASGIApp, addresses: Addresses, root_path: str, password: Password | None) -> None:
        self._app, self._addresses, self._root_path, self._password = app, addresses, root_path, password

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        scope = self._cleaned(scope)
        answer = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if answer is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008})
        else:
            await (answer or self._app)(scope, receive, _with_headers(send))

    def _cleaned(self, scope: Scope) -> Scope:
        """The request as the site sees it."""
        path, root = scope["path"], self._root_path
        if root and (path == root or path.startswith(root + "/")):
            path = path[len(root) :] or "/"
        rest = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_OF_PROXIES)]
        return {**scope, "path": path, "raw_path": path.encode(), "root_path": "", "headers": rest}

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        reached = scope["server"][0] if scope.get("server") else None
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        address = self._addresses.of_host(hosts[0], reached) if len(hosts) == 1 else None
        if address is None:
            return PlainTextResponse(both("not_this_host"), 421)
        scope["state"] = {**scope.get("state", {}), "address": address}
        foreign = [name for name in origins if not self._addresses.has_origin(name, reached)]
        if foreign or len(origins) > 1 or (scope["type"] == "websocket" and not origins):
            return PlainTextResponse(both("not_this_origin"), 403)
        if self._password is None or scope["path"] in OPEN_PATHS:
            return None
        if self._password.admits(_cookies(headers.getlist("cookie")).get(COOKIE, "")):
            return None
        return ask(self._root_path, 401) if scope["path"] == "/" else PlainTextResponse(both("password_first"), 401)


def _cookies(lines: Iterable[str]) -> dict[str, str]:
    return {name: value for line in lines for name, value in cookie_parser(line).items()}


def _with_headers(send: Send) -> Send:
    async def to(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return to
