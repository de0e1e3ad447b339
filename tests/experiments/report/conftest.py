"""One small comparison, made by the real command, for all tests of the report."""

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.report import render
from tests.experiments.terminal import huitian


@pytest.fixture
def words_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures and glyphs, which cost four fifths of the time, for tests of what is said there."""
    monkeypatch.setitem(render._environment().filters, "image", lambda figure, lang: "data:,")
    monkeypatch.setattr(render, "_font", lambda page: "")


@pytest.fixture(scope="session")
def comparison(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Three scenarios, two replicates, with the report that the command leaves."""
    return made_once("comparison", _compare) / "c"


def _compare(cwd: Path) -> None:
    done = huitian(
        "compare",
        "baseline",
        "service_circles",
        "circles_and_splits",
        "--replicates",
        "2",
        "--draws",
        "0",
        "--scale",
        "0.005",
        "--weeks",
        "6",
        "--quiet",
        "--workers",
        "1",
        "--out",
        "c",
        cwd=cwd,
    )
    assert done.returncode == 0, done.stderr
