"""Metrics by place beside the weeks of a run: against sums by hand, the model's own district, and files of before."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.runs import run_file
from experiments.runs.by_place import with_places
from experiments.runs.job import Job, run_name
from experiments.runs.kept import Kept, community_code, names_of
from experiments.runs.parts import pack
from experiments.runs.stages import OF_RESIDENTS, Stages, stages_for
from experiments.runs.store import RUNS, Store
from simulation.metrics.table import METRICS
from simulation.recording import Recording
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from tests.experiments import fakes

STREETS = ("HLG", "LZY")
STREET = Kept("satisfaction", "subdistrict")
TWO = Kept("requests", "", (("community", ("C001", "C002")),))


def test_names_are_those_of_columns_and_are_read_back() -> None:
    assert STREET.column("HLG") == "satisfaction[subdistrict=HLG]" and STREET.name == "satisfaction[subdistrict=*]"
    assert TWO.name == TWO.column() == "requests[community=C001+C002]"
    assert STREET.code("satisfaction[subdistrict=HLG]") == "HLG"
    old = Kept("satisfaction", "subdistrict", (("life_stage", ("old",)),))
    assert old.column("HLG") == "satisfaction[life_stage=old,subdistrict=HLG]"
    assert STREET.code(old.column("HLG")) is None and old.code(STREET.column("HLG")) is None
    assert TWO.code("requests[community=C001]") is None and Kept("trust", "subdistrict").code("trust") is None


def divided(effect: float = 0.0) -> Recording:
    """Communities of 100 and 300 residents in one street, of 200 in another; the second is cut in two in week 2."""
    rows = [
        (tick, c, parent, street, people, value + effect)
        for tick in range(4)
        for c, parent, street, people, value in (
            [(0, -1, 0, 100.0, 50.0), (1, -1, 0, 300.0, 60.0), (2, -1, 1, 200.0, 70.0)]
            if tick < 2
            else [(0, -1, 0, 100.0, 50.0), (1, -1, 0, 100.0, 54.0), (2, -1, 1, 200.0, 70.0), (3, 1, 0, 200.0, 63.0)]
        )
    ]
    table = pd.DataFrame(rows, columns=["tick", "community", "parent", "subdistrict", "residents", "satisfaction"])
    table = table.assign(households=table["residents"] / 2, workers=4.0, requests=table["residents"] / 10)
    district = pd.DataFrame({"tick": range(4), "date": pd.date_range("2018-01-01", periods=4, freq="7D")})
    empty = pd.DataFrame()
    table = table.assign(kind="community", satisfaction_gini=0.1)
    return Recording(district.assign(satisfaction=60.0), table, empty, empty, empty, None, {})


def job(place: Path, *keep: Kept) -> Job:
    return Job(load_scenario("baseline"), 1, 0.01, 4, place, keep=keep)


def test_parts_of_a_community_are_the_same_land_and_residents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut moves nobody: each column goes on as if there had been none."""
    monkeypatch.setattr("experiments.runs.by_place.subdistricts", lambda scenario: STREETS)
    each, gini = Kept("satisfaction", "community"), Kept("satisfaction_gini", "community")
    weeks = with_places(divided(), job(Path("a.parquet"), STREET, TWO, each, gini))
    assert weeks["satisfaction[community=C002]"].tolist() == [60] * 4
    assert weeks["satisfaction[subdistrict=HLG]"].tolist() == [57.5] * 4
    assert weeks["satisfaction[subdistrict=LZY]"].tolist() == [70] * 4
    assert weeks["requests[community=C001+C002]"].tolist() == [40] * 4
    assert "satisfaction[community=C004]" not in weeks  # the part is no place of its own
    assert weeks["satisfaction_gini[community=C002]"].isna().tolist() == [False, False, True, True]
    assert weeks["satisfaction"].tolist() == [60] * 4
    assert list(with_places(divided(), job(Path("a.parquet")))) == ["tick", "date", "satisfaction"]


class Communities:
    """Two, and a part of the first."""

    parent = np.array([-1, -1, 0])
    subdistrict = np.array([1, 0, 1], np.int16)

    def __len__(self) -> int:
        return 3


def test_residents_are_counted_by_the_community_of_the_start_and_life_stage() -> None:
    """Five residents: a child and three old ones in a community, one of them in its part, and an old one elsewhere."""
    columns = SimpleNamespace(
        overall=np.array([0.5, 0.2, 0.4, 0.6, 0.9], np.float32), volunteer=np.array([0, 1, 2, 0, 1], np.uint8)
    )
    world = SimpleNamespace(
        tick=0,
        scale=0.5,
        communities=Communities(),
        gates=SimpleNamespace(community=np.array([0, 2, 1])),
        residents=SimpleNamespace(
            gate=np.array([0, 0, 0, 1, 2]), life_stage=np.array([0, 6, 6, 6, 6], np.uint8), columns=columns
        ),
    )
    stages = Stages(("satisfaction", "volunteers"))
    stages(world)  # type: ignore[arg-type]
    world.tick = 1
    stages(world)  # type: ignore[arg-type]
    rows = stages.table().set_index(["community", "life_stage"])
    assert rows["tick"].eq(0).all() and rows["residents"].to_dict() == {
        (0, "child"): 1,
        (0, "old"): 3,
        (1, "old"): 1,
    }
    assert rows["satisfaction"].to_dict() == pytest.approx({(0, "child"): 50, (0, "old"): 40, (1, "old"): 90})
    assert rows["volunteers"].tolist() == [0, 4, 2] and rows["subdistrict"].tolist() == [1, 1, 0]


@pytest.mark.slow
def test_life_stages_add_up_to_the_district_of_the_model() -> None:
    """Every metric of residents, weighted by their number, is the district's of the same week."""
    stages = Stages(tuple(OF_RESIDENTS))
    made = simulate(load_scenario("huitian_plan"), seed=1, scale=0.01, weeks=5, watch=stages)
    table, district = stages.table(), made.district.set_index("tick")
    assert sorted(set(table["tick"])) == [0, 4] and table["life_stage"].nunique() == 8
    people = table.groupby("tick")["residents"].sum()
    assert (people == made.communities.groupby("tick")["residents"].sum()[[0, 4]]).all()
    for metric in OF_RESIDENTS:
        comparable = METRICS[metric].kind.comparable
        sums = (table[metric] * (table["residents"] if comparable else 1)).groupby(table["tick"]).sum()
        found = sums / people if comparable else sums
        # what is done for the community is felt after the residents' own week was counted
        near = 0.1 if metric == "satisfaction_community_service" else 1e-3
        assert found.to_numpy() == pytest.approx(district.loc[[0, 4], metric].to_numpy(), abs=near), metric
    old = Kept("trust", "subdistrict", (("life_stage", ("old",)),))
    weeks = with_places(made, job(Path("a.parquet"), old), stages)
    column = weeks[old.column("HLG")]
    assert column.notna().tolist() == [True, False, False, False, True]
    mine = table[(table["tick"] == 4) & (table["life_stage"] == "old") & (table["subdistrict"] == 0)]
    assert column[4] == pytest.approx(np.average(mine["trust"], weights=mine["residents"]))


def test_only_life_stages_are_watched() -> None:
    assert stages_for([STREET, TWO]) is None
    watching = stages_for([STREET, Kept("trust", "life_stage"), Kept("trust", "", (("life_stage", ("old",)),))])
    assert watching is not None and watching.metrics == ("trust",)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Four runs without places, two of them in a file of many."""
    out = tmp_path / "out"
    (out / RUNS).mkdir(parents=True)
    for seed in range(1, 5):
        fakes.make(named(out, seed), 1)
    files = run_file.files(out / RUNS)
    pack(out / RUNS, "part-2-00000-00000", [f.stem for f in files[:2]], {f.stem: f for f in files[:2]})
    for file in files[:2]:
        file.unlink()
    return out


def named(out: Path, seed: int, *keep: Kept) -> Job:
    scenario = load_scenario("baseline")
    return Job(scenario, seed, 0.01, 60, out / RUNS / f"{run_name(scenario, seed, 0.01, 60)}.parquet", keep=keep)


def test_runs_of_before_are_read_and_made_again_only_where_more_is_asked(store: Path, tmp_path: Path) -> None:
    """Until one is made again its old file stays, a killed sweep goes on, and the end is as if made at once."""
    assert Store(store, mixed=True).lacking([named(store, seed) for seed in range(1, 5)]) == []
    jobs = [named(store, seed, STREET) for seed in range(1, 5)]
    held = Store(store, mixed=True, kept=names_of([STREET]))
    held.put_together({"part-4-00000-00000": [one.place.stem for one in jobs]})
    assert held.lacking(jobs) == jobs
    for one in jobs[:3]:
        fakes.make(one, 1)
        assert held.check_new(one) == ""
    again = Store(store, mixed=True, kept=names_of([STREET]))  # as after a kill
    again.clear_twice()
    again.put_together({"part-4-00000-00000": [one.place.stem for one in jobs]})
    assert again.lacking(jobs) == jobs[3:]
    seen = dict(run_file.weeks_of(store / RUNS, [one.place.stem for one in jobs]))
    assert len(seen) == 4 and STREET.column("HLG") in seen[jobs[0].place.stem]
    assert STREET.column("HLG") not in seen[jobs[3].place.stem]
    fakes.make(jobs[3], 1)
    again.check_new(jobs[3])
    again.finish()
    [grown] = run_file.files(store / RUNS)
    once = tmp_path / "once"
    (once / RUNS).mkdir(parents=True)
    new = [named(once, seed, STREET) for seed in range(1, 5)]
    for one in new:
        fakes.make(one, 1)
    at_once = pack(once / RUNS, grown.stem, [one.place.stem for one in new], {one.place.stem: one.place for one in new})
    assert grown.read_bytes() == at_once.read_bytes()


def test_a_worker_that_keeps_less_is_named(tmp_path: Path) -> None:
    (tmp_path / RUNS).mkdir()
    asked = named(tmp_path, 1, STREET)
    fakes.make(named(tmp_path, 1), 1)
    assert Store(tmp_path, kept=names_of([STREET])).check_new(asked) == (
        "its worker kept no satisfaction[subdistrict=*]"
    )


def test_codes_are_those_of_reports() -> None:
    assert [community_code(0), community_code(129)] == ["C001", "C130"]
