"""What residents do together: volunteering, organisations, sorting of waste, ties and trust."""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.metric import Column, Kind, Metric, Ratio, Total
from simulation.metrics.sums import PEOPLE, count_from, households, of_week, residents, tally
from simulation.processes import double_report
from simulation.processes.ties import own
from simulation.state import output
from simulation.state.world import World

_ACTORS = 4  # whom residents trust or not: firm, committee, street office, neighbours


def volunteers(world: World) -> Column:
    """Volunteers on the register, full scale."""
    return (1 / world.scale) * world.by_community(world.output.tallies[:, output.T_REGISTERED])


def volunteer_hours(world: World) -> Column:
    """Hours that volunteers gave in the week, full scale."""
    return world.communities.volunteer_hours.copy()


def activity_hours(world: World) -> Column:
    """Hours given at organised activities in the week, full scale."""
    return world.levers.activity_hours.copy()


def took_part_since(world: World, weeks: int) -> NDArray[np.int64]:
    """Residents of each gate who took part in the last `weeks`, int64 (n_gates,), in the run."""
    return count_from(world, world.residents.took_part, np.int16(world.tick - weeks + 1))


def took_part(world: World) -> Column:
    """Residents in the run who took part in an activity or used a venue in the last year."""
    return world.by_community(took_part_since(world, WEEKS_PER_YEAR))


def reporting(world: World) -> Column:
    """Double-reporting party members, full scale."""
    return double_report.by_community(world, np.ones(len(world.members), np.bool_))


def turned_out(world: World) -> Column:
    """Those of them who came to a call of the last quarter, full scale."""
    return double_report.by_community(world, double_report.answered(world))


def ties(world: World) -> Column:
    """Ties of residents: those that everyone has at first, and those that activities made and that still hold."""
    return residents(world) * (own(world) + world.communities.ties)


def organisations(world: World) -> Column:
    """Social organisations by home community."""
    o = world.organisations
    return np.bincount(o.community, o.weeks >= 0, len(world.communities)).astype(np.float64)


def unreported(world: World) -> Column:
    """Issues that nobody reported and that have not faded, full scale."""
    return world.communities.latent.sum(axis=1)


def trust(world: World) -> Column:
    """Sum over residents of their mean trust in the four actors."""
    of_all = world.output.tallies[:, output.T_TRUST : output.T_TRUST + _ACTORS].sum(axis=1)
    return world.by_community(of_all) / (_ACTORS * output.FIXED)


METRICS = (
    Metric(
        name="volunteers",
        zh="注册志愿者",
        en="registered volunteers",
        kind=Kind.COUNT,
        counted=PEOPLE,
        direction=1,
        of=Total(volunteers),
        definition_zh="周末在册志愿者",
        definition_en="volunteers on the register at the end of the week",
    ),
    Metric(
        name="volunteer_hours",
        zh="志愿服务时长",
        en="volunteer hours",
        kind=Kind.HOURS,
        direction=1,
        summary="sum",
        of=Total(volunteer_hours),
        definition_zh="本周志愿服务小时（含有组织的活动）",
        definition_en="hours given in the week, organised activities included",
    ),
    Metric(
        name="activity_hours",
        zh="志愿活动时长",
        en="hours at volunteer activities",
        kind=Kind.HOURS,
        direction=1,
        summary="sum",
        of=Total(activity_hours),
        definition_zh="本周有组织的志愿服务活动小时",
        definition_en="hours given at organised activities in the week",
    ),
    Metric(
        name="participants",
        zh="活动参与人次",
        en="participants",
        kind=Kind.COUNT,
        counted=("人次", "attendances"),
        direction=1,
        summary="sum",
        of=Total(of_week("participants")),
        definition_zh="本周参加社会组织与文化活动、使用文化场馆的人次，按居住社区；不超过可供名额",
        definition_en="attendances of activities of organisations and programmes, and uses of culture venues, in the "
        "week, by home; never more than there are places",
    ),
    Metric(
        name="participation",
        zh="参与率",
        en="participation",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(took_part, residents),
        definition_zh="过去52周内至少参加过一次活动或使用过一次文化场馆的居民比例",
        definition_en="residents who took part in an activity or used a culture venue in the last 52 weeks",
    ),
    Metric(
        name="double_report_turnout",
        zh="双报到党员到岗率",
        en="turnout of double-reporting members",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(turned_out, reporting),
        definition_zh="近一季度（double_report.window）内响应过社区召集的双报到党员比例；无召集时为零",
        definition_en="double-reporting party members who came to a call of their community in the last quarter "
        "(`double_report.window`); nil where nobody is called",
    ),
    Metric(
        name="organisations",
        zh="社会组织",
        en="social organisations",
        kind=Kind.COUNT,
        counted=("个", "organisations"),
        direction=1,
        of=Total(organisations),
        definition_zh="周末在运行的社会组织，按所在社区",
        definition_en="social organisations alive at the end of the week, by home community",
    ),
    *(
        Metric(
            name=f"waste_sorting_{what}",
            zh=f"垃圾分类{zh}",
            en=f"waste-sorting {what}",
            kind=Kind.SHARE,
            direction=1,
            of=Ratio(tally(column), residents),
            definition_zh=mean_zh,
            definition_en=f"mean {mean_en}",
        )
        for what, column, zh, mean_zh, mean_en in (
            ("awareness", output.T_AWARE, "知晓率", "居民知晓度平均", "awareness of the residents"),
            ("rate", output.T_SORT, "正确率", "居民正确投放概率平均", "probability of sorting correctly"),
        )
    ),
    Metric(
        name="social_ties",
        zh="社会联系",
        en="social ties",
        kind=Kind.RATIO,
        counted=("条/人", "per resident"),
        direction=1,
        of=Ratio(ties, residents),
        definition_zh="每名居民与他人的联系数（家庭、楼门、邻里群与熟人，至多八条，及活动形成且仍维持的联系）",
        definition_en="ties to other people per resident: in household, gate, chat group and community, eight at most, "
        "and those that activities made and that still hold",
    ),
    Metric(
        name="unreported_issues",
        zh="未上报问题",
        en="unreported issues",
        kind=Kind.RATIO,
        counted=("件/户", "issues per household"),
        direction=-1,
        of=Ratio(unreported, households),
        definition_zh="周末每户未上报且未消解的问题",
        definition_en="issues per household at the end of the week that nobody reported and that have not faded",
    ),
    Metric(
        name="trust",
        zh="信任",
        en="trust",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(trust, residents),
        definition_zh="对物业、居委会、街道与邻里四方信任的平均",
        definition_en="mean trust in firm, committee, street office and neighbours",
    ),
)
