"""Outcomes by place: level and effect of each scenario, and the difference that each option makes, place by place."""

from functools import partial

import pandas as pd

from experiments.answers.differences import differences
from experiments.answers.means import means_by_point, means_of_sample
from experiments.answers.outcomes import Outcomes, as_options, effects, uncertainties
from experiments.answers.placed import Placed, long
from experiments.answers.results import options_of
from experiments.answers.uncertainty import over_draws, with_totals
from experiments.statistics import holm

_NAMES = ["metric", "by", "place"]
_IDLE = ["relative_difference", "variance_reduction", "variance_reduction_low", "variance_reduction_high"]


def means_by_place(sweep: Outcomes) -> pd.DataFrame:
    """Mean of each outcome by place, with intervals; the effect too where there is a baseline.

    Returns
    -------
    DataFrame
        As `experiments.answers.means` gives, with columns metric (the outcome), by, place (its code) and outcome
        ("level", "effect").
    """
    told = means_of_sample if sweep.sampled else partial(means_by_point, sequential=sweep.sequential)
    parts = []
    for name, placed in sweep.places.items():
        for codes in placed.parts():
            values = long(placed.runs, codes)
            found = [told(values).assign(outcome="level")]
            if len(sweep.titles) > 1:
                found.append(told(effects(values, sweep.baseline)).assign(outcome="effect"))
            parts += [_named(table, name, placed) for table in found]
    table = _joined(parts, ["scenario", "point"], "outcome")
    return table.dropna(axis="columns", how="all")


def differences_by_place(sweep: Outcomes) -> pd.DataFrame:
    """What each option changes at each place, in pairs; with the draws where there are some.

    Returns
    -------
    DataFrame
        As `experiments.answers.differences` gives, with columns metric (the outcome), by and place (its code). p_holm
        allows for all rows of the outcome: places are many, and chance favours one of them.
    """
    base = options_of(sweep)[2]
    parts = []
    for name, placed in sweep.places.items():
        own, tables = dict.fromkeys(placed.codes, placed.better), []
        matters = dict.fromkeys(placed.codes, placed.matters)
        for codes in placed.parts():
            values = as_options(long(placed.runs, codes), sweep.points, sweep.acting)
            table = differences(values, base, own=own, matters=matters, sequential=sweep.sequential)
            if placed.draws is not None:
                drawn = as_options(long(placed.draws, codes), sweep.points, sweep.acting)
                drawn = drawn.drop(columns=["scenario", "point"]).rename(
                    columns={"option": "scenario", "case": "point"}
                )
                table = with_totals(table, over_draws(drawn, base), own, matters)
            tables.append(table)
        found = pd.concat(tables, ignore_index=True)
        found = found.assign(p_holm=holm(found["p_value"]), tests=int(found["p_value"].notna().sum()))
        parts.append(_named(found.drop(columns=_IDLE), name, placed))
    return _joined(parts, ["scenario", "baseline"]).rename(columns={"scenario": "option"})


def told_apart(sweep: Outcomes) -> bool:
    """Whether the points are options to choose from, of which there are two at least."""
    if sweep.sampled or uncertainties(sweep.points):
        return False
    return int(options_of(sweep)[0]["option"].nunique()) > 1


def _named(table: pd.DataFrame, name: str, placed: Placed) -> pd.DataFrame:
    return table.rename(columns={"metric": "place"}).assign(metric=name, by=placed.by)


def _joined(parts: list[pd.DataFrame], first: list[str], *then: str) -> pd.DataFrame:
    """Tables below each other, those columns first that say what a row is of, outcome by outcome."""
    table = pd.concat(parts, ignore_index=True)
    heads = [*first, *_NAMES, *then]
    return table[[*heads, *(name for name in table.columns if name not in heads)]]
