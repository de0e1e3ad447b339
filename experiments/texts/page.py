"""Texts of the page in Chinese and English."""

import re
from typing import Literal

Lang = Literal["zh", "en"]

TEXTS = {
    "title": ("回天政策实验室", "Huitian policy laboratory"),
    "language": ("English", "中文"),
    "language_label": ("Switch the page to English", "切换为中文页面"),
    "step": ("走一周", "Step"),
    "play": ("播放", "Play"),
    "pause": ("暂停", "Pause"),
    "reset": ("重来", "Reset"),
    "transport": ("运行控制", "Run controls"),
    "speed": ("速度", "Speed"),
    "slow": ("每秒一周", "one week a second"),
    "normal": ("逐周", "week by week"),
    "fast": ("每图四周", "four weeks a picture"),
    "fastest": ("每图一季度", "a quarter a picture"),
    "week": ("第 {week} 周 / 共 {weeks} 周", "Week {week} of {weeks}"),
    "date": ("{date} 起的一周", "week from {date}"),
    "at_start": ("尚未开始：{date}", "before the start: {date}"),
    "finished": ("情景已走完", "the scenario has ended"),
    "building": (
        "正在准备居民与地区，首次使用需要一两分钟……",
        "Preparing the district and its residents; the first time takes a minute or two…",
    ),
    "working": ("计算中……", "working…"),
    "scenario": ("情景", "Scenario"),
    "seed": ("随机种子", "Seed"),
    "seed_hint": (
        "0 至 9223372036854775807 的整数；同一种子，同一结果",
        "whole number from 0 to 9223372036854775807; the same seed gives the same results",
    ),
    "seed_bad": ("须为 0 至 9223372036854775807 的整数", "must be a whole number from 0 to 9223372036854775807"),
    "measures": ("政策措施", "Policy measures"),
    "measures_on": ("{n} 项开启", "{n} on"),
    "details": ("参数", "Settings"),
    "hide": ("收起", "Hide"),
    "live": ("第一周之前，改动立即生效。", "Before the first week, changes count at once."),
    "pending": (
        "设置已改动，点“重来”后生效（从第一周重新开始）。",
        "Settings have changed; they count after Reset, from the first week on.",
    ),
    "layer": ("地图图层", "Layer of the map"),
    "difference": ("与基线之差", "Difference from baseline"),
    "communities": ("按社区平均", "Mean by community"),
    "facilities": ("设施", "Facilities"),
    "map_difference": ("{what}：与无政策基线之差", "{what}: difference from the baseline without the plan"),
    "no_difference": ("处处与基线相同", "no difference from the baseline anywhere"),
    "map_alt": ("地图：{what}，{week}。点击选择社区。", "Map: {what}, {week}. Click to choose a community."),
    "charts_alt": (
        "随周变化的图：满意度、居委会负荷、热线三率、支出，实线为政策，虚线为基线",
        "Charts over the weeks: satisfaction, committee load, hotline rates, spending; baseline dashed",
    ),
    "added": ("黄色：政策新增", "yellow: added by the plan"),
    "community": ("社区", "Community"),
    "choose": ("在地图上点击，或从列表选择一个社区", "Click on the map, or choose a community from the list"),
    "policy": ("政策", "Policy"),
    "baseline": ("基线", "Baseline"),
    "change": ("差异", "Difference"),
    "now": ("本周", "This week"),
    "households": ("户数", "households"),
    "residents": ("居民", "residents"),
    "workers": ("社区工作者", "community workers"),
    "firms": ("物业公司", "property firms"),
    "split_from": ("由 {name} 拆分", "split from {name}"),
    "village": ("村", "village"),
    "history": ("满意度历史：政策与基线", "Satisfaction so far: policy and baseline"),
    "residents_panel": ("跟踪居民", "Residents followed"),
    "resident": ("居民", "Resident"),
    "resident_name": ("{n} 号：{stage}，{place}", "No. {n}: {stage}, {place}"),
    "why": ("本周满意度为何变动（分）", "Why satisfaction moved this week (points)"),
    "why_all": ("自起始以来的累计（分）", "Since the start, in all (points)"),
    "domain": ("领域", "Domain"),
    "met": ("遇到", "met"),
    "expected": ("预期", "expected"),
    "service": ("服务水平", "service"),
    "surprise": ("与预期之差", "surprise"),
    "neighbours": ("邻里影响", "neighbours"),
    "requests": ("诉求办理", "requests"),
    "moved": ("换了住户", "moved in"),
    "sum": ("合计", "sum"),
    "level": ("满意度", "satisfaction"),
    "overall": (
        "总体满意度：政策 {policy}，基线 {baseline}",
        "Overall satisfaction: policy {policy}, baseline {baseline}",
    ),
    "why_help": (
        "服务水平：遇到的服务把满意度拉向其水平；与预期之差：好于或差于预期（差于预期影响更大）；"
        "邻里影响：亲友邻居的看法；诉求办理：自己诉求的结果。各项由模型方程逐项读出，相加等于变动。",
        "Service: what was met pulls satisfaction towards its level. Surprise: better or worse than expected "
        "(worse counts more). Neighbours: opinions of ties. Requests: outcome of one's own. The terms are "
        "read from the model's equations and add up to the change.",
    ),
    "their_requests": ("诉求", "Requests"),
    "no_requests": ("目前没有诉求。", "No requests so far."),
    "no_weeks": ("走一周后可见。", "To be seen after the first week."),
    "opened": ("提出", "opened"),
    "kind": ("类别", "kind"),
    "channel": ("渠道", "channel"),
    "desk": ("承办", "desk"),
    "state": ("状态", "state"),
    "visit": ("办事", "visit"),
    "issue": ("问题", "issue"),
    "hotline": ("12345热线", "hotline 12345"),
    "direct": ("直接", "direct"),
    "open": ("办理中", "open"),
    "resolved": ("已解决", "resolved"),
    "unresolved": ("未解决", "not resolved"),
    "withdrawn": ("已撤回", "withdrawn"),
    "range": ("范围 {low} 至 {high}", "from {low} to {high}"),
    "unit": ("单位：{unit}", "unit: {unit}"),
    "default": ("默认 {value}", "default {value}"),
    "never": ("无", "none"),
    "source": ("措施 {measure}，来源：{source}", "measure {measure}, source: {source}"),
    "claim": ("对应事实 {claim}", "claim {claim}"),
    "bad_number": ("须为数字", "must be a number"),
    "bad_whole": ("须为整数", "must be a whole number"),
    "bad_range": ("须在 {low} 与 {high} 之间", "must be between {low} and {high}"),
    "bad_date": ("须为日期", "must be a date"),
    "bad_order": ("完成日期早于开始日期", "finish is before start"),
    "bad_lever": ("此设置不成立：{why}", "this setting is not possible: {why}"),
    "full": ("现在访客已满", "All places are taken"),
    "full_text": (
        "本机同时最多服务 {n} 位访客，每位各有自己的模型。请稍后再试。",
        "This machine has room for {n} at a time, each with models of their own. Please try again later.",
    ),
    "again": ("再试一次", "Try again"),
    "error": ("计算出错：{why}。点“重来”重新开始。", "The model stopped: {why}. Press Reset to start again."),
    "about": (
        "合成地图与人口；{scale}；种子 {seed}；单次运行，无区间。",
        "Synthetic map and people; {scale}; seed {seed}; one run, no interval.",
    ),
    "week_short": ("第{week}周", "week {week}"),
    "whole": ("全量居民", "full population"),
    "sample": ("抽样比例 {scale}", "scale {scale}"),
    "weeks_axis": ("周", "week"),
    "chart_satisfaction": ("居民满意度（分，0–100）", "Satisfaction (points, 0–100)"),
    "chart_load": ("居委会负荷（需求/能力）", "Committee load (demand / capacity)"),
    "chart_rates": ("12345热线三率", "Hotline rates"),
    "chart_infected": ("现症感染者（人）", "Infected (people)"),
    "chart_cost": ("累计支出（亿元）", "Spending so far (100 million yuan)"),
    "response": ("响应", "response"),
    "resolution": ("解决", "resolution"),
    "satisfied": ("满意", "satisfied"),
    "capital": ("建设", "capital"),
    "operating": ("运行", "operating"),
    "empty": ("按“走一周”或“播放”", "Press Step or Play"),
}

_SOURCES = {
    "assumption": "假设",
    "case study": "案例",
    "plan": "行动计划",
    "city standard": "市级标准",
    "press": "媒体报道",
    "press on the plan": "有关计划的报道",
    "municipal plan no. 28 of 2018": "市政府2018年第28号行动计划",
    "Beijing community standard 2020 no. 7": "北京市社区标准（2020年第7号）",
    "case study: 113 communities, 100 %": "案例：113个社区，100%",
    "assumption: 0.3 of the case's 114 member units": "假设：案例中114家成员单位的三成",
    "case study: several 100,000 participations, taken as 350,000 in three years": "案例：数十万人次，按三年35万计",
    "press of 2020-03: about 27 a community or village": "2020年3月报道：每社区（村）约27人",
    "press of 2020-03: about 11 a community or village": "2020年3月报道：每社区（村）约11人",
    "case study: a pilot in one community (新村)": "案例：新村社区试点",
    "case study: a pilot in one community (云趣园)": "案例：云趣园社区试点",
    "about 20 billion (press)": "报道：约200亿元",
    "press 2021-04": "2021年4月报道",
    "28 of 117 (press 2021-04)": "2021年4月报道：117项中的28项",
    "64 of 117 in early 2021 (press 2021-04)": "2021年4月报道：2021年初完成117项中的64项",
    "10.788 million yuan for 25 rooms in 2020": "2020年25处用房租金1078.8万元",
    "base of 2 000 m2 opened in 2018 (press)": "报道：2018年启用的基地2000平方米",
    "case study: the base in Tiantongyuan": "案例：天通苑基地",
    "five offices in 2018, seven since a town became three streets on 22 June 2019": (
        "2018年5个街道（镇），2019年6月22日一镇分设三街道后为7个"
    ),
    "assumption; 86 500 registered at the end of 2020 (case)": "假设；2020年底注册86500人（案例）",
    "86 500 in 2 035 teams (case)": "案例：86500人、2035支队伍",
    "case study: more than 3,800 activities, taken as those of three years": "案例：3800余场活动，按三年计",
    "case study: 20+ firms; one point each assumed": "案例：20余家企业；假设每家一个点",
}
TIERS = (
    ("志愿者", "volunteers"),
    ("物业公司", "property firm"),
    ("居委会", "committee"),
    ("街道", "street office"),
    ("委办局", "department"),
)
STATES = ("open", "resolved", "unresolved", "withdrawn")


def pick(lang: Lang, zh: str, en: str) -> str:
    """The one of two texts that belongs to the language."""
    return zh if lang == "zh" else en


def other(lang: Lang) -> Lang:
    """The other language."""
    return "en" if lang == "zh" else "zh"


def say(lang: Lang, key: str, **values: object) -> str:
    """A text of the page; `values` fill its places."""
    return pick(lang, *TEXTS[key]).format(**values)


def source(lang: Lang, name: str) -> str:
    """Where a figure comes from; names of places in Chinese are left out in English."""
    return _SOURCES.get(name, name) if lang == "zh" else re.sub(r" \([\u4e00-\u9fff]+\)", "", name)
