"""One self-contained HTML file for people who do not program: `write_report`."""

from pathlib import Path
from typing import Literal

from simulation.whole import write_text

FILE = "report.html"


def write_report(
    folder: Path, lang: Literal["zh", "en", "both"] = "both", names: Literal["codes", "real"] = "codes"
) -> Path:
    """Write `report.html` into a folder of results; an older one stays until the new one is whole.

    Communities stand there by codes, or by their names.

    Raises
    ------
    SourceError
        If the folder holds no whole run, comparison or sweep.
    """
    from experiments.report.content import gather  # loads all that draws
    from experiments.report.render import render

    file = folder / FILE
    write_text(file, render(gather(folder, names), lang))
    return file
