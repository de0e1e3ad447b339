"""The page as people meet it: the real command, and a real headless Chromium in which no name of the internet resolves.

The benchmark, the pictures of the documents and the tests of the page use it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.commands.report import HEADLESS

ROOT = Path(__file__).parents[1]
CSS = "css selector"
PATIENCE = 600.0
SAME = "document.querySelector('.ht-map').dataset.key == document.querySelector('.ht-charts').dataset.key"
"""JavaScript: map and charts show the same moment."""
HARMLESS = (
    "Failed to evaluate Vue script and find module.exports",  # ipyvue reads its own templates in two ways
    "samesite",  # the cookie of a page over plain http on this machine
    "beforeunload",  # the browser asks only those who have touched the page
)
STILL = (
    "!document.getAnimations().some(a => a.playState == 'running' && isFinite(a.effect.getComputedTiming().endTime))"
)
"""JavaScript: nothing moves or fades any more, but for what does so without end."""
DRAWN = "document.querySelector('.ht-map')?.dataset.key && document.querySelector('.ht-charts')"
"""JavaScript: map and charts of some moment are there."""
_ONLY_THIS_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A page that is being served: its address, the process, and when it was started (`time.monotonic`)."""

    address: str
    process: subprocess.Popen[str]
    began: float


@contextmanager
def serve(*arguments: str) -> Iterator[Served]:
    """`huitian view` with arguments, on a free port.

    Raises
    ------
    RuntimeError
        If it does not start, or wrote a traceback by its end.
    """
    command = [sys.executable, "-m", "experiments.cli", "view", *arguments, "--port", "0"]
    with tempfile.TemporaryFile("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+/", process.stdout.readline())
            if found is not None:
                yield Served(found[0], process, began)
        finally:
            process.terminate()
            process.wait(PATIENCE)
        errors.seek(0)
        said = errors.read()
        if found is None or "Traceback" in said:
            raise RuntimeError(f"{' '.join(command)}: {said}")


def chromium(width: int = 1280, height: int = 900) -> Any:
    """A browser of its own, a selenium driver.

    Raises
    ------
    FileNotFoundError
        If Chromium or its driver is not installed.
    """
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise FileNotFoundError(
            "Chromium and chromedriver are not installed (Debian: apt install chromium chromium-driver)"
        )
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*HEADLESS, "--disable-dev-shm-usage", _ONLY_THIS_MACHINE, f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


def until(driver: Any, what: str, pause: float = 0.05) -> Any:
    """Wait for a JavaScript expression to be true; gives its value.

    Raises
    ------
    TimeoutError
        If it stays false for `PATIENCE` seconds.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = driver.execute_script(f"return {what}")
        if value:
            return value
        time.sleep(pause)
    raise TimeoutError(f"not within {PATIENCE:.0f} s: {what}")


def settle(driver: Any) -> None:
    """Wait until what was done to the page is drawn: two frames, then the end of what moves and fades."""
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    until(driver, STILL)


def visit(driver: Any, address: str) -> Any:
    """Open the page and wait for its map and charts; gives the driver."""
    driver.get(address)
    until(driver, DRAWN)
    return driver


def at(driver: Any, css: str) -> Any:
    """The first element of a selector."""
    return driver.find_element(CSS, css)


def weeks(driver: Any) -> int:
    """Weeks that the page shows."""
    return int(at(driver, ".ht-when").get_attribute("data-week"))


def choose(driver: Any, css: str, number: int) -> None:
    """Choose an entry of a list of the page."""
    from selenium.webdriver.support.ui import Select

    Select(at(driver, f"{css} select")).select_by_index(number)


def pictures(driver: Any) -> tuple[str, str]:
    """Map and charts as the browser has drawn them."""
    return tuple(
        driver.execute_script(
            "return [document.querySelector('.ht-map').toDataURL(), document.querySelector('.ht-charts').innerHTML]"
        )
    )


def step(driver: Any) -> None:
    """One week, until map and charts show it."""
    week, before = weeks(driver), at(driver, ".ht-charts").get_attribute("data-key")
    at(driver, ".ht-step").click()
    until(driver, f"document.querySelector('.ht-when').dataset.week == {week + 1}")
    until(driver, f"{SAME} && document.querySelector('.ht-charts').dataset.key != {before}")


def point_at(driver: Any, css: str, x: float, y: float, click: bool = False) -> None:
    """Move the pointer to shares of width and height of an element, and click if asked."""
    from selenium.webdriver import ActionChains

    element = at(driver, css)
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    wide, high = element.size["width"], element.size["height"]
    moves = ActionChains(driver).move_to_element_with_offset(element, wide * (x - 0.5), high * (y - 0.5))
    (moves.click() if click else moves).perform()


def complaints(driver: Any) -> list[str]:
    """What the console says that is worse than information, without what is known to be harmless."""
    said = [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]
    return [text for text in said if not any(known in text for known in HARMLESS)]
