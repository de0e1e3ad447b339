"""Which runs share weeks, in which order they are made, and which snapshots they leave."""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from experiments.runs import chains as module
from experiments.runs.chains import Chain, chains, room
from experiments.runs.engines.local import execute
from experiments.runs.job import Job, Outcome, Turn, Work
from experiments.study.file import load_plan
from experiments.study.sweep import sweep
from simulation.fork import Fork
from simulation.interventions.high_level_coordination import HighLevelCoordination
from simulation.interventions.street_reform import StreetReform
from simulation.interventions.volunteering import Volunteering
from simulation.scenario.load import load_scenario
from simulation.scenario.past import past
from simulation.scenario.types import Scenario
from tests.experiments import fakes, tries
from tests.experiments.runs.troubled import content

BASE = load_scenario("baseline")
LEVERS = (HighLevelCoordination, StreetReform, Volunteering)


def scenario(*weeks: int | None) -> Scenario:
    """Levers that begin in a week, or are not there; each stands for a lever of its own."""
    made = {
        item.kind: item(start=BASE.start + timedelta(weeks=week), finish=None)
        for item, week in zip(LEVERS, weeks, strict=False)
        if week is not None
    }
    return BASE.model_copy(update={"interventions": made})


def jobs(*scenarios: Scenario, seeds: Iterable[int] = (1,), weeks: int = 100) -> list[Job]:
    return [Job(one, seed, 0.1, weeks, Path(f"run-{seed}-{k}")) for seed in seeds for k, one in enumerate(scenarios)]


def pasts(work: Iterable[Job]) -> int:
    """Weeks that have to be simulated at least: as many as there are pasts."""
    return len({past(j.scenario, j.seed, j.scale, week, "") for j in work for week in range(1, j.length + 1)})


def follow(chain: Chain) -> int:
    """Make a chain as a worker does; returns the weeks that it simulates."""
    held: dict[str, int] = {}
    simulated = 0
    for job in chain.turns():
        leave = job.turn.leave if job.turn is not None else ()
        names = {past(job.scenario, job.seed, job.scale, week, ""): week for week in range(job.length + 1)}
        begin = max((week for name, week in held.items() if name in names), default=0)
        held = {name: week for name, week in held.items() if names.get(name) in leave}
        held |= {name: week for name, week in names.items() if week in leave and week >= begin}
        simulated += job.length - begin
    assert not held
    return simulated


@pytest.mark.parametrize("number", range(20))
def test_every_past_is_simulated_once(number: int) -> None:
    luck = random.Random(number)
    drawn = [scenario(*(luck.choice((None, 10, 25, 60)) for _ in LEVERS)) for _ in range(12)]
    work = [job for job in jobs(*drawn, seeds=(1, 2)) if luck.random() < 0.8]
    work = [Job(j.scenario, j.seed, j.scale, luck.choice((50, 100)), j.place) for j in work]
    made = chains(work, 1, 9)
    assert sorted(str(job.place) for chain in made for job in chain.jobs) == sorted(str(job.place) for job in work)
    assert sum(map(follow, made)) == sum(chain.weeks for chain in made) == pasts(work)


def test_seeds_scales_and_parameters_share_nothing() -> None:
    other = BASE.model_copy(update={"parameters": {"access.walk_speed": 70.0}})
    work = [*jobs(BASE, other, seeds=(1, 2)), Job(BASE, 1, 0.2, 100, Path("scale"))]
    assert [len(chain.jobs) for chain in chains(work, 1, 9)] == [1] * 5
    assert [job.turn for chain in chains(work, 1, 9) for job in chain.turns()] == [None] * 5


def test_runs_are_made_in_the_order_of_the_tree_and_leave_what_others_need() -> None:
    (chain,) = chains(jobs(scenario(), scenario(30), scenario(30, 60), scenario(None, 60)), 1, 9)
    assert [job.place.name for job in chain.jobs] == ["run-1-2", "run-1-1", "run-1-3", "run-1-0"]
    assert chain.shared == (0, 60, 30, 60)
    assert chain.leave() == [(30, 60), (30,), (60,), ()]


def test_as_few_snapshots_as_memory_holds() -> None:
    work = jobs(scenario(), scenario(30), scenario(30, 60), scenario(None, 60))
    assert [chain.shared for chain in chains(work, 1, 1)] == [(0, 60, 0, 60)]
    assert [chain.shared for chain in chains(work, 1, 0)] == [(0, 0, 0, 0)]
    assert [len(chain.jobs) for chain in chains(work, 1, -1)] == [1, 1, 1, 1]


def ends(made: list[Chain], workers: int) -> int:
    return module._ends(made, workers)[0][0]


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 7, 64])
def test_no_worker_waits_for_what_is_shared(workers: int) -> None:
    """The work ends no later than without sharing, and nobody is idle while a chain could be cut."""
    work = jobs(*(scenario(week) for week in (None, 50, 60, 70, 80)), seeds=(1, 2, 3))
    made, lone = chains(work, workers, 9), chains(work, workers, -1)
    assert ends(made, workers) <= ends(lone, workers)
    assert sum(map(follow, made)) == sum(chain.weeks for chain in made)
    assert len(made) >= min(workers, len(work))


def test_enough_chains_are_not_cut() -> None:
    work = jobs(scenario(), scenario(50), seeds=range(4))
    assert [len(chain.jobs) for chain in chains(work, 2, 9)] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("gigabytes", "residents", "snapshots"), [(8, 850e3, 7), (4, 850e3, 1), (3, 850e3, 0), (2, 850e3, -1), (2, 40e3, 9)]
)
def test_snapshots_fit_the_memory(gigabytes: float, residents: float, snapshots: int) -> None:
    assert room(residents, 2, gigabytes) == snapshots


SPEC = """schema: 1
name: small
question: {zh: 小, en: small}
scenarios: [baseline, splits.yaml, both.yaml]
replicates: 1
scale: 0.01
weeks: 7
design: {kind: table, points: [{parameters.run.burn_in_weeks: 4.0}]}
"""
SPLITS = """schema: 1
name: splits
title: {zh: 拆分, en: Splits}
extends: baseline
interventions: {community_splits: {start: 2018-01-22, above_households: 8000}}
"""
BOTH = """schema: 1
name: both
title: {zh: 两者, en: Both}
extends: splits.yaml
interventions: {service_circles: {start: 2018-01-29, finish: 2018-02-05}}
"""


def swept(
    place: Path,
    out: str,
    monkeypatch: pytest.MonkeyPatch,
    order: Callable[[list[Job]], list[Job]] = list,
    snapshots: int = 9,
) -> tuple[dict[str, bytes], list[int]]:
    """A sweep by the model in this process: bytes of its files, and the weeks at which its runs began."""
    began: list[int] = []

    def crew(work: Work, waiting: Iterable[Job]) -> list[Outcome]:
        for job in order(list(waiting)):
            work(job, 1)
        return [Outcome(job) for job in waiting]

    class Noting(Fork):
        def resume(self, weeks: int) -> Any:
            found = super().resume(weeks)
            began.append(0 if found is None else len(found[1].district))
            return found

    with monkeypatch.context() as patched:
        fakes.use(patched, crew)
        patched.setattr("simulation.run.Fork", Noting)
        patched.setattr("experiments.runs.runner.room", lambda *_: snapshots)
        assert not sweep(load_plan(str(place / "small.yaml")), out=place / out, workers=1).failed
    return content(place / out), began


@pytest.mark.filterwarnings("ignore:.*the sample has no home")
def test_a_sweep_is_the_same_bytes_with_and_without_sharing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("small", SPEC), ("splits", SPLITS), ("both", BOTH)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    alone, weeks = swept(tmp_path, "alone", monkeypatch, snapshots=-1)
    assert weeks == [0, 0, 0] and sum(file.startswith("runs/") for file in alone) == 3
    assert swept(tmp_path, "shared", monkeypatch) == (alone, [0, 4, 3])
    backwards, weeks = swept(tmp_path, "backwards", monkeypatch, lambda jobs: jobs[::-1])
    assert backwards == alone and weeks[0] == 0


def test_a_chain_is_made_in_one_process_and_goes_on_when_that_dies(tmp_path: Path) -> None:
    work = [Job(BASE, seed, 0.01, 4, tmp_path / f"{seed}", Turn("one", ())) for seed in (1, 3, 2, 4, 5)]
    outcomes = list(execute(work, 2, tries.die_once))
    assert sorted(outcome.job.seed for outcome in outcomes) == [1, 2, 3, 4, 5]
    assert not any(outcome.error for outcome in outcomes)
    made = {job.seed: sorted(file.name for file in job.place.glob("attempt-*")) for job in work}
    assert made[1] == made[3] and made[1][0] in made[2] and len(made[2]) == 2
    assert made[4] == made[5] != made[1]
