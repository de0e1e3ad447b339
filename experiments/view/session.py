"""Two models stepped side by side: the policy and, with the same random numbers, the same district without it.

Nothing here knows of the page, so that all of it can be tested without a browser.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from experiments.answers.communities import weight, whole
from experiments.answers.streets import SHOWN, by_street, streets_of
from experiments.view.people import Sought, anybody, matching, some_of
from experiments.view.residents import Follower
from simulation.interventions.base import Intervention
from simulation.metrics.table import METRICS, read_week
from simulation.model import DistrictModel
from simulation.run import prepare
from simulation.scenario.types import Scenario
from simulation.state.world import World

CARD_METRICS = SHOWN
"""Metrics whose weeks are kept for every community, with the size that their means are weighted by."""
_KEPT = tuple(dict.fromkeys([*CARD_METRICS, *(weight(name) for name in CARD_METRICS)]))
STEPPING = threading.Lock()
"""The kernels use all cores: visitors take turns."""


@dataclass
class Track:
    """One model with what its weeks left behind.

    `district` has one dict of district metrics a week, `places` for each of CARD_METRICS and its weight one array
    (n_communities) a week, `streets` of each of CARD_METRICS one array (n_streets) a week, `place` all community
    metrics and sizes of the latest week.
    """

    model: DistrictModel
    follower: Follower
    district: list[dict[str, float]] = field(default_factory=list)
    places: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: {m: [] for m in _KEPT})
    streets: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: {m: [] for m in CARD_METRICS})
    place: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """State of the model."""
        return self.model.world

    def read(self) -> None:
        """Metrics of the state, without adding a week."""
        self.place, _ = read_week(self.world)

    def week(self) -> None:
        """Step one week and read it."""
        self.follower.begin()
        self.model.step(self.follower.watch)
        self.follower.end()
        self.place, district = read_week(self.world)
        self.district.append(district)
        for name, rows in self.places.items():
            rows.append(self.place[name])
        c, n = self.world.communities, len(self.world.streets)
        street = streets_of(c.subdistrict, c.parent)
        for name, weeks in self.streets.items():
            weeks.append(by_street(name, self.place[name], self.place[weight(name)], street, n))
        self.model.turn()

    def series(self, metric: str) -> NDArray[np.float64]:
        """A district metric week by week, float64 (weeks,)."""
        return np.array([row[metric] for row in self.district], np.float64)

    def street(self, metric: str, row: int) -> NDArray[np.float64]:
        """A metric of CARD_METRICS week by week of a street, float64 (weeks,)."""
        return np.array([week[row] for week in self.streets[metric]], np.float64)

    def parts(self, row: int) -> NDArray[np.int64]:
        """All communities that the one was divided into to which `row` belonged at the start, with itself, in order."""
        roots = whole(self.world.communities.parent)
        return np.flatnonzero(roots == roots[row])

    def now(self, metric: str, row: int) -> float:
        """A metric or size of the latest week of the whole that a community belonged to at the start."""
        return together(self.place, metric, self.parts(row))

    def community(self, metric: str, row: int) -> NDArray[np.float64]:
        """A metric of CARD_METRICS week by week, float64 (weeks,), of the whole that a community belonged to."""
        rows = self.parts(row)
        weeks = (dict(zip(_KEPT, arrays, strict=True)) for arrays in zip(*(self.places[m] for m in _KEPT), strict=True))
        return np.array([together(week, metric, rows[rows < len(week[metric])]) for week in weeks])

    def divided(self, row: int) -> list[int]:
        """Weeks, from 1, in which the boundaries of the whole have changed."""
        changed = self.world.communities.changed_tick[self.parts(row)]
        return sorted({int(tick) + 1 for tick in changed if tick >= 0})


def together(place: Mapping[str, NDArray[np.float64]], metric: str, rows: NDArray[np.int64]) -> float:
    """Value of some communities as one: counts and sizes added up, means weighted by `weight`; NaN without cases."""
    values = place[metric][rows]
    if metric not in METRICS or not METRICS[metric].kind.comparable:
        return float(values.sum())
    known = ~np.isnan(values)
    size = place[weight(metric)][rows][known]
    return float(np.average(values[known], weights=size)) if size.sum() > 0 else float("nan")


def without_plan(scenario: Scenario) -> Scenario:
    """The baseline of a scenario: the same place, context and parameters, no intervention."""
    return scenario.model_copy(update={"interventions": {}})


class Pair:
    """A policy and its baseline from the same start.

    Parameters
    ----------
    scenario : Scenario
        The policy.
    seed : int
        0 to 2**63 - 1, of both models.
    scale : float
        Share of households, over 0 to 1.

    Attributes
    ----------
    sought : Sought
        Who is followed; `found` counts the residents who are so.
    reading : RLock
        Held while a week is stepped; whoever draws holds it, so as not to see half a week.
    """

    def __init__(self, scenario: Scenario, seed: int, scale: float) -> None:
        self.scenario, self.seed, self.scale = scenario, seed, scale
        self.reading = threading.RLock()
        self.sought, self.found = Sought(), 0
        self._followed: NDArray[np.int64] | None = None
        with STEPPING:
            self.policy = self._track(scenario)
            try:
                self.baseline = self._track(without_plan(scenario))
            except BaseException:
                self.policy.model.forget()
                raise

    def _track(self, scenario: Scenario) -> Track:
        world = prepare(scenario, self.seed, self.scale)
        if self._followed is None:
            self._followed, self.found = anybody(world), len(world.residents)
        track = Track(DistrictModel(world, scenario), Follower(world, self._followed))
        track.read()
        return track

    def seek(self, sought: Sought, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """Follow residents who are as sought now, or given rows, from the next week on; gives the rows."""
        world = self.policy.world
        found = matching(world, sought)
        if rows is None:
            rows = anybody(world) if sought == Sought() else some_of(found, sought.turn)
        with self.reading:
            self.sought, self.found, self._followed = sought, len(found), rows
            for track in (self.policy, self.baseline):
                track.follower.follow(rows)
        return rows

    @property
    def weeks(self) -> int:
        """Weeks stepped so far."""
        return len(self.policy.district)

    @property
    def finished(self) -> bool:
        """Whether the scenario's last week is done."""
        return self.weeks >= self.scenario.weeks

    @property
    def monday(self) -> date:
        """First day of the latest week, or of the scenario before its first week."""
        return self.scenario.start + timedelta(weeks=max(self.weeks - 1, 0))

    def set_levers(self, interventions: Mapping[str, Intervention]) -> None:
        """Change the policy before its first week.

        Raises
        ------
        ValueError
            If a week has been stepped: what was built and paid cannot be undone.
        """
        if self.weeks:
            raise ValueError("levers can only change before the first week")
        self.scenario = self.scenario.model_copy(update={"interventions": dict(sorted(interventions.items()))})
        self.policy.model.forget()
        with STEPPING, self.reading:
            self.policy = self._track(self.scenario)

    def step(self) -> None:
        """One week of both."""
        with STEPPING, self.reading:
            self.policy.week()
            self.baseline.week()

    def close(self) -> None:
        """Let Mesa go of the models, so that their memory is free."""
        for track in (self.policy, self.baseline):
            track.model.forget()
