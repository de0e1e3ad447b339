"""The content of a report, from whatever the folder holds."""

from pathlib import Path

from experiments.report import comparison, run, sweep
from experiments.report.document import Report
from experiments.report.names import Names, named
from experiments.runs import folders


def gather(folder: Path, names: Names = "codes") -> Report:
    """Content of the report of a run, a comparison or a sweep, communities by codes or by their names.

    Raises
    ------
    SourceError
        If the folder holds none of them, or an unfinished one.
    """
    kind = folders.kind_of(folder)
    if kind == "run":
        return run.report(folders.open_run(folder))
    if kind == "sweep":
        return sweep.of_folder(folder)
    return comparison.report(named(folders.open_comparison(folder), names))
