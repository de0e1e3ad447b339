"""What did it? The waterfall of an option whose contributions ship, or a word why it is not shown."""

from functools import partial

from experiments.charts.waterfall import waterfall
from experiments.report.document import Block, Figure, Paragraph, Section
from experiments.runs.folders import ComparisonFolder, Option
from experiments.study.contributed import Contributed, contributed
from experiments.texts.catalogue import phrase
from simulation.cache import code_hash

METRIC = "satisfaction"
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
    if option.manifests[0]["hashes"]["code"] != code_hash():
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
