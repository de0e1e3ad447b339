"""A budget is spent in a real browser, and its portfolio set on the left."""

from typing import Any

from benchmarks.browser import at, complaints, until


def test_a_budget_is_spent_and_its_portfolio_set(page: Any) -> None:
    assert not page.find_elements("css selector", ".ht-spend-bought")
    at(page, ".ht-solve").click()
    until(page, "document.querySelector('.ht-spend-around')")
    bought = at(page, ".ht-spend-bought").text
    assert "一刻钟社区服务圈" in bought and "万元" in bought
    at(page, ".ht-take").click()
    until(page, "new URL(location.href).search.includes('levers') || document.querySelector('.ht-pending, .ht-note')")
    at(page, ".ht-language").click()
    until(page, "document.querySelector('.ht-answer').innerText.startsWith('Best portfolio')")
    assert complaints(page) == []
