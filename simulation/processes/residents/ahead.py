"""The kernel compiled beside: a process of its own does it while this one reads the district and makes the people.

Compilation holds a lock of numba, so threads would not help. Where the kernel is on the disk already, or nothing can
be kept there, nothing is started; workers of a study leave it to the process that started them.
"""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from simulation.parameters import Parameters
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.kernel import step_blocks, step_residents
from simulation.state.gates import Places
from simulation.state.output import Output
from simulation.state.residents import Columns
from simulation.state.table import make

_RESIDENTS = 32  # enough for every width
_started: list[subprocess.Popen[bytes]] = []


def start() -> None:
    """Begin to compile the kernel in another process, if that is to be done and there is a core for it."""
    folder = step_blocks.stats.cache_path
    if not folder or any(Path(folder).glob("kernel.step_blocks-*.nbi")) or _started:
        return
    if (os.cpu_count() or 1) > 1 and multiprocessing.parent_process() is None:
        command = [sys.executable, "-c", f"from {__name__} import compile_now; compile_now()"]
        alone = os.environ | {"NUMBA_NUM_THREADS": "1"}
        nowhere = subprocess.DEVNULL
        _started.append(subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=alone))


def finish() -> None:
    """Wait for the other process; if it failed, the first step compiles."""
    while _started:
        _started.pop().wait()


def arguments() -> tuple[Any, ...]:
    """Arguments of a step of the types of every run: one gate of residents without ties."""
    pointer = np.array([0, _RESIDENTS])
    places = make(Places, 1, blocks=np.array([0, 1]), gate_ptr=pointer, copies=np.array([1]))
    output = make(Output, 1, found=np.zeros(2 * _RESIDENTS, np.uint32))
    return 0, 0, 0, 1, _RESIDENTS, make(Columns, _RESIDENTS), places, coefficients(Parameters()), output


def compile_now() -> None:
    """Compile the kernel, and keep it where every process finds it."""
    step_residents(*arguments())
