"""What a visitor may ask to see: a value from the browser is one that was offered, or nothing."""

from collections.abc import Callable
from typing import Any

from experiments.view import layers
from experiments.view import map as map_
from experiments.view.session import Pair

LARGEST_SEED = 2**63 - 1
_LONGEST_SEED = 24  # characters, spaces around the digits included


def whole(value: Any, below: int) -> bool:
    """Whether a value is a whole number from 0 up to, and without, `below`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


def seed(typed: Any) -> int | None:
    """The seed of a text, None if it is none."""
    if not isinstance(typed, str) or len(typed) > _LONGEST_SEED or not typed.strip().isdecimal():
        return None
    return int(typed) if int(typed) <= LARGEST_SEED else None


def share_of_picture(place: Any) -> bool:
    """Whether a value is a place of a picture: x and y from 0 to 1."""
    if not isinstance(place, dict):
        return False
    return all(isinstance(part, int | float) and 0 <= part <= 1 for part in (place.get("x"), place.get("y")))


def _layer(value: Any, pair: Pair | None) -> bool:
    return value in list(layers.offered(pair.scenario.context) if pair else layers.LAYERS)


def _facilities(value: Any, pair: Pair | None) -> bool:
    kinds = list(map_.facility_kinds(pair.policy.world)) if pair else []
    return isinstance(value, list | tuple) and all(kind in kinds for kind in value)


def _community(value: Any, pair: Pair | None) -> bool:
    return value is None or (pair is not None and whole(value, len(pair.policy.world.communities)))


FIELDS: dict[str, Callable[[Any, Pair | None], bool]] = {
    "layer": _layer,
    "facilities": _facilities,
    "community": _community,
    "difference": lambda value, pair: isinstance(value, bool),
    "communities": lambda value, pair: isinstance(value, bool),
    "lang": lambda value, pair: value in ("zh", "en"),
}
"""Whether a field of the view may have a value, with the pair that is shown."""
