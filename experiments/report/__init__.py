"""For people who do not program: one self-contained HTML file, `write_report`; one page to hand on, `write_brief`."""

from pathlib import Path
from typing import Literal

from experiments.report.files import BRIEF, PAPER, WORD
from simulation.whole import new_file, write_text


def write_report(
    folder: Path, lang: Literal["zh", "en", "both"] = "both", names: Literal["codes", "real"] = "codes"
) -> Path:
    """Write `report.html`, and for a comparison or a sweep `appendix.html`; older ones stay until these are whole.

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


def write_brief(
    folder: Path, lang: Literal["zh", "en", "both"] = "both", names: Literal["codes", "real"] = "codes"
) -> list[Path]:
    """Write a comparison on one page of each language, as `brief.docx` and `brief.pdf`; returns both.

    Communities stand there by codes, or by their names.

    Raises
    ------
    SourceError
        If the folder holds no whole comparison.
    """
    from experiments.report.content import sheet  # loads all that draws
    from experiments.report.paper import to_pdf
    from experiments.report.word import to_docx

    page = sheet(folder, names)
    for name, made in ((WORD, to_docx(page, lang)), (PAPER, to_pdf(page, lang))):
        with new_file(folder / name) as new:
            new.write_bytes(made)
    return [folder / WORD, folder / PAPER]
