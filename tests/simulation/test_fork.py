"""Runs that go on from snapshots of others are the same to the byte as runs from the start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from simulation import fork
from simulation.fork import Held
from simulation.interventions.registry import interventions
from simulation.recording import Recording
from simulation.results import MANIFEST, write_run
from simulation.run import simulate
from simulation.scenario import past
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.past import acting, setting
from simulation.scenario.types import Scenario
from simulation.state.world import World

pytestmark = pytest.mark.filterwarnings("ignore:.*the sample has no home")
SCALE = 0.01
QUICK = {"run.burn_in_weeks": 4.0}
TIMED = {"wall_seconds", "step_seconds", "resident_ticks_per_second", "peak_memory_mb"}


def day(week: int) -> date:
    return load_scenario("baseline").start + timedelta(weeks=week)


def scenario(**levers: dict[str, Any]) -> Scenario:
    made = {kind: interventions()[kind](**fields) for kind, fields in sorted(levers.items())}
    return load_scenario("baseline").model_copy(update={"interventions": made, "parameters": QUICK})


def made(told: Scenario, weeks: int, held: Held | None = None, leave: tuple[int, ...] = ()) -> Recording:
    return simulate(told, seed=1, scale=SCALE, weeks=weeks, threads=1, held=held, leave=leave)


def written(told: Recording, folder: Path) -> dict[str, bytes]:
    write_run(folder, told)
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != MANIFEST}


def shared(one: Scenario, two: Scenario, weeks: int) -> int:
    """Weeks that two scenarios share by what their levers say."""
    assert setting(one) == setting(two)
    return min([weeks, *(lever.week for lever in set(acting(one)) ^ set(acting(two)))])


def check(one: Scenario, two: Scenario, weeks: int, folder: Path) -> int:
    """That a run which goes on from another one's snapshot is the one from the start; returns the week of it."""
    at, held = shared(one, two, weeks), Held()
    made(one, max(at, 1), held, (at,))
    assert {snapshot.week for snapshot in held.values()} == {0, at}
    seen: list[int] = []
    told = simulate(
        two, seed=1, scale=SCALE, weeks=weeks, threads=1, held=held, watch=lambda world: seen.append(world.tick)
    )
    assert seen == list(range(at, weeks))
    straight = made(two, weeks)
    assert written(told, folder / "forked") == written(straight, folder / "straight")
    assert told.manifest.keys() == straight.manifest.keys()
    assert all(told.manifest[key] == straight.manifest[key] for key in straight.manifest.keys() - TIMED)
    return at


def test_a_run_goes_on_where_the_pasts_part(tmp_path: Path) -> None:
    """With a lever that both have, facilities that only the second opens, and a split before and after the fork."""
    before = {"street_reform": {"start": day(2)}, "community_splits": {"start": day(4), "above_households": 8000}}
    later = {"service_circles": {"start": day(6), "finish": day(9)}, "elder_care": {"start": day(7), "finish": day(9)}}
    assert check(scenario(**before), scenario(**before, **later), 10, tmp_path) == 6


def test_facilities_of_the_first_run_that_are_not_open_yet_are_not_in_the_second(tmp_path: Path) -> None:
    circles = {"start": day(1), "finish": day(8)}
    one = scenario(service_circles=circles, street_reform={"start": day(5)})
    assert check(one, scenario(service_circles=circles), 9, tmp_path) == 5
    two = scenario(culture_programme={"start": day(4), "finish": day(8), "centres": 4})
    assert check(two, scenario(), 6, tmp_path / "none") == 4


def test_a_fork_amid_a_mobilisation_keeps_its_tired_members(tmp_path: Path) -> None:
    """Members of the snapshot are other people, and not as many, as those of the start."""
    start = date(2020, 1, 6)
    levers = {"epidemic_mobilisation": {"start": start, "finish": date(2020, 3, 30), "members": 0.5}}
    one, two = scenario(**levers), scenario(**levers, street_reform={"start": start + timedelta(weeks=12)})
    context = one.context.model_copy(update={"epidemic": True})
    one, two = (told.model_copy(update={"start": start, "context": context}) for told in (one, two))
    assert check(one, two, 15, tmp_path) == 12


def test_a_snapshot_stays_as_it_is(tmp_path: Path) -> None:
    held = Held()
    made(scenario(), 3, held, (3,))
    told = [made(scenario(street_reform={"start": day(3)}), 6, held, (3,)) for _ in range(2)]
    assert written(told[0], tmp_path / "one") == written(told[1], tmp_path / "two")
    assert {snapshot.week: snapshot.world.tick for snapshot in held.values()} == {0: 0, 3: 3}


def test_snapshots_of_no_further_use_go() -> None:
    held = Held()
    made(scenario(), 3, held, (2, 3))
    assert sorted(snapshot.week for snapshot in held.values()) == [0, 2, 3]
    made(scenario(street_reform={"start": day(3)}), 4, held, (2,))
    assert sorted(snapshot.week for snapshot in held.values()) == [0, 2]
    made(scenario(), 2, held)
    assert not held


def test_where_what_is_open_does_not_agree_a_run_begins_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a siting method look at what opens later, nothing is shared."""
    held, circles = Held(), {"start": day(0), "finish": day(2)}
    made(scenario(service_circles=circles), 3, held, (3,))
    monkeypatch.setattr(fork, "_equal", lambda *_: False)
    weeks: list[int] = []
    two = scenario(service_circles=circles, street_reform={"start": day(3)})
    simulate(two, scale=SCALE, weeks=4, held=held, watch=lambda world: weeks.append(world.tick))
    assert weeks == [0, 1, 2, 3]


def test_a_week_later_would_be_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: levers that acted before they say would be seen."""
    week: Callable[[Scenario, date], int] = past._week
    monkeypatch.setattr(past, "_week", lambda told, when: week(told, when) + 1)
    with pytest.raises(AssertionError):
        check(scenario(), scenario(street_reform={"start": day(2)}), 5, tmp_path)


@dataclass
class Counted:
    """Sees what is going to open, and remembers."""

    weeks: list[tuple[int, int, float]] = field(default_factory=list)

    def __call__(self, world: World) -> None:
        self.weeks.append(
            (world.tick, int(world.facilities.opened.sum()), float(world.residents.columns.overall.sum()))
        )


def test_an_observer_goes_on_where_the_first_one_stood() -> None:
    """And where it would have seen something else to come, the run begins at the start."""
    later = {"street_reform": {"start": day(3)}}
    circles = {"service_circles": {"start": day(4), "finish": day(5)}}
    held, first = Held(), Counted()
    simulate(scenario(), scale=SCALE, weeks=3, held=held, leave=(3,), watch=first)
    for levers, begun in ((later, 3), (circles, 0)):
        told, straight = Counted(), Counted()
        watched = scenario(**levers)
        found = fork.Fork(dict(held), (3,), watched, 1, SCALE, Counted()).resume(6)
        assert found is not None and found[0].world.tick == begun
        simulate(watched, scale=SCALE, weeks=6, held=held, leave=(3,), watch=told)
        simulate(watched, scale=SCALE, weeks=6, watch=straight)
        assert told == straight and len(told.weeks) == 6
        assert (told.weeks[:3] == first.weeks) == (begun == 3)


def company(kind: str | None) -> Scenario:
    """All levers from the third week on, but one that begins in the eighth, or is not there."""
    levers = {}
    for name, item in interventions().items():
        days = set(item.acts_from)
        last = {field for field, info in item.model_fields.items() if info.annotation is date} - days
        begin, end = (8, 14) if name == kind else (3, 10)
        levers[name] = {field: day(begin) for field in days} | {field: day(end) for field in last}
    return scenario(**levers)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(interventions()))
def test_no_lever_acts_before_it_says(kind: str, tmp_path: Path) -> None:
    """Neither alone nor among all the others, from its own day on and with settings of its own."""
    with_it = company(kind)
    alone = scenario(**{kind: with_it.interventions[kind].model_dump()})
    assert check(scenario(), alone, 12, tmp_path / "alone") == 8
    others = {name: lever for name, lever in with_it.interventions.items() if name != kind}
    without = with_it.model_copy(update={"interventions": others})
    assert check(without, with_it, 12, tmp_path / "others") in (3, 8)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(shipped()))
def test_shipped_scenarios_share_the_past_of_the_one_they_extend(name: str, tmp_path: Path) -> None:
    two = load_scenario(name)
    one = two.model_copy(update={"interventions": {}})
    check(one, two, 60, tmp_path)
