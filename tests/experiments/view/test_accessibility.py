"""The page by axe-core, at three widths in both languages, and a long play with many interactions."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.browser import at, choose, complaints, point_at, settle, step, until, visit, weeks

pytestmark = pytest.mark.slow  # minutes in a browser

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
RUN = "const done = arguments[0]; axe.run().then(found => done(found.violations), e => done([{id: String(e)}]))"
WEEKS = 60


@pytest.fixture(scope="module")
def played(browser: Any, address: str) -> Any:
    """The page with a week played, a community chosen and a measure unfolded: all kinds of content are there."""
    page = visit(browser, address)
    step(page)
    point_at(page, ".ht-map", 0.41, 0.4, click=True)
    until(page, "document.querySelector('.ht-card')")
    at(page, ".ht-group-0 .ht-group-head").click()
    until(page, "document.querySelector('.ht-group-0 .ht-lever input')").send_keys(" ")
    until(page, "document.querySelector('.ht-group-0 .ht-details')").click()
    until(page, "document.querySelector('.ht-field')")
    at(page, ".ht-keep-option").click()
    return page


def serious(page: Any) -> list[str]:
    """Faults that axe-core calls serious or critical, with the first places of each."""
    page.execute_script(AXE)
    page.set_script_timeout(60)
    found = page.execute_async_script(RUN)
    return [
        f"{fault['id']}: {fault.get('help')} {[node['html'][:160] for node in fault.get('nodes', [])[:3]]}"
        for fault in found
        if fault.get("impact", "critical") in ("serious", "critical")
    ]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("width", [1920, 1280, 390])
def test_axe_finds_no_serious_fault(played: Any, lang: str, width: int) -> None:
    played.set_window_size(1280, 1100)
    if played.execute_script("return document.documentElement.lang") != lang:
        at(played, ".ht-language").click()
        until(played, f"document.documentElement.lang == {lang!r}")
    resize(played, width)
    found = serious(played)
    assert not found, "\n".join(found)
    assert played.execute_script("return document.documentElement.scrollWidth <= window.innerWidth + 1")


def resize(page: Any, width: int) -> None:
    """Set the width of the view; a window of Chromium has a least width of 500."""
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 1100, "deviceScaleFactor": 1, "mobile": False},
    )
    until(page, f"window.innerWidth == {width} && document.querySelector('.ht-map').clientWidth < {width}")
    settle(page)  # charts and map take their new widths


def test_a_long_play_with_many_interactions_raises_no_complaint(browser: Any, address: str) -> None:
    """60 weeks while 20 things are pressed, chosen and pointed at."""
    page = visit(browser, f"{address}?scenario=huitian_plan")
    at(page, ".ht-play").click()
    until(page, "document.querySelector('.ht-when').dataset.week >= 2")
    for k in range(20):
        (
            lambda k=k: choose(page, ".ht-layer", k),
            lambda k=k: choose(page, ".ht-compare", (k // 5) % 3),
            lambda: point_at(page, ".ht-map", 0.41, 0.4, click=True),
            lambda: at(page, ".ht-zoom-in" if weeks(page) % 2 else ".ht-zoom-all").click(),
            lambda: at(page, ".ht-language").click(),
        )[k % 5]()
    until(page, f"document.querySelector('.ht-when').dataset.week >= {WEEKS}")
    at(page, ".ht-play").click()
    until(page, "!document.querySelector('.ht-step').disabled")
    assert complaints(page) == []
