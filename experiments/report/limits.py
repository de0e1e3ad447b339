"""What the numbers of a report cannot say, on its first page; and what a sampled run says less well."""

from typing import Any

from experiments.report.document import Box
from experiments.report.options import resting_on
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase


def sampled(scale: float) -> list[Words]:
    """That a run is a sample of the households and how far such runs have been off, where it is one.

    The figures are those of the table of samples in `docs/verification.md`.
    """
    return [phrase("report.limits.sampled", share=words.share(scale))] if scale < 1 else []


def box(scenarios: list[dict[str, Any]], scale: float, replicates: int) -> Box:
    """The limits of the results of some resolved scenarios.

    `replicates`: runs per scenario; with fewer than two there is no interval of luck.
    """
    known, assumed = resting_on(scenarios)
    luck = (
        phrase("report.limits.luck", replicates=words.replicates(replicates))
        if replicates > 1
        else phrase("report.limits.one_run")
    )
    return Box(
        phrase("report.limits.title"),
        [
            *sampled(scale),
            luck,
            phrase("report.limits.assumptions", assumed=len(assumed), known=len(known)),
            phrase("report.limits.synthetic"),
            phrase("report.limits.span"),
        ],
    )
