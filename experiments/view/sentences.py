"""The answer so far in sentences: who, when, where, committees, and what did it; all of the run that is shown."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

import numpy as np

from experiments.answers.ends import ends
from experiments.answers.overload import overload_of_weeks
from experiments.report import contributed
from experiments.texts import told
from experiments.texts.catalogue import Words, join, phrase
from experiments.texts.numbers import label, number, signed
from experiments.view.changes import Gains
from experiments.view.session import Pair
from simulation.domains import DOMAIN_LABELS

Changes = Sequence[tuple[str, float]]
"""Metrics with their changes, the largest gain first."""
PATHS = {"satisfaction": 2, "load_committee": 3}
"""Metrics whose years are told, with their decimals."""


def read(pair: Pair, gains: Gains, domains: Changes) -> tuple[tuple[Words, Words], ...]:
    """Each sentence behind what it answers; only the thread that steps the pair may ask."""
    return (
        (phrase("page.told.who"), who(gains, domains)),
        (phrase("page.told.when"), years(pair)),
        (phrase("page.told.where"), where(pair, gains)),
        (phrase("page.told.committees"), committees(pair)),
        (phrase("page.told.did"), did(pair.scenario.model_dump_json(by_alias=True))),
    )


def who(gains: Gains, domains: Changes) -> Words:
    """How many residents are better and worse off, and the domains at both ends."""
    (first, most), (last, least) = domains[0], domains[-1]
    top, low = (Words(*DOMAIN_LABELS[metric.removeprefix("satisfaction_")]) for metric in (first, last))
    return phrase(
        "page.told.shares",
        better=number(100 * gains.everybody.share("better"), 1),
        worse=number(100 * gains.everybody.share("worse"), 1),
        top=top,
        most=signed(number(most, 2)),
        low=low,
        least=signed(number(least, 2)),
    )


def years(pair: Pair) -> Words:
    """Difference from the baseline in each calendar year, so that a bad beginning is seen beside a good end."""
    year = np.array([(pair.scenario.start + timedelta(weeks=k)).year for k in range(pair.weeks)])
    parts = []
    for metric, places in PATHS.items():
        change = pair.policy.series(metric) - pair.baseline.series(metric)
        means = [f"{y} {signed(number(float(change[year == y].mean()), places))}" for y in np.unique(year)]
        parts.append(phrase("page.told.years", metric=label(metric), years=", ".join(means)))
    return join(parts, phrase("common.list_semicolon"))


def where(pair: Pair, gains: Gains) -> Words:
    """Streets and communities at both ends: what the map of satisfaction shows this week, of the same residents."""
    streets, communities = ends(np.array([part.mean for part in gains.groups["street"]])), ends(gains.communities)
    table, homes = pair.policy.world.geography.subdistricts, pair.policy.world.communities
    return phrase(
        "told.where",
        streets=told.ends(streets, _names(table["name_zh"], table["name_en"])),
        communities=told.ends(communities, _names(homes.name_zh, homes.name_en)),
    )


def _names(zh: Iterable[object], en: Iterable[object]) -> list[Words]:
    return [Words(str(a), str(b)) for a, b in zip(zh, en, strict=True)]


def committees(pair: Pair) -> Words:
    """How many committees are over full load with the policy and without."""
    now, before = (overload_of_weeks(track.places["load_committee"]) for track in (pair.policy, pair.baseline))
    return told.overloaded(before, now)


@lru_cache(maxsize=64)
def did(scenario: str) -> Words:
    """What did it, of a resolved scenario as JSON; worked out once, for a page asks every second.

    Where no table tells what would be cheaper, it says where on the page that can be asked.
    """
    resolved = json.loads(scenario)
    found = contributed.in_short(resolved)
    known = contributed.whole(resolved) is not None
    return found if known else join([found, phrase("page.told.budget")], Words("", " "))
