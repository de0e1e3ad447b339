"""The one way to a text: `phrase` looks it up in both catalogues, `zh.toml` and `en.toml`.

A catalogue has sections; a key is a section's name, a dot, and the name of the text in it. Placeholders in braces are
named, have the formats of Python (`{share:.1f}`) and are the same in both languages.
"""

import string
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")


class Words(NamedTuple):
    """A text in both languages; each must say everything to a reader who knows only that one."""

    zh: str
    en: str


def same(text: str) -> Words:
    """A text that needs no translation: a number, a date, a name in a file."""
    return Words(text, text)


def join(parts: list[Words], between: Words | None = None) -> Words:
    """Texts one after the other; sentences by default, which a blank parts in English only."""
    between = between or Words("", " ")
    return Words(between.zh.join(part.zh for part in parts), between.en.join(part.en for part in parts))


def quoted(title: tuple[str, str]) -> Words:
    """A title (zh, en) in quotation marks."""
    return Words(f"“{title[0]}”", f"“{title[1]}”")


def capital(text: Words) -> Words:
    """A text with a capital letter in English, as the first words of a line."""
    return Words(text.zh, text.en[:1].upper() + text.en[1:])


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """Every text of a language by its key, placeholders unfilled.

    Raises
    ------
    ValueError
        If an entry of the file is neither a section nor a text.
    """
    file = Path(__file__).with_name(f"{lang}.toml")
    found: dict[str, str] = {}

    def walk(entry: object, key: str) -> None:
        if isinstance(entry, dict):
            for name, inner in entry.items():
                walk(inner, f"{key}.{name}" if key else name)
        elif isinstance(entry, str):
            found[key] = entry
        else:
            raise ValueError(f"{file.name}: '{key}' is {entry!r}, no text")

    walk(tomllib.loads(file.read_text("utf-8")), "")
    return found


def phrase(key: str, **values: object) -> Words:
    """A text in both languages with its placeholders filled; a value that has a text in each (`zh` and `en`:
    `Words`, a metric, a parameter) is said in each.

    Raises
    ------
    KeyError
        If a catalogue has no such key, or the text a placeholder without a value.

    Examples
    --------
    >>> phrase("common.metric")
    Words(zh='指标', en='metric')
    """
    return Words(*(_filled(lang, key, values) for lang in LANGUAGES))


def _filled(lang: Lang, key: str, values: dict[str, object]) -> str:
    own = {name: getattr(value, lang) if hasattr(value, lang) else value for name, value in values.items()}
    return catalogue(lang)[key].format_map(own)


@cache
def section(name: str) -> dict[str, Words]:
    """The texts without placeholders directly below a section, by their own names, in the order of the file.

    Raises
    ------
    KeyError
        If there is no such section.
    """
    start = f"{name}."
    found = {
        key.removeprefix(start): phrase(key)
        for key in catalogue("zh")
        if key.startswith(start) and "." not in key.removeprefix(start)
    }
    if not found:
        raise KeyError(name)
    return found


def placeholders(text: str) -> set[str]:
    """Names of the placeholders of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
