"""Lists to choose from, as the browser's own controls: phones and screen readers know them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import solara

from experiments.view import wanted

_HERE = Path(__file__).parent


@solara.component_vue(str(_HERE / "choice.vue"))
def _One(label: str, name: str, texts: list[str], place: int, event_chosen: Callable[[int], None]) -> None:
    """One of several texts, by its place."""


@solara.component_vue(str(_HERE / "several.vue"))
def _Several(label: str, name: str, texts: list[str], places: list[int], event_chosen: Callable[[int], None]) -> None:
    """Any of several texts, by their places; tells the place of one that is taken or left out."""


def choose_one(label: str, name: str, value: Any, words: Mapping[Any, str], take: Callable[[Any], object]) -> None:
    """A list of which one is chosen.

    Parameters
    ----------
    name : str
        CSS class.
    value, words
        The key that is chosen, and the text of each key.
    take : callable
        Is given the key of another choice.
    """
    keys = list(words)
    place = keys.index(value) if value in keys else -1
    texts = list(words.values())

    def chosen(k: Any) -> None:
        if wanted.whole(k, len(keys)):
            take(keys[k])

    _One(label=label, name=name, texts=texts, place=place, event_chosen=chosen)


def choose_several(
    label: str, name: str, values: tuple[Any, ...], words: Mapping[Any, str], take: Callable[[tuple[Any, ...]], object]
) -> None:
    """A list of which any are chosen; arguments as in `choose_one`."""
    keys = list(words)

    def change(k: Any) -> None:
        if wanted.whole(k, len(keys)):
            chosen = set(values) ^ {keys[k]}
            take(tuple(key for key in keys if key in chosen))

    places = [k for k, key in enumerate(keys) if key in values]
    _Several(label=label, name=name, texts=list(words.values()), places=places, event_chosen=change)
