"""Lines of Chinese and English that fit a width: no number is cut, no line begins with a mark that ends a phrase."""

import re
from collections.abc import Callable

_ENDS = "，。；：、！？）》」』”’%％,.;:!?)]"
_BEGINS = "（《「『“‘(["
_PIECE = re.compile(rf"[{re.escape(_BEGINS)}]*(?:[\u2e80-\ufffd]|[^\s\u2e80-\ufffd]+)[{re.escape(_ENDS)}]*|\s+")
"""What is not parted: a Chinese character or a word, with the marks around it."""


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The text with line ends where it has to go on in the next line; its own stay.

    Parameters
    ----------
    width : float
        Of a line, in the unit of `measure`, which gives the width of a text.
    """
    return "\n".join(line for part in text.split("\n") for line in _lines(part, width, measure))


def _lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + piece if line else piece.lstrip()
        while measure(line.rstrip()) > width and len(line) > 1:  # a word that no line can hold
            end = next((k for k in range(len(line) - 1, 0, -1) if measure(line[:k]) <= width), 1)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line.rstrip()]


def _pieces(text: str) -> list[str]:
    found, end = [], 0
    for match in _PIECE.finditer(text):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(match.group())
        end = match.end()
    return [*found, text[end:]] if end < len(text) else found
