"""The report of a comparison, section by section."""

from typing import Any

import pandas as pd

from experiments.charts import comparison as charts
from experiments.charts.style import Drawer
from experiments.report import downloads, effects, method, money, options, people
from experiments.report.document import (
    Block,
    Bullets,
    Cell,
    Figure,
    Paragraph,
    Report,
    Section,
    Table,
    Words,
    join,
    same,
)
from experiments.runs.folders import ComparisonFolder
from experiments.texts import captions
from experiments.texts import report as words
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS


def report(found: ComparisonFolder) -> Report:
    """All sections, the page of summary first."""
    drawn = charts.of_comparison(found)
    each = charts.paired_differences(found)

    def figure(name: str, caption: Words) -> Figure:
        return Figure(name, drawn[name], caption)

    sections = [
        _summary(found),
        _options(found),
        Section(
            "effects",
            Words("效果", "Effects"),
            [figure("differences", captions.differences(found)), figure("paths", captions.paths(found))],
            fresh=True,
        ),
        Section("people", Words("谁得益、谁受损", "Who gains and who loses"), _people(found, drawn), fresh=True),
        Section(
            "cost_load",
            Words("花费与负荷", "Cost and load"),
            [
                Paragraph(money.cost_load_sentence(found)),
                figure("cost_load", _spending(found)),
                money.cost_load_table(found),
                figure("load", captions.load(found)),
                *([figure("break_even", captions.BREAK_EVEN)] if "break_even" in drawn else []),
            ],
            fresh=True,
        ),
    ]
    if "frontier" in drawn:
        lines = money.frontier_blocks(found)
        sections.append(
            Section(
                "frontier",
                Words("花费与效果的前沿", "Frontier of cost and effect"),
                [figure("frontier", lines[0].text if isinstance(lines[0], Paragraph) else same("")), *lines[1:]],
                fresh=True,
            )
        )
    sections += [
        _robustness(found, each, drawn),
        Section(
            "assumptions",
            Words("最要紧的假设", "The assumptions that matter most"),
            options.assumptions(found.options),
            fresh=True,
        ),
        method.method(found.baseline, compared=True),
        downloads.of_comparison(found),
        method.provenance(found.options),
        Section(
            "metrics",
            Words("附录：全部指标", "Appendix: all metrics"),
            [*(effects.all_metrics(found, option) for option in found.others), method.definitions()],
            fresh=True,
        ),
    ]
    return Report(_title(found), method.size_of(found.baseline.manifests[0]), sections)


def _title(found: ComparisonFolder) -> Words:
    base, others = found.baseline.title, found.others
    if len(others) > 2:
        return Words(
            f"{len(others)}个政策方案与“{base[0]}”的比较", f"{len(others)} policy options compared with “{base[1]}”"
        )
    named = join([Words(f"“{o.title[0]}”", f"“{o.title[1]}”") for o in others], Words("、", ", "))
    return Words(f"政策方案{named.zh}与“{base[0]}”的比较", f"{named.en} compared with “{base[1]}”")


def _summary(found: ComparisonFolder) -> Section:
    base = Words(*found.baseline.title)
    n = found.replicates
    question = Words(
        f"与“{base.zh}”相比，下列方案对居民满意度、服务者负荷与公共支出有什么影响？",
        f"Against “{base.en}”, what do the options below do to residents' satisfaction, to the load of "
        f"those "
        f"who serve them, and to public spending?",
    )
    size = method.size_of(found.baseline.manifests[0])
    basis = Words(
        f"依据：{size.zh}，{n}次重复（公共随机数）。合成人口与合成地图；结论只用于方案比较。",
        f"Basis: {size.en}, {n} {'replicate' if n == 1 else 'replicates'} with common random numbers. "
        f"Synthetic "
        f"people on a synthetic map; for comparing options only.",
    )
    return Section(
        "summary",
        Words("一页摘要", "Summary on a page"),
        [
            Paragraph(question, "lead"),
            options.short_table(found.options),
            *effects.verdict_sentences(found),
            *effects.headline_tables(found),
            Paragraph(basis, "note"),
        ],
    )


def _options(found: ComparisonFolder) -> Section:
    tables = [table for option in found.options if (table := options.detail_table(option)) is not None]
    same_everywhere = method.context_of(found.baseline.scenario)
    return Section("options", Words("方案", "Options"), [Paragraph(same_everywhere), *tables], fresh=True)


def _people(found: ComparisonFolder, drawn: dict[str, Drawer]) -> list[Block]:
    blocks: list[Block] = [people.sentences(found)]
    if "winners" in drawn:
        blocks.append(Figure("winners", drawn["winners"], captions.winners(found)))
    for metric in charts.MAPS:
        blocks.append(Figure(f"map_{metric}", drawn[f"map_{metric}"], captions.map_of(found, metric)))
    return [*blocks, people.group_table(found), people.community_table(found)]


def _spending(found: ComparisonFolder) -> Words:
    """The dearest and the cheapest option."""
    frame = charts.cost_effect(found).sort_values("cost", kind="stable")
    titles = found.names
    low, high = frame.iloc[0], frame.iloc[-1]
    a, b = titles[low["scenario"]], titles[high["scenario"]]
    least, most = words.money(float(low["cost"])), words.money(float(high["cost"]))
    if len(frame) == 1:
        return Words(
            f"左：比基线多花{most.zh}。右：负荷变化，零线左侧为减轻。",
            f"Left: {most.en} more than the baseline. Right: change of loads; left of zero is relief.",
        )
    return Words(
        f"左：多花最多的是“{b[0]}”（{most.zh}），最少的是“{a[0]}”（{least.zh}）。右：负荷变化，零线左侧为减轻。",
        f"Left: “{b[1]}” costs most ({most.en}), “{a[1]}” least ({least.en}). Right: change of loads; left of "
        f"zero is relief.",
    )


def _robustness(found: ComparisonFolder, each: pd.DataFrame, drawn: dict[str, Drawer]) -> Section:
    blocks: list[Block] = []
    if "replicates" in drawn:
        blocks += [Figure("replicates", drawn["replicates"], captions.replicates(found, each)), _spread(found, each)]
    else:
        blocks.append(
            Paragraph(
                Words(
                    "只有一次重复，无法说明运气有多大；请用 --replicates 3 或更多重做。",
                    "One replicate cannot tell how much is luck; run again with --replicates 3 or more.",
                )
            )
        )
    return Section(
        "robustness",
        Words("稳健性", "Robustness"),
        [
            *blocks,
            Paragraph(
                Words(
                    "变动过的：各次重复的随机种子。没有变动的：",
                    "Varied: the random seeds of the replicates. Not varied:",
                )
            ),
            Bullets(_not_varied(found)),
        ],
        fresh=True,
    )


def _spread(found: ComparisonFolder, each: pd.DataFrame) -> Table:
    table = found.table.set_index(["scenario", "metric"])
    rows = []
    for option in found.others:
        for name in charts.REPLICATES:
            part = each[(each["scenario"] == option.name) & (each["metric"] == name)]["difference"]
            if part.empty:
                continue
            metric, ups = METRICS[name], int((part > 0).sum())
            agree = max(ups, int((part < 0).sum()))
            gain = float(table.loc[(option.name, name), "variance_reduction"])
            rows.append(
                [
                    Cell(Words(*option.title)),
                    Cell(words.label(name)),
                    Cell(words.unit(metric, True)),
                    _number(words.change(metric, float(part.min())), float(part.min())),
                    _number(words.change(metric, float(part.max())), float(part.max())),
                    Cell(same(f"{agree}/{len(part)}"), agree / len(part)),
                    _number(same(words.number(gain, 1) if gain == gain else "–"), gain),
                ]
            )
    return Table(
        Words("各次重复的范围", "Range over the replicates"),
        [
            Words("方案", "option"),
            Words("指标", "metric"),
            Words("单位", "unit"),
            Words("最小差异", "least difference"),
            Words("最大差异", "largest difference"),
            Words("方向一致", "same direction"),
            Words("方差缩减", "variance reduction"),
        ],
        rows,
        3,
    )


def _number(text: Words, order: float) -> Cell:
    return Cell(text, order if order == order else None)


def _not_varied(found: ComparisonFolder) -> list[Words]:
    overrides: dict[str, Any] = {}
    for option in found.options:
        overrides |= option.scenario["parameters"]
    set_ = join(
        [
            Words(f"{PARAMETERS[name].zh}＝{options.plain(value)}", f"{PARAMETERS[name].en} = {options.plain(value)}")
            for name, value in overrides.items()
            if name in PARAMETERS
        ],
        Words("、", ", "),
    )
    told = (
        Words(f"情景改动的参数：{set_.zh}；其余为默认值", f"set by scenarios: {set_.en}; all others at their defaults")
        if overrides
        else Words("全部为默认值", "all at their defaults")
    )
    return [
        Words(
            f"模型参数（{told.zh}）：不确定性见“最要紧的假设”，可用敏感性实验（huitian sweep）检验；",
            f"model parameters ({told.en}): their uncertainty is under “The assumptions that matter most”; a "
            f"sensitivity experiment (huitian sweep) can test it;",
        ),
        Words(
            "人口与地图：各次重复是同一批合成居民、同一张合成地图；",
            "people and map: every replicate has the same synthetic residents and the same synthetic map;",
        ),
        Words("背景事件与起止时间：各方案相同。", "events and dates: the same in every option."),
    ]
