"""On what a run was made: results of another processor may differ in their last digits (`docs/reproducibility.md`)."""

import platform
from functools import cache
from pathlib import Path

_LISTED = Path("/proc/cpuinfo")  # of Linux; elsewhere Python knows


@cache
def processor() -> str:
    """Model of the processor, as the system tells."""
    try:
        lines = _LISTED.read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
