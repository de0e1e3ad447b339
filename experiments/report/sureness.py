"""How sure: what makes an effect uncertain, and what to find out first (`experiments.answers` has both methods)."""

import numpy as np
import pandas as pd

from experiments.answers.costs import COSTS
from experiments.answers.information import choices, information, net_benefit
from experiments.answers.smooth import ALPHA, FEWEST
from experiments.answers.variance_split import LUCK, REST, TOGETHER, variance_split
from experiments.charts.comparison import REPLICATES
from experiments.charts.factors import factor_name, factor_unit
from experiments.charts.frames import EFFECT, Frames
from experiments.report import options
from experiments.report.document import Block, Cell, Paragraph, Table
from experiments.runs.folders import Option
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted, same, section
from experiments.texts.units import unit_name
from simulation.metrics.table import METRICS

_WAYS = section("report.sureness.ways")
"""How a city could measure the parameters of a group."""
_MOST = 3  # parameters that are told of
_MIDDLE = (0.05, 0.95)  # quantiles of a parameter's draws


def split_blocks(frames: Frames, metric: str = EFFECT) -> list[Block]:
    """What makes the effect of each option on a metric uncertain; why that is not told, with too few draws."""
    if not frames.draws:
        return [Paragraph(phrase("report.sureness.no_draws"))]
    if frames.draws < FEWEST:
        return [Paragraph(phrase("report.sureness.too_few_draws", draws=frames.draws, fewest=FEWEST))]
    parts = {option.name: split(frames, option, metric) for option in frames.found.others}
    head = [
        phrase("common.option"),
        phrase("report.sureness.by_luck"),
        phrase("report.sureness.by_parameters"),
        phrase("report.sureness.by_the_rest"),
    ]
    rows = [[Cell(Words(*option.title)), *_split_cells(parts[option.name])] for option in frames.found.others]
    title = phrase("report.sureness.what_makes_it_uncertain", metric=words.label(metric))
    limits = [float(part["seen_from"].max()) for part in parts.values() if isinstance(part, pd.DataFrame)]
    note = phrase(
        "report.sureness.split_note",
        draws=frames.draws,
        limit=words.share(max(limits)) if limits else "–",
        alarm=words.share(ALPHA),
    )
    return [Table(title, head, rows, len(head), sortable=False, listing=True), Paragraph(note, "note")]


def split(frames: Frames, option: Option, metric: str) -> pd.DataFrame | Words:
    """The split of one effect, see `variance_split`; why there is none where it does not vary, or cannot be split."""
    rows = frames.found.draws
    own = rows[(rows["scenario"] == option.name) & (rows["metric"] == metric)].set_index("draw")["difference"]
    each = frames.each[(frames.each["scenario"] == option.name) & (frames.each["metric"] == metric)]
    if own.nunique() < 2:
        return phrase("report.sureness.does_not_vary")
    try:
        return variance_split(own, frames.drawn_factors, each["difference"].to_numpy(float))
    except ValueError:  # too few draws have this effect, or no factor is varied
        return words.UNCLEAR


def _split_cells(parts: pd.DataFrame | Words) -> list[Cell]:
    if not isinstance(parts, pd.DataFrame):
        return [Cell(parts), Cell(same("–")), Cell(same("–"))]
    table = parts.set_index("part")
    luck, named = table.loc[LUCK], table.drop([LUCK, TOGETHER, REST], errors="ignore").head(_MOST)
    told = [
        phrase("report.sureness.factor_share", factor=Words(*factor_name(str(name))), share=words.share(row["share"]))
        for name, row in named.iterrows()
    ] or [phrase("report.sureness.none_stands_out")]
    if TOGETHER in table.index:
        told.append(phrase("report.sureness.together", share=words.share(table.loc[TOGETHER, "share"])))
    return [Cell(_luck(luck)), Cell(join(told, same("\n"))), Cell(same(words.share(table.loc[REST, "share"])))]


def _luck(row: pd.Series) -> Words:
    """Share of luck with its interval; that few replicates leave wide."""
    if np.isnan(row["share"]):
        return phrase("report.sureness.luck_unknown")
    low, high = words.share(row["low"]), words.share(row["high"])
    return phrase("report.sureness.luck_share", share=words.share(row["share"]), low=low, high=high)


def spread(frames: Frames) -> Table:
    """Range of the differences over the replicates, and how many agree in direction."""
    found, each = frames.found, frames.each
    table = found.table.set_index(["scenario", "metric"])
    rows = []
    for option in found.others:
        for name in REPLICATES:
            part = each[(each["scenario"] == option.name) & (each["metric"] == name)]["difference"]
            if part.empty:
                continue
            metric, ups = METRICS[name], int((part > 0).sum())
            agree = max(ups, int((part < 0).sum()))
            row = table.loc[(option.name, name)]
            gain, low, high = (row[f"variance_reduction{end}"] for end in ("", "_low", "_high"))
            rows.append(
                [
                    Cell(Words(*option.title)),
                    Cell(words.label(name)),
                    Cell(words.unit(metric, True)),
                    Cell(words.change(metric, float(part.min())), float(part.min())),
                    Cell(words.change(metric, float(part.max())), float(part.max())),
                    Cell(same(f"{agree}/{len(part)}"), agree / len(part)),
                    Cell(words.reduction(gain, low, high), gain if low == low else low),
                ]
            )
    return Table(
        phrase("report.comparison.range_over_the_replicates"),
        [
            phrase("common.option"),
            phrase("common.metric"),
            phrase("common.unit"),
            phrase("report.comparison.least_difference"),
            phrase("report.comparison.largest_difference"),
            phrase("report.comparison.same_direction"),
            phrase("common.variance_reduction"),
        ],
        rows,
        3,
    )


def decision(frames: Frames) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gain in satisfaction and yuan a year of each option at each draw, the baseline first, as zeros.

    Runs at draws keep the cost of the whole period. The last year has the share of its operating part that it has at
    the default parameters.
    """
    found = frames.found
    kept = found.draws[found.draws["metric"].isin((EFFECT, *COSTS))]
    wide = kept.pivot(index="draw", columns=["metric", "scenario"], values="difference")
    rows = {name: wide[name] for name in (EFFECT, *COSTS)}
    order = [option.name for option in found.others if option.name in rows[EFFECT]]
    gain = rows[EFFECT][order].dropna() * METRICS[EFFECT].direction
    capital, operating = (rows[name].reindex(index=gain.index, columns=order) for name in COSTS)
    whole = found.table[found.table["metric"] == COSTS[1]].set_index("scenario")["mean_difference"].reindex(order)
    last_year = (frames.spent["operating"].reindex(order) / whole).where(whole != 0, 0.0)
    cost = frames.each_year * capital + operating * last_year
    for table in (gain, cost):
        table.insert(0, found.baseline.name, 0.0)
    return gain, cost


def choice_table(frames: Frames) -> list[Block]:
    """How sure the choice is at each willingness to pay at which it changes hands."""
    if frames.draws < FEWEST:
        return []
    table = choices(*decision(frames))
    if table.empty:
        return []
    head = [
        phrase("report.sureness.willing"),
        phrase("report.sureness.between"),
        phrase("report.sureness.best_in_most"),
        phrase("report.sureness.share_of_draws"),
        phrase("report.sureness.worth_of_knowing_all"),
    ]
    rows = [
        [
            Cell(words.money(row.willing), row.willing),
            Cell(join([_title(frames, row.cheaper), _title(frames, row.dearer)], same(" / "))),
            Cell(_title(frames, row.best)),
            Cell(same(words.share(row.chance)), row.chance),
            Cell(words.measured(METRICS[EFFECT], row.evpi), row.evpi),
        ]
        for row in table.itertuples()
    ]
    note = Paragraph(phrase("report.sureness.choice_note"), "note")
    return [Table(phrase("report.sureness.how_sure_is_the_choice"), head, rows, 3, sortable=False), note]


def find_out_first(frames: Frames) -> list[Block]:
    """Which parameters would most change the choice if they were known; or in words that none would."""
    if frames.draws < FEWEST:
        return []
    gain, cost = decision(frames)
    table = choices(gain, cost)
    table = table[table["evpi"] > 0]
    if table.empty:
        return [Paragraph(phrase("report.sureness.nothing_would_change_the_choice"))]
    closest = table.loc[table["evpi"].idxmax()]
    known = information(net_benefit(gain, cost, closest["willing"]), frames.drawn_factors)
    told = phrase(
        "report.sureness.the_choice_is_closest",
        a=_title(frames, closest["cheaper"]),
        b=_title(frames, closest["dearer"]),
        willing=words.money(closest["willing"]),
        best=_title(frames, closest["best"]),
        chance=words.share(closest["chance"]),
        evpi=_worth(closest["evpi"], closest["willing"]),
    )
    seen = known[known["seen"]].head(_MOST)
    if seen.empty:
        least = words.measured(METRICS[EFFECT], float(known["seen_from"].iloc[0]))
        none = phrase("report.sureness.no_parameter_stands_out", factors=len(known), draws=frames.draws, least=least)
        return [Paragraph(join([told, none]))]
    head = [
        phrase("report.options.parameter"),
        phrase("report.sureness.worth_of_knowing"),
        phrase("report.sureness.what_we_hold_possible"),
        phrase("report.sureness.how_to_measure"),
    ]
    rows = [
        [
            Cell(Words(*factor_name(row.factor))),
            Cell(_worth(row.evppi, closest["willing"]), row.evppi),
            Cell(_range(frames.drawn_factors[row.factor], row.factor)),
            Cell(way(row.factor)),
        ]
        for row in seen.itertuples()
    ]
    note = phrase("report.sureness.information_note", alarm=words.share(ALPHA))
    listed = Table(phrase("report.sureness.find_out_first"), head, rows, len(head), sortable=False, listing=True)
    return [Paragraph(told), listed, Paragraph(note, "note")]


def _title(frames: Frames, name: str) -> Words:
    """An option by its title, the baseline as what it is."""
    if name == frames.found.baseline.name:
        return phrase("report.money.doing_nothing")
    return quoted(frames.found.names[name])


def _worth(points: float, willing: float) -> Words:
    """A value of information in points and in the money that they are taken to be worth."""
    size, amount = words.measured(METRICS[EFFECT], points), words.money(points * willing)
    return phrase("report.sureness.worth", size=size, amount=amount)


def _range(values: pd.Series, factor: str) -> Words:
    """Where nine in ten draws of a factor lie; the shares of its values where they are words."""
    if not pd.api.types.is_numeric_dtype(values) or values.dtype == bool:
        shares = values.value_counts(normalize=True)
        return same(", ".join(f"{name} {words.share(float(share))}" for name, share in shares.items()))
    low, high = (options.plain(float(f"{values.quantile(q):.3g}")) for q in _MIDDLE)
    span, unit = phrase("common.to", low=low, high=high), unit_name(factor_unit(factor))
    return phrase("report.sureness.with_unit", span=span, unit=unit)


def way(factor: str) -> Words:
    """How a city could measure a parameter: by the group that its name begins with."""
    group = factor.removeprefix("parameters.").partition(".")[0]
    return _WAYS.get(group, same("–"))
