"""Requests of residents and the three rates of the 12345 hotline, asked in a call-back."""

from simulation.metrics.metric import Column, Kind, Metric, Ratio, Total
from simulation.metrics.sums import of_week
from simulation.state.world import World

_DAYS_PER_WEEK = 7.0
_REQUESTS = ("件", "requests")


def backlog(world: World) -> Column:
    """Requests open at the end of the week, full scale."""
    return (1 / world.scale) * world.communities.open_issues.sum(axis=1)


METRICS = (
    Metric(
        name="backlog",
        zh="未结诉求",
        en="backlog",
        kind=Kind.COUNT,
        counted=_REQUESTS,
        direction=-1,
        of=Total(backlog),
        definition_zh="周末尚未办结的诉求",
        definition_en="requests open at the end of the week",
    ),
    Metric(
        name="requests",
        zh="新增诉求",
        en="requests",
        kind=Kind.COUNT,
        counted=_REQUESTS,
        summary="sum",
        of=Total(of_week("opened")),
        definition_zh="本周提出的诉求（含办事）",
        definition_en="requests opened in the week, service visits included",
    ),
    Metric(
        name="resolved",
        zh="解决诉求",
        en="resolved",
        kind=Kind.COUNT,
        counted=_REQUESTS,
        direction=1,
        summary="sum",
        of=Total(of_week("resolved")),
        definition_zh="本周解决的诉求",
        definition_en="requests resolved in the week",
    ),
    Metric(
        name="response_rate",
        zh="响应率",
        en="response rate",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(of_week("responded"), of_week("due")),
        definition_zh="回访到期的热线工单中，按时首次联系的比例",
        definition_en="hotline tickets due for call-back that were contacted in time",
    ),
    Metric(
        name="resolution_rate",
        zh="解决率",
        en="resolution rate",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(of_week("settled"), of_week("due")),
        definition_zh="回访到期的热线工单中，已解决的比例",
        definition_en="hotline tickets due for call-back that were resolved",
    ),
    Metric(
        name="satisfied_rate",
        zh="满意率",
        en="satisfied rate",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(of_week("pleased"), of_week("due")),
        definition_zh="回访到期的热线工单中，居民表示满意的比例",
        definition_en="hotline tickets due for call-back whose resident is satisfied",
    ),
    Metric(
        name="wait_weeks",
        zh="办理时长",
        en="waiting time",
        kind=Kind.WEEKS,
        direction=-1,
        of=Ratio(
            of_week("waited"),
            (of_week("resolved"), of_week("unresolved"), of_week("withdrawn")),
            unit=_DAYS_PER_WEEK,
        ),
        definition_zh="本周结束的诉求从提出到结束的平均时间",
        definition_en="mean time from opening to end of the requests that ended in the week",
    ),
)
