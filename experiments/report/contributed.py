"""What did it? The waterfall of an option whose contributions ship, or a word why it is not shown."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from experiments.answers.contributions import LEFT_OUT, TOTAL, priced
from experiments.answers.costs import COSTS
from experiments.charts.waterfall import group_name, waterfall
from experiments.report.document import Block, Figure, Paragraph, Section
from experiments.report.options import title
from experiments.runs.folders import ComparisonFolder, Option
from experiments.study.contributed import Contributed, contributed
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase
from simulation.cache import code_hash
from simulation.metrics.table import METRICS

METRIC = "satisfaction"
_NAMED = 3  # groups that a sentence names
_GAP = Words("", " ")
FEWEST = 3
"""Groups of measures from which on a plan is taken apart in the brief; two are seen as well in the tables."""


def brief(found: ComparisonFolder) -> list[Section]:
    """The only option, if it has a table of enough groups: a brief of several has six pages without it."""
    known = [(option, one) for option, one in _known(found) if one.groups >= FEWEST and len(found.others) == 1]
    return [
        Section("contributions", phrase("contributions.heading"), _blocks(option, one, [METRIC]))
        for option, one in known
    ]


def every(found: ComparisonFolder) -> list[Section]:
    """All options that have a table, for every metric of it."""
    blocks = [block for option, one in _known(found) for block in _blocks(option, one, one.metrics)]
    return [Section("contributions", phrase("contributions.heading"), blocks, fresh=True)] if blocks else []


def in_short(scenario: Mapping[str, Any], current: bool = True) -> Words:
    """What did it, what of it is cheapest, and what would be cheaper: of a resolved scenario, where that is known.

    `current`: whether what it stands beside was made by the code that is installed.
    """
    measures = list(scenario["interventions"])
    if not measures:
        return phrase("contributions.no_measure")
    if len(measures) == 1:
        return phrase("contributions.one_measure", measure=title(measures[0]))
    one = contributed(scenario)
    if one is None:
        return phrase("contributions.not_prepared")
    return _in_short(one) if current and one.current else phrase("contributions.other_version")


def of_option(option: Option) -> Words:
    """The same of an option of a comparison."""
    return in_short(option.scenario, _made_now(option))


def whole(scenario: Mapping[str, Any]) -> Words | None:
    """The effect of a resolved scenario with its interval of luck and parameters, from runs that ship."""
    one = contributed(scenario)
    if one is None or not one.current:
        return None
    metric, row = METRICS[METRIC], one.table(METRIC).set_index(["reading", "group"]).loc[(LEFT_OUT, TOTAL)]
    return phrase(
        "contributions.whole",
        metric=metric,
        value=words.change_with_unit(metric, row["value"]),
        span=words.interval(metric, row["low"], row["high"]),
        draws=one.about["draws"],
        scale=words.share(one.about["scale"]),
    )


def _in_short(one: Contributed) -> Words:
    metric, table, whole = METRICS[METRIC], priced(one.rows, METRIC, COSTS), one.table(METRIC)
    total = whole.set_index(["reading", "group"]).loc[(LEFT_OUT, TOTAL), "value"]
    parts = [
        phrase("contributions.part", group=group_name(str(group)), value=words.change(metric, value))
        for group, value in table["value"].head(_NAMED).items()
    ]
    told = phrase(
        "contributions.in_short",
        parts=join(parts, phrase("common.list_comma")),
        total=words.change_with_unit(metric, total),
        draws=one.about["draws"],
        scale=words.share(one.about["scale"]),
    )
    gains = table[table["value"] > 0]
    if gains.empty or not total > 0:
        return told
    best = gains.loc[(gains["money"] / gains["value"]).idxmin()]
    cheapest = phrase(
        "contributions.cheapest",
        group=group_name(str(best.name)),
        value=words.measured(metric, best["value"]),
        money=words.money(best["money"]),
    )
    least = table.loc[(table["kept"] - table["spent"]).idxmax()]
    if not least["kept"] > least["spent"]:
        return join([told, cheapest], _GAP)
    cheaper = phrase(
        "contributions.cheaper",
        group=group_name(str(least.name)),
        kept=words.number(100 * least["kept"], 0),
        spent=words.number(100 * least["spent"], 0),
    )
    return join([told, cheapest, cheaper], _GAP)


def _made_now(option: Option) -> bool:
    """Whether an option was run to its end by the code that is installed, as the tables that ship were."""
    return _ran_through(option) and bool(option.manifests[0]["hashes"]["code"] == code_hash())


def _known(found: ComparisonFolder) -> list[tuple[Option, Contributed]]:
    """Options whose contributions ship, against a baseline without measures."""
    if found.baseline.scenario["interventions"]:
        return []
    pairs = [(option, contributed(option.scenario)) for option in found.others if _ran_through(option)]
    return [(option, one) for option, one in pairs if one is not None]


def _ran_through(option: Option) -> bool:
    """Whether the runs lasted as long as the scenario says: contributions are those of its last year."""
    manifest = option.manifests[0]
    return bool(manifest.get("weeks", option.scenario["weeks"]) == option.scenario["weeks"])


def _blocks(option: Option, one: Contributed, metrics: list[str]) -> list[Block]:
    """A chart for each metric, or one note why there is none."""
    if not one.current:
        return [Paragraph(phrase("contributions.other_model"), "note")]
    if not _made_now(option):
        return [Paragraph(phrase("contributions.other_code"), "note")]
    caption = phrase("contributions.caption", draws=one.about["draws"], scale=one.about["scale"])
    return [
        Figure(
            f"waterfall_{option.name}_{metric}",
            partial(waterfall, one.table(metric), metric, option.title, one.about["scale"]),
            caption,
        )
        for metric in metrics
    ]
