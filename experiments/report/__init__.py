"""One self-contained HTML file for people who do not program: `write_report`."""

from pathlib import Path

from experiments.report.content import gather
from experiments.report.render import Chosen, render

__all__ = ["FILE", "Chosen", "gather", "render", "write_report"]
FILE = "report.html"


def write_report(folder: Path, lang: Chosen = "both") -> Path:
    """Write `report.html` into a folder of results.

    Raises
    ------
    SourceError
        If the folder holds no whole run, comparison or sweep.
    """
    file = folder / FILE
    file.write_text(render(gather(folder), lang), encoding="utf-8", newline="\n")
    return file
