"""What the numbers of a report cannot say, on its first page; and what a sampled run says less well."""

from datetime import date
from typing import Any

from experiments.answers.uncertainty import FEWEST, coverage
from experiments.charts.frames import Frames
from experiments.report.document import Box
from experiments.report.options import resting_on
from experiments.runs.folders import ComparisonFolder
from experiments.study.limits import VALIDATED_UNTIL, day_after
from experiments.study.posterior import about, shipped
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase
from simulation.whole import file_hash

SYNTHETIC = phrase("report.limits.synthetic")
"""The limit of every result, of whatever runs."""
_SPAN = phrase("report.limits.span")


def sampled(scale: float) -> list[Words]:
    """That a run is a sample of the households and how far such runs have been off, where it is one.

    The figures are those of the table of samples in `docs/verification.md`.
    """
    return [phrase("report.limits.sampled", share=words.share(scale))] if scale < 1 else []


def box(
    scenarios: list[dict[str, Any]],
    scale: float,
    replicates: int,
    drawn: Frames | None = None,
    weeks: int | None = None,
) -> Box:
    """The limits of the results of some resolved scenarios.

    `replicates`: runs per scenario; with fewer than two there is no interval of luck. `drawn`: the comparison, where it
    was run over draws of the parameters. `weeks`: of the runs, where not those of the scenarios.
    """
    known, assumed = resting_on(scenarios)
    told = [
        _luck(replicates),
        phrase("report.limits.assumptions", assumed=len(assumed), known=len(known)),
    ]
    if drawn is not None:
        varied = {str(name).removeprefix("parameters.") for name in drawn.drawn_factors.columns}
        told = [
            *_both(drawn),
            phrase(
                "report.limits.assumptions_drawn",
                assumed=len(assumed),
                known=len(known),
                varied=len(varied & set(assumed)),
            ),
        ]
    return Box(
        phrase("report.limits.title"),
        [*sampled(scale), *told, SYNTHETIC, *_too_far(scenarios, weeks), _SPAN],
    )


def box_of(frames: Frames) -> Box:
    """The limits of a comparison."""
    found = frames.found
    return box(
        [option.scenario for option in found.options],
        found.scale,
        found.replicates,
        frames if frames.draws else None,
        int(found.baseline.manifests[0]["weeks"]),
    )


def _too_far(scenarios: list[dict[str, Any]], weeks: int | None) -> list[Words]:
    """That runs go on beyond the last day that observations were compared with, where they do."""
    end = max(day_after(date.fromisoformat(str(one["start"])), weeks or int(one["weeks"])) for one in scenarios)
    if end <= VALIDATED_UNTIL:
        return []
    return [phrase("report.limits.too_far", end=end, validated=VALIDATED_UNTIL)]


def _luck(replicates: int) -> Words:
    if replicates < 2:
        return phrase("report.limits.one_run")
    return phrase("report.limits.luck", replicates=words.replicates(replicates))


def _both(drawn: Frames) -> list[Words]:
    """What each of the two intervals holds: which draws of which posterior, at what scale."""
    found, draws = drawn.found, drawn.draws
    told = phrase(
        "report.limits.both",
        luck=words.replicates(found.replicates) if found.replicates > 1 else phrase("report.limits.no_replicates"),
        draws=draws,
        factors=drawn.drawn_factors.shape[1],
        source=_source(found),
        scale=words.share(float(found.about_draws["scale"])),
        coverage=words.share(coverage(draws)),
    )
    return [told, phrase("report.limits.few_draws", fewest=FEWEST)] if draws < FEWEST else [told]


def _source(drawn: ComparisonFolder) -> Words:
    """The posterior by what it is: that of the district, with what its file tells of how it was made, or another."""
    said = drawn.about_draws["posterior"]
    file = shipped(str(drawn.baseline.scenario["district"]))
    if file is None or file_hash(file) != said["hash"]:
        return phrase("report.limits.posterior_of_ones_own", file=said["file"])
    patterns = about(file).get("patterns")
    if not isinstance(patterns, list | dict):
        return phrase("report.limits.posterior_of_the_district")
    return phrase("report.limits.posterior_calibrated", patterns=len(patterns))
