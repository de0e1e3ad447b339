"""The one table of metrics: names, Chinese and English labels, units, direction, definition.

The recorder, the charts, `docs/metrics.md` and the comparison all read it.
"""

from dataclasses import dataclass
from typing import Literal

from simulation.domains import DOMAIN_LABELS, DOMAINS

Summary = Literal["mean", "sum", "last"]


@dataclass(frozen=True)
class Metric:
    """One reported quantity.

    `direction` is +1 when more is better, -1 when less is better, 0 when neither can be said.
    `summary` tells how weeks are summarised: the mean of a level or rate, the sum of a flow, the last of a stock
    that only grows.
    """

    name: str
    zh: str
    en: str
    unit_zh: str
    unit_en: str
    direction: int
    summary: Summary
    definition_zh: str
    definition_en: str
    domain: str | None = None
    only_with: str = ""  # context that it needs; empty: always recorded


_POINTS = ("分（0–100）", "points (0–100)")
_SHARE = ("比例（0–1）", "share (0–1)")
_ROWS: tuple[tuple[str, str, str, tuple[str, str], int, Summary, str, str], ...] = (
    (
        "satisfaction",
        "居民满意度",
        "satisfaction",
        _POINTS,
        1,
        "mean",
        "十个领域满意度按居民权重加权后的居民平均",
        "resident mean over the ten domains, by each resident's own weights",
    ),
    (
        "satisfaction_gini",
        "满意度基尼系数",
        "Gini of satisfaction",
        ("0–1", "0–1"),
        -1,
        "mean",
        "居民总体满意度的基尼系数",
        "Gini coefficient of the residents' overall satisfaction",
    ),
    (
        "load_committee",
        "居委会负荷",
        "committee load",
        ("需求/能力", "demand / capacity"),
        -1,
        "mean",
        "本周到达的工时需求与可用工时之比，1为满负荷",
        "hours of work that came in the week over hours available; 1 = full",
    ),
    (
        "load_property",
        "物业负荷",
        "property-firm load",
        ("需求/能力", "demand / capacity"),
        -1,
        "mean",
        "物业工单工时与可用工时之比",
        "hours of requests to property firms over hours available",
    ),
    (
        "load_street",
        "街道负荷",
        "street-office load",
        ("需求/能力", "demand / capacity"),
        -1,
        "mean",
        "街道工单工时与可用工时之比",
        "hours of work at street offices over hours available",
    ),
    (
        "households_per_worker",
        "每名社工服务户数",
        "households per worker",
        ("户/人", "households"),
        -1,
        "mean",
        "户数除以在岗社区工作者",
        "households over filled posts of community workers",
    ),
    (
        "backlog",
        "未结诉求",
        "backlog",
        ("件", "requests"),
        -1,
        "mean",
        "周末尚未办结的诉求",
        "requests open at the end of the week",
    ),
    (
        "requests",
        "新增诉求",
        "requests",
        ("件/周", "a week"),
        0,
        "sum",
        "本周提出的诉求（含办事）",
        "requests opened in the week, service visits included",
    ),
    (
        "resolved",
        "解决诉求",
        "resolved",
        ("件/周", "a week"),
        1,
        "sum",
        "本周解决的诉求",
        "requests resolved in the week",
    ),
    (
        "response_rate",
        "响应率",
        "response rate",
        _SHARE,
        1,
        "mean",
        "回访到期的热线工单中，按时首次联系的比例",
        "hotline tickets due for call-back that were contacted in time",
    ),
    (
        "resolution_rate",
        "解决率",
        "resolution rate",
        _SHARE,
        1,
        "mean",
        "回访到期的热线工单中，已解决的比例",
        "hotline tickets due for call-back that were resolved",
    ),
    (
        "satisfied_rate",
        "满意率",
        "satisfied rate",
        _SHARE,
        1,
        "mean",
        "回访到期的热线工单中，居民表示满意的比例",
        "hotline tickets due for call-back whose resident is satisfied",
    ),
    (
        "wait_weeks",
        "办理时长",
        "waiting time",
        ("周", "weeks"),
        -1,
        "mean",
        "本周结束的诉求从提出到结束的平均时间",
        "mean time from opening to end of the requests that ended in the week",
    ),
    (
        "circle_coverage_communities",
        "服务圈社区覆盖率",
        "service-circle coverage of communities",
        _SHARE,
        1,
        "mean",
        "达标社区占全部社区的比例（不含村）",
        "communities within reach of a circle over all communities, without villages",
    ),
    (
        "circle_coverage_residents",
        "服务圈居民覆盖率",
        "service-circle coverage of residents",
        _SHARE,
        1,
        "mean",
        "步行15分钟内有服务圈的居民比例",
        "residents within a 15-minute walk of an open circle",
    ),
    (
        "volunteers",
        "注册志愿者",
        "registered volunteers",
        ("人", "people"),
        1,
        "mean",
        "周末在册志愿者",
        "volunteers on the register at the end of the week",
    ),
    (
        "volunteer_hours",
        "志愿服务时长",
        "volunteer hours",
        ("小时/周", "hours a week"),
        1,
        "sum",
        "本周志愿服务小时",
        "hours given in the week",
    ),
    (
        "waste_sorting_awareness",
        "垃圾分类知晓率",
        "waste-sorting awareness",
        _SHARE,
        1,
        "mean",
        "居民知晓度平均",
        "mean awareness of the residents",
    ),
    (
        "waste_sorting_rate",
        "垃圾分类正确率",
        "waste-sorting rate",
        _SHARE,
        1,
        "mean",
        "居民正确投放概率平均",
        "mean probability of sorting correctly",
    ),
    (
        "social_ties",
        "社会联系",
        "social ties",
        ("条/人", "per resident"),
        1,
        "mean",
        "每名居民与他人的联系数（初始八条及活动形成且仍维持的联系）",
        "ties to other people per resident: the first eight, and those that activities made and that still hold",
    ),
    (
        "trust",
        "信任",
        "trust",
        _SHARE,
        1,
        "mean",
        "对物业、居委会、街道与邻里四方信任的平均",
        "mean trust in firm, committee, street office and neighbours",
    ),
    (
        "fee_payment_rate",
        "物业费收缴率",
        "fee payment rate",
        _SHARE,
        1,
        "mean",
        "最近一期缴费的户数比例",
        "households that paid the latest bill",
    ),
    (
        "cost_capital_yuan",
        "累计建设支出",
        "capital cost",
        ("元", "yuan"),
        -1,
        "last",
        "自起始日累计的公共建设支出",
        "public capital spending since the start, cumulative",
    ),
    (
        "cost_operating_yuan",
        "累计运行支出",
        "operating cost",
        ("元", "yuan"),
        -1,
        "last",
        "自起始日累计的公共运行支出",
        "public operating spending since the start, cumulative",
    ),
)

_EPIDEMIC_ROWS: tuple[tuple[str, str, str, tuple[str, str], int, Summary, str, str], ...] = (
    (
        "infected",
        "现症感染者",
        "infected",
        ("人", "people"),
        -1,
        "mean",
        "周末处于潜伏期或传染期的居民",
        "residents exposed or infectious at the end of the week",
    ),
    (
        "infections",
        "累计感染者",
        "infections",
        ("人", "people"),
        -1,
        "last",
        "自起始日累计的感染居民",
        "residents infected since the start",
    ),
)


def _domain_metric(domain: str) -> Metric:
    zh, en = DOMAIN_LABELS[domain]
    return Metric(
        f"satisfaction_{domain}",
        f"满意度：{zh}",
        f"satisfaction: {en}",
        *_POINTS,
        1,
        "mean",
        f"居民对“{zh}”的平均满意度",
        f"resident mean of satisfaction with {en}",
        domain,
    )


def _table() -> dict[str, Metric]:
    rows = [
        Metric(name, zh, en, *unit, direction, summary, dzh, den)
        for name, zh, en, unit, direction, summary, dzh, den in _ROWS
    ]
    ordered = [rows[0], *map(_domain_metric, DOMAINS), *rows[1:]]
    ordered += [
        Metric(name, zh, en, *unit, direction, summary, dzh, den, only_with="epidemic")
        for name, zh, en, unit, direction, summary, dzh, den in _EPIDEMIC_ROWS
    ]
    return {metric.name: metric for metric in ordered}


METRICS: dict[str, Metric] = _table()
"""Every headline metric by its name, in the order of reports."""

ALWAYS: tuple[str, ...] = tuple(name for name, metric in METRICS.items() if not metric.only_with)
"""Metrics that every run has."""
