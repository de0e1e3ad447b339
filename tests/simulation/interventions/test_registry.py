"""Levers are found by being there: in the package, or in a package installed beside it."""

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from simulation.interventions import registry
from simulation.interventions.base import ITSELF, Intervention, lever_field
from simulation.interventions.community_splits import CommunitySplits
from simulation.interventions.registry import GROUP, interventions
from simulation.interventions.service_circles import ServiceCircles
from simulation.state.residents import Columns

ROOT = Path(__file__).parents[3]
OUTCOMES = {
    "satisfaction",
    "expectation",
    "trust",
    "efficacy",
    "efficacy_base",
    "overall",
    "awareness",
    "habit",
    "volunteer",
    "fatigue",
    "seen",
    "seen_next",
    "importance",
    "threshold",
}
TOY = '''
"""A lever from another package: paperwork for every committee."""
from typing import ClassVar

from simulation.interventions.base import ITSELF, Intervention, lever_field
from simulation.state.ledger import Kind


class Paperwork(Intervention):
    kind: ClassVar[str] = "paperwork"
    claim: ClassVar[str] = "H03"
    title_zh: ClassVar[str] = "填表"
    title_en: ClassVar[str] = "Paperwork"
    group_zh: ClassVar[str] = "试验"
    group_en: ClassVar[str] = "Trial"

    hours: float = lever_field(100.0, ge=0, le=1000, unit="h/week", measure="I08", zh="每周工时", en="hours a week")

    def apply(self, world, tick):
        world.levers.extra_hours += self.hours
        world.ledger.pay("district", "supplier", 5_000_000, "forms", Kind.CAPITAL)
'''
MINE = "name: mine\ntitle: {zh: 我的, en: Mine}\ninterventions: {paperwork: {hours: 200}}\n"
NONE = "name: none\ntitle: {zh: 无, en: None}\n"


def distribution(place: Path, entry: str = "paperwork = toy_plan:Paperwork") -> Path:
    """A folder as pip leaves it: a module and the metadata that name it as a lever."""
    (place / "toy_plan-1.0.dist-info").mkdir(parents=True)
    (place / "toy_plan-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-plan\nVersion: 1.0\n")
    (place / "toy_plan-1.0.dist-info" / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
    (place / "toy_plan.py").write_text(TOY, "utf-8")
    return place


def huitian(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess:
    """The command line with the folder among the places where Python looks for packages."""
    path = os.pathsep.join([str(ROOT), str(site)])
    return subprocess.run(
        [sys.executable, "-m", "experiments.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.fixture
def fresh(monkeypatch):
    """Look again, with given entry points only, and forget it afterwards."""
    interventions.cache_clear()

    def look(**offered: object) -> dict[str, type[Intervention]]:
        monkeypatch.setattr(registry, "offered", lambda group: offered)
        monkeypatch.setattr(registry, "load", lambda item: item)
        return interventions()

    yield look
    interventions.cache_clear()


def lever(kind: str) -> type[Intervention]:
    return type("Toy", (Intervention,), {"kind": kind, "__annotations__": {}, "__module__": "toy"})


def test_the_package_has_its_own(fresh):
    found = fresh()
    assert found["service_circles"] is ServiceCircles and found["community_splits"] is CommunitySplits
    assert list(found) == sorted(found)
    assert all(kind == item.kind for kind, item in found.items())


def test_one_from_outside_joins_them(fresh):
    toy = lever("aaa")
    assert next(iter(fresh(toy=toy))) == "aaa"
    assert interventions()["aaa"] is toy


def test_the_same_class_twice_is_one(fresh):
    assert fresh(toy=ServiceCircles)["service_circles"] is ServiceCircles


def test_two_of_a_name_are_refused(fresh):
    with pytest.raises(ValueError, match=r"two interventions are called 'service_circles': simulation\S+ and toy"):
        fresh(toy=lever("service_circles"))


@pytest.mark.parametrize("item", [int, dict, "text", lambda world: None, Columns, None])
def test_what_is_no_lever_is_refused(fresh, item):
    with pytest.raises(ValueError, match=r"entry point 'toy' of huitian\.interventions is no intervention"):
        fresh(toy=item)


def test_an_installed_package_is_seen_everywhere(tmp_path):
    site = distribution(tmp_path / "site")
    listed = json.loads(huitian(site, "scenarios", "list", "--json", cwd=tmp_path).stdout)
    assert listed["interventions"]["paperwork"] == {"claim": "H03", "zh": "填表", "en": "Paperwork"}
    schema = json.loads(huitian(site, "scenarios", "schema", cwd=tmp_path).stdout)
    assert schema["$defs"]["paperwork"]["properties"]["hours"]["maximum"] == 1000
    assert "paperwork" in schema["properties"]["interventions"]["properties"]
    (tmp_path / "mine.yaml").write_text(MINE.replace("200", "2000"), "utf-8")
    done = huitian(site, "scenarios", "check", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 2 and "paperwork.hours" in done.stderr and "allowed are 0 to 1000 h/week" in done.stderr


@pytest.mark.slow
def test_an_installed_package_runs(tmp_path):
    site = distribution(tmp_path / "site")
    for name, text in (("mine", MINE), ("none", NONE)):
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        done = huitian(site, "run", f"{name}.yaml", "--scale", "0.01", "--weeks", "2", "--out", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    mine, none = (pd.read_parquet(tmp_path / name / "district.parquet").iloc[-1] for name in ("mine", "none"))
    assert mine["cost_capital_yuan"] - none["cost_capital_yuan"] == 100_000  # two weeks
    assert mine["load_committee"] > none["load_committee"]
    manifest = json.loads((tmp_path / "mine" / "manifest.json").read_text("utf-8"))
    assert manifest["scenario"]["interventions"]["paperwork"] == {"hours": 200.0}


def test_without_it_the_scenario_says_what_is_missing(tmp_path):
    (tmp_path / "mine.yaml").write_text(MINE, "utf-8")
    done = huitian(tmp_path / "nowhere", "scenarios", "check", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "interventions.paperwork: unknown intervention; known are" in done.stderr


def test_a_distribution_folder_offers_what_it_says(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(distribution(tmp_path)))
    entries = importlib.metadata.entry_points(group=GROUP)
    assert [entry.value for entry in entries if entry.name == "paperwork"] == ["toy_plan:Paperwork"]


def written(tree: ast.AST) -> set[str]:
    """Attributes that code assigns, adds to, deletes, replaces, passes as `out=`, or changes by a method in place."""
    found: set[str] = set()

    def names(node: ast.AST) -> set[str]:
        return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}

    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.Delete):
            found |= set().union(*map(names, node.targets))
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            found |= names(node.target)
        elif isinstance(node, ast.Call):
            found |= {word.arg for word in node.keywords if getattr(node.func, "attr", "") == "_replace" and word.arg}
            found |= set().union(*(names(word.value) for word in node.keywords if word.arg == "out"), set())
            if getattr(node.func, "attr", "") in ("fill", "put", "sort", "partition", "setflags", "itemset"):
                found |= names(node.func)
            if getattr(node.func, "attr", "") in ("at", "copyto", "put", "place", "putmask") and node.args:
                found |= names(node.args[0])
    return found


@pytest.mark.parametrize(
    "code",
    [
        "r.satisfaction[0] += 1",
        "world.residents.columns.satisfaction[:] = 1",
        "c = r.columns._replace(satisfaction=x)",
        "np.add(a, b, out=r.satisfaction)",
        "r.satisfaction.fill(1)",
        "np.add.at(r.satisfaction, i, 1)",
        "a, r.satisfaction[3] = 1, 2",
        "np.copyto(r.satisfaction, a)",
    ],
)
def test_the_scan_sees_writing(code):
    assert "satisfaction" in written(ast.parse(code))


def test_the_scan_lets_reading_pass():
    assert "satisfaction" not in written(ast.parse("a = r.satisfaction.mean(); b[0] = np.sum(r.satisfaction)"))


def test_outcomes_are_columns_that_exist():
    assert set(Columns._fields) >= OUTCOMES


@pytest.mark.parametrize("path", sorted((ROOT / "simulation/interventions").glob("*.py")), ids=lambda path: path.stem)
def test_no_lever_writes_an_outcome(path):
    assert not written(ast.parse(path.read_text("utf-8"))) & OUTCOMES


def test_a_field_says_what_it_is():
    field = lever_field(3.0, ge=1, le=5, unit="h", measure="I01", zh="时", en="hours")
    assert field.description == "时 / hours"
    assert field.json_schema_extra == {
        "measure": "I01",
        "zh": "时",
        "en": "hours",
        "unit": "h",
        "source": "assumption",
        "soft": [],
    }


def test_the_prior_of_a_soft_measure_begins_at_nil():
    own = lever_field(0.1, ge=0, le=1, measure="I01", zh="权", en="power", soft=ITSELF)
    assert own.json_schema_extra["soft"] == ["itself"]
    with pytest.raises(ValueError, match="power: the prior of a soft measure begins at nil"):
        lever_field(0.1, ge=0.05, le=1, measure="I01", zh="权", en="power", soft=ITSELF)
    with pytest.raises(ValueError, match="begins at nil"):
        lever_field(0.1, ge=0, le=1, measure="I01", zh="权", en="power", soft=("streets.merge_weeks",))
