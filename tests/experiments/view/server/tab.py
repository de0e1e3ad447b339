"""A tab of the page without a browser: it speaks the protocol of the page's own scripts."""

import json
import re
from typing import Any
from uuid import uuid4

from tests.experiments.view.server.asking import Client, message

PATIENCE = 600.0
"""Seconds, far above what a busy machine needs."""


class Tab:
    """One visitor. `widgets` has the state of each widget by its id, `said` everything that was shown as text."""

    def __init__(self, client: Client, cookie: str) -> None:
        self.client, self.cookie = client, cookie
        self.kernel, self.name = uuid4().hex, uuid4().hex
        self.widgets: dict[str, dict[str, Any]] = {}
        self.said = ""
        self.socket = client.connect(cookie, self.kernel, self.name).__enter__()
        control = uuid4().hex
        self.send("comm_open", comm_id=control, target_name="solara.control", data={})
        self.send("comm_msg", comm_id=control, data={"method": "run", "args": {"path": "/", "dark": False}})

    def send(self, kind: str, **content: Any) -> None:
        self.socket.send(message(kind, content))

    def change(self, widget: str, **state: Any) -> None:
        """Change fields of a widget, as its control in the browser does."""
        self.send("comm_msg", comm_id=widget, data={"method": "update", "state": state})

    def click(self, widget: str, event: str = "click", data: Any = None) -> None:
        self.send("comm_msg", comm_id=widget, data={"method": "custom", "content": {"event": event, "data": data}})

    def until(self, pattern: str) -> None:
        """Read until something that matches is shown."""
        while not re.search(pattern, self.read()):
            pass

    def read(self) -> str:
        """Read one message; its text."""
        got = self.socket.recv(PATIENCE)
        text = got if isinstance(got, str) else got.decode("utf-8", "replace")
        body = json.loads(text) if isinstance(got, str) else {}
        content = body.get("content", {})
        if "comm_id" in content:
            self.widgets.setdefault(content["comm_id"], {}).update(content.get("data", {}).get("state") or {})
        self.said += re.sub(r"data:image/png;base64,[^\"]*", "data:image", text)
        return text

    def widget(self, css: str) -> str:
        """Id of the widget with a class or a name of its own."""
        return next(
            k
            for k, state in self.widgets.items()
            if css in str(state.get("class_") or "").split() or css == state.get("name")
        )

    def widget_with(self, field: str) -> str:
        """Id of a widget that has a field."""
        return next(k for k, state in self.widgets.items() if field in state)

    def leave(self, beacon: bool = True) -> None:
        """Close the tab; `beacon`: as a browser that had the time to say so."""
        if beacon:
            path = f"/_solara/api/close/{self.kernel}?session_id={self.name}"
            assert self.client.ask(path, {"Cookie": self.cookie}, "POST").status == 204
        self.socket.close()
