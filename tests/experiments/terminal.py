"""The command as people use it: real subprocesses, real files; and in this process, where only words are asked for."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

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


def called(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Call the command in this process, which spares the seconds that a new one takes to load everything.

    For tests of what is said and with which code it ends; streams, signals and a start of its own need `huitian`.
    """
    from experiments import cli

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        contextlib.chdir(cwd),
        mock.patch.object(sys, "argv", ["huitian", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
    said, complained = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(list(arguments), code, said, complained)  # type: ignore[arg-type]
