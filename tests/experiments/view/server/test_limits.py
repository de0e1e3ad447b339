"""How much and how often a visitor may ask, by real requests; and what odd requests are answered with."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import quote

import pytest

from experiments.view.server.addresses import Addresses
from tests.experiments.view.server.asking import TOKEN, Client
from tests.experiments.view.server.test_requests import FORM


@contextmanager
def served(*routes: Any, password: Any = None) -> Iterator[Client]:
    """Some routes of the site behind its gate, in this process."""
    uvicorn = pytest.importorskip("uvicorn")
    from starlette.applications import Starlette

    from experiments.view.server.gate import Gate

    application: Any = Starlette(routes=list(routes))
    application.state.root_path = ""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        gate = Gate(application, Addresses("127.0.0.1", port), "", password)
        server = uvicorn.Server(uvicorn.Config(gate, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield Client(f"http://127.0.0.1:{port}")  # connections wait in the socket until the server takes them
        finally:
            server.should_exit = True
            thread.join()


def test_a_password_cannot_be_tried_without_end() -> None:
    pytest.importorskip("solara")
    from starlette.routing import Route

    from experiments.view.server.password import Password

    password = Password(TOKEN)
    with served(Route("/login", password.enter, methods=["POST"]), password=password) as client:
        found = [client.ask("/login", FORM, "POST", b"password=wrong").status for _ in range(40)]
        assert found[:10] == [403] * 10 and 429 in found[10:] and set(found) == {403, 429}
        right = f"password={quote(TOKEN)}".encode()
        while client.ask("/login", FORM, "POST", right).status == 429:
            pass  # who knows it is let in as soon as the next try is allowed


def test_connections_are_as_many_and_as_fast_as_visitors_need(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("solara")
    from starlette.routing import WebSocketRoute
    from websockets.exceptions import InvalidStatus

    from experiments.view.server import sockets

    async def wait(ws: Any) -> None:
        await ws.accept()
        while (await ws.receive())["type"] != "websocket.disconnect":
            pass

    monkeypatch.setattr(sockets.parts, "kernel_connection", wait)
    cookie = f"solara-session-id={'s' * 32}"
    route = WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", sockets.Sockets(1))
    with served(route) as client, ExitStack() as stack:
        for number in range(36):  # four for a visitor, and some to spare
            stack.enter_context(client.connect(cookie, kernel=f"k{number}"))
        with pytest.raises(InvalidStatus) as refused, client.connect(cookie, kernel="more"):
            pass
        assert refused.value.response.status_code == 403
        stack.close()
        with pytest.raises(InvalidStatus):  # their number is free again, and now they come too fast
            one_by_one(client, cookie, 1000)


def one_by_one(client: Client, cookie: str, number: int) -> None:
    for k in range(number):
        with client.connect(cookie, kernel=f"again{k}"):
            pass


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/%ff"), ("GET", "/?lang=%00&week=%ff"), ("GET", "//evil.example/"), ("GET", "http://evil.example/"),
     ("GET", "/static/%00"), ("GET", "/static/public/%00"), ("GET", "/static/assets/%00"), ("GET", "/_solara/cdn/%00"),
     ("GET", "/jupyter/nbextensions/%00"), ("GET", "/jupyter/api/kernels/%00"), ("GET", "/static/" + "x" * 9000),
     ("GET", "/static/" + "a/" * 3000), ("PUT", "/"), ("POST", "/"), ("DELETE", "/readyz"), ("TRACE", "/"),
     ("OPTIONS", "/"), ("POST", "/_solara/api/close/%00?session_id=%00"), ("GET", "/_solara/api/close/k")],
)  # fmt: skip
def test_an_odd_request_is_answered_in_a_word(client: Client, method: str, path: str) -> None:
    answer = client.ask(path, method=method)
    assert answer.status < 500, answer.text
    assert not any(word in answer.text for word in ("Traceback (", 'File "', "site-packages"))
    assert answer.headers["Content-Security-Policy"]


def test_a_request_without_end_is_refused(client: Client) -> None:
    with suppress(ConnectionError):  # closed before all of it was sent
        assert client.ask("/", {"X-Long": "x" * 200_000}).status in (400, 431)
    assert client.ask("/readyz").status == 200
