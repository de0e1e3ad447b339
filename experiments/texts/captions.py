"""Captions: what to see in each chart of a comparison, said from the data that it shows."""

import numpy as np
import pandas as pd

from experiments.answers.costs import COSTS
from experiments.charts.frames import EFFECT, Frames
from experiments.report.effects import shares
from experiments.runs.folders import ComparisonFolder
from experiments.statistics import last_year
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted
from simulation.metrics.table import METRICS


def basis(frames: Frames) -> list[Words]:
    """What the two intervals of a chart rest on; nothing where parameters were not drawn."""
    runs = frames.runs_and_draws
    if not runs.draws:
        return []
    return [
        phrase(
            "captions.both_intervals",
            replicates=words.replicates(runs.n),
            draws=runs.draws,
            scale=words.share(runs.draws_scale),
        )
    ]


def differences(frames: Frames) -> Words:
    """How many metrics each option clearly moves, and the largest of the satisfactions; what the intervals are."""
    found, parts = frames.found, list[Words]()
    for option in found.others:
        rows = found.table[found.table["scenario"] == option.name]
        rows = rows[~rows["metric"].isin(COSTS)]
        verdicts = words.judged(rows)
        better, worse, small = (verdicts.count(word) for word in (words.BETTER, words.WORSE, words.SMALL))
        name = quoted(option.title)
        if not any(map(words.matters, verdicts)):
            parts.append(phrase("captions.no_interval_leaves_out_zero", name=name))
            continue
        parts.append(
            phrase(
                "captions.of_metrics_better_worse",
                name=name,
                n_metrics=len(rows),
                better=better,
                worse=worse,
                small=small,
                most=_most(rows),
            )
        )
    return join([*parts, *basis(frames)])


def _most(rows: pd.DataFrame) -> Words:
    """The domain that gains most."""
    part = rows[rows["metric"].str.startswith("satisfaction_") & (rows["metric"] != "satisfaction_gini")]
    part = part[[word == words.BETTER for word in words.judged(part)]]
    if part.empty:
        return Words("", "")
    top = part.loc[part["mean_difference"].idxmax()]
    name, size = words.label(str(top["metric"])), words.change(METRICS[str(top["metric"])], top["mean_difference"])
    return phrase("captions.most_of_all_points", name=name, size=size)


def paths(frames: Frames) -> Words:
    """From where to where satisfaction and load go in the baseline, and how far options part from it at the end."""
    found = frames.found
    rows = pd.concat(
        [weeks[["tick", EFFECT, "load_committee"]] for weeks in frames.weeks[found.baseline.name].values()]
    )
    ends = rows.groupby("tick").mean()
    a, b = ends.iloc[:4].mean(), ends.iloc[-4:].mean()
    base = Words(*found.baseline.title)
    told = phrase(
        "captions.in_the_baseline_satisfaction_goes_from",
        base=base,
        satisfaction_first=a[EFFECT],
        satisfaction_last=b[EFFECT],
        load_first=100 * a["load_committee"],
        load_last=100 * b["load_committee"],
    )
    return join(
        [
            told,
            phrase("captions.see_when_a_line_leaves_the"),
        ]
    )


def winners(found: ComparisonFolder) -> Words:
    """Largest shares of those who gain and of those who lose."""
    known = [(option, share) for option in found.others if (share := shares(found, option)) is not None]
    most = max(known, key=lambda item: item[1][0])
    worst = max(known, key=lambda item: item[1][1])
    parts = [
        phrase("captions.the_largest_share_of_residents_gains", option=quoted(most[0].title), percent=100 * most[1][0])
    ]
    if worst[1][1] > 0.0005:
        parts.append(
            phrase("captions.the_largest_share_loses_from", option=quoted(worst[0].title), percent=100 * worst[1][1])
        )
    else:
        parts.append(phrase("captions.hardly_anyone_loses_more_than_a"))
    return join(parts)


def map_of(found: ComparisonFolder, metric: str) -> Words:
    """In how many communities each option is clearly better or worse."""
    parts = []
    for option in found.others:
        rows = found.communities[
            (found.communities["scenario"] == option.name) & (found.communities["metric"] == metric)
        ]
        verdicts = words.verdicts(rows)
        better, worse, small = (verdicts.count(word) for word in (words.BETTER, words.WORSE, words.SMALL))
        name = quoted(option.title)
        parts.append(
            phrase(
                "captions.of_communities_and_villages_better_worse",
                name=name,
                n_metrics=len(rows),
                better=better,
                worse=worse,
                small=small,
            )
        )
    label = words.label(metric)
    shown = [phrase("captions.map_at_the_end", label=label)] if metric == EFFECT else []
    return join([*shown, phrase("captions.means_of_the_last_year_of", label=label), *parts])


def load(frames: Frames) -> Words:
    """How much of the burden goes with the households that a worker serves, and how many committees are over full."""
    rows = []
    for option in frames.found.options:
        weeks = pd.concat(frames.communities[option.name])
        late = last_year(weeks).groupby("community")[["load_committee", "residents"]].mean()
        over = late[late["load_committee"] > 1]
        rows.append((option, 100 * over["residents"].sum() / late["residents"].sum(), len(over), len(late)))
    parts = [
        phrase(
            "captions.residents_of_full_committees",
            option=quoted(option.title),
            share=share,
            over=over,
            committees=all_,
        )
        for option, share, over, all_ in rows
    ]
    body = join(parts, phrase("captions.clause_semicolon"))
    return phrase("captions.above_the_dashed_line_a_committee", body=body)


def replicates(frames: Frames) -> Words:
    """Whether all replicates point the same way."""
    found, part = frames.found, frames.each[frames.each["metric"] == EFFECT]
    agree = [
        option
        for option in found.others
        if abs(np.sign(part[part["scenario"] == option.name]["difference"]).sum()) == found.replicates
    ]
    split = [option for option in found.others if option not in agree]
    told = phrase(
        "captions.satisfaction_all_replicates_of_of_options",
        n_options=len(found.others),
        n_agree=len(agree),
        replicates=found.replicates,
    )
    if split:
        named = join([quoted(option.title) for option in split], phrase("common.list_comma"))
        told = phrase("captions.not_those_of", told=told, named=named)
    return phrase("captions.sentence", told=told)


BREAK_EVEN = phrase("captions.only_below_its_mark_does_a")
