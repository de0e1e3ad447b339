"""What a tab may say through its WebSocket.

The protocol is Jupyter's, with which widgets may be made, modules imported and any of their fields set from the browser
(`create_widget` of ipyvue takes any module and class). The page needs little of it: it is started once, its controls
change their values and tell events. Everything else is dropped, and what stays is small and plain.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

LARGEST = 2**16
"""Bytes of a message."""
_TEXT, _ITEMS, _DEPTH = 200, 100, 3
_FILE = 2**15  # characters: an event may tell of a small file that a visitor opens
_LARGEST_NUMBER = 2.0**63
_EVENT = re.compile(r"[a-z][a-z_:]{0,39}")
_COMMS = ("solara.control", "jupyter.widget.control")
_VALUES = frozenset({"v_model", "value"})
"""Fields of widgets that a browser changes."""


class Messages:
    """Knows the messages of one WebSocket apart."""

    def __init__(self) -> None:
        self._started = False
        self._own: set[str] = set()

    def known(self, text: str | None) -> bool:
        """Whether a message is one that the page sends; None is a message of bytes, which it never does."""
        if text is None or len(text) > LARGEST:
            return False
        try:
            message = json.loads(text)
            kind, content = message["header"]["msg_type"], message["content"]
            heads = [message[name] for name in ("header", "parent_header", "metadata")]
            if message["channel"] not in ("shell", "control") or not all(
                isinstance(h, dict) and plain(h) for h in heads
            ):
                return False
            if not isinstance(message["header"]["msg_id"], str) or message.get("buffers"):
                return False
            if kind in ("kernel_info_request", "comm_info_request", "shutdown_request"):
                return isinstance(content, dict)
            return kind in ("comm_open", "comm_msg", "comm_close") and self._comm(kind, content)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):  # of another shape
            return False

    def _comm(self, kind: str, content: Mapping[str, Any]) -> bool:
        comm, data = content["comm_id"], content.get("data", {})
        if not isinstance(comm, str) or len(comm) > _TEXT or not isinstance(data, dict):
            return False
        if kind == "comm_open":
            if content["target_name"] not in _COMMS or len(self._own) >= _ITEMS:
                return False
            self._own.add(comm)
            return True
        if kind == "comm_close":
            return comm in self._own
        return self._said(data["method"], data)

    def _said(self, method: str, data: Mapping[str, Any]) -> bool:
        if method == "run":
            args = data["args"]
            if self._started or args.get("appName") is not None or not isinstance(args.get("path", ""), str):
                return False
            self._started = True
            return True
        if method in ("app-status", "request_state", "request_states"):
            return True
        if method == "update":
            state = data["state"]
            return not data.get("buffer_paths") and _VALUES.issuperset(state) and all(map(plain, state.values()))
        if method == "custom":
            event = data["content"]
            return (
                {"event"} <= event.keys() <= {"event", "data"}
                and _EVENT.fullmatch(event["event"]) is not None
                and plain(event.get("data"), _FILE)
            )
        return False


def plain(value: Any, longest: int = _TEXT, depth: int = _DEPTH) -> bool:
    """Whether a value is text up to `longest`, a finite number, a truth, nothing, or a short list or object of such."""
    if isinstance(value, str):
        return len(value) <= longest
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int | float):
        return math.isfinite(value) and abs(value) <= _LARGEST_NUMBER
    if depth == 0 or len(value) > _ITEMS:
        return False
    if isinstance(value, dict):
        if {"functionRef", "objectRef"} & value.keys() or any(len(key) > _TEXT for key in value):
            return False  # ipyvue would look these up in the widget
        value = value.values()
    return all(plain(item, longest, depth - 1) for item in value)
