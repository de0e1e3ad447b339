"""How many places one must edit: one of each kind is added to a copy of the project, and the copy must know it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("huitian", "simulation", "experiments", "scenarios", "districts")
LEVER = '''
"""Noticeboards: what is decided hangs at every gate."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Intervention, lever_field


class Noticeboards(Intervention):
    """Boards at gates."""

    kind: ClassVar[str] = "noticeboards"
    claim: ClassVar[str] = "H10"
    title_zh: ClassVar[str] = "公告栏"
    title_en: ClassVar[str] = "Noticeboards"
    group_zh: ClassVar[str] = "试验"
    group_en: ClassVar[str] = "Trial"

    boards: int = lever_field(10, measure="I08", zh="块数", en="boards", unit="boards", ge=0, le=100)
'''
SCENARIO = (
    "name: boards\ntitle: {zh: 公告栏, en: Boards}\nextends: baseline\ninterventions: {noticeboards: {boards: 20}}\n"
)
SAMPLER = '''
"""The corners of the ranges."""

import pandas as pd

TITLE = ("两端", "both ends")
SAMPLE = False


def check(design):
    """There must be something to vary."""
    design.require_factors()


def points(plan):
    """Two points."""
    factors = plan.experiment.design.factors
    return pd.DataFrame([{path: factor.at(end) for path, factor in factors.items()} for end in (0.0, 1.0)])
'''
EXPERIMENT = """name: ends
question: {zh: 两端？, en: Both ends?}
scenarios: [baseline]
design: {kind: corners, factors: {parameters.channel.hotline: {low: -1, high: 1}}}
"""
ENGINE = '''
"""An engine that makes nothing."""


def opened(work, workers=None, time_limit=None, address=None):
    """Open nothing."""
'''
SEEN = """
import json

import huitian as ht
from experiments.runs.engines import engine, engines
from experiments.study.designs import points_of
from experiments.study.file import load_plan
from experiments.view.levers import groups
from simulation.district.data.district import load_district

print(json.dumps({
    "lever": [
        "noticeboards" in ht.LEVERS,
        any("noticeboards" in kinds for *_, kinds in groups()),
        ht.load_scenario("boards").interventions["noticeboards"].boards,
    ],
    "sampler": points_of(load_plan("ends.yaml"))["parameters.channel.hotline"].tolist(),
    "engine": [engines(), engine("idle").__module__],
    "district": len(load_district("elsewhere").tables),
}))
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without its tests and documents, for additions."""
    return copied(tmp_path)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with one lever, one sampler, one engine and one district more."""
    copy = copied(tmp_path_factory.mktemp("grown"))
    (copy / "simulation" / "interventions" / "noticeboards.py").write_text(LEVER, "utf-8")
    (copy / "scenarios" / "boards.yaml").write_text(SCENARIO, "utf-8")
    (copy / "experiments" / "study" / "designs" / "corners.py").write_text(SAMPLER, "utf-8")
    (copy / "ends.yaml").write_text(EXPERIMENT, "utf-8")
    (copy / "experiments" / "runs" / "engines" / "idle.py").write_text(ENGINE, "utf-8")
    shutil.copytree(copy / "districts" / "huaguoyuan", copy / "districts" / "elsewhere")
    file = copy / "districts" / "elsewhere" / "district.yaml"
    file.write_text(
        re.sub("^name: huaguoyuan", "name: elsewhere", file.read_text("utf-8"), flags=re.MULTILINE), "utf-8"
    )
    (copy / "there.yaml").write_text("name: there\ntitle: {zh: 那里, en: There}\ndistrict: elsewhere\n", "utf-8")
    return copy


@pytest.fixture(scope="module")
def known(grown: Path) -> dict[str, Any]:
    """What the grown copy says of each addition: printed by one program, for to start one takes longest."""
    return json.loads(python(grown, SEEN))


def copied(place: Path) -> Path:
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "compiled-*")
    for part in PARTS:
        shutil.copytree(ROOT / part, place / part, ignore=ignored)
    return place


def python(copy: Path, code: str) -> str:
    """What a program prints that imports the copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def huitian(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = [sys.executable, "-m", "experiments.cli", *words]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_a_lever_is_one_file_and_its_scenario_another(grown: Path, known: dict[str, Any]) -> None:
    listed = json.loads(huitian(grown, "scenarios", "list", "--json").stdout)
    assert listed["interventions"]["noticeboards"]["en"] == "Noticeboards" and "boards" in listed["scenarios"]
    schema = json.loads(huitian(grown, "scenarios", "schema").stdout)
    assert schema["$defs"]["noticeboards"]["properties"]["boards"]["maximum"] == 100
    assert known["lever"] == [True, True, 20]


def test_a_sampler_is_one_file(known: dict[str, Any]) -> None:
    assert known["sampler"] == [-1.0, 1.0]


def test_an_engine_is_one_file(known: dict[str, Any]) -> None:
    assert known["engine"] == [["dask", "idle", "local", "ray"], "experiments.runs.engines.idle"]


def test_a_district_is_one_folder(grown: Path, known: dict[str, Any]) -> None:
    done = huitian(grown, "scenarios", "check", "there.yaml")
    assert done.returncode == 0, done.stderr
    assert known["district"] > 3


@pytest.mark.slow  # every kernel is compiled for the eleventh domain
def test_a_domain_is_four_files(copy: Path) -> None:
    """Its name, the share of issues that are of it, how often who uses it, and what its performance is."""
    edit(
        copy / "simulation" / "domains.py",
        ('    "community_service",\n)', '    "community_service",\n    "digital",\n)'),
    )
    edit(copy / "simulation" / "domains.py", ("CULTURE, SERVICE = range", "CULTURE, SERVICE, DIGITAL = range"))
    edit(
        copy / "simulation" / "domains.py",
        ("DOMAIN_LABELS = {", 'DOMAIN_LABELS = {\n    "digital": ("数字服务", "digital"),'),
    )
    table = copy / "simulation" / "parameters.csv"
    share = next(line for line in table.read_text("utf-8").splitlines() if line.startswith("needs.share_school"))
    edit(table, (share, f"{share}\n{share.replace('share_school', 'share_digital')}"))
    stages = copy / "simulation" / "state" / "life_stages.csv"
    head, *rows = stages.read_text("utf-8").splitlines()
    kept = [row.rsplit(",", 1) for row in rows]
    wider = [head.replace(",source", ",digital,source"), *(f"{row},0.3,{source}" for row, source in kept)]
    stages.write_text("\n".join(wider) + "\n", "utf-8")
    edit(
        copy / "simulation" / "processes" / "quality.py",
        ("SERVICE: (_community", "domains.DIGITAL: (np.full(len(g), 0.9), gates),\n        SERVICE: (_community"),
    )
    edit(
        copy / "simulation" / "processes" / "quality.py",
        ("import numpy as np", "import numpy as np\nfrom simulation import domains"),
    )
    code = (
        "import huitian as ht; s = ht.load_scenario('baseline'); "
        "s = s.model_copy(update={'parameters': {'run.burn_in_weeks': 1.0}}); "
        "d = ht.simulate(s, scale=0.005, weeks=1).district; print(d['satisfaction_digital'][0] > d['satisfaction'][0])"
    )
    assert python(copy, code) == "True"


def edit(file: Path, change: tuple[str, str]) -> None:
    """Replace the one place of a file that reads so."""
    text = file.read_text("utf-8")
    assert text.count(change[0]) == 1, f"{change[0]} stands {text.count(change[0])} times"
    file.write_text(text.replace(*change), "utf-8")
