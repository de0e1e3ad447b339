"""Real headless browsers for the tests of the page and of the report; no name outside this machine resolves in them."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")


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
    chromium, chromedriver = needs("chromium", "chromium"), needs("chromedriver", "chromium-driver")
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    drivers: list[Any] = []

    def start(width: int = 1280, height: int = 900) -> Any:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (*FLAGS, f"--window-size={width},{height}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(chromedriver))
        drivers.append(driver)
        return driver

    yield start
    for driver in drivers:
        driver.quit()
