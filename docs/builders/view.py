"""`python docs/builders/view.py [FOLDER] [--scale F] [--weeks N]`: pictures of the page in a real browser, to look at.

Writes `view_zh.png` and `view_en.png` (those of `docs/view.md`) into a folder, `docs/images` if none is given; with
`--all` every layer, the settings of a measure, and both widths too. Needs Chromium and chromedriver.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.browser import at, choose, chromium, point_at, serve, until, visit, weeks  # noqa: E402
from experiments.view import layers  # noqa: E402
from experiments.view.map import COMPARE  # noqa: E402

DIFFERENCE = COMPARE.index("difference")
SETTLED = (
    "!document.querySelector('.ht-step').disabled && "
    "document.querySelector('.ht-map').dataset.key == document.querySelector('.ht-charts').dataset.key"
)
INTERVALS = "document.querySelector('.ht-headline tbody td:nth-child(3)').innerText.length > 1"
"""Enough seeds have come for intervals and bands."""


def settle(driver: Any) -> None:
    """Wait until the page shows what was asked for."""
    time.sleep(1)
    until(driver, SETTLED)
    time.sleep(0.5)


def play(driver: Any, count: int) -> None:
    """Play for some weeks."""
    at(driver, ".ht-play").click()
    while weeks(driver) < count:
        time.sleep(0.2)
    at(driver, ".ht-play").click()
    settle(driver)


def picture(driver: Any, file: Path) -> None:
    """The whole page."""
    width = driver.get_window_size()["width"]
    high = driver.execute_script("return document.querySelector('.ht-main').scrollHeight")
    driver.set_window_size(width, max(900, high + 170))  # the window has a frame of its own
    driver.execute_script("document.querySelector('.ht-page').scrollIntoView()")
    time.sleep(0.7)
    driver.save_screenshot(str(file))
    print(file)


def community(driver: Any) -> None:
    """Choose the community in the middle of the map."""
    point_at(driver, ".ht-map", 0.41, 0.4, click=True)
    settle(driver)


def every_state(driver: Any, folder: Path, lang: str) -> None:
    """Every layer, its difference, the settings of a measure, and the word about a later start, at both widths."""
    for number, layer in enumerate(layers.LAYERS):
        if not layers.LAYERS[layer].epidemic:
            choose(driver, ".ht-layer", number)
            settle(driver)
            at(driver, ".ht-at-map").screenshot(str(folder / f"layer_{layer}_{lang}.png"))
    choose(driver, ".ht-compare", DIFFERENCE)
    settle(driver)
    at(driver, ".ht-at-map").screenshot(str(folder / f"difference_{lang}.png"))
    at(driver, ".ht-group-0 .ht-group-head").click()
    time.sleep(1)
    for button in driver.find_elements("css selector", ".ht-details"):
        if button.is_displayed():
            button.click()
            time.sleep(0.5)
    at(driver, ".ht-lever-community_homes input").send_keys(" ")
    settle(driver)
    for width in (1280, 1920):
        driver.set_window_size(width, 1000)
        picture(driver, folder / f"settings_{width}_{lang}.png")


def main() -> None:
    """Serve, visit, and take the pictures."""
    parser = argparse.ArgumentParser(prog="python docs/builders/view.py", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs" / "images")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--weeks", type=int, default=100)
    parser.add_argument("--all", action="store_true", help="every layer and state too")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    driver = chromium(1440, 1000)
    try:
        with serve("huitian_plan", "--scale", f"{options.scale:g}") as served:
            visit(driver, served.address)
            choose(driver, ".ht-compare", DIFFERENCE)
            choose(driver, ".ht-speed", 2)
            play(driver, options.weeks)
            community(driver)
            until(driver, INTERVALS, 1.0)
            picture(driver, options.folder / "view_zh.png")
            if options.all:
                choose(driver, ".ht-compare", 0)
                every_state(driver, options.folder, "zh")
            at(driver, ".ht-language").click()
            settle(driver)
            driver.set_window_size(1440, 1000)
            picture(driver, options.folder / "view_en.png")
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
