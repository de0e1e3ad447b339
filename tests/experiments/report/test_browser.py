"""The report in a real browser, from disk, with every name blocked; and on paper."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.commands.report import print_pdf

BY_CSS, ENTER, PAGE_UP, ARROW_RIGHT = "css selector", "\ue007", "\ue00e", "\ue014"


@pytest.fixture(scope="module")
def browser(open_browser: Callable[..., Any]) -> Any:
    return open_browser()


@pytest.fixture
def opened(browser: Any, comparison: Path) -> Any:
    browser.get((comparison / "report.html").resolve().as_uri())
    return browser


@pytest.fixture
def appendix(browser: Any, comparison: Path) -> Any:
    browser.get((comparison / "appendix.html").resolve().as_uri())
    return browser


def test_it_opens_from_disk_without_a_complaint(opened: Any) -> None:
    assert "policy options compared" in opened.title or "比较" in opened.title
    assert opened.get_log("browser") == []
    images = opened.execute_script("return [...document.images].map(i => [i.complete, i.naturalWidth])")
    assert len(images) == 2 * 5
    assert all(complete and width > 800 for complete, width in images)
    asked = opened.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert [name[:60] for name in asked if not name.startswith("data:")] == []


def column(driver: Any, table: Any, index: int) -> list[str]:
    return driver.execute_script(
        "return [...arguments[0].tBodies[0].rows].map(r => r.cells[arguments[1]].innerText)", table, index
    )


def test_tables_sort_on_click_and_by_keyboard(appendix: Any) -> None:
    opened = appendix
    table = opened.find_element(BY_CSS, "#en-metrics table.sortable")
    heads = table.find_elements(BY_CSS, "th button")
    place = [head.text for head in heads].index("baseline")
    heads[place].click()
    values = opened.execute_script(
        "return [...arguments[0].tBodies[0].rows].map(r => Number(r.cells[arguments[1]].dataset.order))", table, place
    )
    assert values == sorted(values)
    heads[place].send_keys(ENTER)
    turned = opened.execute_script(
        "return [...arguments[0].tBodies[0].rows].map(r => Number(r.cells[arguments[1]].dataset.order))", table, place
    )
    assert turned == sorted(values, reverse=True)
    cells = table.find_elements(BY_CSS, "th")
    assert cells[place].get_attribute("aria-sort") == "descending"
    heads[0].click()
    assert column(opened, table, 0) == sorted(column(opened, table, 0), key=str.casefold)
    assert opened.get_log("browser") == []


@pytest.mark.parametrize("width", [1280, 1920])
@pytest.mark.parametrize("file", ["report.html", "appendix.html"])
def test_nothing_is_wider_than_the_page(opened: Any, comparison: Path, file: str, width: int) -> None:
    opened.get((comparison / file).resolve().as_uri())
    opened.set_window_size(width, 900)
    assert opened.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    wide = opened.execute_script(
        "return [...document.querySelectorAll('.table')].filter(e => e.scrollWidth > "
        "e.clientWidth + 1).map(e => e.innerText.slice(0, 60))"
    )
    assert wide == []
    clipped = opened.execute_script(
        "return [...document.querySelectorAll('td, th, p, li')].filter(e => "
        "e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0)"
        ".map(e => e.innerText.slice(0, 60))"
    )
    assert clipped == []


def test_contrast_of_every_text_is_aa(opened: Any) -> None:
    """Ratio of at least 4.5 to white, the only ground that the page has (WCAG 2.2, 1.4.3)."""
    colours = opened.execute_script(
        "return [...new Set([...document.querySelectorAll('body *')].map(e => getComputedStyle(e).color))]"
    )
    assert colours
    for colour in colours:
        red, green, blue = (float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
        light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (light + 0.05) >= 4.5, colour


def test_pdf_is_a4_and_each_summary_fills_one_page(needs: Callable[[str, str], str], comparison: Path) -> None:
    needs("chromium", "chromium")
    pdf = print_pdf(comparison / "report.html")
    assert pdf.read_bytes()[:5] == b"%PDF-"
    needs("pdftotext", "poppler-utils")
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size: +59\d\.\d+ x 84\d\.\d+ pts \(A4\)", info)
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    texts = pages.split("\f")[:-1]
    english = next(k for k, text in enumerate(texts) if "Summary on a page" in text)
    assert 4 <= english <= 6 and 4 <= len(texts) - english <= 6, "a brief has four to six pages in each language"
    assert "一页摘要" in texts[0] and "依据：" in texts[0]
    assert "Basis:" in texts[english], "the summary runs over its page"
    feet = [text.rstrip().splitlines()[-2].split() for text in texts[english:] if len(text.rstrip().splitlines()) > 2]
    heads_of_tables = (["metric", "verdict"], ["option", "grouped"], ["option", "community"])
    assert not [foot for foot in feet if foot[:2] in heads_of_tables], "the head of a table alone at the foot of a page"


def test_long_tables_of_the_appendix_have_their_head_on_each_page(
    needs: Callable[[str, str], str], comparison: Path
) -> None:
    needs("chromium", "chromium")
    needs("pdftotext", "poppler-utils")
    pdf = print_pdf(comparison / "appendix.html")
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    heads = [text for text in pages.split("\f") if re.search(r"metric +verdict +unit +baseline", text)]
    assert len(heads) >= 2


def test_charts_answer_the_pointer_with_the_numbers_of_the_results(opened: Any, comparison: Path) -> None:
    """The week under the pointer has the mean of the runs; an option that is switched off has no line; the map has a
    name and the values of a cell."""
    from selenium.webdriver.common.action_chains import ActionChains

    opened.set_window_size(1280, 900)
    box = opened.find_element(BY_CSS, "#en figure[data-live=paths] .live")
    panel = box.find_element(BY_CSS, ".panels svg")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", panel)
    panel.send_keys(PAGE_UP, PAGE_UP, ARROW_RIGHT)  # the last week, the first, one on
    runs = [pd.read_parquet(run / "district.parquet") for run in sorted((comparison / "runs/baseline").glob("seed-*"))]
    mean = sum(run["satisfaction"][:2].mean() for run in runs) / len(runs)
    told = box.find_element(BY_CSS, ".tip").text
    assert f"{runs[0]['date'][1]:week 2 · %Y-%m-%d}" in told and f": {mean:.2f}" in told
    ActionChains(opened).move_to_element_with_offset(panel, panel.size["width"] // 2 - 10, 0).perform()
    assert "week 6 ·" in box.find_element(BY_CSS, ".tip").text
    lines = len(panel.find_elements(BY_CSS, "path.line"))
    box.find_element(BY_CSS, ".keys button").click()
    assert len(panel.find_elements(BY_CSS, "path.line")) == lines - 1
    map_ = opened.find_element(BY_CSS, "#en figure[data-live=map_satisfaction] .live")
    canvas = map_.find_element(BY_CSS, "canvas")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
    for right in range(-200, 201, 25):  # until there is a community under it
        ActionChains(opened, duration=0).move_to_element_with_offset(canvas, right, -30).perform()
        if told := map_.find_element(BY_CSS, ".tip").text:
            break
    place, value, base = told.splitlines()[:3]
    community = int(re.findall(r"C(\d{3})", place)[0]) - 1
    run = comparison / "runs/baseline"
    means = [
        people.loc[people["community"] == community, "overall"].astype(float).mean()
        for people in (pd.read_parquet(file) for file in run.glob("*/residents.parquet"))
    ]
    assert f"Baseline: {sum(means) / len(means):.2f}" in base and value.startswith("Satisfaction: ")
    assert opened.get_log("browser") == []


def test_without_scripts_and_on_a_phone_the_page_is_whole(opened: Any) -> None:
    at = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", at)
    try:
        opened.refresh()
        assert opened.execute_script("return document.querySelectorAll('figure.drawn').length") == 4
        assert opened.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
        opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
        opened.refresh()
        opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        shown = "return [...document.images].map(i => i.getClientRects().length)"
        assert opened.execute_script(shown) == [1] * 2 * 5
    finally:
        opened.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
