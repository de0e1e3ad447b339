"""One small comparison, made by the real command, for all tests of the report."""

from pathlib import Path

import pytest

from tests.experiments.terminal import huitian


@pytest.fixture(scope="session")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenarios, two replicates, with the report that the command leaves."""
    cwd = tmp_path_factory.mktemp("report")
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
    return cwd / "c"
