"""Posts of community workers: how many a committee has, and what a new post looks like."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.elementary import exp, log
from simulation.parameters import Parameters
from simulation.random import Stream, uniform
from simulation.state.table import F64, I16, I32, Column, Table

_ADDRESS = 64  # addresses of draws kept apart for the hires of one post


@dataclass(eq=False)
class Workers(Table):
    """One row for each post of a community worker; a post is filled or vacant, never lost."""

    community: Annotated[I16, Column("row of the community", moves=True)]
    burnout: Annotated[F64, Column("0-1", moves=True)]
    proneness: Annotated[F64, Column("factor of the build-up of burnout", moves=True)]
    weeks: Annotated[I32, Column("weeks since hiring", moves=True)]
    vacancy: Annotated[I32, Column("weeks until filled; 0 is filled", moves=True)]
    hires: Annotated[I32, Column("how often the post was filled, part of the address of its draws", moves=True)]


def posts_before_2021(households: NDArray[np.float64], p: Parameters) -> NDArray[np.int64]:
    """Posts of a community by its households before the norm of 2021."""
    more = p["staff.posts_per_household"] * np.maximum(households - p["staff.posts_start_households"], 0)
    return np.minimum(np.floor(p["staff.base_posts"] + more), p["staff.posts_cap"]).astype(np.int64)


def new_posts(
    first: int, community: NDArray[np.int64], vacancy: NDArray[np.int64], p: Parameters, seed: int
) -> dict[str, NDArray[np.generic]]:
    """Rows of new posts for `Workers.append`: filled ones with experienced staff, vacant ones with weeks to wait."""
    posts = first + np.arange(len(community))
    return {
        "community": community,
        "burnout": np.zeros(len(posts)),
        "proneness": proneness(posts, np.zeros(len(posts), np.int32), p, seed),
        "weeks": np.full(len(posts), int(p["staff.novice_weeks"])),
        "vacancy": vacancy,
        "hires": np.zeros(len(posts), np.int32),
    }


def proneness(posts: NDArray[np.int64], hires: NDArray[np.int32], p: Parameters, seed: int) -> NDArray[np.float64]:
    """Factor of the build-up of burnout of whoever fills a post for the `hires`-th time, log-normal, float64 (n,)."""
    u, v = (uniform(seed, Stream.WORKER, posts * _ADDRESS + hires, k) for k in (0, 1))
    normal = np.sqrt(-2 * log(1 - u)) * np.cos(2 * np.pi * v)
    return exp(p["staff.burnout_spread"] * normal)
