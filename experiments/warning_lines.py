"""Warnings as people read them: one line each on stderr, once a process, through `logging`."""

import logging
import sys

_LOGGER = logging.getLogger("py.warnings")


def _message(record: logging.LogRecord) -> str:
    """The message alone, without the place in the code and the code itself."""
    lines = record.getMessage().partition("Warning: ")[2].splitlines()
    return lines[0] if lines else record.getMessage().strip()


class _Line(logging.Formatter):
    """One line with the name of the command."""

    def format(self, record: logging.LogRecord) -> str:
        return f"huitian: {_message(record)}"


class _Once(logging.Filter):
    """Lets a message pass the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        new = _message(record) not in self.said
        self.said.add(_message(record))
        return new


def use_lines() -> None:
    """Show the warnings of this process so from now on."""
    logging.captureWarnings(True)
    if _LOGGER.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    handler.addFilter(_Once())
    _LOGGER.addHandler(handler)
    _LOGGER.propagate = False
