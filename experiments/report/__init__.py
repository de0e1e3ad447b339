"""One self-contained HTML file for people who do not program: `write_report`."""

from pathlib import Path
from typing import Literal

from experiments.report.files import BRIEF
from simulation.whole import write_text


def write_report(
    folder: Path, lang: Literal["zh", "en", "both"] = "both", names: Literal["codes", "real"] = "codes"
) -> Path:
    """Write `report.html`, and `appendix.html` for a comparison, into a folder; older ones stay until these are whole.

    Returns the former. Communities stand there by codes, or by their names.

    Raises
    ------
    SourceError
        If the folder holds no whole run, comparison or sweep.
    """
    from experiments.report.content import gather_all  # loads all that draws
    from experiments.report.render import render

    for name, report in gather_all(folder, names).items():
        write_text(folder / name, render(report, lang))
    return folder / BRIEF
