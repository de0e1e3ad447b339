"""What each option changes: the table of headlines, the table of all metrics, and the sentences that they give."""

import numpy as np
import pandas as pd

from experiments.charts.comparison import EFFECT, cost_effect
from experiments.charts.cost_load import COSTS
from experiments.report.document import Block, Bullets, Cell, Paragraph, Table, Words, join, same
from experiments.runs.folders import ComparisonFolder, Option
from experiments.statistics import LEVEL, distinguishable, holm, p_values
from experiments.texts import report as words
from simulation.metrics.table import METRICS

HEADLINES = (
    "satisfaction",
    "satisfaction_gini",
    "load_committee",
    "backlog",
    "wait_weeks",
    "resolution_rate",
    "satisfied_rate",
    *COSTS,
)
SPOKEN = ("satisfaction", "load_committee", "backlog", "resolution_rate")
_ABREAST = 4  # options that fit side by side on a page
_ALPHA = 1 - LEVEL


def headline_rows(found: ComparisonFolder) -> pd.DataFrame:
    """Rows of the headline metrics by (scenario, metric), with `doubtful`: clear alone, but not after Holm."""
    names = [option.name for option in found.others]
    rows = found.table[found.table["metric"].isin(HEADLINES) & found.table["scenario"].isin(names)]
    clear = distinguishable(rows)
    # money is arithmetic rather than chance: it is no test and does not count as one
    tested = p_values(rows).where(~rows["metric"].isin(COSTS))
    doubtful = clear & (holm(tested) > _ALPHA)
    return rows.assign(doubtful=doubtful).set_index(["scenario", "metric"])


def effect_cell(name: str, row: pd.Series) -> Cell:
    """Difference, interval and direction word."""
    metric = METRICS[name]
    word = words.verdict(metric, row["ci_low"], row["ci_high"])
    span = words.interval(metric, row["ci_low"], row["ci_high"])
    shift, star = words.change(metric, row["mean_difference"]), "†" if row.get("doubtful", False) else ""
    mark = f"{words.sign(word)} " if words.sign(word) else ""
    known = row["ci_low"] != row["ci_high"]  # what every replicate has in common needs no interval
    first = Words(f"{mark}{shift.zh} {word.zh}{star}", f"{mark}{shift.en} {word.en}{star}")
    text = Words(f"{first.zh}\n{span.zh}", f"{first.en}\n{span.en}") if known else first
    return Cell(text, float(row["mean_difference"]), f"effect {words.mark(word)}")


def headline_tables(found: ComparisonFolder) -> list[Block]:
    """Headline metrics of the baseline, and what each option changes; at most four options abreast."""
    rows, tables = headline_rows(found), []
    for first in range(0, len(found.others), _ABREAST):
        options = found.others[first : first + _ABREAST]
        head = [Words("指标", "metric"), Words("基线", "baseline"), *(Words(*option.title) for option in options)]
        body = [_headline(found, rows, options, name) for name in HEADLINES]
        tables.append(
            Table(
                Words(
                    "末年（最后52周）：基线水平，各方案与基线之差、95%区间与判断",
                    "Last year (52 weeks): level of the baseline, difference of each option with its "
                    "95 % interval and verdict",
                ),
                head,
                body,
                sortable=False,
            )
        )
    note = Words(
        "▲改善、▼恶化：95%配对区间不含零，方向按指标定义；≈看不出差别：区间含零，或小到显示不出。支出不评好坏。",
        "▲ better, ▼ worse: the 95 % paired interval leaves out zero, direction by the metric; ≈ no clear "
        "difference: the interval holds zero, or all is too small to show. Spending is not judged.",
    )
    if rows["doubtful"].any():
        note = join(
            [
                note,
                Words(
                    "†多重比较（霍尔姆法）校正后不再显著。",
                    "† Not clear any more after Holm's correction for many comparisons.",
                ),
            ]
        )
    return [*tables, Paragraph(note, "note")]


def _headline(found: ComparisonFolder, rows: pd.DataFrame, options: list[Option], name: str) -> list[Cell]:
    metric = METRICS[name]
    known = [(option.name, name) for option in options if (option.name, name) in rows.index]
    base = float(rows.loc[known[0], "baseline_value"]) if known else None
    label, of = words.label(name), words.unit(metric, of_change=True)
    return [
        Cell(Words(f"{label.zh}（{of.zh}）", f"{label.en} ({of.en})")),
        Cell(words.level(metric, base), base),
        *(
            effect_cell(name, rows.loc[(option.name, name)]) if (option.name, name) in rows.index else Cell(same("–"))
            for option in options
        ),
    ]


def all_metrics(found: ComparisonFolder, option: Option) -> Table:
    """Every metric of one option, sortable."""
    head = [
        Words("指标", "metric"),
        Words("判断", "verdict"),
        Words("单位", "unit"),
        Words("基线", "baseline"),
        Words("差异", "difference"),
        Words("95%区间", "95 % interval"),
        Words("相对变化", "relative"),
        Words("方差缩减", "variance reduction"),
    ]
    body = []
    for row in found.table[found.table["scenario"] == option.name].itertuples():
        metric = METRICS.get(str(row.metric))
        if metric is None:
            continue
        word = words.verdict(metric, row.ci_low, row.ci_high)
        relative = row.relative_difference
        body.append(
            [
                Cell(words.label(metric.name)),
                Cell(word, mark=words.mark(word)),
                Cell(words.unit(metric, True)),
                Cell(words.level(metric, row.baseline_value), row.baseline_value),
                Cell(words.change(metric, row.mean_difference), row.mean_difference),
                Cell(words.interval(metric, row.ci_low, row.ci_high), row.ci_low),
                Cell(
                    same("–") if pd.isna(relative) else same(words.signed(words.number(100 * relative, 1)) + "%"),
                    None if pd.isna(relative) else abs(relative),
                ),
                Cell(
                    same("–") if pd.isna(row.variance_reduction) else same(words.number(row.variance_reduction, 1)),
                    None if pd.isna(row.variance_reduction) else row.variance_reduction,
                ),
            ]
        )
    title = Words(f"全部指标：{option.title[0]}", f"All metrics: {option.title[1]}")
    return Table(title, head, body, 3)


def verdict_sentences(found: ComparisonFolder) -> list[Block]:
    """What was found, said from the numbers: which option helps most, then each option in turn."""
    rows = headline_rows(found)
    return [
        Paragraph(_overall(found, rows), "lead"),
        Bullets([_spoken(found, rows, option) for option in found.others]),
    ]


def _overall(found: ComparisonFolder, rows: pd.DataFrame) -> Words:
    effects = {
        option: rows.loc[(option.name, EFFECT)] for option in found.others if (option.name, EFFECT) in rows.index
    }
    metric = METRICS[EFFECT]
    base = Words(*found.baseline.title)
    best, row = max(effects.items(), key=lambda item: float(item[1]["mean_difference"]))
    span = words.interval(metric, row["ci_low"], row["ci_high"])
    size = words.measured(metric, row["mean_difference"])
    if found.replicates < 2:
        return Words(
            f"只有一次重复，差异可能只是运气。就这一次而言，与“{base.zh}”相比居民满意度最高的方案是"
            f"“{best.title[0]}”"
            f"（{words.change(metric, row['mean_difference']).zh}分）。",
            f"With one replicate a difference may be luck. In this one, the option with the highest "
            f"satisfaction against “{base.en}” is “{best.title[1]}” "
            f"({words.change(metric, row['mean_difference']).en} points).",
        )
    better = [option for option, item in effects.items() if item["ci_low"] > 0]
    if not better:
        return Words(
            f"与“{base.zh}”相比，没有一个方案明显提高居民满意度。",
            f"Against “{base.en}”, no option clearly raises residents' satisfaction.",
        )
    if len(found.others) == 1:
        return Words(
            f"与“{base.zh}”相比，“{best.title[0]}”使居民满意度提高{size.zh}（95%区间 {span.zh}）。",
            f"Against “{base.en}”, “{best.title[1]}” raises residents' satisfaction by {size.en} "
            f"(95 % interval {span.en}).",
        )
    return Words(
        f"与“{base.zh}”相比，{len(found.others)}个方案中有{len(better)}个明显提高居民满意度；提高最多的是"
        f"“{best.title[0]}”：{size.zh}（95%区间 {span.zh}）。",
        f"Against “{base.en}”, {len(better)} of {len(found.others)} options clearly raise residents' "
        f"satisfaction; most of all “{best.title[1]}”: by {size.en} (95 % interval {span.en}).",
    )


def _spoken(found: ComparisonFolder, rows: pd.DataFrame, option: Option) -> Words:
    """One sentence an option: what moves, what it costs, who notices."""
    parts = []
    for name in SPOKEN:
        if (option.name, name) not in rows.index:
            continue
        row, metric = rows.loc[(option.name, name)], METRICS[name]
        word, label = words.verdict(metric, row["ci_low"], row["ci_high"]), words.label(name)
        if word == words.UNCLEAR:
            parts.append(Words(f"{label.zh}看不出差别", f"{label.en} shows no clear difference"))
            continue
        verb, size = words.rose(row["mean_difference"]), words.measured(metric, row["mean_difference"])
        told = Words("", "") if word == words.UNTESTED else Words(f"（{word.zh}）", f" ({word.en})")
        parts.append(Words(f"{label.zh}{verb.zh}{size.zh}{told.zh}", f"{label.en} {verb.en} {size.en}{told.en}"))
    body = join(parts, Words("，", ", "))
    return Words(
        f"{option.title[0]}：{body.zh}。{_money(found, option).zh}{_noticed(found, option).zh}",
        f"{option.title[1]}: {body.en}. {_money(found, option).en}{_noticed(found, option).en}".rstrip(),
    )


def _money(found: ComparisonFolder, option: Option) -> Words:
    row = cost_effect(found).set_index("scenario").loc[option.name]
    spent, effect = float(row["cost"]), float(row["effect"])
    if abs(spent) < 1:
        return Words("公共支出不变。", "It costs no more. ")
    amount = words.money(abs(spent))
    told = (
        Words(f"期内多花公共支出{amount.zh}", f"It costs {amount.en} more in public money over the period")
        if spent > 0
        else Words(f"期内少花公共支出{amount.zh}", f"It saves {amount.en} of public money over the period")
    )
    if spent > 0 and effect > 0 and row["low"] > 0:
        each = words.money(spent / effect)
        told = Words(f"{told.zh}，折合满意度每提高1分{each.zh}", f"{told.en}, {each.en} a point of satisfaction")
    return Words(f"{told.zh}。", f"{told.en}. ")


def shares(found: ComparisonFolder, option: Option) -> tuple[float, float] | None:
    """Shares of all residents who gain and who lose; None where the table has none."""
    rows = found.winners[(found.winners["scenario"] == option.name) & (found.winners["by"] == "subdistrict")]
    if rows.empty:
        return None
    return tuple(float(np.average(rows[name], weights=rows["residents"])) for name in ("gain", "lose"))  # type: ignore


def _noticed(found: ComparisonFolder, option: Option) -> Words:
    share = shares(found, option)
    if share is None:
        return Words("", "")
    gain, lose = map(words.share, share)
    return Words(
        f"期末{gain}的居民得益、{lose}受损（变化超过1分）。",
        f"At the end {gain} of residents gain and {lose} lose more than a point.",
    )
