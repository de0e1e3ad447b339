"""The history of the benchmark finds its figures in the tables that the benchmark prints."""

import csv
from pathlib import Path

from benchmarks import history

RATES = {"kernel, 1 thread": 22.6, "kernel, 2 threads": 44.0, "numpy": 3.0, "Mesa objects (10,229 residents)": 0.062}
RUN = {"million resident-ticks/s": 19.9, "seconds for the weeks": 8.9, "peak memory, MB": 593.0}
TABLES = {
    "whole model, huitian_plan, first run on a machine": {"million resident-ticks/s": 1.0},
    "whole model, baseline, threads: 2": {"million resident-ticks/s": 21.7},
    "whole model, huitian_plan, threads: 2": RUN,
    "whole model, huitian_history, threads: 2": {"million resident-ticks/s": 17.8},
    "whole model, huitian_plan, threads: 1": {"million resident-ticks/s": 12.9},
    "resident step at 851,516 residents, million resident-ticks/s": RATES,
}


def test_each_run_adds_one_row(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    history.append(TABLES, 2, file)
    history.append({**TABLES, "resident step at 1": {}}, 2, file)
    with file.open(encoding="utf-8", newline="") as rows:
        first, second = csv.DictReader(rows)
    assert first == second
    figures = [first[name] for name in history.FIGURES]
    assert figures == ["22.6", "44", "3", "0.062", "21.7", "19.9", "8.9", "17.8", "593"]
    assert first["processor"]


def test_a_machine_with_one_thread_leaves_a_gap() -> None:
    rates = {"kernel, 1 thread": 22.6, "numpy": 3.0}
    assert history.figures({"resident step at 5 residents": rates})["kernel_2_threads"] is None


def test_the_columns_on_file_are_those_that_are_written() -> None:
    if history.FILE.exists():
        head = history.FILE.read_text("utf-8").splitlines()[0].split(",")
        assert head == ["date", "commit", "processor", "threads", *history.FIGURES]
