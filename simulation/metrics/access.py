"""Services in reach and in use: coverage by circles, uses of facilities, beds and places."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Matters, Metric, Ratio, ShareOfCommunities, Sum, Total
from simulation.metrics.sums import PEOPLE, residents
from simulation.processes import bicycle, parking
from simulation.state.world import World


def covered(world: World) -> Column:
    """Residents within a walk of an open circle."""
    everyone = world.demand["everyone"]
    reached = (everyone * world.covered).sum(axis=0) / np.maximum(everyone.sum(axis=0), 1)
    return world.by_community(world.gates.residents * reached[world.gates.cell])


COVERAGE = Ratio(covered, residents)


def within_reach(world: World) -> NDArray[np.bool_]:
    """Whether enough of a community's residents are covered, bool (n_communities,)."""
    place, _ = COVERAGE(world)
    return place >= world.params["access.covered_share"]


def not_a_village(world: World) -> NDArray[np.bool_]:
    """Whether a community is an urban one, bool (n_communities,)."""
    return ~world.communities.village


def _used(kind: str) -> Sum:
    """Uses of the facilities of a kind by the community where they stand."""

    def read(world: World) -> Column:
        return _at_facilities(world, kind, world.facilities.use)

    return read


def _capacity(kind: str) -> Sum:
    """Capacity of the open facilities of a kind by the community where they stand."""

    def read(world: World) -> Column:
        return _at_facilities(world, kind, world.facilities.capacity)

    return read


def _at_facilities(world: World, kind: str, column: Column) -> Column:
    f = world.facilities
    rows = f.serving(kind, world.tick)
    near = world.community_near(f.cell[rows])
    return np.bincount(near, column[rows], len(world.communities)).astype(np.float64)


def bed_unmet(world: World) -> Column:
    """Older people who seek a bed and are in none, by home; the beds taken are shared out by those who seek one."""
    home = world.cell_community
    seeking = np.bincount(home[home >= 0], world.demand["bed"].sum(axis=0)[home >= 0], len(world.communities))
    taken = _used("elder_institution")(world).sum()
    return seeking * max(0.0, 1 - taken / max(seeking.sum(), 1.0))


def rides(world: World) -> Column:
    """Rides of a day on the bicycle path, by the home of those who ride."""
    return world.by_community(bicycle.rides_per_day(world))


def cars(world: World) -> Column:
    """Cars of the residents."""
    return world.by_community(parking.cars(world))


def in_the_street(world: World) -> Column:
    """Cars without a place at night."""
    return world.by_community(parking.in_the_street(world))


USES, PLACES, BEDS = ("人次", "uses"), ("个学位", "places"), ("张床位", "beds")
_IN_USE = (  # kind, name, Chinese, English, what is counted
    ("kindergarten", "kindergarten", "幼儿园", "kindergarten", PLACES),
    ("primary_school", "primary_school", "小学", "primary-school", PLACES),
    ("secondary_school", "secondary_school", "初中", "secondary-school", PLACES),
    ("clinic", "clinic", "社区卫生", "clinic", USES),
    ("hospital", "hospital", "本地医院", "hospital", USES),
    ("service_circle", "circle", "服务圈", "service-circle", USES),
    ("culture_centre", "culture_venue", "文化设施", "culture-venue", USES),
    ("elder_station", "elder_station", "养老驿站", "elder-station", USES),
    ("elder_institution", "elder_bed", "养老床位", "elder-bed", BEDS),
)

_OCCUPANCY = {"elder_bed": ("bed_occupancy", "养老床位入住率", "elder-bed occupancy")}
"""Ratios of use to capacity that have a name of their own."""


def _in_use(kind: str, name: str, zh: str, en: str, counted: tuple[str, str]) -> tuple[Metric, Metric]:
    """Use and utilisation of the facilities of a kind; stocks of places and beds, weekly flows of uses."""
    what = "uses" if counted is USES else counted[1]
    ratio, ratio_zh, ratio_en = _OCCUPANCY.get(name, (f"{name}_utilisation", f"{zh}利用率", f"{en} utilisation"))
    return (
        Metric(
            name=f"{name}_use",
            zh=f"{zh}使用量",
            en=f"{en} {what}" if counted is USES else f"{en} {what} taken",
            kind=Kind.COUNT,
            counted=counted,
            direction=0,
            summary="sum" if counted is USES else "mean",
            of=Total(_used(kind)),
            definition_zh=f"{zh}本周实际使用量，按设施所在社区；不超过需求，也不超过能力",
            definition_en=f"{what} at open facilities of the kind, by the community where they stand; never above "
            "demand or capacity",
        ),
        Metric(
            name=ratio,
            zh=ratio_zh,
            en=ratio_en,
            kind=Kind.SHARE,
            direction=0,
            of=Ratio(_used(kind), _capacity(kind)),
            definition_zh=f"{zh}使用量与能力之比",
            definition_en=f"{what} taken up over capacity",
        ),
    )


METRICS = (
    Metric(
        name="circle_coverage_communities",
        zh="服务圈社区覆盖率",
        en="service-circle coverage of communities",
        kind=Kind.SHARE,
        direction=1,
        of=ShareOfCommunities(within_reach, among=not_a_village),
        matters=Matters(0.01, "假定：约为108个社区中的一个", "assumption: about one of 108 communities"),
        definition_zh="达标社区占全部社区的比例（不含村）",
        definition_en="communities within reach of a circle over all communities, without villages",
    ),
    Metric(
        name="circle_coverage_residents",
        zh="服务圈居民覆盖率",
        en="service-circle coverage of residents",
        kind=Kind.SHARE,
        direction=1,
        of=COVERAGE,
        definition_zh="步行15分钟内有服务圈的居民比例",
        definition_en="residents within a 15-minute walk of an open circle",
    ),
    *(metric for row in _IN_USE for metric in _in_use(*row)),
    Metric(
        name="rides_per_day",
        zh="自行车专用路骑行量",
        en="rides on the bicycle path",
        kind=Kind.COUNT,
        counted=("次/日", "rides a day"),
        direction=0,
        of=Total(rides),
        definition_zh="本周平均每日骑行次数（通勤与其他），按居住社区",
        definition_en="rides of a day of the week, to work and others, by home",
    ),
    Metric(
        name="parking_shortage",
        zh="停车缺口",
        en="parking shortage",
        kind=Kind.SHARE,
        direction=-1,
        of=Ratio(in_the_street, cars),
        definition_zh="夜间没有车位的居民汽车比例",
        definition_en="cars of residents without a place at night",
    ),
    Metric(
        name="elder_bed_unmet",
        zh="未满足的养老床位需求",
        en="unmet demand for elder beds",
        kind=Kind.COUNT,
        counted=PEOPLE,
        direction=-1,
        of=Total(bed_unmet),
        definition_zh="有入住意愿而未入住者（付不起、太远或无床），按居住社区",
        definition_en="older people who seek a bed and are in none (too dear, too far or full), by home",
    ),
)
