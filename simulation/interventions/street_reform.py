"""Street and town reform (H03): powers and staff go down, enforcement is one team, auxiliaries are pooled."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.interventions.base import ITSELF, Intervention, Measure, added_authority, lever_field, number
from simulation.interventions.shared.calendar import begins, fen, first_tick, under_way
from simulation.interventions.shared.unpaid import give
from simulation.state.ledger import Kind
from simulation.state.world import World


class StreetReform(Intervention):
    """Powers add authority at committees, enforcement at streets and firms, stronger party committees skill (8).

    Pooling adds hours, some go to the committees (6). Offices with merged sections lose hours at first, and save
    hand-overs later, as well as lists that several sections asked of committees (I06). The queues have a desk for each
    of the seven streets from the start: two new offices cost their setting up, and change no desk.
    """

    kind: ClassVar[str] = "street_reform"
    claim: ClassVar[str] = "H03"
    title_zh: ClassVar[str] = "街镇体制改革"
    title_en: ClassVar[str] = "Reform of street offices"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I04": Measure(
            "强化街道（镇）党工委统筹能力",
            "stronger party committees of streets and town",
            "quality of street staff in (8)",
            "resolution_rate",
        ),
        "I05": Measure(
            "赋权、下沉、增效",
            "powers given, staff sent down",
            "authority of committees in (8); hours move from street offices to committees (6)",
            "load_committee",
            -1,
        ),
        "I06": Measure(
            "街镇机构改革（5改7）",
            "institutions of streets and town reformed, five offices become seven",
            "hours of street offices: a loss that fades, a gain that stays; fewer lists and reports of committees (6)",
            "load_street",
            -1,
            figure="7 streets and towns",
        ),
        "I07": Measure(
            "街道综合执法",
            "integrated street-level law enforcement",
            "authority of streets, and over property firms, in (8); cars that block lanes (32)",
            "resolution_rate",
        ),
        "I08": Measure("协管员队伍管理改革", "auxiliary staff pooled", "hours of street offices", "load_street", -1),
    }

    coordination_skill: float = number(
        0.1,
        0,
        0.3,
        "index 0-1",
        "I04",
        "街道（镇）党工委统筹能力的提升",
        "quality of street staff that stronger party committees add",
        soft=ITSELF,
    )
    committee_yuan: float = number(
        1_000_000.0, 0, 5_000_000, "yuan/street/year", "I04", "每街道党工委建设费", "cost of a stronger committee"
    )
    authority: float = added_authority(0.10, "I05", "赋权带来的权威", "authority that powers add")
    reorganised: float = number(
        1.0,
        0,
        1,
        "share of offices",
        "I06",
        "完成机构改革的街道（镇）比例",
        "offices whose sections are merged",
        soft=("streets.merge_gain", "streets.merge_lists"),
    )
    new_offices: int = number(
        2,
        0,
        7,
        "offices",
        "I06",
        "新设街道办事处",
        "offices founded",
        source="five offices in 2018, seven since a town became three streets on 22 June 2019",
    )
    office_yuan: float = number(
        10_000_000.0, 0, 50_000_000, "yuan/office", "I06", "每个新街道办开办费", "set-up of an office"
    )
    enforcement: float = added_authority(0.10, "I07", "综合执法带来的权威", "authority that one enforcement team adds")
    posted_down: float = number(0.10, 0, 0.3, "share", "I05", "下沉社区的街道人员", "street staff posted to committees")
    pooling: float = number(0.10, 0, 0.3, "share", "I08", "协管员整合增加的工时", "hours that pooled auxiliaries add")
    start: date = lever_field(date(2019, 7, 1), "I05", "开始日期", "begin")
    finish: date | None = lever_field(None, "I05", "结束日期", "end; empty: goes on")
    enforcement_yuan: float = number(
        6_000_000.0, 0, 30_000_000, "yuan/street/year", "I07", "执法队伍费用", "cost of an enforcement team"
    )

    def apply(self, world: World, tick: int) -> None:
        """Move authority, skill and hours; pay for what is set up and for the teams."""
        if not under_way(world, self.start, self.finish):
            return
        levers, streets = world.levers, world.streets
        levers.authority_committee += self.authority
        levers.authority_firm += self.enforcement
        levers.authority_street += self.enforcement
        levers.enforcement += self.enforcement
        levers.street_skill += self.coordination_skill
        given = self.posted_down * streets.hours.sum()
        share = world.communities.households / world.communities.households.sum()
        give(world, self.pooling * streets.hours.sum() * share, "pooled auxiliaries")
        levers.extra_hours -= given * share
        settled = self.reorganised * (1 - self._new(world, tick))
        levers.administration *= 1 - world.params["streets.merge_lists"] * settled
        levers.street_hours *= (1 + self.pooling) * (1 - self.posted_down) * (1 + self._merged(world, tick))
        if begins(world, self.start):
            world.ledger.pay(
                "district", "supplier", self.new_offices * fen(self.office_yuan), "new street offices", Kind.CAPITAL
            )
        each = fen(self.committee_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("district", "supplier", len(streets) * each, "party committees of streets")
        each = fen(self.enforcement_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("district", "employee", len(streets) * each, "street enforcement teams")

    def _merged(self, world: World, tick: int) -> float:
        """Share of hours that merged sections save, less what the change costs while it is new."""
        p, new = world.params, self._new(world, tick)
        return self.reorganised * (p["streets.merge_gain"] * (1 - new) - p["streets.merge_dip"] * new)

    def _new(self, world: World, tick: int) -> float:
        """How new the merged sections still are: 1 at first, then exp(-weeks / `streets.merge_weeks`)."""
        return float(exp(-(tick - first_tick(world, self.start)) / world.params["streets.merge_weeks"]))
