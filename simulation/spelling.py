"""Words that people write: the known one that was meant, and characters that are not what they look like."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

_QUOTES = str.maketrans("“”‘’、。【】", "\"\"'',.[]")

_LONGEST, _LONGEST_WORD, _LEFT_OF_WORD = 2000, 400, 60
LIKE = 0.5
"""Similarity from which a word may have been meant, 0-1."""


def nearest(word: str, known: Iterable[str], like: float = LIKE) -> str | None:
    """The known word most like `word`; None if none is at least so much `like` it."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, like)), None)


def did_you_mean(word: str, known: Iterable[str], like: float = LIKE) -> str:
    """`nearest` as the end of a message; empty if there is none."""
    match = nearest(word, known, like)
    return f"; did you mean '{match}'?" if match else ""


def half_width(text: str) -> str:
    """The text as a keyboard without a Chinese input method gives it: ：７３ becomes :73."""
    return "".join(unicodedata.normalize("NFKC", c) if _is_full_width(c) else c for c in text).translate(_QUOTES)


def _is_full_width(character: str) -> bool:
    """Whether a character is the wide form of a narrow one; ½ and ㎡ have no narrow form and are none."""
    return unicodedata.east_asian_width(character) == "F"


def full_width_in(text: str) -> str:
    """The end of a message about a key that holds a full-width mark; empty without one."""
    found = next((c for c in text if c in "：，；｛｝［］"), None)
    return f"; it holds a full-width '{found}' where YAML needs '{half_width(found)}'" if found else ""


def has_full_width(text: str) -> bool:
    """Whether a text has no letters but digits and marks, some of them full-width, so that a number may be meant."""
    return half_width(text) != text and not any(c.isalpha() and ord(c) > 0x2E7F for c in half_width(text))


def hidden_in(text: str) -> str:
    """Code point of the first character that is not shown but acts, such as `U+001B`; empty without one.

    Control characters move a terminal's cursor or end a line, format characters (right-to-left marks, zero-width ones)
    turn the order of others around.
    """
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co"):
            return f"U+{ord(character):04X}"
    return ""


def shown(text: str) -> str:
    """The text with everything that is not shown but acts written as its escape: `\\x1b` for an escape code."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def brief(text: str) -> str:
    """The text without what is too much for a message: of endless words the beginning, and 2,000 characters in all."""
    cut = re.sub(rf"\S{{{_LONGEST_WORD},}}", lambda word: f"{word[0][:_LEFT_OF_WORD]}…", text)
    return cut if len(cut) <= _LONGEST else f"{cut[:_LONGEST]}…"
