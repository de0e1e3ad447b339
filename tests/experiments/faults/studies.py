"""The commands of the matrix on the smallest inputs, and runs without the model where it is not what is tried."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from experiments.runs import runner
from experiments.runs.job import Job, Outcome, Work
from simulation.scenario.load import load_scenario
from tests.experiments import fakes
from tests.experiments.place.town import small_town
from tests.experiments.study import test_calibrate, test_search

SWEEP = fakes.experiment("mine") + "metrics: [satisfaction, cost_operating_yuan]\n"
SEARCH = (
    test_search.FILE.replace("population: 5", "population: 4")
    .replace("generations: 3", "generations: 1")
    .replace("confirm_most: 3", "confirm_most: 1")
)
CALIBRATION = test_calibrate.FILE.replace("waves: 2", "waves: 1")
COMPARE = "compare baseline service_circles --draws 0 --replicates 2 --weeks 60 --scale 0.01 --no-report"


@dataclass(frozen=True)
class Study:
    """A command, what it needs in its folder, and how it is gone on with.

    Attributes
    ----------
    words : str
        The command, quiet, with `--out out` or the folder `out`.
    prepare : callable
        Puts into the folder what the command reads.
    again : str
        What is added to go on after a trouble.
    alone : bool
        Whether a second one in the same folder is refused; else both end, with the same bytes.
    """

    words: str
    prepare: Callable[[Path], object] = lambda folder: None
    again: str = ""
    alone: bool = True


def _file(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, "utf-8")


def _run(folder: Path) -> None:
    fakes.make(Job(load_scenario("baseline"), 1, 0.01, 60, folder / "out"), 1)


STUDIES = {
    "run": Study("run baseline --scale 0.01 --weeks 4 --no-report --quiet --out out", again="--force"),
    "compare": Study(f"{COMPARE} --quiet --out out"),
    "sweep": Study("sweep mine.yaml --quiet --out out", _file("mine.yaml", SWEEP)),
    "search": Study("search mine.yaml --quiet --out out", _file("mine.yaml", SEARCH)),
    "calibrate": Study("calibrate mine.yaml --quiet --out out", _file("mine.yaml", CALIBRATION)),
    "report": Study("report out", _run, alone=False),
    "district import": Study(
        "district import town.osm --population 20000 --quiet --out out",
        lambda folder: small_town(folder / "town.osm"),
        again="--force",
        alone=False,
    ),
}
_WORK: dict[str, Work] = {
    "compare": fakes.make,
    "sweep": fakes.make,
    "search": test_search.work,
    "calibrate": test_calibrate.work,
}


def make_runs_here(study: str, words: list[str]) -> None:
    """Let this process make the runs, with known effects; a cluster that is asked for is looked for."""
    if study not in _WORK or "--engine" in words:
        return

    def crew(jobs: Iterable[Job]) -> Iterator[Outcome]:
        for job in jobs:
            _WORK[study](job, 1)
            yield Outcome(job)

    @contextmanager
    def opened(work: Work, *means: object) -> Iterator[Callable[[Iterable[Job]], Iterator[Outcome]]]:
        yield partial(crew)

    runner.engine = lambda name: opened  # type: ignore[assignment, return-value]
    runner._warm = lambda job: None
