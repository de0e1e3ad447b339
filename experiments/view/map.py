"""What the browser draws the map from (`experiments/public/map.js`): cells and names once, then a number for each cell.

Arrays travel as base64 text: int16 for what stays, float32 for values.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from experiments.charts.browser import base64_of
from experiments.charts.symbols import NAMES, OTHER, SHOWN_AT_FIRST, SYMBOLS
from experiments.texts.catalogue import Lang
from experiments.texts.page import pick
from experiments.view import layers
from experiments.view.people import Sought
from experiments.view.session import Pair
from simulation.state.world import World

Compare = Literal["policy", "swipe", "difference"]
COMPARE: tuple[Compare, ...] = ("policy", "swipe", "difference")
"""What the map may show of the two models: one, both beside each other, or what the policy adds."""


@dataclass(frozen=True)
class View:
    """What the visitor chose to see.

    `community` is a row of the policy's communities and `street` one of the streets, or None; `stretch` runs the
    colours over the values that there are instead of the fixed scale; `metric` is what the streets are charted by, and
    `sought` who is followed.
    """

    layer: str = "satisfaction"
    compare: Compare = "policy"
    communities: bool = False
    stretch: bool = False
    facilities: tuple[str, ...] = SHOWN_AT_FIRST
    street: int | None = None
    community: int | None = None
    lang: Lang = "zh"
    metric: str = "satisfaction"
    sought: Sought = field(default_factory=Sought)


@dataclass(frozen=True)
class Picture:
    """Everything that map.vue draws at one moment.

    Attributes
    ----------
    ground : dict
        Size, cells (x, y, community, street) and names; changes with boundaries and language only.
    values : dict
        `policy` and `baseline` (None for a layer that compares by itself) of each cell, NaN where nobody lives.
    facilities : list
        [kind, cell, added, name] of those open; `kind` is the place of its kind in `kinds`.
    kinds : dict
        By kind of facility its `symbol`, `name` and `label` (name and count).
    """

    ground: dict[str, Any]
    values: dict[str, str | None]
    facilities: list[list[Any]]
    kinds: dict[str, dict[str, str]]


def facility_kinds(world: World) -> dict[str, tuple[str, str]]:
    """Names (zh, en) of the kinds of facilities in a world, those with a symbol of their own first."""
    kinds = set(world.facilities.kind)
    known: dict[str, tuple[str, str]] = {kind: words for kind, words in NAMES.items() if kind in kinds}
    return known | {kind: (kind, kind.replace("_", " ")) for kind in sorted(kinds - set(known))}


def street_names(world: World, lang: Lang) -> list[str]:
    """Names of the streets (and towns) of the district, in the order of their rows."""
    return [str(name) for name in world.geography.subdistricts[f"name_{lang}"]]


def compared(view: View) -> Compare:
    """What can be shown of the layer: one that compares the two models by itself has no baseline."""
    return view.compare if layers.LAYERS[view.layer].between is None else "policy"


def picture(pair: Pair, view: View) -> Picture:
    """What the map shows now."""
    world = pair.policy.world
    policy, baseline = layers.both(pair, view.layer)
    if view.communities:
        policy = layers.by_community(world, policy)
        # of both the means are taken over the policy's boundaries: the same residents
        baseline = None if baseline is None else layers.by_community(world, baseline)
    values = {
        "policy": base64_of(policy, "f4"),
        "baseline": None if baseline is None else base64_of(baseline, "f4"),
    }
    return Picture(ground(world, view.lang), values, *_facilities(world, view))


def ground(world: World, lang: Lang) -> dict[str, Any]:
    """The place as map.js reads it."""
    g = world.geography
    return {
        "width": g.width,
        "height": g.height,
        "x": base64_of(g.cell_x, "i2"),
        "y": base64_of(g.cell_y, "i2"),
        "community": base64_of(world.cell_community, "i2"),
        "street": base64_of(g.cell_subdistrict, "i2"),
        "communities": [str(n) for n in (world.communities.name_zh if lang == "zh" else world.communities.name_en)],
        "streets": street_names(world, lang),
    }


def _facilities(world: World, view: View) -> tuple[list[list[Any]], dict[str, dict[str, str]]]:
    f, names = world.facilities, facility_kinds(world)
    place = {kind: k for k, kind in enumerate(names)}
    titles = f.name_zh if view.lang == "zh" else f.name_en
    rows = np.flatnonzero(f.opened <= max(world.tick - 1, 0))
    kind_of = np.array([place[kind] for kind in f.kind[rows]], np.int64)
    found = [[int(k), int(f.cell[r]), bool(f.added[r]), str(titles[r])] for k, r in zip(kind_of, rows, strict=True)]
    counts = np.bincount(kind_of, minlength=len(names))
    kinds = {}
    for kind, words in names.items():
        name = pick(view.lang, *words)
        kinds[kind] = {"symbol": SYMBOLS.get(kind, OTHER), "name": name, "label": f"{name} ({counts[place[kind]]})"}
    return found, kinds
