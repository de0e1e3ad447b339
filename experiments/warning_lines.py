"""Warnings as people read them: one line each, once a process."""

import sys
import warnings
from functools import cache


def use_lines() -> None:
    """Show the warnings of this process so from now on."""
    warnings.showwarning = lambda message, *where: _say(str(message))


@cache
def _say(message: str) -> None:
    print(f"huitian: {message}", file=sys.stderr, flush=True)
