"""What every study from Python leaves: a folder, charts to plot, a report to write."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.report.content import gather_all
from experiments.report.files import APPENDIX, BRIEF
from experiments.report.render import render
from huitian.arguments import check_language
from simulation.spelling import did_you_mean
from simulation.whole import write_text


@dataclass(frozen=True, eq=False)
class Results:
    """A folder of results: tables to read, charts to plot, a report to write."""

    folder: Path
    """Where the runs and tables are; a temporary folder ends with the object."""
    failed: list[str]
    """One line for each run that could not be made."""
    _kept: "tempfile.TemporaryDirectory[str] | None" = field(repr=False)

    @property
    def _drawers(self) -> Mapping[str, Callable[[], Figure]]:
        raise NotImplementedError

    @property
    def kinds(self) -> list[str]:
        """Charts that `plot` can draw from these results, in the order of `docs/charts.md`."""
        return list(self._drawers)

    def plot(self, kind: str, *, lang: Literal["zh", "en", "both"] = "en") -> Figure:
        """Draw a chart.

        Parameters
        ----------
        kind : str
            One of `kinds`.
        lang : str
            "zh", "en" or "both".

        Returns
        -------
        Figure
            Of matplotlib, laid out; a notebook shows it, `savefig` writes it.

        Raises
        ------
        ValueError
            If these results have no such chart, or there is no such language.

        Examples
        --------
        >>> import huitian as ht
        >>> found = ht.compare(["baseline", "service_circles"], replicates=1, scale=0.01, weeks=2, workers=1)
        >>> found.kinds[:3]
        ['differences', 'paths', 'cost_load']
        >>> type(found.plot("paths")).__name__
        'Figure'
        """
        drawers = self._drawers
        if kind not in drawers:
            raise ValueError(f"no chart '{kind}'{did_you_mean(kind, drawers)}; these results have {', '.join(drawers)}")
        check_language(lang)
        style.apply()
        with style.language(lang):
            figure = drawers[kind]()
        style.settle(figure)
        plt.close(figure)  # else pyplot keeps it, and a notebook shows it twice
        return figure

    def report(self, path: str | Path = "report.html", *, lang: Literal["zh", "en", "both"] = "both") -> Path:
        """Write the report: the brief and, of a comparison, `appendix.html` beside it.

        Parameters
        ----------
        path : str or Path
            The HTML file; its folder must exist, and a file that is there is replaced.
        lang : str
            "zh", "en" or "both".

        Returns
        -------
        Path
            The file.

        Raises
        ------
        SourceError
            If no pair of runs was finished.
        ValueError
            If there is no such language.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> import huitian as ht
        >>> import tempfile
        >>> found = ht.compare(["baseline", "service_circles"], replicates=1, scale=0.01, weeks=2, workers=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = found.report(f"{folder}/circles.html", lang="en")
        ...     page.read_text("utf-8")[:15]
        '<!DOCTYPE html>'
        """
        check_language(lang)
        file = Path(path)
        for name, page in gather_all(self.folder).items():
            place, back = (file, APPENDIX) if name == BRIEF else (file.with_name(name), file.name)
            beside = (back, page.beside[1]) if page.beside else None
            write_text(place, render(replace(page, beside=beside), lang))
        return file


def folder_of(out: str | Path | None) -> tuple[Path, "tempfile.TemporaryDirectory[str] | None"]:
    """The folder that was asked for, or a temporary one that ends with the object that holds it."""
    if out is not None:
        return Path(out), None
    kept = tempfile.TemporaryDirectory(prefix="huitian-", ignore_cleanup_errors=True)
    return Path(kept.name), kept


def lines_of(failed: Sequence[Any]) -> list[str]:
    """One line for each run that could not be made."""
    return [f"{outcome.job.scenario.name} seed {outcome.job.seed}: {outcome.error}" for outcome in failed]
