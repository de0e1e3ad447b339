"""The WebSockets of the page: how many, whose, and what comes in through them."""

import asyncio
import logging
import re

from solara.server import kernel_context
from solara.server import server as pages
from solara.server import starlette as parts
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from experiments.view.server.messages import Messages
from experiments.view.server.rate import Bucket

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SESSION = re.compile(r"[A-Za-z0-9_-]{20,64}")
_OPENED, _OPENED_AT_ONCE = 5.0, 40  # new WebSockets a second, all visitors together: each starts a thread
_SAID, _SAID_AT_ONCE = 20.0, 200  # messages a second from one tab: more than hands make, less than fills a core
_SPARE, _TABS = 32, 4  # WebSockets at a time: some, and so many per place for visitors

log = logging.getLogger("huitian.view")


def session_of(cookies: dict[str, str]) -> str | None:
    """The session of a visitor's browser, which owns its kernels."""
    found = cookies.get(pages.COOKIE_KEY_SESSION_ID, "")
    return found if _SESSION.fullmatch(found) else None


class Sockets:
    """ASGI application of the WebSockets.

    Parameters
    ----------
    visitors : int
        Places for visitors; who has none is told so through a WebSocket too.
    """

    def __init__(self, visitors: int) -> None:
        self._most = _SPARE + _TABS * visitors
        self._open: list[tuple[str, str | None]] = []  # kernel and its session
        self._opened = Bucket(_OPENED, _OPENED_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Talk with one tab until it leaves."""
        ws = WebSocket(scope, receive, send)
        kernel, session = ws.path_params["kernel_id"], session_of(ws.cookies)
        if not self._welcome(kernel, session, ws.query_params.get("session_id", "")):
            await send({"type": "websocket.close", "code": 1008})
            return
        self._open.append((kernel, session))
        try:
            await parts.kernel_connection(WebSocket(scope, _checked(receive), send))
        except Exception:
            log.exception("a connection of the page has failed")
        finally:
            self._open.remove((kernel, session))

    def _welcome(self, kernel: str, session: str | None, tab: str) -> bool:
        if session is None or not _NAME.fullmatch(kernel) or not _NAME.fullmatch(tab):
            return False
        context = kernel_context.contexts.get(kernel)
        if context is not None and context.session_id != session:
            return False
        if any(other == kernel and owner != session for other, owner in self._open):  # its context comes in a moment
            return False
        return len(self._open) < self._most and self._opened.take()


def _checked(receive: Receive) -> Receive:
    """Messages that the page understands, no faster than it can answer them; the others are dropped."""
    messages, rate = Messages(), Bucket(_SAID, _SAID_AT_ONCE)

    async def next_one() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            await asyncio.sleep(rate.delay())
            if messages.known(message.get("text")):
                return message

    return next_one
