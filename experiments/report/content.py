"""The content of a report, from whatever the folder holds."""

from pathlib import Path

from experiments.charts.comparison import of_comparison
from experiments.charts.frames import Frames
from experiments.report import comparison, run, sweep
from experiments.report.appendix import appendix
from experiments.report.document import Report
from experiments.report.files import APPENDIX, BRIEF
from experiments.report.names import Names, named
from experiments.report.one_page import one_page
from experiments.runs import folders


def gather(folder: Path, names: Names = "codes") -> Report:
    """Content of the report of a run, a comparison or a sweep (its brief), communities by codes or by their names.

    Raises
    ------
    SourceError
        If the folder holds none of them, or an unfinished one.
    """
    kind = folders.kind_of(folder)
    if kind == "run":
        return run.report(folders.open_run(folder))
    if kind == "sweep":
        return sweep.of_folder(folder)[0]
    frames = Frames(named(folders.open_comparison(folder), names))
    return comparison.report(frames, of_comparison(frames))


def gather_all(folder: Path, names: Names = "codes") -> dict[str, Report]:
    """Content of every page of a report by the name of its file: a comparison or a sweep has a brief and an appendix.

    Raises
    ------
    SourceError
        See `gather`.
    """
    kind = folders.kind_of(folder)
    if kind == "run":
        return {BRIEF: gather(folder, names)}
    if kind == "sweep":
        return dict(zip((BRIEF, APPENDIX), sweep.of_folder(folder), strict=True))
    frames = Frames(named(folders.open_comparison(folder), names))
    drawn = of_comparison(frames)
    return {BRIEF: comparison.report(frames, drawn), APPENDIX: appendix(frames, drawn)}


def sheet(folder: Path, names: Names = "codes") -> Report:
    """Content of the brief on one page of a comparison.

    Raises
    ------
    SourceError
        If the folder holds no finished comparison.
    """
    frames = Frames(named(folders.open_comparison(folder), names))
    return one_page(frames, of_comparison(frames))
