"""Runs that go on from each other's weeks: snapshots of a run, from which those that share its past begin.

A snapshot is a copy of the whole world and of what was recorded, kept in memory by the process that makes the runs. Its
name (`simulation/scenario/past.py`) says all that its weeks depend on, so that a run can begin from a snapshot that has
the right name, whoever left it, and from the start where there is none: the bits are the same.
"""

import contextlib
import copy
from collections.abc import Collection
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.district.data.district import district_folder, files_hash
from simulation.model import DistrictModel, open_facilities
from simulation.recording import Recorder
from simulation.scenario.past import past
from simulation.scenario.types import Scenario
from simulation.state.facilities import Facilities
from simulation.state.world import World


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run as it stood before a week. Nothing in it is ever stepped.

    Attributes
    ----------
    sited : Facilities
        All facilities as they were before week 0, those included that its scenario would open later.
    origin : World
        The world before week 0, nothing sited yet.
    seen : dict
        What the observer of the run has seen; empty without one.
    """

    week: int
    world: World
    recorder: Recorder
    sited: Facilities
    origin: World
    seen: dict[str, Any]


Held = dict[str, Snapshot]
"""Snapshots of a process, by the name of their past."""


class Fork:
    """A run among others of its process: it begins where a snapshot allows, and leaves some for those that follow.

    Parameters
    ----------
    held : dict
        Snapshots of the process. Those that are of no use to later runs go.
    leave : collection of int
        Weeks before which there shall be a snapshot when this run has ended.
    watch : dataclass instance or function, optional
        Who watches the run. What an observer has seen is kept in its fields, and goes with a snapshot.
    """

    def __init__(
        self, held: Held, leave: Collection[int], scenario: Scenario, seed: int, scale: float, watch: object = None
    ) -> None:
        self._held, self._scenario = held, scenario
        self._observer = watch if is_dataclass(watch) else None
        observer = type(watch).__qualname__ if self._observer is not None else ""
        files = files_hash(district_folder(scenario.district))
        self._leave = {0, *leave} if leave else set()  # at the start others site their facilities
        weeks = self._leave | {snapshot.week for snapshot in held.values()}
        self._names = {week: past(scenario, seed, scale, week, files, observer) for week in weeks}

    def resume(self, weeks: int) -> tuple[DistrictModel, Recorder] | None:
        """Model and records to go on with, from the latest snapshot within some weeks; None if there is none."""
        fitting = [s for name, s in self._held.items() if s.week <= weeks and name == self._names[s.week]]
        wanted = {self._names[week] for week in self._leave}
        for name in self._held.keys() - wanted:
            del self._held[name]
        for snapshot in sorted(fitting, key=lambda snapshot: snapshot.week, reverse=True):
            model = self._model(snapshot, last=snapshot not in self._held.values())
            if model is not None:
                self._remind(snapshot.seen)
                return model, snapshot.recorder.copied()
        return None

    def begin(self, world: World, recorder: Recorder) -> DistrictModel:
        """The model of a run that begins at the start."""
        if self._leave:
            try:
                self._origin = origin = _copied(world)
                self._hold(Snapshot(0, origin, recorder.copied(), origin.facilities, origin, self._seen()))
            except MemoryError:
                self._leave = set()
        model = DistrictModel(world, self._scenario)
        self._sited = copy.deepcopy(world.facilities)
        return model

    def keep(self, world: World, recorder: Recorder) -> None:
        """Leave a snapshot if one is wanted before this week; without the memory for it there is none."""
        if world.tick in self._leave and self._names[world.tick] not in self._held:
            with contextlib.suppress(MemoryError):
                told = recorder.copied(), self._sited, self._origin, self._seen()
                self._hold(Snapshot(world.tick, _copied(world), *told))

    def _seen(self) -> dict[str, Any]:
        return {} if self._observer is None else copy.deepcopy(vars(self._observer))

    def _remind(self, seen: dict[str, Any]) -> None:
        if self._observer is not None:
            vars(self._observer).update(copy.deepcopy(seen))

    def _hold(self, snapshot: Snapshot) -> None:
        self._held[self._names[snapshot.week]] = snapshot

    def _model(self, snapshot: Snapshot, last: bool) -> DistrictModel | None:
        """The model at a snapshot, None where facilities do not agree; the `last` to use one takes its world."""
        self._origin, self._sited = snapshot.origin, _sited(snapshot.origin, self._scenario)
        facilities = _adopted(snapshot, self._sited)
        if facilities is None:
            return None
        world = snapshot.world if last else _copied(snapshot.world)
        world.facilities = facilities
        if snapshot.week == 0:
            world.stale |= set(facilities.kind[len(snapshot.origin.facilities) :])
        return DistrictModel(world, self._scenario, sited=True)


def _copied(world: World) -> World:
    """A copy that shares only what no week changes."""
    fixed = (world.district, world.geography, world.params, world.context, world.grid_index, world.residents.donors)
    return copy.deepcopy(world, {id(part): part for part in fixed})


def _sited(origin: World, scenario: Scenario) -> Facilities:
    """Facilities as a scenario sites them before week 0, in a world that stays as it is."""
    place = replace(origin, facilities=copy.copy(origin.facilities), stale=set())
    open_facilities(place, scenario.interventions)
    return place.facilities


def _adopted(snapshot: Snapshot, sited: Facilities) -> Facilities | None:
    """Facilities of a run that goes on: what is open as it is in the snapshot, what is not as `sited` has it.

    None where the two scenarios do not agree on what is open, or the run has changed what is not.
    """
    then, now, given = snapshot.sited, snapshot.world.facilities, len(snapshot.origin.facilities)
    old, own = (_open(table, given, snapshot.week) for table in (then, sited))
    if len(now) != len(then) or not _equal(then, old, sited, own) or not _equal(then, ~old, now, ~old):
        return None
    adopted = copy.deepcopy(sited)
    for column in fields(Facilities):
        getattr(adopted, column.name)[own] = getattr(now, column.name)[old]
    return adopted


def _open(table: Facilities, given: int, week: int) -> NDArray[np.bool_]:
    """Facilities that the data give, and those that levers have opened before a week."""
    return (np.arange(len(table)) < given) | (table.opened < week)


def _equal(one: Facilities, rows: NDArray[np.bool_], other: Facilities, those: NDArray[np.bool_]) -> bool:
    return all(np.array_equal(getattr(one, c.name)[rows], getattr(other, c.name)[those]) for c in fields(Facilities))
