"""What patterns need besides the recorded metrics: read from the world week by week, kept as tables beside the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.runs.run_folder import read_manifest
from simulation.domains import DOMAINS, WEEKS_PER_YEAR
from simulation.state.output import FIXED, T_EFFICACY
from simulation.state.residents import LIFE_STAGES
from simulation.state.tickets import RESOLVED, UNRESOLVED
from simulation.state.world import World

PROJECTS = ("kindergarten", "primary_school", "secondary_school", "clinic", "hospital")
"""Facilities that only the three-year plan of infrastructure adds."""
LONGEST = 90
"""Days from which closing times are counted together."""
_DAYS = 7
_EFFICACY_WEEKS = 4
_CONVENIENCE = DOMAINS.index("convenience")
_MOBILITY = ("daytime", "commuting", "slow")


@dataclass
class Observer:
    """Reads the world after each week; `tables` is what it saw, kept in the run's folder.

    Tables: `weeks` (tick; burnout_severe: share of workers; members: double-reporting party members, full scale;
    projects: share of those planned that are open), `efficacy` (every 4th tick, community, efficacy 0-1), `estates`
    (last week of each year, estate, collection 0-1), `closing` (year, community, days, tickets: issues of the run that
    were resolved or closed, by the days that it took), `people` (at the end, life_stage, mobility, residents in the
    run, convenience: mean satisfaction 0-100).
    """

    weeks: list[dict[str, float]] = field(default_factory=list)
    efficacy: list[pd.DataFrame] = field(default_factory=list)
    estates: list[pd.DataFrame] = field(default_factory=list)
    people: list[pd.DataFrame] = field(default_factory=list)
    ended: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def __call__(self, world: World) -> None:
        """Read the week that has just been stepped."""
        self.weeks.append(_week(world))
        if world.tick % _EFFICACY_WEEKS == 0:
            self.efficacy.append(_efficacy(world))
        if world.tick % WEEKS_PER_YEAR == WEEKS_PER_YEAR - 1:
            self.estates.append(
                pd.DataFrame(
                    {
                        "tick": world.tick,
                        "estate": np.arange(len(world.estates)),
                        "collection": world.estates.collection,
                    }
                )
            )
        self._closed(world)
        self.people = [_people(world)]

    def _closed(self, world: World) -> None:
        """Count what ended this week by community and days."""
        t = world.handled
        if t is None:
            return
        rows = (t.closed >= _DAYS * world.tick) & np.isin(t.status, (RESOLVED, UNRESOLVED)) & ~t.visit
        days = np.minimum(t.closed[rows] - t.opened[rows], LONGEST)
        community = t.community[rows].astype(np.int64)
        n = len(world.communities)
        counts = np.bincount(community * (LONGEST + 1) + days, minlength=n * (LONGEST + 1)).reshape(n, -1)
        before = self.ended.get(world.date.year, np.zeros((0, LONGEST + 1), np.int64))
        counts[: len(before)] += before  # a split has added rows
        self.ended[world.date.year] = counts

    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by the names of their files."""
        closing = [_long(*item) for item in self.ended.items()]
        parts = {"efficacy": self.efficacy, "estates": self.estates, "people": self.people}
        found = {"weeks": pd.DataFrame(self.weeks), "closing": pd.concat(closing)}
        found |= {name: pd.concat(rows) if rows else pd.DataFrame({"tick": []}) for name, rows in parts.items()}
        return {f"observed_{name}.parquet": frame for name, frame in found.items()}


def _week(world: World) -> dict[str, float]:
    w, f = world.workers, world.facilities
    burnout = w.burnout[w.vacancy == 0]
    planned = f.added & np.isin(f.kind, PROJECTS)
    return {
        "tick": world.tick,
        "burnout_severe": (burnout > world.params["survey.severely"]).mean(),
        "members": len(world.members) / world.scale,
        "projects": (f.opened[planned] <= world.tick).mean() if planned.any() else 0.0,
    }


def _long(year: int, counts: NDArray[np.int64]) -> pd.DataFrame:
    community, days = np.nonzero(counts)
    return pd.DataFrame({"year": year, "community": community, "days": days, "tickets": counts[community, days]})


def _efficacy(world: World) -> pd.DataFrame:
    total = world.by_community(world.output.tallies[:, T_EFFICACY]) / FIXED
    return pd.DataFrame(
        {
            "tick": world.tick,
            "community": np.arange(len(total)),
            "efficacy": total / np.maximum(world.communities.residents, 1),
        }
    )


def _people(world: World) -> pd.DataFrame:
    r = world.residents
    cell = r.life_stage.astype(np.int64) * len(_MOBILITY) + r.columns.mobility
    n = len(LIFE_STAGES) * len(_MOBILITY)
    count = np.bincount(cell, minlength=n)
    mean = 100 * np.bincount(cell, r.columns.satisfaction[_CONVENIENCE], n) / np.maximum(count, 1)
    return pd.DataFrame(
        {
            "life_stage": np.repeat(LIFE_STAGES, len(_MOBILITY)),
            "mobility": np.tile(_MOBILITY, len(LIFE_STAGES)),
            "residents": count,
            "convenience": mean,
        }
    )


@dataclass
class Run:
    """Tables of one run: those of every run (`docs/results.md`) and those of an `Observer`; dates are added.

    Attributes
    ----------
    manifest : dict
    district, communities : DataFrame
        By week, `communities` with `date` too.
    weeks, efficacy, estates, closing, people : DataFrame
        See `Observer`.
    """

    manifest: Mapping[str, Any]
    district: pd.DataFrame
    communities: pd.DataFrame
    weeks: pd.DataFrame
    efficacy: pd.DataFrame
    estates: pd.DataFrame
    closing: pd.DataFrame
    people: pd.DataFrame

    def __post_init__(self) -> None:
        dates = self.district[["tick", "date"]]
        for name in ("communities", "weeks", "efficacy", "estates"):
            frame = getattr(self, name)
            if "tick" in frame and "date" not in frame:
                setattr(self, name, frame.merge(dates, on="tick", how="left"))

    @cached_property
    def split(self) -> pd.DataFrame:
        """Communities that were divided and their parts: `community`, `parent` (itself for the divided one)."""
        last = self.communities.drop_duplicates("community", keep="last")[["community", "parent"]]
        parts = last[last["parent"] >= 0]
        whole = last[last["community"].isin(parts["parent"])].assign(parent=lambda f: f["community"])
        return pd.concat([whole, parts], ignore_index=True)


_TABLES = tuple(f.name for f in fields(Run) if f.name != "manifest")


def files() -> tuple[str, ...]:
    """Files that an observer adds to a run's folder."""
    return tuple(f"observed_{name}.parquet" for name in ("weeks", "efficacy", "estates", "closing", "people"))


def read_run(folder: Path) -> Run:
    """The tables of a run that was made with an observer."""
    plain = ("district", "communities")
    return Run(
        read_manifest(folder).plain(),
        **{
            name: pd.read_parquet(folder / f"{name if name in plain else f'observed_{name}'}.parquet")
            for name in _TABLES
        },
    )
