"""Real headless browsers for the tests of the page and of the report; no name outside this machine resolves in them."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.browser import chromium


@pytest.fixture(scope="session")
def needs() -> Callable[[str, str], str]:
    """A function that finds a program, or skips with a clear word; it fails where browsers must be (`.ci/run`)."""

    def find(program: str, package: str) -> str:
        found = shutil.which(program)
        if found is None:
            absent = f"{program} is not installed (Debian: apt install {package})"
            if os.environ.get("HUITIAN_REQUIRE_BROWSER") == "1":
                pytest.fail(absent, pytrace=False)
            pytest.skip(absent)
        return found

    return find


@pytest.fixture(scope="module")
def open_browser(needs: Callable[[str, str], str]) -> Iterator[Callable[..., Any]]:
    """A function that starts a browser of its own, by width and height; they end with the module."""
    needs("chromium", "chromium")
    needs("chromedriver", "chromium-driver")
    pytest.importorskip("selenium")
    drivers: list[Any] = []

    def start(width: int = 1280, height: int = 900) -> Any:
        drivers.append(chromium(width, height))
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.quit()
