"""The example package, installed as pip installs it and used by the real command: each thing it adds is everywhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "huitian_example"
MINE = "name: mine\ntitle: {zh: 我的, en: Mine}\ninterventions: {paperwork: {hours: 100}}\n"
NIL = "name: nil\ntitle: {zh: 无, en: Nil}\ninterventions: {paperwork: {hours: 0}}\n"
NONE = "name: none\ntitle: {zh: 空, en: None}\n"
SWEEP = """name: doses
question: {zh: 多少？, en: How much?}
scenarios: [none.yaml, mine.yaml]
replicates: 2
scale: 0.01
weeks: 2
design: {kind: halton, samples: 3, factors: {interventions.paperwork.hours: {low: 10, high: 90}}}
metrics: [share_overloaded, load_committee]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder, with the package installed below it, from a copy so that the build leaves nothing here."""
    folder, copy = tmp_path_factory.mktemp("example"), tmp_path_factory.mktemp("source")
    for file in EXAMPLE.rglob("*"):
        if file.suffix in (".py", ".toml", ".md"):
            to = copy / file.relative_to(EXAMPLE)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--quiet", "--target", str(folder / "site"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for name, text in (("mine", MINE), ("nil", NIL), ("none", NONE), ("doses", SWEEP)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def huitian(place: Path, *words: str) -> str:
    """What the command prints, with the package among what is installed."""
    path = os.pathsep.join([str(ROOT), str(place / "site")])
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", *words],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def python(place: Path, code: str) -> str:
    """What a program prints that runs with the package installed."""
    path = os.pathsep.join([str(ROOT), str(place / "site")])
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_lever_is_listed_and_in_the_schema(place: Path) -> None:
    listed = json.loads(huitian(place, "scenarios", "list", "--json"))
    assert listed["interventions"]["paperwork"] == {"claim": "E1", "zh": "填表报数", "en": "Paperwork"}
    schema = json.loads(huitian(place, "scenarios", "schema"))
    assert schema["$defs"]["paperwork"]["properties"]["hours"]["maximum"] == 100


def test_the_installation_tells_what_was_added(place: Path) -> None:
    told = huitian(place, "doctor")
    for name in ("paperwork", "share_overloaded", "overload", "halton", "serial"):
        assert f"ok   {name} (huitian." in told
    assert told.count("of huitian-example 0.1.0") == 5


def test_page_front_door_and_pages_know_them(place: Path) -> None:
    code = (
        "import huitian as ht; from experiments.view.levers import fields; "
        "from docs.builders.reference import metrics_page; from experiments.runs.engines import engines; "
        "print(ht.LEVERS['paperwork'].__name__, ht.METRICS['share_overloaded'].en, "
        "'share_overloaded' in metrics_page(), [field.name for field in fields('paperwork')], engines())"
    )
    assert python(place, code).strip() == (
        "Paperwork overloaded committees True ['hours', 'printing_yuan', 'start'] ('dask', 'local', 'ray', 'serial')"
    )


def test_a_module_may_be_imported_before_the_model(place: Path) -> None:
    code = "import huitian_example.share_overloaded as m; from simulation.metrics.table import METRICS; "
    assert python(place, f"{code}print(METRICS['share_overloaded'] is m.METRIC)").strip() == "True"


@pytest.mark.slow
def test_a_comparison_has_metric_chart_and_report(place: Path) -> None:
    words = (
        "mine.yaml",
        "nil.yaml",
        "--scale",
        "0.01",
        "--weeks",
        "2",
        "--replicates",
        "1",
        "--workers",
        "1",
        "--draws",
        "0",
    )
    huitian(place, "compare", "none.yaml", *words, "--out", "compared")
    table = pd.read_parquet(place / "compared" / "comparison.parquet").set_index(["scenario", "metric"])
    assert table.loc[("mine", "share_overloaded"), "mean_difference"] > 0.05
    assert (table.loc["nil", "mean_difference"].fillna(0) == 0).all()  # a dose of nil changes no bit
    assert (place / "compared" / "charts" / "overload.png").stat().st_size > 1000
    page = (place / "compared" / "report.html").read_text("utf-8")
    assert "overloaded committees" in page and "Charts of other packages" in page and "Paperwork" in page


@pytest.mark.slow
def test_a_sweep_takes_design_and_engine(place: Path) -> None:
    told = json.loads(huitian(place, "sweep", "doses.yaml", "--engine", "serial", "--out", "swept", "--json"))
    assert (told["points"], told["failed"]) == (3, 0)
    points = pd.read_csv(place / "swept" / "points.csv")["interventions.paperwork.hours"]
    assert points.is_unique and points.between(10, 90).all()
    huitian(place, "report", "swept", "--lang", "en")
    assert "Halton sequence" in (place / "swept" / "report.html").read_text("utf-8")


def test_results_depend_on_the_code_of_the_package(place: Path) -> None:
    code = "from simulation.cache import code_hash; print(code_hash())"
    before = python(place, code)
    with (place / "site" / "huitian_example" / "paperwork.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    assert python(place, code) != before
