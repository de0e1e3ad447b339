"""What a first run compiles, half of it beside: another process does it while this one makes the people.

Compilation holds a lock of numba, so threads would not help. The other process begins with the last of a week's work
(`simulation.run.compile_backwards`), as this one comes to the first of it. Where the kernel is on the disk already, or
nothing can be kept there, nothing is started; workers of a study leave it to the process that started them.
"""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

from simulation.processes.residents.kernel import step_blocks

_COMMAND = "from simulation.run import compile_backwards; compile_backwards()"
_started: list[subprocess.Popen[bytes]] = []


def start() -> None:
    """Begin to compile in another process, if that is to be done and there is a core for it."""
    folder = step_blocks.stats.cache_path
    if not folder or any(Path(folder).glob("kernel.step_blocks-*.nbi")) or _started:
        return
    if (os.cpu_count() or 1) > 1 and multiprocessing.parent_process() is None:
        alone = os.environ | {"NUMBA_NUM_THREADS": "1"}
        nowhere = subprocess.DEVNULL
        command = [sys.executable, "-W", "ignore", "-c", _COMMAND]
        _started.append(subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=alone))


def finish() -> None:
    """Wait for the other process; if it failed, the first step compiles."""
    while _started:
        _started.pop().wait()
