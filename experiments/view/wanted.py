"""What a visitor may ask to see: a value from the browser is one that was offered, or nothing."""

from collections.abc import Callable
from typing import Any

from experiments.view import layers
from experiments.view import map as map_
from experiments.view.people import AGES, DAYS, HOUSING, TURNS, Sought
from experiments.view.session import CARD_METRICS, Pair

LARGEST_SEED = 2**63 - 1
LARGEST_ZOOM = 24.0
_FURTHEST = 1000.0  # cells from the middle of the map
_LONGEST_SEED = 24  # characters, spaces around the digits included


def whole(value: Any, below: int) -> bool:
    """Whether a value is a whole number from 0 up to, and without, `below`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below


def seed(typed: Any) -> int | None:
    """The seed of a text, None if it is none."""
    if not isinstance(typed, str) or len(typed) > _LONGEST_SEED or not typed.strip().isdecimal():
        return None
    return int(typed) if int(typed) <= LARGEST_SEED else None


def cell(place: Any, cells: int) -> int | None:
    """The cell of the map that was clicked, None if it is none."""
    found = place.get("cell") if isinstance(place, dict) else None
    return found if whole(found, cells) else None


def place(moved: Any) -> dict[str, float] | None:
    """Where the map stands (zoom, and cells from the middle), None if it cannot stand there."""
    if not isinstance(moved, dict):
        return None
    found: dict[str, Any] = {name: moved.get(name) for name in ("zoom", "dx", "dy")}
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in found.values()):
        return None
    inside = 1 <= found["zoom"] <= LARGEST_ZOOM and all(abs(found[name]) <= _FURTHEST for name in ("dx", "dy"))
    return found if inside else None


def opened(file: Any) -> tuple[str, str | None] | None:
    """Name and text of a file that was brought; the text is None if it was too large to be sent. None if it is neither.

    The text comes in pieces in lists, because a message holds short texts only.
    """
    if not isinstance(file, dict) or not isinstance(file.get("name"), str):
        return None
    pieces = file.get("text")
    if pieces is None:
        return file["name"], None
    if not isinstance(pieces, list) or not all(isinstance(row, list) for row in pieces):
        return None
    texts = [text for row in pieces for text in row]
    return (file["name"], "".join(texts)) if all(isinstance(text, str) for text in texts) else None


def _layer(value: Any, pair: Pair | None) -> bool:
    return value in list(layers.offered(pair.scenario.context) if pair else layers.LAYERS)


def _facilities(value: Any, pair: Pair | None) -> bool:
    kinds = list(map_.facility_kinds(pair.policy.world)) if pair else []
    return isinstance(value, list | tuple) and all(kind in kinds for kind in value)


def _community(value: Any, pair: Pair | None) -> bool:
    return value is None or (pair is not None and whole(value, len(pair.policy.world.communities)))


def _sought(value: Any, pair: Pair | None) -> bool:
    if not isinstance(value, Sought):
        return False
    most = {"age": len(AGES), "housing": len(HOUSING), "day": len(DAYS)}
    if pair is not None:
        world = pair.policy.world
        most |= {"street": len(world.streets), "community": len(world.communities)}
    chosen = {name: part for name, part in vars(value).items() if name != "turn" and part is not None}
    return whole(value.turn, TURNS) and all(whole(part, most.get(name, 0)) for name, part in chosen.items())


def _streets(pair: Pair) -> list[str]:
    return map_.street_names(pair.policy.world, "en")


FIELDS: dict[str, Callable[[Any, Pair | None], bool]] = {
    "layer": _layer,
    "facilities": _facilities,
    "community": _community,
    "compare": lambda value, pair: value in list(map_.COMPARE),
    "street": lambda value, pair: value is None or (pair is not None and whole(value, len(_streets(pair)))),
    "metric": lambda value, pair: value in list(CARD_METRICS),
    "sought": _sought,
    "stretch": lambda value, pair: isinstance(value, bool),
    "communities": lambda value, pair: isinstance(value, bool),
    "lang": lambda value, pair: value in ("zh", "en"),
}
"""Whether a field of the view may have a value, with the pair that is shown."""
