"""Split communities with very many households into contiguous new ones (H14), and what it takes to pay off.

A split writes no outcome. Each new unit carries the fixed administrative load of a committee, shares out the staff
that there was, and hires by rule; requests go astray and work slows down until the new boundaries have settled.
Whether residents gain follows from the queues. Method of the cut: `simulation/district/map/partition.py`.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, first_tick
from simulation.state.boundaries import cut, divide
from simulation.state.ledger import Kind
from simulation.state.workers import new_posts
from simulation.state.world import World


@dataclass(frozen=True)
class CommitteeWork:
    """Weekly hours of a residents' committee: `overhead` a unit, `per_household`, and `per_post` that a post gives."""

    overhead: float
    per_household: float
    per_post: float

    @classmethod
    def from_parameters(cls, p: Mapping[str, float]) -> Self:
        """Fixed load, household administration, visits and hotline tickets at their base rates, without burnout."""
        visits = p["needs.visit_rate"] * p["requests.work_visit"]
        tickets = p["splits.ticket_rate"] * p["requests.committee_share"] * p["requests.work_committee"]
        per_post = p["staff.day_hours"] * p["staff.work_days"] * (1 - p["staff.absent"]) * (1 + p["staff.overtime"])
        return cls(p["staff.overhead_hours"], p["staff.hours_per_household"] + visits + tickets, per_post)

    def utilisation(self, households: float, staff: float, units: int = 1) -> float:
        """Hours asked for over hours available, of `units` committees that share households and staff evenly."""
        return (units * self.overhead + households * self.per_household) / (self.per_post * staff)

    def break_even(self, households: float, staff: float, parts: int) -> float:
        """Extra posts with which `parts` units are as busy as the undivided one was: F (parts - 1) / (hours rho)."""
        return self.overhead * (parts - 1) / (self.per_post * self.utilisation(households, staff))


def staffing_curve(
    work: CommitteeWork, households: Sequence[float], staff: Sequence[float], added: Sequence[float], parts: int = 2
) -> pd.DataFrame:
    """Utilisation after a split by community size and posts added.

    `households` and `staff` describe communities, one each; `added` are numbers of extra posts, all tried for each.
    Columns: `households`, `staff`, `staff_added`, `utilisation_before`, `utilisation`, `break_even` (extra posts).
    """
    rows = [
        {
            "households": size,
            "staff": posts,
            "staff_added": more,
            "utilisation_before": work.utilisation(size, posts),
            "utilisation": work.utilisation(size, posts + more, parts),
            "break_even": work.break_even(size, posts, parts),
        }
        for size, posts in zip(households, staff, strict=True)
        for more in added
    ]
    return pd.DataFrame(rows)


class CommunitySplits(Intervention):
    """Divide every community above a number of households, staff the parts by a rule, and bear the transition."""

    kind: ClassVar[str] = "community_splits"
    claim: ClassVar[str] = "H14"
    title_zh: ClassVar[str] = "拆分超大社区"
    title_en: ClassVar[str] = "Split very large communities"
    group_zh: ClassVar[str] = "社区空间与规模"
    group_en: ClassVar[str] = "Space and size of communities"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I40": Measure(
            "5000户以上社区规模调整",
            "communities above 5,000 households split",
            "boundaries, posts, fixed hours, pooling, local knowledge (6), (8)",
            "load_committee",
            -1,
            figure="8 adjusted, 9 added",
            whole=True,
        ),
        "I41": Measure(
            "与2021年换届同步选举",
            "elections with the 2021 term",
            "staff hours and cost of an election held apart",
            "load_committee",
            -1,
        ),
    }

    above_households: int = number(
        5000,
        3000,
        20000,
        "households",
        "I40",
        "超过此户数的社区拆分",
        "communities above this size are split",
        source="case study",
    )
    calendar: Literal["size", "register"] = lever_field(
        "size",
        "I40",
        "拆分依据：按户数一次拆分，或按统计登记的时间和名称",
        "which are split and when: all above the size on one day, or each when the register did, with its names",
        source="register of communities, 2018 to 2023",
    )
    calendar_until: date | None = lever_field(
        None, "I40", "按登记拆分的截止日期", "last day of the register's calendar that is followed; empty: all of it"
    )
    divide: bool = lever_field(
        True,
        "I40",
        "拆分（否则大社区只增配人员、不拆分）",
        "divide; else the large communities get their posts and stay whole",
    )
    three_parts_above: int = number(
        8000,
        3000,
        30000,
        "households",
        "I40",
        "超过此户数的社区一分为三",
        "communities above this size make three parts instead of two",
    )
    start: date = lever_field(date(2021, 1, 4), "I40", "拆分日期", "day of the split")
    staff_rule: Literal["norm", "added", "same_staff"] = lever_field(
        "norm",
        "I40",
        "人员配备规则：按标准增配、固定增配、只分配原有人员",
        "staffing: hire up to the norm, add a fixed number of posts, or share out the staff there was",
    )
    households_per_worker: int = number(
        130,
        110,
        150,
        "households",
        "I40",
        "每名社区工作者服务户数（标准）",
        "households per community worker of the norm",
        source="Beijing community standard 2020 no. 7",
    )
    least_staff: int = number(
        9,
        5,
        15,
        "posts",
        "I40",
        "每个社区最低编制",
        "least posts of a community",
        source="Beijing community standard 2020 no. 7",
    )
    added_posts: int = number(
        3,
        0,
        60,
        "posts",
        "I40",
        "固定增配：每个被拆社区增加的岗位",
        "posts that the parts of a community get together when a fixed number is added",
    )
    hire_weeks: int = number(26, 1, 104, "weeks", "I40", "招聘完成时间", "weeks over which posts are filled")
    new_rooms: bool = lever_field(
        True,
        "I40",
        "为新社区另设服务用房（否则分用原有用房）",
        "a service room for each new community (else the room is shared)",
    )
    synchronised_election: bool = lever_field(
        True, "I41", "与2021年换届同步选举", "elect with the regular term of 2021, not apart"
    )
    setup_yuan: float = number(500_000, 0, 5_000_000, "yuan", "I40", "每个新社区开办费", "set-up of a new community")
    operating_yuan: float = number(
        300_000,
        0,
        3_000_000,
        "yuan/year",
        "I40",
        "每个新社区年运行费（不含工资和房租）",
        "running cost of a new community without wages and rent",
    )
    election_yuan: float = number(150_000, 0, 500_000, "yuan", "I41", "单独选举费用", "cost of an election held apart")

    def parts(self, households: float) -> int:
        """Into how many communities one of this size is divided; 1 leaves it alone."""
        if households <= self.above_households:
            return 1
        return 3 if households > self.three_parts_above else 2

    def first_day(self) -> date:
        """The day of the split; the register's days stand in the district's data, so nothing is told of them here."""
        return super().first_day() if self.calendar == "size" else date.min

    def apply(self, world: World, tick: int) -> None:
        """Split in the weeks of the calendar; from the first on move the levers of the transition and pay for it."""
        first = min((_in_the_run(world, day) for day in self._days(world)), default=tick + 1)
        if tick < first:
            return
        if self.calendar == "register":
            self._split_registered(world, tick)
        elif tick == first:
            self._split_large(world)
        self._transition(world, tick)
        self._pay(world, tick)

    def _days(self, world: World) -> list[date]:
        """Days on which something is split."""
        if self.calendar == "size":
            return [self.start]
        return [change.date for change in divisions(world, self.calendar_until)]

    def _split_large(self, world: World) -> None:
        """Every community above the size, at once."""
        table = world.geography.communities
        large = {
            int(community): (self.parts(float(table["households"].iloc[community])), ())
            for community in np.flatnonzero((table["kind"] == "community").to_numpy())
        }
        self._split(world, {community: split for community, split in large.items() if split[0] > 1})

    def _split_registered(self, world: World, tick: int) -> None:
        """What the register divided this week, or before the run if this is its first week; a name it lacks is told."""
        names, unknown = world.communities.name_zh, []
        for change in divisions(world, self.calendar_until):
            if _in_the_run(world, change.date) != tick:
                continue
            rows = np.flatnonzero(names == change.of_zh)
            if rows.size:
                self._split(world, {int(rows[0]): (len(change.parts), change.parts)})
                names = world.communities.name_zh
            else:
                unknown.append(change.of_zh)
        if unknown:
            warnings.warn(
                f"community_splits: the district has no {', '.join(unknown)} in this reading; not divided",
                RuntimeWarning,
                stacklevel=2,
            )

    def _split(self, world: World, chosen: Mapping[int, tuple[int, Sequence[tuple[str, str]]]]) -> None:
        """Divide communities into a number of parts; names (Chinese, English) where the parts have their own."""
        whole = []
        for community, (parts, names) in chosen.items():
            if not self.divide:
                self._staff(world, np.array([community]))
                continue
            cells = np.flatnonzero(world.cell_community == community)
            if len(cells) >= parts:
                rows, shares = divide(world, community, cells, cut(world, cells, parts))
            else:
                rows, shares = np.array([community]), np.ones(1)
            if rows.size == 1:
                whole.append(str(world.communities.name_en[community]))
                continue
            for row, (zh, en) in zip(rows, names, strict=False):
                world.communities.name_zh[row], world.communities.name_en[row] = zh, en
            self._room(world, rows, shares)
            self._staff(world, rows)
        if whole:
            warnings.warn(
                f"community_splits: at --scale {world.scale:.2g} the sample has no home in some part of "
                f"{', '.join(whole)}; not divided. A larger scale divides them",
                RuntimeWarning,
                stacklevel=2,
            )

    def _room(self, world: World, rows: NDArray[np.int64], shares: NDArray[np.float64]) -> None:
        """New units have a room of the standard size, or all share the old one by households."""
        area = world.communities.room_area
        area[rows[1:]] = world.params["room.standard"]
        if not self.new_rooms:
            area[rows] = area[rows[0]] * shares

    def _staff(self, world: World, rows: NDArray[np.int64]) -> None:
        """Share out the posts by households, one at least, and advertise those that the rule adds."""
        w, households = world.workers, world.communities.households[rows] / world.scale
        posts = np.flatnonzero(w.community == rows[0])
        had = shared_posts(posts.size, households)
        w.community[posts] = np.repeat(rows, had)
        for row, count in zip(rows, self.posts_created(had, households), strict=True):
            weeks = np.ceil(np.arange(1, count + 1) * self.hire_weeks / max(count, 1)).astype(np.int32)
            w.append(new_posts(len(w), np.full(count, row), weeks, world.params, world.seed))

    def posts_created(self, had: NDArray[np.int64], households: NDArray[np.float64]) -> NDArray[np.int64]:
        """Posts created in each part, int64[n_parts], beyond those that it `had`; none is ever cut."""
        if self.staff_rule == "same_staff":
            return np.zeros_like(had)
        if self.staff_rule == "added":
            return shared_posts(self.added_posts, households, least=0)
        norm = np.maximum(self.least_staff, np.ceil(households / self.households_per_worker)).astype(np.int64)
        return np.maximum(norm - had, 0)

    def _transition(self, world: World, tick: int) -> None:
        p, levers = world.params, world.levers
        changed = world.communities.changed_tick >= 0
        weeks = tick - world.communities.changed_tick[changed]
        levers.misroute[changed] += p["splits.misroute"] * exp(-weeks / p["splits.misroute_weeks"])
        levers.productivity[changed] *= 1 - p["splits.shock"] * exp(-weeks / p["splits.shock_weeks"])
        if not self.synchronised_election:
            voting = weeks < p["splits.election_weeks"]
            levers.extra_hours[changed] += voting * p["splits.election_hours"] / p["splits.election_weeks"]

    def _pay(self, world: World, tick: int) -> None:
        """Set-up and elections in the week of the split, running costs every week; wages are paid with all others."""
        new = (world.communities.parent >= 0).astype(np.int64)
        changed = (world.communities.changed_tick == tick).astype(np.int64)
        if changed.any():
            world.ledger.pay_for(
                "district", "supplier", new * fen(self.setup_yuan), "set-up of new communities", Kind.CAPITAL
            )
            if not self.synchronised_election:
                world.ledger.pay_for("street", "supplier", changed * fen(self.election_yuan), "committee elections")
        weekly = fen(self.operating_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("street", "supplier", new * weekly, "running of new communities")


@dataclass(frozen=True)
class Division:
    """A division that the register shows: of a community, on a day, into parts with names (Chinese, English)."""

    date: date
    of_zh: str
    parts: tuple[tuple[str, str], ...]


def divisions(world: World, until: date | None = None) -> list[Division]:
    """Divisions of the district's `register_changes.csv` by day, to a last one; none where it has no such table."""
    table = world.district.tables.get("register_changes")
    if table is None:
        return []
    found = [
        Division(row.date, row.of_zh, tuple(zip(row.parts_zh.split(";"), row.parts_en.split(";"), strict=True)))
        for row in table[table["kind"] == "divided"].itertuples()
        if until is None or row.date <= until
    ]
    return sorted(found, key=lambda change: change.date)


def shared_posts(posts: int, households: NDArray[np.float64], least: int = 1) -> NDArray[np.int64]:
    """Posts of each part, int64[n_parts]: `least` each, the rest by households, largest remainders first.

    Raises
    ------
    ValueError
        If there are not enough posts for the least.
    """
    spare = posts - least * households.size
    if spare < 0:
        raise ValueError(f"{posts} posts cannot staff {households.size} communities")
    exact = spare * households / households.sum()
    whole = np.floor(exact).astype(np.int64)
    whole[np.argsort(whole - exact, kind="stable")[: spare - whole.sum()]] += 1
    return whole + least


def _in_the_run(world: World, day: date) -> int:
    """Tick of a division: what is dated before the run is divided, staffed and paid for in its first week."""
    return max(0, first_tick(world, day))
