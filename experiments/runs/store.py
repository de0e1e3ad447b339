"""The store of a study: which of its runs are there, whole and wanted, however each is kept; what they say."""

import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import cached_property
from pathlib import Path

import pandas as pd

from experiments.runs import read, run_file, run_folder
from experiments.runs.damage import DamagedError
from experiments.runs.job import Job, Made, name_of_job, wanted
from experiments.runs.parts import pack
from simulation.whole import UNFINISHED, clear_leftovers, new_file, text_hash
from simulation.yaml_source import SourceError

RUNS = "runs"
_VERIFIED = ".verified"
_HALF = re.compile(r"\..+\.(json|csv|parquet|html)(-\d+)?")  # a file that was being written


class Store:
    """Runs below `out/runs`. What runs are kept as files is looked up once; then what is made is added.

    A file that was verified and has not changed since is not read again: `.verified` says so, and is only a saving.

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
    kept : collection of str
        Names of the metrics by place that a run must have (`experiments.runs.kept`); one that lacks them is made anew,
        and stays as it is until then.
    """

    def __init__(
        self,
        out: Path,
        files: Sequence[str] = (),
        mixed: bool = False,
        keep_weeks: bool = False,
        kept: Collection[str] = frozenset(),
    ) -> None:
        self.out, self.files, self.mixed, self.kept = out, files, mixed, frozenset(kept)
        self._weeks: dict[str, pd.DataFrame] | None = {} if keep_weeks else None
        self._parts: dict[str, list[str]] = {}
        self._part_of: dict[str, str] = {}
        self._lacking: dict[str, set[str]] = {}
        self._full = 0

    @cached_property
    def _found(self) -> run_file.Found:
        known = verified(self.out)
        found = run_file.found(self.out / RUNS, self._weeks, known)
        for file in [file for file in found.bad if run_file.holds_many(file)]:
            file.rename(self.out / f"{file.stem}.damaged")  # kept for who can mend it; its runs are made again
            del found.bad[file]
        note_verified(self.out, set(found.where.values()) - known)
        for run in [run for run, made in found.whole.items() if not self.kept <= made.kept]:
            del found.whole[run]  # its file stays, for studies that ask for less
        return found

    @property
    def whole(self) -> dict[str, Made]:
        """Whole runs that are kept as files and have what is to be kept, by name."""
        return self._found.whole

    @property
    def bad(self) -> dict[Path, str]:
        """Files that are damaged or foreign, with the reason."""
        return self._found.bad

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
        places = {place for job in todo if job.in_file for place in (job.place, run_file.panel_of(job.place))}
        for file in [file for file in self.bad if file in places] if places else []:
            file.unlink(missing_ok=True)
            del self.bad[file]
        return todo

    def _will_do(self, made: Made | None, job: Job) -> bool:
        if made is None:
            return False
        if not self.mixed:
            return made == wanted(job)
        return made.run == (job.place.stem if job.in_file else name_of_job(job))

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
        if not self.kept <= made.kept:
            return f"its worker kept no {', '.join(sorted(self.kept - made.kept))}"
        if job.in_file:
            self._add(job.place.stem, made, job.place)
        return ""

    def _add(self, run: str, made: Made, place: Path) -> None:
        """A run that is new; where it was the last of its file of many, they are put together."""
        self.whole[run], self._found.where[run] = made, place
        (self._weeks or {}).pop(run, None)
        part = self._part_of.get(run)
        if part is not None:
            self._lacking[part].discard(run)
            if not self._lacking[part] and len(self._parts[part]) == self._full:
                self._pack(part)

    def put_together(self, parts: dict[str, list[str]]) -> None:
        """From now on put the runs of a full file of many together as soon as all are whole; see `parts_of`."""
        self._full = max(map(len, parts.values()), default=0)  # others wait for the end, or would be written again
        self._parts, self._part_of = parts, {run: part for part, runs in parts.items() for run in runs}
        self._lacking = {part: {run for run in runs if run not in self.whole} for part, runs in parts.items()}

    def finish(self) -> None:
        """Put together what has not been, as when a study has grown, and delete files that hold nothing more.

        Raises
        ------
        DamagedError
            If a file does not hold what was written.
        OSError
            If the disk is full; no run is lost then.
        """
        where = self._found.where
        if not self._parts:
            return
        for part, runs in self._parts.items():
            if not self._lacking[part] and any(where[run] != self._place(part) for run in runs):
                self._pack(part)
        old = [file for file in run_file.files(self.out / RUNS) if run_file.holds_many(file)]
        for file in [file for file in old if file.stem not in self._parts]:
            rest = sorted(run for run, place in where.items() if place == file)
            if rest and file.stem.startswith("part-"):
                self._move(self._packed(rest_name(rest), rest, where, self.out), rest)
            if not rest or file.stem.startswith("part-"):
                file.unlink()

    def _place(self, part: str) -> Path:
        return self.out / RUNS / f"{part}.parquet"

    def _pack(self, part: str) -> None:
        where, place = self._found.where, self._place(part)
        runs = self._parts[part]
        others = sorted({run for run, file in where.items() if file == place} - set(runs)) if place.exists() else []
        self._move(self._packed(part, [*runs, *others], where, self.out), [*runs, *others])

    def _packed(self, name: str, runs: Sequence[str], where: Mapping[str, Path], source: Path) -> Path:
        """Runs of the folder `source` in one file of this one; what is damaged there is looked at anew next time."""
        try:
            return pack(self.out / RUNS, name, runs, where)
        except DamagedError as error:
            forget_verified(source)
            raise DamagedError(f"{error}; the same command makes what is damaged again") from None

    def _move(self, target: Path, runs: Sequence[str]) -> None:
        """Runs stand in another file now: those of one run alone go."""
        where = self._found.where
        for run in runs:
            if where[run] != target and not run_file.holds_many(where[run]):
                where[run].unlink(missing_ok=True)
            where[run] = target
        note_verified(self.out, {target})

    def clear_twice(self) -> None:
        """Delete files of one run that stand in one of many, as a kill between the two steps leaves them."""
        for file in self._found.twice:
            file.unlink(missing_ok=True)
        self._found.twice.clear()

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
        there = run_file.found(folder / RUNS, known=verified(folder))
        able = {run: made for run, made in there.whole.items() if run in lacking and self.kept <= made.kept}
        right = {run: lacking[run] for run, made in able.items() if made == wanted(lacking[run])}
        self._take_panels(folder, right)
        for run, job in right.items():
            if not run_file.holds_many(there.where[run]):
                with new_file(job.place) as new:
                    shutil.copyfile(there.where[run], new)
                self._add(run, there.whole[run], job.place)
        many: dict[Path, list[str]] = {}
        for run in right:
            if run_file.holds_many(there.where[run]):
                many.setdefault(there.where[run], []).append(run)
        for runs in many.values():
            target = self._packed(rest_name(runs), runs, there.where, folder)
            note_verified(self.out, {target})
            for run in runs:
                self._add(run, there.whole[run], target)

    def _take_panels(self, folder: Path, runs: Iterable[str]) -> None:
        for run in runs:
            place = folder / run_file.PANELS / f"{run}.parquet"
            if place.exists():
                (self.out / run_file.PANELS).mkdir(exist_ok=True)
                with new_file(self.out / run_file.PANELS / place.name) as new:
                    shutil.copyfile(place, new)

    def weeks(self, job: Job) -> pd.DataFrame:
        """The district's metrics by week of a run that is there."""
        kept = (self._weeks or {}).get(job.place.stem)
        return read.weeks(job.place) if kept is None else kept


def _delete(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def rest_name(runs: Sequence[str]) -> str:
    """Name of a file of many runs that no plan puts together, from what it holds."""
    return f"rest-{text_hash(''.join(sorted(runs)))[:16]}"


def verified(out: Path) -> set[Path]:
    """Files of runs that were verified and have not changed since, by their size and time of change."""
    try:
        lines = (out / _VERIFIED).read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return set()
    known: dict[str, tuple[int, int]] = {}
    for line in lines:
        with suppress(ValueError):  # of a line that a kill has cut off
            name, size, changed = json.loads(line)
            known[name] = size, changed
    with os.scandir(out / RUNS) if (out / RUNS).is_dir() else nullcontext(()) as entries:
        return {
            out / RUNS / entry.name
            for entry in entries
            if entry.name in known and (entry.stat().st_size, entry.stat().st_mtime_ns) == known[entry.name]
        }


def note_verified(out: Path, files: Iterable[Path]) -> None:
    """Say of files that they were verified as they are now."""
    lines = [
        json.dumps([file.name, stat.st_size, stat.st_mtime_ns]) for file in sorted(files) for stat in [file.stat()]
    ]
    if lines and out.is_dir():
        with (out / _VERIFIED).open("a", encoding="utf-8") as sink:
            sink.write("".join(f"{line}\n" for line in lines))


def forget_verified(out: Path) -> None:
    """Let every file be verified anew, after one was found to be damaged."""
    with suppress(OSError):
        (out / _VERIFIED).unlink(missing_ok=True)


def tidy(out: Path) -> None:
    """Delete what killed processes left half-written; for whoever owns `out`."""
    runs = out / RUNS
    for half in [*runs.glob(".*"), *(file for file in out.glob(".*") if _HALF.fullmatch(file.name))]:
        if half.is_file():
            half.unlink(missing_ok=True)
    for parent in {new.parent for new in runs.rglob(f"{UNFINISHED}*")}:
        clear_leftovers(parent)
