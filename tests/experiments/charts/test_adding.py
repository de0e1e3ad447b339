"""A chart is added in two files, its own and the list of charts: it is then drawn with the others."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.results import write_run
from simulation.run import simulate
from simulation.scenario.load import load_scenario

ROOT = Path(__file__).parents[3]
CHART = '''"""Backlog over the weeks."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.texts.catalogue import Words


def waiting(weeks: pd.DataFrame, runs: style.Runs) -> Figure:
    """One line: requests that are open."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.width(), 3))
    axis.plot(weeks["date"], weeks["backlog"])
    style.frame(figure, Words("未结诉求", "Open requests"), runs)
    return figure
'''
DRAW = """
import sys
from pathlib import Path

import experiments.charts

experiments.charts.__path__[:] = [sys.argv[1]]  # the changed copy stands in for the package
print(*sorted(file.name for file in experiments.charts.draw_all(Path(sys.argv[2]))))
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chart") / "run"
    write_run(folder, simulate(load_scenario("baseline").model_copy(update={"weeks": 5}), seed=1, scale=0.01))
    return folder


@pytest.mark.slow
def test_a_chart_takes_two_files(run: Path, tmp_path: Path) -> None:
    changed = tmp_path / "charts"
    shutil.copytree(ROOT / "experiments" / "charts", changed)
    (changed / "waiting.py").write_text(CHART, "utf-8")
    listing = changed / "comparison.py"
    text = listing.read_text("utf-8")
    place = '    charts["load"] = lambda: load(late, names, option.name, runs)\n'
    assert text.count(place) == 1
    text = text.replace(place, place + '    charts["waiting"] = lambda: waiting(weeks, runs)\n')
    text = "from experiments.charts.waiting import waiting\n".join(_before(text, "from experiments.charts.winners"))
    listing.write_text(text, "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(changed), str(run)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "waiting.png" in done.stdout.split()


def _before(text: str, mark: str) -> tuple[str, str]:
    """The text up to a mark, and from it on."""
    head, found, tail = text.partition(mark)
    assert found
    return head, found + tail
