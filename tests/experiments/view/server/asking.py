"""A plain client of the page's server, which says what it is told."""

import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

TOKEN = "回天 huitian"
PATIENCE = 600.0  # seconds


@dataclass(frozen=True)
class Answer:
    """What an HTTP request was answered with."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True)
class Client:
    """Asks a server under an address; `headers` may hold another Host, `via` (host, port) is where it is reached."""

    address: str
    via: tuple[str, int] | None = None

    @property
    def netloc(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def _reached(self) -> tuple[str, int]:
        parts = urlsplit(self.address)
        return self.via or (parts.hostname or "", parts.port or 80)

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: bytes | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection(*self._reached, timeout=300)
        try:
            connection.request(method, path, body, {"Host": self.netloc, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def session(self, path: str = "/") -> str:
        """The cookies of a visitor who has opened the page."""
        return cookies(self.ask(path))

    def connect(self, cookie: str, kernel: str = "k", tab: str = "t", **options: Any) -> Any:
        """A WebSocket as the page opens it; `origin` and `path` may be others."""
        from websockets.sync.client import connect

        path = options.pop("path", "") + f"/jupyter/api/kernels/{kernel}/channels?session_id={tab}"
        options.setdefault("origin", f"http://{self.netloc}")
        if self.via:
            options["sock"] = socket.create_connection(self.via)
        headers = {"Cookie": cookie, **options.pop("headers", {})}
        return connect(
            f"ws://{self.netloc}{path}",
            additional_headers=headers,
            open_timeout=300,
            max_size=2**26,
            max_queue=None,  # a tab that reads no more still hears that it was closed
            **options,
        )

    def let_in(self) -> Any:
        """A WebSocket of its own kernel, as soon as the server, which other tests have asked for many, lets one in.

        The kernel of a connection that was lost is kept for the session that it had, for two minutes.
        """
        from websockets.exceptions import InvalidStatus

        cookie, end = self.session(), time.monotonic() + PATIENCE
        while True:
            try:
                return self.connect(cookie, kernel=uuid4().hex)
            except InvalidStatus:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)


def cookies(answer: Answer) -> str:
    """What a browser sends back."""
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))


def message(kind: str, content: Mapping[str, Any] | None = None) -> str:
    """A message of Jupyter's protocol."""
    header = {
        "msg_id": uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": uuid4().hex,
        "date": "2026-01-01T00:00:00.000Z",
        "version": "5.3",
    }
    return json.dumps(
        {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": dict(content or {}),
            "buffers": [],
        }
    )
