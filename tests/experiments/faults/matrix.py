"""Every kind of trouble for every command: the command ends as it should, and gone on with gives the same bytes."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from experiments.runs.claim import SWEEP
from simulation.results import MANIFEST
from tests.experiments.faults.studies import STUDIES
from tests.experiments.faults.trouble import DECADE, HALF, Begun, Trouble, begin

PATIENCE = 600.0
"""Seconds, far above what a busy machine needs."""
_OF_ITS_TIME = {
    "wall_seconds",
    "step_seconds",
    "resident_ticks_per_second",
    "peak_memory_mb",
    "threads",
    "files",
    "commit",
}
_KEPT = (".lock", ".verified", "log.jsonl")
SAME = "same bytes"
NOBODY = "127.0.0.1:9"
"""An address where no cluster answers."""


class Desk:
    """A command in folders of its own below one: with trouble and without, each beginning from the same files."""

    def __init__(self, command: str, folder: Path) -> None:
        self.command, self._study, self._folder = command, STUDIES[command], folder
        self._fresh, self.alone = folder / "fresh", STUDIES[command].alone
        self._fresh.mkdir(parents=True)
        self._study.prepare(self._fresh)
        self._number = 0
        if command == "run":
            self._run(self.root(), "warming")  # what the cache keeps is no part of the folder
        root = self.root()
        done = self.begin(root, "counted")
        self.points = int(done.line.recv())
        assert done.end() == 0, done.text()
        self.right = content(root)

    def root(self) -> Path:
        """A folder of its own, with what the command reads."""
        self._number += 1
        return Path(shutil.copytree(self._fresh, self._folder / f"try-{self._number}"))

    def begin(self, root: Path, kind: str, point: int = 0, more: str = "") -> Begun:
        """Start the command."""
        self._number += 1
        words = f"{self._study.words} {more}".split()
        return begin(words, self.command, Trouble(kind, root, point), self._folder / f"said-{self._number}")

    def _run(self, root: Path, kind: str, point: int = 0, more: str = "") -> tuple[int, str]:
        done = self.begin(root, kind, point, more)
        return done.end(), done.text()

    def spread(self, count: int) -> list[int]:
        """Points from the first to the last."""
        return sorted({1 + round((self.points - 1) * (k + 0.5) / count) for k in range(count)})

    def gone_on_with(self, root: Path, kind: str = "none") -> None:
        """The same command again ends with the same bytes, and leaves nothing of what was half done."""
        for file in seen(root):
            assert HALF not in file.read_bytes(), f"{file} is half written where readers look"
        again = self._study.again if (root / "out").exists() else ""
        code, said = self._run(root, kind, more=again)
        assert code == 0, said
        self.same(root)

    def same(self, root: Path) -> None:
        """Whether the folder ended as without trouble."""
        found = content(root)
        assert sorted(found) == sorted(self.right)
        assert [name for name in found if found[name] != self.right[name]] == []
        assert hidden(root) == [], "left behind"

    def troubled(self, kind: str, count: int, code: int, saying: str) -> tuple[int, str]:
        """Trouble at some points, each time from the beginning."""
        for point in self.spread(count):
            root = self.root()
            ended, said = self._run(root, kind, point)
            if ended == 0 and kind == "disk":  # all had been written by then
                self.same(root)
                continue
            assert ended == code, (point, ended, said)
            assert saying in said and "Traceback" not in said, (point, said)
            self.gone_on_with(root)
        return count, SAME


def content(root: Path) -> dict[str, Any]:
    """Bytes by file, but for locks, logs, and what a manifest says of time and memory."""
    files = {str(file.relative_to(root)): file for file in seen(root) if file.name not in _KEPT}
    return {name: _plain(file) if file.name in (MANIFEST, SWEEP) else file.read_bytes() for name, file in files.items()}


def _plain(file: Path) -> dict[str, Any]:
    """What it says, but for time, memory and the state of the checkout, which may change while tests run."""
    said = json.loads(file.read_text("utf-8"))
    if file.name == SWEEP:
        del said["hash"], said["versions"]["commit"]
    return {key: value for key, value in said.items() if key not in _OF_ITS_TIME}


def seen(root: Path) -> list[Path]:
    """Files that readers look at."""
    return [file for file in sorted(root.rglob("*")) if file.is_file() and not _is_hidden(root, file)]


def hidden(root: Path) -> list[str]:
    """What is hidden and no lock."""
    every = [path for path in sorted(root.rglob("*")) if _is_hidden(root, path) and path.name not in _KEPT]
    return [str(path.relative_to(root)) for path in every]


def _is_hidden(root: Path, path: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def killed(desk: Desk, count: int = 3) -> tuple[int, str]:
    """SIGKILL at a point of the work, the file under way half-written."""
    return desk.troubled("killed", count, -9, "")


def terminated(desk: Desk, count: int = 1) -> tuple[int, str]:
    """SIGTERM, and Ctrl-C."""
    desk.troubled("stopped", count, 143, "interrupted")
    desk.troubled("interrupted", count, 130, "interrupted")
    return 2 * count, SAME


def disk(desk: Desk, count: int = 2) -> tuple[int, str]:
    """Nothing more can be written from a point on (ENOSPC)."""
    return desk.troubled("disk", count, 1, "No space left on device")


def memory(desk: Desk, count: int = 2) -> tuple[int, str]:
    """There is no more memory at a point."""
    return desk.troubled("memory", count, 1, "out of memory")


def clock(desk: Desk, count: int = 1) -> tuple[int, str]:
    """Killed; then the clock is ten years back, or on, and so are the times of the files."""
    for kind, seconds in (("clock_back", -DECADE), ("clock_on", DECADE)):
        for point in desk.spread(count):
            root = desk.root()
            assert desk.begin(root, "killed", point).end() == -9
            for path in root.rglob("*"):
                at = path.lstat().st_mtime + seconds
                os.utime(path, (at, at), follow_symlinks=False)
            desk.gone_on_with(root, kind)
    return 2 * count, SAME


def network(desk: Desk, count: int = 1) -> tuple[int, str]:
    """Nothing beyond this machine can be reached; an engine finds no cluster."""
    root = desk.root()
    done = desk.begin(root, "network")
    assert done.end() == 0, done.text()
    desk.same(root)
    engines = ("dask", "ray") if desk.command in ("compare", "sweep") else ()
    for engine in engines:
        root = desk.root()
        done = desk.begin(root, "network", more=f"--engine {engine} --address {NOBODY}")
        assert done.end() == 2 and f"--address {NOBODY}" in done.text(), done.text()
        desk.gone_on_with(root)
    return 1 + len(engines), SAME


def two(desk: Desk, count: int = 1) -> tuple[int, str]:
    """A second one in the same folder while the first is at work."""
    [point] = desk.spread(1)
    root = desk.root()
    first = desk.begin(root, "paused", point)
    assert first.line.poll(PATIENCE) and first.line.recv() == "here", first.text()
    second = desk.begin(root, "none")
    ended = second.end()
    if desk.alone:
        assert ended == 2 and "another" in second.text(), second.text()
    else:
        assert ended == 0, second.text()
    first.line.send("go")
    assert first.end() == 0, first.text()
    desk.same(root)
    return 1, SAME if not desk.alone else f"{SAME}, the second says so"
