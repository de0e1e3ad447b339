"""Words for the answers of a sweep: names of tables and columns, sentences, captions of their charts."""

import pandas as pd

from experiments.answers.sweep import Answers
from experiments.charts.factors import factor_name
from experiments.report import options
from experiments.report.document import Words, join, same
from experiments.texts import report as words
from simulation.metrics.table import METRICS

TABLES = {
    "values": Words("各点数值（各次重复的均值）", "values by point (means over replicates)"),
    "differences": Words("与基线之差", "differences from the baseline"),
    "ranking": Words("名次", "league table"),
    "rank_probabilities": Words("名次的概率", "probabilities of ranks"),
    "frontier": Words("花费与效果", "cost and effect"),
    "synergy": Words("措施之间的增益与抵消", "synergy of measures"),
    "one_at_a_time": Words("逐个变动的结果", "one factor at a time"),
    "sensitivity_sobol": Words("索博尔敏感性指数", "Sobol indices"),
    "sensitivity_morris": Words("莫里斯基本效应", "Morris elementary effects"),
    "regret": Words("各情形的后悔值", "regret by case"),
    "robustness": Words("方案在各情形下的稳健性", "robustness of options"),
    "discovery": Words("情景发现：不利情形的条件", "scenario discovery: when results are bad"),
}
COLUMNS = {
    "option": Words("方案", "option"),
    "scenario": Words("情景", "scenario"),
    "baseline": Words("对照", "against"),
    "metric": Words("指标", "metric"),
    "factor": Words("因素", "factor"),
    "factor_a": Words("因素一", "factor"),
    "factor_b": Words("因素二", "second factor"),
    "term": Words("项", "term"),
    "status": Words("位置", "place"),
    "outcome": Words("结果", "outcome"),
    "index": Words("指数", "index"),
    "point": Words("点", "point"),
    "value": Words("数值", "value"),
    "replicates": Words("重复", "replicates"),
    "mean_difference": Words("差异", "difference"),
    "ci_low": Words("区间下限", "interval from"),
    "ci_high": Words("区间上限", "to"),
    "relative_difference": Words("相对变化", "relative"),
    "variance_reduction": Words("方差缩减", "variance reduction"),
    "baseline_value": Words("基线", "baseline"),
    "p_value": Words("p值", "p"),
    "p_holm": Words("霍尔姆p值", "p (Holm)"),
    "mean": Words("均值", "mean"),
    "rank": Words("名次", "rank"),
    "expected_rank": Words("期望名次", "expected rank"),
    "p_best": Words("居首概率", "chance of being best"),
    "p_worst": Words("垫底概率", "chance of being worst"),
    "cost": Words("多花支出", "more spending"),
    "cost_low": Words("支出下限", "from"),
    "cost_high": Words("支出上限", "to"),
    "effect": Words("效果", "effect"),
    "low": Words("下限", "from"),
    "high": Words("上限", "to"),
    "dominated_by": Words("被谁占优", "dominated by"),
    "compared_with": Words("相比于", "compared with"),
    "icer": Words("每增一单位的花费", "cost of a unit more"),
    "p_efficient": Words("在前沿的概率", "chance of being efficient"),
    "from": Words("由", "from"),
    "to": Words("到", "to"),
    "change": Words("变化", "change"),
    "swing": Words("摆幅", "swing"),
    "mu": Words("平均效应", "mean effect"),
    "mu_star": Words("平均绝对效应", "mean absolute effect"),
    "sigma": Words("离散（交互或非线性）", "spread (interaction, curvature)"),
    "trajectories": Words("轨迹", "trajectories"),
    "blocks": Words("块数", "blocks"),
    "cases": Words("情形数", "cases"),
    "worst": Words("最坏", "worst"),
    "best": Words("最好", "best"),
    "max_regret": Words("最大后悔值", "largest regret"),
    "mean_regret": Words("平均后悔值", "mean regret"),
    "p90_regret": Words("后悔值90%分位", "regret, 90th percentile"),
    "best_share": Words("最优情形比例", "share of cases best"),
    "threshold": Words("阈值", "threshold"),
    "satisficing_share": Words("达标情形比例", "share of cases good enough"),
    "minimax_rank": Words("最大后悔名次", "minimax rank"),
    "box": Words("盒", "box"),
    "members": Words("取值", "members"),
    "qp_low": Words("下限的p值", "p of the lower limit"),
    "qp_high": Words("上限的p值", "p of the upper limit"),
    "coverage": Words("覆盖率", "coverage"),
    "density": Words("密度", "density"),
    "mass": Words("占比", "mass"),
    "of_interest": Words("不利情形", "bad cases"),
    "base_rate": Words("基础比例", "base rate"),
}
TEXT = (
    "option",
    "scenario",
    "baseline",
    "metric",
    "factor",
    "factor_a",
    "factor_b",
    "term",
    "status",
    "outcome",
    "index",
    "dominated_by",
    "compared_with",
)
HIDDEN = ("tests", "relative_difference", "variance_reduction")
_TERMS = {
    "main": Words("单独作用", "main effect"),
    "interaction": Words("交互", "interaction"),
    "efficient": Words("前沿", "frontier"),
    "dominated": Words("被占优", "dominated"),
    "extendedly dominated": Words("被组合占优", "dominated by a mixture"),
    "level": Words("水平", "level"),
    "effect": Words("效果", "effect"),
    "first": Words("一阶", "first order"),
    "total": Words("总效应", "total"),
    "second": Words("二阶", "second order"),
}


def word(column: str, value: str, names: dict[str, tuple[str, str]]) -> Words:
    """An entry of a text column in both languages."""
    if column == "metric":
        return words.label(value) if value in METRICS else same(value)
    if column.startswith("factor"):
        return Words(*factor_name(value))
    if column in ("term", "status", "outcome", "index"):
        return _TERMS.get(value, same(value))
    return Words(*names.get(value, (value, value)))


def _quoted(name: tuple[str, str]) -> Words:
    return Words(f"“{name[0]}”", f"“{name[1]}”")


def sentences(found: Answers, names: dict[str, tuple[str, str]]) -> list[Words]:
    """What each table says, in a sentence."""
    told = []
    for name, say in (
        ("ranking", _ranking),
        ("frontier", _frontier),
        ("synergy", _synergy),
        ("one_at_a_time", _tornado),
        ("sensitivity_sobol", _sobol),
        ("sensitivity_morris", _morris),
        ("robustness", _robust),
        ("discovery", _discovery),
    ):
        table = found.tables.get(name)
        if table is None or not len(table):
            continue
        parts = dict(list(table.groupby("scenario", sort=False))) if "scenario" in table else {"": table}
        for scenario, part in parts.items():
            zh, en = names.get(str(scenario), (str(scenario), str(scenario)))
            about = Words(f"{zh}：", f"{en}: ") if len(parts) > 1 else Words("", "")
            said = say(part, names)
            told.append(Words(about.zh + said.zh, about.en + said.en))
    return told


_OF_CHART = {
    "ranks": "ranking",
    "cost_effectiveness": "frontier",
    "synergy": "synergy",
    "tornado": "one_at_a_time",
    "sobol": "sensitivity_sobol",
    "morris": "sensitivity_morris",
    "regret": "robustness",
    "prim": "discovery",
}


def caption(chart: str, found: Answers, names: dict[str, tuple[str, str]]) -> Words:
    """What to see in a chart: the sentence of the table behind it, for the scenario that it shows."""
    kind, _, scenario = chart.partition("_") if chart not in _OF_CHART else (chart, "", "")
    name = _OF_CHART.get(kind, "")
    table = found.tables.get(name)
    if table is None:
        return table_words(name)
    part = table[table["scenario"] == scenario] if scenario and "scenario" in table else table
    only = Answers({name: part})
    said = sentences(only, names)
    return join(said) if said else table_words(name)


def table_words(name: str) -> Words:
    """Title of a table as a caption."""
    return TABLES.get(name, Words("图", "A chart"))


def _first(table: pd.DataFrame) -> tuple[pd.DataFrame, Words]:
    """Rows of the first metric, and its name."""
    metric = str(table["metric"].iloc[0])
    return table[table["metric"] == metric], words.label(metric)


def _ranking(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    best = rows.sort_values("rank", kind="stable").iloc[0]
    name, chance = _quoted(names[str(best["option"])]), words.number(100 * float(best["p_best"]), 0)
    if pd.isna(best["p_best"]):  # one replicate
        return Words(
            f"{label.zh}最好的方案是{name.zh}；只有一次重复，说不出有多可靠。",
            f"Best in {label.en} is {name.en}; one replicate cannot tell how sure that is.",
        )
    return Words(
        f"{label.zh}最好的方案是{name.zh}，它真正居首的概率为{chance}%。",
        f"Best in {label.en} is {name.en}; the chance that it is truly best is {chance} %.",
    )


def _frontier(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    good = table[table["status"] == "efficient"].sort_values("cost", kind="stable")
    listed = join([_quoted(names[str(option)]) for option in good["option"]], Words("、", ", "))
    return Words(
        f"{len(table)}个方案中有{len(good)}个在花费与效果的前沿上，由省到贵：{listed.zh}。",
        f"{len(good)} of {len(table)} options are efficient, from the cheapest: {listed.en}.",
    )


def _synergy(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    pairs = rows[rows["term"] == "interaction"]
    clear = pairs[(pairs["ci_low"] > 0) | (pairs["ci_high"] < 0)]
    if clear.empty:
        return Words(
            f"就{label.zh}而言，没有两项措施明显相互增益或抵消。",
            f"In {label.en}, no two measures clearly help or hinder each other.",
        )
    top = clear.loc[clear["effect"].abs().idxmax()]
    a, b = (Words(*factor_name(str(top[name]))) for name in ("factor_a", "factor_b"))
    size = words.measured(METRICS[str(top["metric"])], float(top["effect"]))
    verb = (
        Words("相互增益", "reinforce each other by") if top["effect"] > 0 else Words("相互抵消", "weaken each other by")
    )
    return Words(
        f"就{label.zh}而言，“{a.zh}”与“{b.zh}”{verb.zh}{size.zh}，是最强的交互。",
        f"In {label.en}, the strongest interaction: “{a.en}” and “{b.en}” {verb.en} {size.en}.",
    )


def _leading(rows: pd.DataFrame, factor: str, size: str) -> Words:
    """The three leading factors."""
    top = rows.groupby(factor)[size].max().sort_values(ascending=False, kind="stable").head(3)
    return join(
        [
            Words(
                f"{factor_name(str(name))[0]}（{options.plain(float(value))}）",
                f"{factor_name(str(name))[1]} ({options.plain(float(value))})",
            )
            for name, value in top.items()
        ],
        Words("、", ", "),
    )


def _tornado(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    led = _leading(rows, "factor", "swing")
    return Words(
        f"逐个变动时，{label.zh}变化最大的因素（摆幅）：{led.zh}。",
        f"One at a time, the factors that move {label.en} most (swing): {led.en}.",
    )


def _sobol(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    led = _leading(rows[rows["index"] == "total"], "factor_a", "value")
    return Words(
        f"{label.zh}的差异主要来自（总效应指数）：{led.zh}。", f"What makes {label.en} differ (total index): {led.en}."
    )


def _morris(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    led = _leading(rows, "factor", "mu_star")
    return Words(
        f"筛选出对{label.zh}最要紧的因素（平均绝对效应）：{led.zh}。",
        f"The factors that matter most for {label.en} (mean absolute effect): {led.en}.",
    )


def _robust(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    best = rows.sort_values("max_regret", kind="stable").iloc[0]
    name, size = _quoted(names[str(best["option"])]), words.measured(METRICS[str(best["metric"])], best["max_regret"])
    share = words.number(100 * float(best["best_share"]), 0)
    return Words(
        f"就{label.zh}而言最稳健的是{name.zh}：在{int(best['cases'])}种情形中最多后悔{size.zh}，{share}%的情形里最好。",
        f"Most robust in {label.en} is {name.en}: over {int(best['cases'])} cases its regret is at most "
        f"{size.en}, "
        f"and it is best in {share} % of them.",
    )


def _discovery(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows = table[table["box"] == table["box"].iloc[0]]
    limits = join([_limit(row) for row in rows.to_dict("records")], Words("、", ", "))
    first = rows.iloc[0]
    cover, dense = (words.number(100 * float(first[name]), 0) for name in ("coverage", "density"))
    return Words(
        f"不利情形的条件：{limits.zh}；它包含{cover}%的不利情形，其中{dense}%的情形不利。",
        f"Results are bad where {limits.en}: {cover} % of the bad cases lie there, and {dense} % of the cases "
        f"there "
        f"are bad.",
    )


def _limit(row: dict[str, object]) -> Words:
    zh, en = factor_name(str(row["factor"]))
    low, high = row.get("low"), row.get("high")
    if isinstance(low, float) and isinstance(high, float) and low == low and high == high:
        a, b = options.plain(low), options.plain(high)
        return Words(f"{zh}在{a}至{b}之间", f"{en} lies in {a} to {b}")
    return Words(f"{zh}为{row.get('members')}", f"{en} is {row.get('members')}")
