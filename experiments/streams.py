"""Standard output and error, whatever they are."""

import os
import sys


def use_any() -> None:
    """Let what is printed never end the work: a closed stream swallows it, and one for ASCII gets escapes."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # None, closed, or a descriptor that is
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        else:
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
