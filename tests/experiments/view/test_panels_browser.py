"""Panels below the map in a real browser: streets, gains, what happens when, any resident, stored results."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.browser import at, choose, complaints, serve, step, until, visit
from tests.experiments.report.conftest import _compare
from tests.experiments.view.test_accessibility import serious

pytestmark = pytest.mark.slow  # a server and a browser of its own

RIGHT = "\ue014"
AT_REST = "[...document.querySelectorAll('[role=progressbar]')].every(e => e.style.visibility == 'hidden')"
"""JavaScript: Solara's own bar, which has no name, tells of no work."""


@pytest.fixture(scope="module")
def page(open_browser: Callable[..., Any], made_once: Callable[[str, Callable[[Path], None]], Path]) -> Iterator[Any]:
    """The page after two weeks, with a stored comparison on offer."""
    folder = made_once("comparison", _compare) / "c"
    with serve("service_circles", "--scale", "0.01", "--replicates", "0", "--results", str(folder)) as served:
        driver = visit(open_browser(1280, 1100), served.address)
        step(driver)
        step(driver)
        yield driver


def test_streets_follow_the_metric(page: Any) -> None:
    until(page, "document.querySelectorAll('.ht-streets > g').length == 7")
    before = at(page, ".ht-streets").get_attribute("innerHTML")
    choose(page, ".ht-streets-metric", 2)
    until(page, f"document.querySelector('.ht-streets').innerHTML != {before!r}")
    until(page, "location.search.includes('metric=backlog')")
    at(page, ".ht-streets").send_keys(RIGHT)
    assert "件" in until(page, "document.querySelector('.ht-at-streets .ht-tip')?.innerText")


def test_gains_are_read_bar_by_bar_and_by_group(page: Any) -> None:
    at(page, ".ht-gains").send_keys(RIGHT)
    assert "%" in until(page, "document.querySelector('.ht-at-gains .ht-tip')?.innerText")
    choose(page, ".ht-gains-by", 2)
    until(page, "document.querySelectorAll('.ht-gains-groups tbody tr').length == 3")


def test_what_happens_when_stands_under_the_paths(page: Any) -> None:
    assert "服务圈" in at(page, ".ht-timeline").text


def test_any_resident_is_found_and_told_of(page: Any) -> None:
    choose(page, ".ht-people-age", 7)
    choose(page, ".ht-people-housing", 1)
    until(page, "location.search.includes('who_age=6&who_housing=0')")
    step(page)
    until(page, "document.querySelector('.ht-story')")
    assert "业主" in at(page, ".ht-at-people .ht-facts").text
    first = at(page, ".ht-resident").text
    at(page, ".ht-people-others").click()
    until(page, f"document.querySelector('.ht-resident').innerText != {first!r}")


def test_stored_results_are_opened_and_no_panel_has_a_fault(page: Any) -> None:
    choose(page, ".ht-stored", 1)
    until(page, "document.querySelector('.ht-stored-about')")
    until(page, "document.querySelectorAll('.ht-stored-streets > g').length == 7")
    assert page.find_elements("css selector", ".ht-stored-paths .ht-band")  # of the replicates
    until(page, AT_REST)
    assert not serious(page)
    at(page, ".ht-language").click()
    until(page, "document.documentElement.lang == 'en' && document.querySelector('.ht-stored-gains')")
    until(page, AT_REST)
    assert not serious(page)
    assert complaints(page) == []
