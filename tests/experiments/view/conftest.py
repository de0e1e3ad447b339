"""The page served by the real command, and a browser that visits it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.browser import serve, visit

PLACES = 2


@pytest.fixture(scope="module")
def address(open_browser: Any) -> Iterator[str]:
    """The page served by the real command."""
    with serve("baseline", "--scale", "0.01", "--max-visitors", str(PLACES), "--replicates", "0") as served:
        yield served.address


@pytest.fixture(scope="module")
def browser(open_browser: Callable[..., Any]) -> Any:
    return open_browser(1280, 1100)


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    """The page anew, with its models ready, before the first week."""
    return visit(browser, address)
