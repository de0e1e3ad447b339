"""Visits as the real server has them: odd values, how they end, and what they leave behind."""

import time
from pathlib import Path

import psutil
import pytest

from benchmarks.browser import serve
from experiments.view import levers
from tests.experiments.view.server.asking import Client
from tests.experiments.view.server.tab import PATIENCE, Tab

PICTURE = '"ramps"'  # a field of the map


def test_no_value_of_a_visitor_is_a_path_or_ends_the_page(client: Client, tmp_path: Path) -> None:
    """The server's own check of its log, at the end of the fixture, is that no traceback was written."""
    scenario = tmp_path / "own.yaml"
    scenario.write_text("schema: 1\nname: own\n", encoding="utf-8")
    tab = Tab(client, client.session())
    tab.until("ht-resident")
    for name, odd in (
        ("ht-scenario", [str(scenario), "/etc/shadow", "/dev/zero", "", 5, [], {"a": 1}, None]),
        ("ht-layer", [-1, 10**6, "nope", [], {}, None]),
        ("ht-compare", [-1, 10**6, "nope", [], {}, None]),
        ("ht-street", [-1, 10**6, "nope", [], {}, None]),
        ("ht-facilities", [-1, 10**6, "nope", [], {"a": 1}, None]),
        ("ht-speed", [-1, 10**6, "nope", [], None]),
        ("ht-resident", ["x", -1, 10**6, 1.5, [], {}]),
    ):
        for value in odd:
            tab.click(tab.widget(name), "chosen", value)
    for css, odd in (
        ("ht-seed", ["9" * 60, "x", -1, [], {}, None]),
        ("ht-communities", ["x", 5, []]),
        ("ht-community", ["x", -1, 10**6, 1.5, [], {}]),
    ):
        for value in odd:
            tab.change(tab.widget(css), v_model=value)
    for place in (5, [], {}, {"cell": "a"}, {"cell": 10**6}, {"zoom": "x", "dx": 1, "dy": 1}):
        tab.click(tab.widget_with("ramps"), "point", place)
        tab.click(tab.widget_with("ramps"), "moved", place)
    for file in (5, [], {}, {"name": "a.yaml", "text": [["extends: /etc/shadow"]]}, {"name": "a", "text": ["x", 5]}):
        tab.click(tab.widget_with("asks"), "opened", file)
        tab.click(tab.widget_with("asks"), "wanted", file)
    tab.socket.send("{")
    tab.socket.send(b"\x00\x00\x00\x05")
    tab.click(tab.widget("ht-step"))
    tab.until('"data-week": "1"')
    assert "Traceback" not in tab.said and "Error" not in tab.said and 'File "' not in tab.said
    tab.leave()


def test_the_link_follows_the_map_and_a_fault_is_said_in_both_languages(client: Client) -> None:
    tab = Tab(client, client.session())
    tab.until("ht-resident")
    tab.click(tab.widget_with("ramps"), "moved", {"zoom": 2.5, "dx": 1, "dy": -3})
    tab.until("zoom=2.5&dx=1&dy=-3")
    tab.click(tab.widget_with("asks"), "opened", {"name": "a.yaml", "text": [["extends: /etc/passwd"]]})
    tab.until("a.yaml:1: extends: must be a scenario of the project")
    fault = tab.widgets[tab.widget_with("asks")]["words"]["fault"]
    assert fault.startswith("a.yaml 第1行 extends：只能继承随项目提供的情景")
    tab.leave()


def test_a_second_file_empties_the_fields_of_the_first(client: Client) -> None:
    tab = Tab(client, client.session())
    tab.until("ht-resident")
    place = next(k for k, (_, _, kinds) in enumerate(levers.groups()) if "service_circles" in kinds)
    bring(tab, 90)
    (head,) = tab.widgets[tab.widget(f"ht-group-{place}")]["children"]
    tab.click(head.removeprefix("IPY_MODEL_"))
    tab.until("ht-lever-service_circles")
    tab.click(tab.widget("ht-details"))
    tab.until("ht-field-target")
    field = tab.widget("ht-field-target")
    assert tab.widgets[field]["v_model"] == "90"
    tab.change(field, v_model="80")
    bring(tab, 70)
    assert tab.widgets[field]["v_model"] == "70"
    tab.leave()


def bring(tab: Tab, target: int) -> None:
    """Open a file with a number of service circles, and wait for the picture of its models."""
    block = f"interventions: {{service_circles: {{target: {target}}}}}"
    text = f"schema: 1\nname: mine{target}\ntitle: {{zh: 甲, en: a}}\n{block}\n"
    tab.click(tab.widget_with("asks"), "opened", {"name": "mine.yaml", "text": [[text]]})
    tab.until(f"mine{target}_satisfaction_0")


def test_a_message_that_is_too_large_ends_the_connection(client: Client) -> None:
    from websockets.exceptions import ConnectionClosed

    with client.let_in() as ws:
        ws.send("x" * 2**20)
        with pytest.raises(ConnectionClosed) as closed:
            ws.recv(PATIENCE)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_a_visit_that_is_left_alone_ends() -> None:
    pytest.importorskip("solara")
    with serve("baseline", "--scale", "0.01", "--max-visitors", "1", "--idle", "0.02", "--replicates", "0") as served:
        client = Client(served.address)
        tab = Tab(client, client.session())
        tab.until(PICTURE)
        tab.until("ht-over-notice")
        tab.click(tab.widget("ht-again"))
        tab.until("ht-over-notice")  # the place was given back, taken again, and ended again
        tab.leave()


def visits(client: Client, cookie: str, number: int) -> None:
    """Open, and go at the first picture, or before it while the models are being built."""
    for k in range(number):
        tab = Tab(client, cookie)
        tab.until(PICTURE if k % 3 else "ht-page")
        tab.leave()


def settled(process: psutil.Process) -> float:
    """Memory in MB when nothing more is freed."""
    sizes = [float("inf")]
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(0.5)
        sizes.append(process.memory_info().rss / 2**20)
        if len(sizes) > 4 and max(sizes[-4:]) - min(sizes[-4:]) < 1:
            break
    return sizes[-1]


@pytest.mark.slow
def test_fifty_visits_leave_nothing_behind() -> None:
    """The first ten fill caches of fonts, texts and templates. Fifty more added 2 MB to 453 MB."""
    pytest.importorskip("solara")
    with serve("baseline", "--scale", "0.01", "--max-visitors", "2") as served:
        client, process = Client(served.address), psutil.Process(served.process.pid)
        cookie = client.session()
        visits(client, cookie, 10)
        before = settled(process)
        visits(client, cookie, 50)
        after = settled(process)
    print(f"{before:.0f} MB after 10 visits, {after:.0f} MB after 60")
    assert after < 1.1 * before, (before, after)
