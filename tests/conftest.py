"""Tests keep their cache to themselves, draw the same cases each time, and hold in any order.

The processes of a suite share one cache, and what `made_once` makes for several files of tests.

`make test` draws the cases of hypothesis from the tests' own names; `--hypothesis-profile free` (the slow tier) draws
others each time. `--shuffle N` runs files, and tests in them, in an order of its own for each N; `--slowest N` ends
with the N files that took longest, fixtures included.
"""

import gc
import os
import random
import signal
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker has that of the process that started it
    os.environ["HUITIAN_CACHE"] = tempfile.mkdtemp(prefix="huitian-test-cache-")

# a suite that a script starts in the background ignores Ctrl-C, and what it starts would too
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("free", deadline=None)
settings.load_profile("same")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--shuffle N` and `--slowest N`."""
    parser.addoption("--shuffle", type=int, default=None, metavar="N", help="run the tests in the N-th random order")
    parser.addoption("--slowest", type=int, default=0, metavar="N", help="name the N files that took longest")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Seconds of all tests together, then of the files that took longest."""
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[report.nodeid.partition("::")[0]] += report.duration
    for file, seconds in spent.most_common(config.getoption("--slowest")):
        terminalreporter.write_line(f"{seconds:7.1f} s of {spent.total():.0f} s  {file}")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Has a folder filled by the first process of the suite that asks for its name; tests only read what is there."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, fill: Callable[[Path], None]) -> Path:
        place = shared / f"once-{name}"
        with FileLock(f"{place}.lock"):
            if not place.exists():
                filling = place.with_suffix(".filling")
                filling.mkdir(exist_ok=True)
                fill(filling)
                filling.rename(place)
        return place

    return folder


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: collecting garbage need not look through it each time, a tenth of all."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Libraries may let go of what they hold."""
    gc.unfreeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files in a random order, and the tests of a file too; files stay together, so that they share fixtures."""
    number = config.getoption("--shuffle")
    if number is None:
        return
    order = random.Random(number)
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    shuffled = list(files.values())
    order.shuffle(shuffled)
    for tests in shuffled:
        order.shuffle(tests)
    items[:] = [item for tests in shuffled for item in tests]
