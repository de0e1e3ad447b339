"""Texts of the page in the language of its reader."""

from experiments.texts.catalogue import Lang, Words, catalogue, phrase

DESKS = ("volunteers", "property_firm", "committee", "street_office", "department")
"""Keys of those who may have a request in hand, in the order of their codes."""
STATES = ("open", "resolved", "unresolved", "withdrawn")
"""Keys of what may become of a request, in the order of its codes."""


def pick(lang: Lang, zh: str, en: str) -> str:
    """The one of two texts that belongs to the language."""
    return zh if lang == "zh" else en


def other(lang: Lang) -> Lang:
    """The other language."""
    return "en" if lang == "zh" else "zh"


def say(lang: Lang, key: str, **values: object) -> str:
    """A text of the page; `values` fill its places."""
    return pick(lang, *phrase(f"page.{key}", **values))


def both(words: Words, of: Words | None = None) -> str:
    """A text in both languages on one line, with what it is of, or its unit, in brackets."""
    zh, en = (
        text if more is None else f"{text} ({more})" for text, more in zip(words, of or (None, None), strict=True)
    )
    return zh if zh == en else f"{zh} {en}"


def source(lang: Lang, name: str) -> str:
    """Where a figure comes from, as a lever says it; the name itself where the catalogue has none."""
    return catalogue(lang).get(f"sources.{name}", name)
