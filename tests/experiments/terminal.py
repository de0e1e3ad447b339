"""The command as people use it: real subprocesses, real files."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> list[str]:
    """Words of a shell that start the command of this checkout."""
    return [sys.executable, "-m", "experiments.cli", *arguments]


def environment(**more: str) -> dict[str, str]:
    """Variables with which the command finds this checkout from any folder."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def huitian(
    *arguments: str, cwd: Path, before: Callable[[], None] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; `before` is called in its process first."""
    return subprocess.run(
        command(*arguments),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env=environment(**variables),
        preexec_fn=before,
    )
