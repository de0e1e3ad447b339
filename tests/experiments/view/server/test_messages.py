"""What a tab may say, message by message."""

import json
from typing import Any

import pytest

from experiments.view.server.messages import LARGEST, Messages, plain
from tests.experiments.view.server.asking import message


def comm(data: Any, kind: str = "comm_msg", **more: Any) -> str:
    return message(kind, {"comm_id": "c", "data": data, **more})


RUN = {"method": "run", "args": {"path": "/", "dark": False}}


@pytest.mark.parametrize(
    "text",
    [
        message("kernel_info_request"),
        message("comm_info_request", {"target_name": "jupyter.widget"}),
        comm({}, "comm_open", target_name="solara.control"),
        comm(RUN),
        comm({"method": "update", "state": {"v_model": "density"}, "buffer_paths": []}),
        comm({"method": "update", "state": {"v_model": [1, "a", None, True, 0.5]}}),
        comm({"method": "custom", "content": {"event": "click", "data": {"x": 0.5, "y": 0.5}}}),
        comm({"method": "custom", "content": {"event": "opened", "data": {"name": "a.yaml", "text": "x" * 20_000}}}),
        comm({"method": "request_states"}),
    ],
)
def test_what_the_page_says_is_known(text: str) -> None:
    assert Messages().known(text)


@pytest.mark.parametrize(
    "data",
    [
        {"method": "custom", "content": {"create_widget": ["os", "system"], "props": {}, "id": "x"}},
        {"method": "custom", "content": {"event": "click", "create_widget": ["os", "system"]}},
        {"method": "custom", "content": {"update_ref": {"functionRef": "close"}, "id": "x", "prop": "y"}},
        {"method": "custom", "content": {"event": "click", "data": {"functionRef": "close"}}},
        {"method": "custom", "content": {"event": "__init__", "data": {}}},
        {"method": "custom", "content": {"event": "click", "data": "x" * 40_000}},
        {"method": "custom", "content": {"event": 5}},
        {"method": "custom", "content": []},
        {"method": "update", "state": {"template": "<script>"}},
        {"method": "update", "state": {"v_model": 1, "children": []}},
        {"method": "update", "state": {"v_model": 1}, "buffer_paths": [["v_model"]]},
        {"method": "update", "state": {"v_model": "x" * 5000}},
        {"method": "update", "state": {"v_model": 10**30}},
        {"method": "update", "state": {"v_model": [[[[1]]]]}},
        {"method": "update", "state": {"v_model": list(range(101))}},
        {"method": "update", "state": 5},
        {"method": "run", "args": {"path": "/", "appName": "other"}},
        {"method": "run", "args": {"path": 5}},
        {"method": "run"},
        {"method": "reload"},
        {"method": "evict"},
        {"method": 5},
        {},
        [],
        None,
    ],
)
def test_everything_else_is_dropped(data: Any) -> None:
    assert not Messages().known(comm(data))


@pytest.mark.parametrize(
    "text",
    [
        None, "", "x", "[]", "{}", "null", "[" * 60000, '{"header": 1}', message("execute_request", {"code": "1"}),
        message("input_reply"), message("comm_msg"), message("comm_close", {"comm_id": "of the server"}),
        comm({}, "comm_open", target_name="jupyter.widget"), comm({}, "comm_open", target_name="x"),
        message("kernel_info_request") + " " * LARGEST, message("kernel_info_request").replace("shell", "stdin"),
        '{"v": ' + "9" * 5000 + "}", comm({"method": "update", "state": {"v_model": 1}}).replace(": 1", ": NaN"),
        json.dumps({**json.loads(message("kernel_info_request")), "buffers": ["x"]}),
        json.dumps({**json.loads(message("kernel_info_request")), "metadata": []}),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_page_is_dropped(text: str | None) -> None:
    assert not Messages().known(text)


def test_the_page_is_started_once() -> None:
    messages = Messages()
    assert messages.known(comm(RUN)) and not messages.known(comm(RUN))


def test_only_own_comms_are_closed() -> None:
    messages = Messages()
    assert messages.known(comm({}, "comm_open", target_name="solara.control"))
    assert messages.known(message("comm_close", {"comm_id": "c"}))


def test_plain_values() -> None:
    assert all(map(plain, ("", 1, 2.5, None, True, [], {}, {"a": [1]})))
    assert not any(map(plain, (float("inf"), float("nan"), {"a" * 201: 1}, 2**64)))
