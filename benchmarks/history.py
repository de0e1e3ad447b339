"""The history of the benchmark: one row for each `make bench`, so that a slower commit shows."""

import csv
import datetime
from collections.abc import Mapping
from pathlib import Path

from benchmarks.printing import Table
from simulation import revision
from simulation.machine import processor

FILE = Path(__file__).with_name("history.csv")
FIGURES = {
    "kernel_1_thread": ("resident step", "kernel, 1 thread"),
    "kernel_2_threads": ("resident step", "kernel, 2 threads"),
    "numpy": ("resident step", "numpy"),
    "mesa_objects": ("resident step", "Mesa objects"),
    "baseline": ("whole model, baseline, threads", "million resident-ticks/s"),
    "huitian_plan": ("whole model, huitian_plan, threads", "million resident-ticks/s"),
    "huitian_plan_seconds": ("whole model, huitian_plan, threads", "seconds for the weeks"),
    "huitian_history": ("whole model, huitian_history, threads", "million resident-ticks/s"),
    "huitian_plan_memory_mb": ("whole model, huitian_plan, threads", "peak memory, MB"),
}
"""Columns, and the beginnings of the table's title and of the row's name that they come from; speeds are million
resident-ticks a second."""


def figures(tables: Mapping[str, Table]) -> dict[str, float | None]:
    """The figures of a row; None where the machine has too few threads for one."""
    found: dict[str, float | None] = {}
    for column, (title, name) in FIGURES.items():
        fitting = (
            value
            for table, rows in tables.items()
            if table.startswith(title)
            for row, value in rows.items()
            if row.startswith(name)
        )
        found[column] = next(fitting, None)
    return found


def commit() -> str:
    """Short hash of the commit that was measured, with a plus if files differ from it; empty outside a checkout."""
    found = revision.commit()
    return found[:7] + "+" * found.endswith("-dirty")


def append(tables: Mapping[str, Table], threads: int, file: Path = FILE) -> None:
    """Add a row to the history; a new file gets a head first."""
    row = {
        "date": datetime.date.today().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "threads": threads,
        **{name: "" if value is None else f"{value:.4g}" for name, value in figures(tables).items()},
    }
    new = not file.exists()
    with file.open("a", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)
