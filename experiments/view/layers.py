"""What the map can show: one number per cell of 100 m, read from a world."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.answers.gains import gained
from experiments.charts.scales import WINDOWS
from experiments.texts.catalogue import Lang, phrase
from experiments.texts.page import pick
from experiments.view.session import Pair, Track
from simulation.domains import DOMAINS
from simulation.metrics.table import METRICS
from simulation.scenario.context import Context
from simulation.state.output import FIXED, T_OVERALL, T_SORT
from simulation.state.world import World

Cells = NDArray[np.float64]
_PLACES = {"satisfaction": 1, "density": 0, "infected": 1}


@dataclass(frozen=True)
class Layer:
    """A layer of the map: words, unit, and how it is read.

    `read` gives float64 (n_cells,) of one model, NaN where there is nothing to show; a layer that compares the two
    models by itself has `between` instead. `epidemic` tells that the layer needs one.
    """

    name: str
    zh: str
    en: str
    unit_zh: str
    unit_en: str
    read: Callable[[Track], Cells] | None = None
    between: Callable[[Pair], Cells] | None = None
    epidemic: bool = False

    def scale(self) -> dict[str, float]:
        """Ends of its fixed colours, of a level (low, high) and of a difference (change), and decimals it needs."""
        window = WINDOWS[self.name]
        places = _PLACES.get(self.name.split("_")[0], 2)
        return {"low": window.low, "high": window.high, "change": window.change, "places": places}


def both(pair: Pair, name: str) -> tuple[Cells, Cells | None]:
    """A layer of the policy and of the baseline; for one that compares them, what it finds, and None."""
    layer = LAYERS[name]
    if layer.between is not None:
        return layer.between(pair), None
    assert layer.read is not None
    return layer.read(pair.policy), layer.read(pair.baseline)


def _mean(world: World, column: int, factor: float) -> Cells:
    """Mean over the residents of each cell of a column of the tallies."""
    n = len(world.geography.cell_x)
    people = np.bincount(world.gates.cell, world.gates.residents, n)
    total = np.bincount(world.gates.cell, world.output.tallies[:, column] / FIXED, n)
    return np.divide(factor * total, people, out=np.full(n, np.nan), where=people > 0)


def _community(track: Track, metric: str) -> Cells:
    """A community metric spread over the cells of each community."""
    home = track.world.cell_community
    return np.where(home >= 0, track.place[metric][home], np.nan)


def _density(track: Track) -> Cells:
    world = track.world
    people = np.bincount(world.gates.cell, world.gates.residents, len(world.geography.cell_x)) / world.scale
    return np.where(world.cell_community >= 0, people, np.nan)


def _covered(track: Track) -> Cells:
    """Share of the residents of a cell who can walk to an open service circle in 15 minutes."""
    everyone = track.world.demand["everyone"]
    people = everyone.sum(axis=0)
    reached = (everyone * track.world.covered).sum(axis=0)
    return np.divide(reached, people, out=np.full(len(people), np.nan), where=people > 0)


def _infected(track: Track) -> Cells:
    """Infected of a thousand residents of each cell."""
    world, n = track.world, len(track.world.geography.cell_x)
    if world.infection is None:
        return np.full(n, np.nan)
    ill = np.bincount(world.gates.cell[world.residents.gate[world.infection.infected()]], minlength=n)
    people = np.bincount(world.gates.cell, world.gates.residents, n)
    return np.divide(1000.0 * ill, people, out=np.full(n, np.nan), where=people > 0)


def _moved(sign: int) -> Callable[[Pair], Cells]:
    """Share of the residents of each cell whose satisfaction is over (1) or under (-1) that in the baseline."""

    def share(pair: Pair) -> Cells:
        world, n = pair.policy.world, len(pair.policy.world.geography.cell_x)
        now, before = (track.world.residents.columns.overall for track in (pair.policy, pair.baseline))
        cell = world.gates.cell[world.residents.gate[gained(sign * 100 * now, sign * 100 * before)]]
        people = np.bincount(world.gates.cell, world.gates.residents, n)
        return np.divide(np.bincount(cell, minlength=n), people, out=np.full(n, np.nan), where=people > 0)

    return share


def _of_column(column: int, factor: float) -> Callable[[Track], Cells]:
    return lambda track: _mean(track.world, column, factor)


def _of_metric(metric: str) -> Callable[[Track], Cells]:
    return lambda track: _community(track, metric)


def _metric(name: str, read: Callable[[Track], Cells]) -> Layer:
    m = METRICS[name]
    return Layer(name, m.zh, m.en, m.unit_zh, m.unit_en, read)


def _table() -> dict[str, Layer]:
    rows = [_metric("satisfaction", _of_column(T_OVERALL, 100.0))]
    share = phrase("view.layers.share")
    rows.append(Layer("worse_off", *phrase("view.layers.worse_off"), *share, between=_moved(-1)))
    rows.append(Layer("better_off", *phrase("view.layers.better_off"), *share, between=_moved(1)))
    rows += [_metric(f"satisfaction_{domain}", _of_column(d, 100.0)) for d, domain in enumerate(DOMAINS)]
    rows += [
        _metric("load_committee", _of_metric("load_committee")),
        _metric("circle_coverage_residents", _covered),
        Layer("density", *phrase("view.layers.residents_a_hectare"), *phrase("view.layers.residents_ha"), _density),
        _metric("waste_sorting_rate", _of_column(T_SORT, 1.0)),
    ]
    m = METRICS["infected"]
    rows.append(Layer(m.name, m.zh, m.en, *phrase("view.layers.per_thousand_residents"), _infected, epidemic=True))
    return {row.name: row for row in rows}


_MEANINGS = {  # of those that are not what the metric of their name is
    "worse_off": phrase("view.layers.worse_off_meaning"),
    "better_off": phrase("view.layers.better_off_meaning"),
    "density": phrase("view.layers.density_meaning"),
    "infected": phrase("view.layers.infected_meaning"),
    "load_committee": phrase("view.layers.load_committee_meaning"),
}
LAYERS = _table()
"""Layers by name, in the order of the list on the page."""


def offered(context: Context) -> dict[str, Layer]:
    """Layers that a scenario of this context has."""
    return {name: layer for name, layer in LAYERS.items() if context.epidemic or not layer.epidemic}


def meaning(name: str, lang: Lang) -> str:
    """What a layer shows, in a sentence."""
    if name in _MEANINGS:
        return pick(lang, *_MEANINGS[name])
    return pick(lang, METRICS[name].definition_zh, METRICS[name].definition_en)


def by_community(world: World, cells: Cells) -> Cells:
    """Mean of each community, weighted by residents, at every cell of it."""
    n = len(world.communities)
    people = np.bincount(world.gates.cell, world.gates.residents, len(cells))
    known = (people > 0) & (world.cell_community >= 0) & ~np.isnan(cells)
    home = world.cell_community[known]
    total = np.bincount(home, people[known] * cells[known], n)
    weight = np.bincount(home, people[known], n)
    mean = np.divide(total, weight, out=np.full(n, np.nan), where=weight > 0)
    return np.where(world.cell_community >= 0, mean[world.cell_community], np.nan)
