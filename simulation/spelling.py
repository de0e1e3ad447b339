"""The known word that somebody meant, for messages about an unknown one."""

import difflib
from collections.abc import Iterable

LIKE = 0.5
"""Similarity from which a word may have been meant, 0-1."""


def nearest(word: str, known: Iterable[str], like: float = LIKE) -> str | None:
    """The known word most like `word`; None if none is at least so much `like` it."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, like)), None)


def did_you_mean(word: str, known: Iterable[str], like: float = LIKE) -> str:
    """`nearest` as the end of a message; empty if there is none."""
    match = nearest(word, known, like)
    return f"; did you mean '{match}'?" if match else ""
