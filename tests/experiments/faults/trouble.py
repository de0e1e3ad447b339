"""A command in a process of its own, to which something happens at a point of its work on files.

Points are counted, not timed: the n-th time that the process opens a file for writing, moves, deletes or makes
something below its working folder (audit events of the interpreter, PEP 578). Processes are forked from a server that
has loaded the program, so that each costs what its command does.
"""

import contextlib
import errno
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

HALF = b"half-writ"
"""What is found in a file that a killed process was writing."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"}
_OUTSIDE = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
_HERE = ("127.0.0.1", "::1", "localhost")
DECADE = 10 * 365 * 86_400
"""Seconds by which clocks are wrong."""


@dataclass(frozen=True)
class Trouble:
    """What happens, at which point (none: 0), to work below which folder.

    `killed`, `stopped` and `interrupted` send SIGKILL, SIGTERM and SIGINT; at `disk` nothing more can be written from
    the point on; at `memory` there is no more once; `paused` waits for a word; `clock_back` and `clock_on` are wrong
    from the beginning; without a network (`network`) only this machine is reached.
    """

    kind: str
    root: Path
    point: int = 0


class Hook:
    """Counts points of work and lets the trouble happen."""

    def __init__(self, trouble: Trouble, line: Connection) -> None:
        self._trouble, self._line, self._root = trouble, line, str(trouble.root.resolve())
        self.count, self._busy = 0, False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """An audit event of the interpreter."""
        if self._busy:
            return
        if event in _OUTSIDE and self._trouble.kind == "network" and not _is_here(event, args):
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        if event in _CHANGES or (event == "open" and args[2] & _WRITING and not isinstance(args[0], int)):
            path = os.path.abspath(os.fsdecode(args[0]))
            if path.startswith(self._root):
                self._busy = True
                try:
                    self._at_point(event, path)
                finally:
                    self._busy = False

    def end(self) -> None:
        """Let nothing more happen."""
        self._busy = True

    def _at_point(self, event: str, path: str) -> None:
        self.count += 1
        kind, here = self._trouble.kind, self.count == self._trouble.point
        if kind == "disk" and 0 < self._trouble.point <= self.count and event in ("open", "os.mkdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
        if not here:
            return
        if kind == "killed":
            _leave_half(event, path)
            os.kill(os.getpid(), signal.SIGKILL)
        elif kind in ("stopped", "interrupted"):
            os.kill(os.getpid(), signal.SIGTERM if kind == "stopped" else signal.SIGINT)
        elif kind == "memory":
            raise MemoryError("as if there were no more")
        elif kind == "paused":
            self._line.send("here")
            self._line.recv()


def _is_here(event: str, args: tuple[Any, ...]) -> bool:
    """Whether a connection stays on this machine; names of local sockets are no pairs."""
    address = args[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else args[-1]
    return not isinstance(address, tuple) or address[0] in _HERE if "get" not in event else address in (None, *_HERE)


def _leave_half(event: str, path: str) -> None:
    """What a process that dies while it writes leaves."""
    if event == "os.rename" and os.path.isfile(path):
        os.truncate(path, os.path.getsize(path) // 2)
    elif event == "open" and os.path.isdir(os.path.dirname(path)):
        Path(path).write_bytes(HALF)


def _set_clock(seconds: float) -> None:
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + seconds
    time.time_ns = lambda: real_ns() + int(seconds) * 10**9


def work(words: list[str], study: str, trouble: Trouble, said: Path, line: Connection) -> None:
    """The command, from the folder of the trouble, with what it prints in a file; the exit code is the command's."""
    from experiments import cli
    from tests.experiments.faults import studies

    os.chdir(trouble.root)
    target = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(target, 1)
    os.dup2(target, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", 1, "utf-8", closefd=False) for number in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    studies.make_runs_here(study, words)
    if study == "view" and trouble.point:  # trouble with files is trouble with the cache, for it writes no others
        os.environ["HUITIAN_CACHE"] = str(trouble.root / "cache")
    if trouble.kind.startswith("clock"):
        _set_clock(-DECADE if trouble.kind == "clock_back" else DECADE)
    hook = Hook(trouble, line)
    sys.addaudithook(hook)
    sys.argv = ["huitian", *words]
    try:
        cli.main()
    finally:
        hook.end()
        with contextlib.suppress(OSError):  # nobody asks any more
            line.send(hook.count)


@dataclass
class Begun:
    """A command that has been started."""

    process: BaseProcess
    line: Connection
    said: Path

    def text(self) -> str:
        """What it has printed so far."""
        return self.said.read_text("utf-8", "replace") if self.said.exists() else ""

    def end(self) -> int:
        """Its exit code, negative for a signal, when it has ended."""
        self.process.join()
        assert self.process.exitcode is not None
        return self.process.exitcode


_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.experiments.faults.loaded"])


def begin(words: list[str], study: str, trouble: Trouble, said: Path) -> Begun:
    """Start a command."""
    line, other = _SERVER.Pipe()
    process = _SERVER.Process(target=work, args=(words, study, trouble, said, other))
    process.start()
    other.close()
    return Begun(process, line, said)
