"""What each option gives and takes, on one table: aims, gains, losses, years, residents, committees, money."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from experiments.answers.ends import ends
from experiments.answers.overload import overload
from experiments.charts.comparison import group_labels
from experiments.charts.frames import EFFECT, Frames
from experiments.report import contributed
from experiments.report.document import Block, Cell, Table
from experiments.report.effects import odds, shares, spans, spending_told
from experiments.report.names import ending
from experiments.report.options import in_short
from experiments.runs.folders import ComparisonFolder, Option
from experiments.statistics import t_interval
from experiments.texts import numbers as words
from experiments.texts import told
from experiments.texts.catalogue import Words, join, phrase, same
from simulation.interventions.registry import interventions
from simulation.metrics.metric import Kind
from simulation.metrics.table import METRICS

PATH = ("satisfaction", "load_committee")
"""Metrics whose years are told."""
_DOMAIN = "satisfaction_"
_MOST = 4  # metrics named in a cell
ABREAST = 4
"""Options that fit side by side on a page."""


def aims(option: Option) -> list[str]:
    """Metrics that the measures of an option aim at, as their levers declare it, each once."""
    kinds = interventions()
    measures = [m for kind in option.scenario["interventions"] if kind in kinds for m in kinds[kind].measures.values()]
    return list(dict.fromkeys(measure.metric for measure in measures))


def judged(found: ComparisonFolder, option: Option) -> pd.DataFrame:
    """Differences of an option by metric, with `word` (verdict) and `times` (the smallest difference that matters)."""
    rows = found.table[found.table["scenario"] == option.name]
    least = [METRICS[m].least.at(level) for m, level in zip(rows["metric"], rows["baseline_value"], strict=True)]
    with np.errstate(divide="ignore", invalid="ignore"):
        times = rows["mean_difference"].abs() / np.array(least, float)
    rows = rows.assign(word=words.judged(rows), times=times)
    return rows.set_index("metric").sort_values("times", ascending=False, kind="stable")


def balance_tables(frames: Frames) -> list[Block]:
    """One column per option, at most four abreast."""
    others = frames.found.others
    sure = [f"sure_{name}" for name in PATH] if frames.draws else []
    several = any(len(option.scenario["interventions"]) > 1 for option in others)
    did = ["did"] if several else []
    rows = [*sure, "aims", "gains", "losses", *PATH, "residents", "where", "committees", "money", *did]
    return [table_of(frames, others[k : k + ABREAST], rows) for k in range(0, len(others), ABREAST)]


def table_of(frames: Frames, options: list[Option], rows: list[str], most: int = _MOST) -> Table:
    """Some rows of the balance for some options; `most` metrics in a cell."""
    head = [phrase("report.balance.what"), *(Words(*option.title) for option in options)]
    columns = [_column(frames, option, most) for option in options]
    heads = {name: _by_year(name) for name in PATH} | {f"sure_{name}": _last_year(name) for name in PATH}
    body = [[Cell(heads.get(name) or _HEADS[name]), *(Cell(column[name]()) for column in columns)] for name in rows]
    return Table(phrase("report.balance.caption"), head, body, len(head), sortable=False, listing=True)


def _column(frames: Frames, option: Option, most: int) -> dict[str, Callable[[], Words]]:
    """What every row says of an option, worked out when it is asked for."""
    found = frames.found
    rows = judged(found, option)
    return {
        **{f"sure_{name}": partial(_sure, rows, name) for name in PATH},
        "measures": partial(
            in_short, option.scenario["interventions"], phrase("report.options.listed_in_the_appendix")
        ),
        "aims": partial(_aimed, option, rows, most),
        "gains": partial(_largest, rows, words.BETTER, most),
        "losses": partial(_largest, rows, words.WORSE, most),
        **{name: partial(_years, frames, option, name) for name in PATH},
        "residents": partial(_residents, found, option),
        "where": partial(_where, frames, option),
        "committees": partial(_committees, frames, option),
        "did": partial(contributed.of_option, option),
        "money": partial(spending_told, frames, option),
    }


_HEADS = {
    "measures": phrase("report.options.measures_and_when"),
    "aims": phrase("report.balance.aims"),
    "gains": phrase("report.balance.gains"),
    "losses": phrase("report.balance.losses"),
    "residents": phrase("report.balance.residents"),
    "where": phrase("report.balance.where"),
    "committees": phrase("report.balance.committees"),
    "did": phrase("contributions.heading"),
    "money": phrase("report.balance.money"),
}


def _by_year(metric: str) -> Words:
    return phrase("report.balance.by_year", metric=words.label(metric), unit=words.unit(METRICS[metric], True))


def _last_year(metric: str) -> Words:
    return phrase("report.balance.last_year", metric=words.label(metric), unit=words.unit(METRICS[metric], True))


def _sure(rows: pd.DataFrame, name: str) -> Words:
    """A metric with both its intervals."""
    if name not in rows.index:
        return same("–")
    row, metric = rows.loc[name], METRICS[name]
    first = same(f"{words.sign(row['word'])} {words.change(metric, row['mean_difference']).en}".strip())
    return join([join([first, odds(metric, row)], same("")), *spans(metric, row)], same("\n"))


def _told(metric: str, row: pd.Series) -> Words:
    """A metric with its change, marked by its verdict."""
    sign = words.sign(row["word"])
    change = words.change_with_unit(METRICS[metric], row["mean_difference"])
    return Words(f"{sign} {words.label(metric).zh} {change.zh}", f"{sign} {words.label(metric).en} {change.en}")


def _listed(rows: pd.DataFrame) -> Words:
    return join([_told(str(metric), row) for metric, row in rows.iterrows()], same("\n"))


def _aimed(option: Option, rows: pd.DataFrame, most: int) -> Words:
    """What the measures aim at: residents' domains first, all that gets worse, then the largest."""
    known = rows[rows.index.isin(aims(option))]
    domains = known.index.str.startswith(_DOMAIN)
    worse = known["word"].map(lambda word: word == words.WORSE).to_numpy(bool)
    rest = known[~domains & ~worse].head(max(most - int(domains.sum() + worse.sum()), 0))
    return _shown(pd.concat([known[domains], known[~domains & worse], rest]), len(known))


def _largest(rows: pd.DataFrame, word: Words, most: int) -> Words:
    """Metrics with one verdict, the largest in units of what matters first; money has a line of its own."""
    judged_so = [said == word and METRICS[str(m)].kind is not Kind.MONEY for m, said in rows["word"].items()]
    found = rows[judged_so]
    return _shown(found.head(most), len(found))


def _shown(rows: pd.DataFrame, of: int) -> Words:
    """Metrics on a line each, and how many are not shown."""
    if rows.empty:
        return phrase("report.balance.none")
    listed, more = _listed(rows), of - len(rows)
    return join([listed, phrase("report.balance.and_more", more=more)], same("\n")) if more > 0 else listed


def _years(frames: Frames, option: Option, name: str) -> Words:
    """Difference from the baseline in each calendar year, marked by its verdict: of luck, for draws keep no years."""
    base = frames.weeks[frames.found.baseline.name]
    pairs = [(_by_calendar(now), _by_calendar(base[seed])) for seed, now in frames.weeks[option.name].items()]
    metric, parts = METRICS[name], []
    for year in pairs[0][0].index:
        changes = np.array([now.at[year, name] - before.at[year, name] for now, before in pairs])
        mean, low, high = t_interval(changes)
        sign = words.sign(words.verdict(metric, low, high))
        parts.append(same(f"{year} {sign} {words.change(metric, mean).en}"))
    return join([join(parts[k : k + 2], same(", ")) for k in range(0, len(parts), 2)], same("\n"))


def _by_calendar(weeks: pd.DataFrame) -> pd.DataFrame:
    """Mean of the metrics of the path by calendar year."""
    return weeks.groupby(weeks["date"].dt.year)[list(PATH)].mean()


def _residents(found: ComparisonFolder, option: Option) -> Words:
    share = shares(found, option)
    if share is None:
        return same("–")
    gain, lose = share
    return phrase(
        "report.balance.shares", better=words.share(gain), worse=words.share(lose), same=words.share(1 - gain - lose)
    )


def _where(frames: Frames, option: Option) -> Words:
    """Streets and communities at both ends: what the map of satisfaction shows, of the same residents at the end."""
    found = frames.found
    rows = found.winners[(found.winners["scenario"] == option.name) & (found.winners["by"] == "subdistrict")]
    cells = frames.cells[EFFECT]
    places = cells[cells["scenario"] == option.name].drop_duplicates("community").dropna(subset="difference")
    if rows.empty:
        return same("–")
    streets, communities = ends(rows["mean"].to_numpy(float)), ends(places["difference"].to_numpy(float))
    labels, names = group_labels(found.baseline.scenario["district"])["subdistrict"], ending(frames, option)
    street = [Words(*labels[int(group)]) for group in rows["group"]]
    community = [Words(names.at[int(row), "name_zh"], names.at[int(row), "name_en"]) for row in places["community"]]
    return phrase(
        "report.balance.where_at", streets=told.ends(streets, street), communities=told.ends(communities, community)
    )


def _committees(frames: Frames, option: Option) -> Words:
    """Committees whose load is better and worse, of divided ones the parts together; and those over full load."""
    found, loads = frames.found, frames.last_year_by_community.set_index("scenario")["load_committee"]
    before, now = (overload(loads.loc[[name]].to_numpy(float)) for name in (found.baseline.name, option.name))
    own = found.communities["scenario"] == option.name
    rows = found.communities[own & (found.communities["metric"] == "load_committee")]
    if rows.empty:
        return same("–")
    said = words.verdicts(rows)
    better, worse, small = (said.count(word) for word in (words.BETTER, words.WORSE, words.SMALL))
    full = told.overloaded(before, now)
    if words.UNTESTED in said:
        return join([words.UNTESTED, full], same("\n"))
    parts = phrase(
        "report.balance.committees_of", better=better, worse=worse, small=small, rest=len(said) - better - worse - small
    )
    return join([parts, full], same("\n"))
