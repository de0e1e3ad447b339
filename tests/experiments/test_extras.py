"""Without the optional packages: one line that says what to install, and whatever can be done is done."""

import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from experiments.extras import missing
from tests.experiments.terminal import ROOT, huitian

BARE = """import sys
for name in ("SALib", "ema_workbench", "pymoo", "sklearn", "threadpoolctl", "osmium", "shapely"):
    sys.modules[name] = None
"""
SWEEP = """schema: 1
name: bare
question: {{zh: 缺包, en: without packages}}
scenarios: [baseline]
replicates: 1
scale: 0.005
weeks: 2
design:
  kind: {kind}
  samples: {samples}
  factors:
    parameters.needs.issue_rate: {{low: 0.02, high: 0.12}}
    parameters.influence.rate: {{low: 0.0, high: 0.1}}
metrics: [satisfaction]
"""
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bare(tmp_path: Path) -> Command:
    """The command in an environment that lacks the packages of `analysis`."""
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking" / "sitecustomize.py").write_text(BARE, "utf-8")
    path = f"{tmp_path / 'lacking'}{os.pathsep}{ROOT}"
    return partial(huitian, cwd=tmp_path, PYTHONPATH=path)


def test_a_design_that_needs_a_package_says_which(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text(SWEEP.format(kind="morris", samples=2), "utf-8")
    done = bare("sweep", "bare.yaml", "--out", "out")
    assert (done.returncode, done.stderr) == (
        2,
        'huitian: SALib is not installed; pip install "huitian-sim[analysis]"\n',
    )
    assert bare("scenarios", "list").returncode == 0


def test_an_import_says_which_package_it_needs(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_text("<osm/>")
    done = bare("district", "import", "town.osm", "--population", "5000", "--out", "town")
    assert done.returncode == 2
    assert done.stderr.endswith('is not installed; pip install "huitian-sim[place]"\n')
    assert bare("district", "new", "mine").returncode == 0
    assert bare("district", "check", "huaguoyuan").returncode == 0


@pytest.mark.slow
def test_a_question_that_needs_a_package_does_not_stop_the_others(bare: Command, tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text(SWEEP.format(kind="latin_hypercube", samples=30), "utf-8")
    done = bare("sweep", "bare.yaml", "--out", "out", "--quiet", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert 'given_data: SALib is not installed; pip install "huitian-sim[analysis]"' in done.stderr
    assert len(list((tmp_path / "out" / "runs").glob("*.parquet"))) == 30


def test_a_module_that_is_no_extra_is_no_matter_of_installing() -> None:
    assert missing(ModuleNotFoundError("No module named 'numby'", name="numby")) is None
