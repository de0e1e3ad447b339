"""`python -m benchmarks.page`: the browser page at full scale. Needs Chromium and chromedriver.

Ready: from the start of the command, and of a further visitor, to the map in the browser, with a warm cache. Step:
from the click to the new map and charts, painted. Play: weeks in the time of the run. Memory: of the server's process.
"""

import argparse
import json
import statistics
import time
from typing import Any

import psutil

from benchmarks.browser import Served, at, chromium, serve, until, visit, weeks

STEPS = 20
PLAYED = 20.0  # seconds
# two frames of the browser after map and charts of the week are drawn: they are on the screen
_PAINTED = """
const done = arguments[arguments.length - 1], began = performance.now(), week = Number(arguments[0]);
const old = document.querySelector('.ht-charts').dataset.key;
document.querySelector('.ht-step').click();
const look = () => {
  const map = document.querySelector('.ht-map'), charts = document.querySelector('.ht-charts');
  if (document.querySelector('.ht-when').dataset.week != week || charts.dataset.key == old
      || map.dataset.key != charts.dataset.key) return setTimeout(look, 5);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
};
look();
"""


def step_seconds(driver: Any, count: int) -> list[float]:
    """Seconds of each of some clicks on Step."""
    driver.set_script_timeout(60)
    found = []
    for _ in range(count):
        until(driver, "!document.querySelector('.ht-step').disabled", 0.01)
        found.append(driver.execute_async_script(_PAINTED, str(weeks(driver) + 1)) / 1000)
    return found


def play_rate(driver: Any, served: Served, seconds: float) -> tuple[float, float]:
    """Weeks a second of Play at the speed `week by week`, each of them painted; processor seconds of a week."""
    at(driver, ".ht-play").click()
    time.sleep(2)  # under way
    first, began, used = weeks(driver), time.monotonic(), processor(served)
    time.sleep(seconds)
    last, ended, spent = weeks(driver), time.monotonic(), processor(served) - used
    at(driver, ".ht-play").click()
    until(driver, "!document.querySelector('.ht-step').disabled")
    return (last - first) / (ended - began), spent / (last - first)


def processor(served: Served) -> float:
    """Processor time of the server so far, s: less a matter of what else the machine does."""
    times = psutil.Process(served.process.pid).cpu_times()
    return times.user + times.system


def memory(served: Served) -> float:
    """Resident memory of the server, MB."""
    return psutil.Process(served.process.pid).memory_info().rss / 1e6


def measure(scale: float, visitors: int) -> dict[str, float]:
    """All measures of the page."""
    found: dict[str, float] = {}
    drivers = [chromium(1280, 1100) for _ in range(visitors)]
    try:
        with serve("huitian_plan", "--scale", f"{scale:g}", "--max-visitors", str(visitors)) as served:
            visit(drivers[0], served.address)
            found["ready after the start of the command, s"] = time.monotonic() - served.began
            found["memory with 1 visitor, MB"] = memory(served)
            found["processor time until then, s"], used = processor(served), processor(served)
            steps = step_seconds(drivers[0], STEPS)
            found |= {
                "step, median, s": statistics.median(steps),
                "step, longest, s": max(steps),
                "processor time of a step, s": (processor(served) - used) / STEPS,
            }
            rate, spent = play_rate(drivers[0], served, PLAYED)
            found |= {
                "play, weeks/s": rate,
                "processor time of a week of play, s": spent,
                "memory with 1 visitor after its weeks, MB": memory(served),
            }
            for count, driver in enumerate(drivers[1:], 2):
                began = time.monotonic()
                visit(driver, served.address)
                found[f"ready, visitor {count}, s"] = time.monotonic() - began
                step_seconds(driver, 2)
                found[f"memory with {count} visitors, MB"] = memory(served)
    finally:
        for driver in drivers:
            driver.quit()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--visitors", type=int, default=4)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found = measure(options.scale, options.visitors)
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name:44} {value:10.4g}")


if __name__ == "__main__":
    main()
