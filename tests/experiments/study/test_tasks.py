"""The ten tasks of `docs/experiments.md`: the very blocks of the page are written, run, and their output looked for."""

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from experiments import cli
from tests.experiments import fakes

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "experiments.md").read_text("utf-8")
APART = {4: "dask", 5: "ray", 7: "R", 9: "a package"}
"""Tasks that take processes of their own, or what may not be installed."""


class Task(NamedTuple):
    """A task of the page: its number, title, and blocks (language, text)."""

    number: int
    title: str
    blocks: list[tuple[str, str]]


def tasks() -> dict[int, Task]:
    part = PAGE.split("\n## Ten tasks of a desk\n")[1].split("\n## ")[0]
    found = {}
    for section in part.split("\n### ")[1:]:
        number, title = re.match(r"(\d+)\. (.+)\n", section).groups()  # type: ignore[union-attr]
        found[int(number)] = Task(int(number), title, re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL))
    return found


def command(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What `huitian` prints, to either stream, in this process: no other need load the model."""
    monkeypatch.setattr(sys, "argv", ["huitian", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 0 or "huitian: " in told.err, told
    return told.err + told.out


def console(text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the lines after `$`; after each come lines of its output, in which … stands for anything."""
    for block in text.removeprefix("$ ").split("\n$ "):
        line, *expected = block.strip("\n").split("\n")
        line = line.split("  #")[0]
        if line.startswith("huitian "):
            told = command(line.split()[1:], monkeypatch, capsys)
        elif line.startswith("pip install "):
            place = ROOT / line.split()[2]
            copy = Path(shutil.copytree(place, "package", ignore=shutil.ignore_patterns("build", "*.egg-info")))
            options = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--target", "site"]
            subprocess.run([sys.executable, "-m", "pip", "install", *options, f"./{copy}"], check=True)
            continue
        else:
            subprocess.run(["sh", "-c", line], check=True)
            continue
        lines = told.splitlines()
        for wanted in expected:
            pattern = ".*".join(re.escape(piece) for piece in wanted.split("…"))
            assert any(re.fullmatch(pattern, given) for given in lines) or wanted == "…", (wanted, told)


def do(task: Task, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for language, text in task.blocks:
        if language == "yaml":
            name, content = text.split("\n", 1)
            Path(name.removeprefix("# ")).write_text(content, "utf-8")
        elif language == "console":
            console(text, monkeypatch, capsys)
        elif language == "python":
            assert len(last_of(text))  # a table with rows
        else:
            assert language == "r"
            subprocess.run(["Rscript", "-e", text], check=True)


def last_of(code: str) -> pd.DataFrame:
    """Value of the last expression of a program."""
    tree, names = ast.parse(code), dict[str, object]()
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    exec(compile(tree, "page", "exec"), names)
    found: pd.DataFrame = eval(compile(ast.Expression(last.value), "page", "eval"), names)
    return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder, named in results as the page names it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_has_ten() -> None:
    assert list(tasks()) == list(range(1, 11)) and all(task.blocks for task in tasks().values())


@pytest.mark.slow
def test_the_tasks_of_the_page(desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """In their order, with the runs of one sweep; runs are made in this process."""
    fakes.in_this_process(monkeypatch)
    for number, task in tasks().items():
        if number not in APART:
            do(task, monkeypatch, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("number", APART)
def test_a_task_that_takes_more(
    number: int, desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the sweep of the first task; the lever's package is installed beside the project, for one process."""
    needed = APART[number]
    if needed in ("dask", "ray") and importlib.util.find_spec(needed) is None:
        pytest.skip(f'{needed} is not installed (pip install "huitian-sim[cluster]")')
    if needed == "R" and shutil.which("Rscript") is None:
        pytest.skip("R is not installed (Debian: apt install r-base-core)")
    with monkeypatch.context() as here:
        fakes.in_this_process(here)
        do(tasks()[1], here, capsys)
    if needed != "a package":
        do(tasks()[number], monkeypatch, capsys)
        return
    path = os.pathsep.join([str(ROOT), str(desk / "site")])
    monkeypatch.setattr(sys.modules[__name__], "command", lambda words, *_: apart(words, path))
    do(tasks()[number], monkeypatch, capsys)


def apart(words: list[str], path: str) -> str:
    """What `huitian` prints in a process that finds a package of one's own."""
    line = [sys.executable, "-m", "experiments.cli", *words]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
