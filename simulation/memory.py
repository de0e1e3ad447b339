"""How much memory a process has taken."""

import resource
import sys

_UNIT = 2**20 if sys.platform == "darwin" else 2**10  # getrusage counts bytes there, kilobytes elsewhere


def peak_megabytes() -> float:
    """Most memory that this process has taken so far, in MB of 2^20 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT
