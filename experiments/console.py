"""What the command prints: progress, tables in Chinese and English, JSON."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import pandas as pd
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from experiments.texts import numbers as words
from experiments.texts.numbers import reduction
from simulation.metrics.table import METRICS

_PLAIN_SECONDS = 10.0  # between lines when the output is no terminal
HEADLINES = (
    "satisfaction",
    "satisfaction_convenience",
    "satisfaction_community_service",
    "satisfaction_gini",
    "load_committee",
    "load_property",
    "load_street",
    "households_per_worker",
    "backlog",
    "wait_weeks",
    "response_rate",
    "resolution_rate",
    "satisfied_rate",
    "circle_coverage_communities",
    "circle_coverage_residents",
    "volunteers",
    "trust",
    "fee_payment_rate",
    "cost_capital_yuan",
    "cost_operating_yuan",
)
_PIPED_WIDTH = 160  # a file or a pipe has no width of its own
# titles, names and paths are text, not markup
out = Console(
    highlight=False, markup=False, emoji=False, width=None if sys.stdout and sys.stdout.isatty() else _PIPED_WIDTH
)
err = Console(stderr=True, highlight=False, markup=False, emoji=False)


class Report(Protocol):
    """Takes (done, total, what)."""

    def __call__(self, done: int, total: int, what: str = "") -> None:
        """Show that `done` of `total` are done."""


@contextmanager
def progress(title: str, quiet: bool) -> Iterator[Report]:
    """A bar with time left on a terminal, a line now and then when piped, nothing when quiet; always on stderr."""
    if quiet:
        yield lambda done, total, what="": None
    elif err.is_terminal:
        with Progress(
            TextColumn(title, markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[what]}", markup=False),
            console=err,
        ) as bar:
            yield _bar(bar, bar.add_task(title, total=None, what=""))
    else:
        yield _lines(title)


def _bar(bar: Progress, task: TaskID) -> Report:
    last: int | None = None

    def update(done: int, total: int, what: str = "") -> None:
        nonlocal last
        if last is None or done < last:  # what was there before, or a round before, says nothing about the speed
            bar.reset(task, total=total, completed=done, what=what)
        last = done
        bar.update(task, completed=done, total=total, what=what)

    return update


def _lines(title: str) -> Report:
    began = said = time.monotonic()
    before = last = -1  # done when the work, or a round of it, began: it says nothing about the speed

    def line(done: int, total: int, what: str = "") -> None:
        nonlocal began, said, before, last
        now = time.monotonic()
        if last < 0 or done < last:
            before, began = done, now if last >= 0 else began
        last = done
        if done == total or now - said >= _PLAIN_SECONDS:
            said = now
            left = (now - began) / max(done - before, 1) * (total - done)
            print(
                f"{title} {done}/{total} {what} ({now - began:.0f} s, {left:.0f} s left)".replace("  ", " "),
                file=sys.stderr,
                flush=True,
            )

    return line


def number(value: float | None) -> str:
    """A number short enough for a table."""
    if value is None or pd.isna(value):
        return "–"
    size = abs(value)
    if size == float("inf"):
        return "∞" if value > 0 else "-∞"
    if size >= 1e8:
        return f"{value / 1e8:,.2f}e8"
    return f"{value:,.0f}" if size >= 1000 else f"{value:.2f}" if size >= 1 else f"{value:.4f}"


def signed(value: float) -> str:
    """The same with its sign."""
    return ("+" if value > 0 else "") + number(value)


def _label(metric: str) -> str:
    row = METRICS[metric]
    return f"{row.zh} {row.en}"


def summary_table(title: str, summary: dict[str, Any]) -> Table:
    """First and last year of the headline metrics of a run."""
    table = Table(title=title, title_justify="left")
    for column in ("指标 metric", "单位 unit", "首年 first year", "末年 last year"):
        table.add_column(column, justify="left" if column[0] in "指单" else "right")
    for name in HEADLINES:
        unit = f"{METRICS[name].unit_zh} {METRICS[name].unit_en}"
        table.add_row(_label(name), unit, *(number(summary[name][span]) for span in ("first_year", "last_year")))
    return table


def comparison_table(frame: pd.DataFrame, scenario: str, title: str) -> Table:
    """Paired differences of one scenario, those that cannot be told from zero marked; what draws say beside them."""
    rows = frame[(frame["scenario"] == scenario) & frame["metric"].isin(HEADLINES)].copy()
    drawn = bool((rows["draws"] > 0).any())
    table = Table(title=title, title_justify="left")
    columns = ["指标 metric", "单位 unit", "基线 baseline", "差异 difference", "95% 区间 interval", "方差缩减 VR"]
    for column in [*columns, *(["含参数 with parameters", "更好 better in"] if drawn else [])]:
        table.add_column(column, justify="left" if column[0] in "指单" else "right")
    rows["word"] = words.verdicts(rows)
    for row in rows.set_index("metric").reindex([m for m in HEADLINES if m in set(rows["metric"])]).itertuples():
        metric = METRICS[str(row.Index)]
        total = [_interval(row.ci_low_total, row.ci_high_total) + _mark(row.verdict_total)]
        total += ["–" if pd.isna(row.probability_better) else f"{100 * row.probability_better:.0f}%"]
        table.add_row(
            _label(metric.name),
            f"{metric.unit_zh} {metric.unit_en}",
            number(row.baseline_value),
            signed(row.mean_difference) + {words.SMALL: " ≈", words.UNCLEAR: " ?"}.get(row.word, ""),
            _interval(row.ci_low, row.ci_high),
            reduction(row.variance_reduction, row.variance_reduction_low, row.variance_reduction_high).en,
            *(total if drawn else []),
        )
    return table


def _interval(low: float, high: float) -> str:
    return "–" if pd.isna(low) else f"{number(low)} … {number(high)}"


def _mark(verdict: str) -> str:
    return {"too small to matter": " ≈", "cannot be told": " ?"}.get(verdict, "")
