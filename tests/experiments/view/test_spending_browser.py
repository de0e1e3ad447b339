"""A budget is spent in a real browser, and its portfolio set on the left."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.browser import at, complaints, until


@pytest.mark.slow
def test_a_budget_is_spent_and_its_portfolio_set(page: Any) -> None:
    at(page, ".ht-solve").click()
    bought = until(page, "document.querySelector('.ht-spend-around') && document.querySelector('.ht-spend-bought')")
    assert "一刻钟社区服务圈" in bought.text and "万元" in bought.text
    at(page, ".ht-take").click()
    until(page, "location.search.includes('service_circles')")
    assert "service_circles" in parse_qs(urlsplit(page.current_url).query)["levers"][0]
    at(page, ".ht-language").click()
    until(page, "document.querySelector('.ht-answer').innerText.startsWith('Best portfolio')")
    assert complaints(page) == []
