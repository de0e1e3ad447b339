"""The store of a study: which of its runs are there, whole and wanted, however each is kept; what they say."""

import re
import shutil
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.runs import read, run_file, run_folder
from experiments.runs.damage import DamagedError
from experiments.runs.job import Job, Made, name_of_job, wanted
from experiments.runs.run_file import panel_of
from simulation.whole import UNFINISHED, clear_leftovers, new_file
from simulation.yaml_source import SourceError

RUNS = "runs"
_OLD, _NEW = ".runs-single", ".runs-merged"  # folders that a merge leaves only when it is killed
_HALF = re.compile(r"\..+\.(json|csv|parquet|html)(-\d+)?")  # a file that was being written


class Store:
    """Runs below `out/runs`. Those kept as files are read once; then what is made is added.

    Parameters
    ----------
    out : Path
        Folder of the study.
    files : sequence of str
        Files that a run's folder must have besides the usual ones.
    mixed : bool
        Whether a run that other code or data made will do.
    keep_weeks : bool
        Keep the weeks of runs that are read to be checked, for who needs them later.
    """

    def __init__(self, out: Path, files: Sequence[str] = (), mixed: bool = False, keep_weeks: bool = False) -> None:
        self.out, self.files, self.mixed = out, files, mixed
        self._weeks: dict[str, pd.DataFrame] | None = {} if keep_weeks else None

    @cached_property
    def _found(self) -> tuple[dict[str, Made], dict[Path, str]]:
        whole, bad = run_file.found(self.out / RUNS, self._weeks)
        for file in [file for file in bad if run_file.is_merged(file)]:
            file.rename(self.out / f"{file.stem}.damaged")  # kept for who can mend it; its runs are made again
            del bad[file]
        return whole, bad

    @property
    def whole(self) -> dict[str, Made]:
        """Whole runs that are kept as files, by name."""
        return self._found[0]

    @property
    def bad(self) -> dict[Path, str]:
        """Files that are damaged or foreign, with the reason."""
        return self._found[1]

    def made(self, job: Job) -> Made | None:
        """What the run at a job's place is; None if it is missing or damaged."""
        if job.in_file:
            return self.whole.get(job.place.stem)
        try:
            return run_folder.verify(job.place, self.files).made
        except DamagedError:
            return None

    def lacking(self, jobs: Iterable[Job]) -> list[Job]:
        """Jobs whose run must be made; damaged files of theirs are deleted."""
        todo = [job for job in jobs if not self._will_do(self.made(job), job)]
        places = {job.place for job in todo}
        for file in [file for file in self.bad if file in places] if any(job.in_file for job in todo) else []:
            file.unlink()
            del self.bad[file]
        return todo

    def _will_do(self, made: Made | None, job: Job) -> bool:
        if made is None:
            return False
        return made.run == name_of_job(job) if self.mixed else made == wanted(job)

    def check_new(self, job: Job) -> str:
        """What is wrong with the run that a worker says it made, in one line; "" if it is here and the one wanted."""
        try:
            made = run_file.made_by(job.place) if job.in_file else run_folder.verify(job.place, self.files).made
        except DamagedError as error:
            if job.place.exists():
                return str(error)
            made = None
        except (OSError, ValueError, KeyError):
            made = None
        if made is None:
            return f"its {'file' if job.in_file else 'folder'} is not here: do the workers share this folder?"
        right = wanted(job)
        odd = [what for what in ("code", "district") if getattr(made, what) != getattr(right, what)]
        if odd:
            _delete(job.place)
            return f"its worker has other {' and '.join(odd)}"
        if job.in_file:
            self.whole[job.place.stem] = made
            (self._weeks or {}).pop(job.place.stem, None)
        return ""

    def take_over(self, folder: Path, jobs: Iterable[Job]) -> None:
        """Take the wanted runs that another folder of runs kept as files holds; those of other code or data stay there.

        Raises
        ------
        SourceError
            If there are no such runs.
        """
        if not (folder / RUNS).is_dir():
            raise SourceError(f"--reuse {folder}: no runs of a sweep in this folder")
        lacking = {job.place.stem: job for job in jobs if job.place.stem not in self.whole}
        for file in run_file.files(folder / RUNS):
            if not run_file.is_merged(file) and file.stem not in lacking:
                continue
            try:
                frame, said = run_file.read(file)
            except run_file.UNREADABLE:
                continue  # the doctor of that folder names it; here the run is made
            for run in said.keys() & lacking.keys():
                made = run_file.made({"run": run, **said[run]})
                if made != wanted(lacking[run]):
                    continue
                place = lacking.pop(run).place
                if "panel" in said[run]:
                    panel_of(place).parent.mkdir(exist_ok=True)
                    with new_file(panel_of(place)) as new:
                        shutil.copyfile(panel_of(folder / RUNS / place.name), new)
                if run_file.is_merged(file):
                    run_file.split(frame[frame["run"] == run], run, said[run], place)
                else:
                    with new_file(place) as new:
                        shutil.copyfile(file, new)
                self.whole[run] = made

    def weeks(self, job: Job) -> pd.DataFrame:
        """The district's metrics by week of a run that is there."""
        kept = (self._weeks or {}).get(job.place.stem)
        return read.weeks(job.place) if kept is None else kept


def _delete(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def tidy(out: Path) -> None:
    """Finish a merge that was killed, and delete what killed processes left half-written; for whoever owns `out`."""
    runs, new = out / RUNS, out / _NEW
    if not runs.exists() and new.exists():
        new.rename(runs)  # it was checked before the single files were put aside
    for leftover in (new, out / _OLD):
        shutil.rmtree(leftover, ignore_errors=True)
    for half in [*runs.glob(".*"), *(file for file in out.glob(".*") if _HALF.fullmatch(file.name))]:
        if half.is_file():
            half.unlink(missing_ok=True)
    for parent in {new.parent for new in runs.rglob(f"{UNFINISHED}*")}:
        clear_leftovers(parent)


def merge(out: Path) -> int:
    """Put all run files of a sweep into one; returns the number of runs in it, 0 when there is nothing to merge.

    The merged file is written beside `runs/` and checked; then the two folders change places, so that at any moment
    `runs/` holds every run once, or is away until `tidy` puts it back.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign, or the disk is full; the single files stay.
    """
    single = run_file.files(out / RUNS)
    if len(single) < 2:
        return 0
    frames: list[pd.DataFrame] = []
    runs: dict[str, dict[str, Any]] = {}
    for file in single:
        frame, said = run_file.read(file)
        frames.append(frame[~frame["run"].isin(runs)] if runs.keys() & said.keys() else frame)
        runs |= {run: made for run, made in said.items() if run not in runs}
    whole = pd.concat(frames, ignore_index=True).sort_values(["run", "tick"], kind="stable", ignore_index=True)
    whole["run"] = whole["run"].astype("category")
    shutil.rmtree(out / _NEW, ignore_errors=True)
    target = out / _NEW / run_file.merged_name(list(runs))
    run_file.write_file(target, pa.Table.from_pandas(whole, preserve_index=False), runs)
    if set(run_file.read(target)[1]) != set(runs):
        raise ValueError(f"{target}: the merged file does not hold every run; the single files stay")
    (out / RUNS).rename(out / _OLD)
    (out / _NEW).rename(out / RUNS)
    shutil.rmtree(out / _OLD)
    return len(runs)
