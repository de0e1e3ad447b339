"""What a part loads: a worker draws nothing, and the words of a report need no model."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


DRAWN = [("experiments.report.document", ["mesa", "numba"])]
MADE = [
    ("experiments.cli", ["matplotlib", "mesa", "numba", "scipy"]),
    ("experiments.runs.runner, experiments.runs.run_file, experiments.runs.run_folder", ["matplotlib", "scipy.stats"]),
    ("experiments.runs.engine, experiments.runs.engines.local, simulation.run", ["matplotlib", "scipy.stats"]),
    ("experiments.study.sweep, experiments.study.compare, experiments.study.search", ["matplotlib"]),
    ("experiments.study.calibrate, experiments.study.measures, experiments.validation.validate", ["matplotlib"]),
]


@pytest.mark.parametrize("parts", [MADE, DRAWN], ids=["runs and studies", "reports"])
def test_a_part_loads_no_more_than_it_needs(parts: list[tuple[str, list[str]]]) -> None:
    """One process loads part after part: what is absent after one was loaded by none before it either."""
    code = "import sys\n" + "\n".join(
        f"import {modules}\nprint([name for name in {absent} if name in sys.modules])" for modules, absent in parts
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict(zip((modules for modules, _ in parts), done.stdout.splitlines(), strict=True))
    assert found == {modules: "[]" for modules, _ in parts}


def test_runs_know_nothing_of_studies_and_studies_nothing_of_charts() -> None:
    for package, above in (("runs", ("study", "charts", "report", "commands")), ("study", ("charts", "report"))):
        for file in (ROOT / "experiments" / package).rglob("*.py"):
            text = file.read_text("utf-8")
            assert not [name for name in above if f"from experiments.{name}" in text], file
