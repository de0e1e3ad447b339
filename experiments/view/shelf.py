"""Stored results that the page may show: folders named on the command line, verified when opened, never written to.

A visitor chooses among them by number, so no text of a visitor becomes a path.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import solara

from experiments.answers.gains import Spread, spread_of, together
from experiments.charts.frames import Frames
from experiments.runs.again import scenario_of
from experiments.runs.folders import ComparisonFolder, Option, kind_of, open_comparison, open_run
from experiments.runs.job import versions
from experiments.runs.run_folder import read_manifest
from experiments.runs.run_folder import weeks as weeks_of
from experiments.texts.errors import both
from experiments.view import wanted
from simulation.yaml_source import SourceError

log = logging.getLogger("huitian.view")


@dataclass(frozen=True, eq=False)
class Stored:
    """A folder of results that was verified: a comparison with its frames, or a single run.

    `options`: its scenarios, the baseline of a comparison first.
    """

    folder: Path
    options: list[Option]
    frames: Frames | None = None

    @property
    def found(self) -> ComparisonFolder | None:
        """The comparison, if it is one."""
        return None if self.frames is None else self.frames.found

    @cached_property
    def weeks(self) -> Any:
        """The district's metrics by week, for each option and seed."""
        if self.frames is not None:
            return self.frames.weeks
        return {one.name: {seed: weeks_of(run) for seed, run in one.runs.items()} for one in self.options}

    def gains(self, name: str) -> Spread:
        """How many residents changed by how much in an option of a comparison, all replicates together."""
        return together(self.spreads(name))

    def spreads(self, name: str) -> list[Spread]:
        """The same of each replicate."""
        assert self.frames is not None
        rows = self.frames.gains[self.frames.gains["scenario"] == name]
        return [spread_of(part["change"].to_numpy(), part["residents"].to_numpy()) for _, part in rows.groupby("seed")]


def opened(folder: Path) -> Stored:
    """The results of a folder: every file is what was written, by the code and the district's data that are installed.

    Raises
    ------
    SourceError
        If it holds no run and no comparison, is broken, or was made by other code or from other data.
    """
    kind = kind_of(folder)
    if kind == "sweep":
        raise SourceError(f"{folder}: a sweep is not shown on the page; `huitian report` shows it")
    if kind == "run":
        stored = Stored(folder, [open_run(folder)])
    else:
        found = open_comparison(folder)
        stored = Stored(folder, found.options, Frames(found))
    for run in (run for option in stored.options for run in option.runs.values()):
        _check_made(folder, run)
    _ = stored.weeks
    if stored.frames is not None:  # what takes long is read now, not when it is drawn
        _ = stored.frames.streets, stored.frames.gains
    return stored


def _check_made(folder: Path, run: Path) -> None:
    """Whether a run is of this code and of these data."""
    manifest = read_manifest(run)
    now = versions(scenario_of(manifest, run))
    for what, made in (("code", manifest.hashes.code), ("district", manifest.hashes.district)):
        if made != now[what]:
            raise SourceError(
                f"{folder}: made by other {what} ({made}, not {now[what]}); the same command makes it anew"
            )


@dataclass(frozen=True)
class Shown:
    """What the panel shows: the number of a folder, and what was found there, or why not; neither while it is read."""

    number: int | None = None
    stored: Stored | None = None
    fault: str = ""


class Shelf:
    """The folders on offer, and the one that a visitor has opened.

    Parameters
    ----------
    folders : sequence of Path
        In the order of the command line.
    tell : callable
        Changes what the page shows, from any thread.
    """

    def __init__(self, folders: Sequence[Path], tell: Callable[[Callable[[], None]], bool]) -> None:
        self.folders, self._tell = tuple(folders), tell
        self.shown = solara.reactive(Shown())

    def open(self, number: Any) -> None:
        """Open one of the folders by its number, or none; it is read in a thread of its own."""
        if number is None:
            self.shown.set(Shown())
        elif wanted.whole(number, len(self.folders)):
            self.shown.set(Shown(number))
            thread = threading.Thread(target=self._read, args=(number,), name="shelf", daemon=True)
            thread.current_context = None  # type: ignore[attr-defined]  # of no session
            thread.start()

    def _read(self, number: int) -> None:
        found = read(self.folders[number], number)
        self._tell(lambda: self._put(found))

    def _put(self, found: Shown) -> None:
        if self.shown.peek().number == found.number:  # nothing else was chosen meanwhile
            self.shown.set(found)


def read(folder: Path, number: int) -> Shown:
    """What there is to show of a folder; one that cannot be is refused in one message, without the path to it."""
    try:
        return Shown(number, opened(folder))
    except SourceError as error:
        said = str(error)
    except Exception:  # whatever is in the folder, the page says that it cannot be shown
        log.exception("stored results could not be read: %s", folder)
        said = f"{folder}: cannot be read"
    return Shown(number, fault=both(said.replace(f"{folder.parent}/", "")))
