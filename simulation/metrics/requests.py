"""Requests of residents and the three rates of the 12345 hotline, asked in a call-back."""

from simulation.metrics.metric import Column, Kind, Metric, Ratio, Total
from simulation.metrics.sums import of_week
from simulation.state.world import World

_DAYS_PER_WEEK = 7.0
_REQUESTS = ("件", "requests")


def backlog(world: World) -> Column:
    """Requests open at the end of the week, issues and visits."""
    return world.communities.open_issues.sum(axis=1) + world.communities.open_visits


def _flow(name: str, zh: str, counted: str, definition_zh: str, definition_en: str, direction: int = 0) -> Metric:
    """Requests of the week; `counted`: column of the week."""
    return Metric(
        name=name,
        zh=zh,
        en=name.replace("_", " "),
        kind=Kind.COUNT,
        counted=_REQUESTS,
        direction=direction,
        summary="sum",
        of=Total(of_week(counted)),
        definition_zh=definition_zh,
        definition_en=definition_en,
    )


def _rate(name: str, zh: str, en: str, counted: str, which_zh: str, which_en: str) -> Metric:
    """Share of the hotline tickets due for call-back; `counted`: column of the week, which the words describe."""
    return Metric(
        name=name,
        zh=zh,
        en=en,
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(of_week(counted), of_week("due")),
        definition_zh=f"回访到期的热线工单中，{which_zh}",
        definition_en=f"hotline tickets due for call-back {which_en}",
    )


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
    _flow(
        "requests",
        "新增诉求",
        "opened",
        "本周提出的诉求（含办事）",
        "requests opened in the week, service visits included",
    ),
    _flow(
        "hotline_requests",
        "热线诉求",
        "hotline",
        "本周经12345热线提出的诉求",
        "of the requests opened in the week, those by the 12345 hotline",
    ),
    _flow("resolved", "解决诉求", "resolved", "本周解决的诉求", "requests resolved in the week", direction=1),
    _rate("response_rate", "响应率", "response rate", "responded", "按时首次联系的比例", "that were contacted in time"),
    _rate("resolution_rate", "解决率", "resolution rate", "settled", "已解决的比例", "that were resolved"),
    _rate("satisfied_rate", "满意率", "satisfied rate", "pleased", "居民表示满意的比例", "whose resident is satisfied"),
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
