"""Divide a community of a running world: people, requests and organisations go where the new boundaries put them.

Nobody is lost and nobody is better or worse off by the division itself. Staff, rooms and money are the business of
the intervention that divides.
"""

import hashlib
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from simulation.cache import cached
from simulation.district.map.geography import MAP_SEED
from simulation.district.map.partition import CutRules, Patch, partition
from simulation.domains import DAYTIME
from simulation.random import Stream, uniform
from simulation.state.grid import CELL_METRES, Walk
from simulation.state.levers import Levers
from simulation.state.table import columns
from simulation.state.tickets import COMMITTEE, VOLUNTEER
from simulation.state.world import World

_NUMERALS = (("二", "II"), ("三", "III"), ("四", "IV"), ("五", "V"))
_DIVIDED = ("hours_needed", "hours_supplied", "latent", "open_issues", "open_visits", "volunteer_hours")
"""Columns that add up over the parts; the others are inherited, or counted anew."""

Rows = NDArray[np.int64]
Shares = NDArray[np.float64]


def cut(world: World, cells: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    """Part of each of the `cells` of a community, int64[n] from 0, by their full-scale households; cached."""
    p = world.params
    rules = CutRules(p["splits.estate_penalty"], p["splits.perimeter_penalty"], p["splits.part_cap"])
    where = hashlib.blake2b(cells.tobytes(), digest_size=8).hexdigest()
    key = {"district": world.district.content_hash, "cells": where, "parts": parts, "rules": repr(rules)}

    def labels() -> dict[str, NDArray[np.generic]]:
        g = world.geography
        patch = Patch.from_cells(g.cell_x[cells], g.cell_y[cells], g.cell_households[cells], g.cell_estate[cells])
        return {"labels": partition(patch, parts, rules, MAP_SEED)}

    return np.array(cached("cut", key, labels)["labels"], np.int64)


def divide(world: World, community: int, cells: NDArray[np.int64], labels: NDArray[np.int64]) -> tuple[Rows, Shares]:
    """Make each part of a community a community; the part nearest to the old office keeps the row.

    `labels`: part of each of the `cells`. Returns the rows of the parts, the old one first, int64[n_parts], and their
    shares of the households. Where a part has no gate in the run, as may be at a very small scale, nothing changes and
    one row is returned.
    """
    gates = np.flatnonzero(world.gates.community == community)
    part_of_cell = np.full(len(world.grid_index), -1)
    part_of_cell[cells] = _office_first(world, community, cells, labels)
    part = part_of_cell[world.gates.cell[gates]]
    households = np.bincount(part, world.gates.households[gates], labels.max() + 1)
    shares = households / households.sum()
    if households.min() == 0:
        return np.array([community]), np.ones(1)
    rows = _add_rows(world, community, shares)
    world.gates.community[gates] = rows[part]
    world.cell_community[cells] = rows[part_of_cell[cells]]
    for k, row in enumerate(rows[1:], start=1):
        _open_office(world, int(row), gates[part == k])
    _move_tickets(world, community)
    _move_organisations(world, community, rows, shares)
    world.boundaries_changed()
    return rows, shares


def _office_first(
    world: World, community: int, cells: NDArray[np.int64], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    grid, office = world.grid_index, world.communities.office_cell[community]
    home = labels[np.argmin(grid.apart(cells, office))]
    return np.where(labels == home, 0, labels + (labels < home))


def _add_rows(world: World, community: int, shares: Shares) -> Rows:
    """Copies of the parent's row; what adds up is divided by households."""
    c, more = world.communities, shares.size - 1
    new = {field.name: np.repeat(getattr(c, field.name)[[community]], more, axis=0) for field in fields(c)}
    for name in _DIVIDED:
        new[name] = new[name] * shares[1:].reshape(-1, *[1] * (new[name].ndim - 1))
        getattr(c, name)[community] *= shares[0]
    new["name_zh"] = np.array([c.name_zh[community] + zh for zh, _ in _NUMERALS[:more]], dtype=object)
    new["name_en"] = np.array([f"{c.name_en[community]} {en}" for _, en in _NUMERALS[:more]], dtype=object)
    new["parent"][:] = community
    rows = np.array([community, *c.append(new)])
    c.changed_tick[rows] = world.tick
    _widen(world.levers, community, more)
    return rows


def _widen(levers: Levers, community: int, more: int) -> None:
    """What other levers have set for the parent this week holds for its parts too."""
    for name in columns(Levers):
        value = getattr(levers, name)
        setattr(levers, name, np.concatenate([value, np.repeat(value[[community]], more, axis=0)]))


def _open_office(world: World, row: int, gates: NDArray[np.int64]) -> None:
    """Put the office where the sum of the households' walks is least, and measure the walks to it."""
    grid, cell = world.grid_index, world.gates.cell[gates]
    places = np.unique(cell)
    distance = CELL_METRES * grid.apart(places[:, None], cell)
    best = int(np.argmin((distance * world.gates.households[gates]).sum(axis=1)))
    world.communities.office_cell[row] = places[best]
    world.gates.walk[gates] = Walk.from_parameters(world.params).minutes(distance[best], DAYTIME)


def _move_tickets(world: World, community: int) -> None:
    """Open requests follow their resident to the new committee."""
    t = world.tickets
    ours = t.community == community
    now = world.gates.community[world.residents.gate[t.resident]]
    here = ours & ((t.tier == COMMITTEE) | (t.tier == VOLUNTEER)) & (t.unit == community)
    t.unit[here] = now[here]
    t.community[ours] = now[ours]


def _move_organisations(world: World, community: int, rows: Rows, shares: Shares) -> None:
    """Organisations of the community have their homes in the parts by chance, as households have."""
    home = np.flatnonzero(world.organisations.community == community)
    draw = uniform(world.seed, Stream.SPLIT, home, world.tick)
    world.organisations.community[home] = rows[np.searchsorted(np.cumsum(shares)[:-1], draw, side="right")]
