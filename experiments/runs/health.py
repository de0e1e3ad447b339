"""What is wrong with a folder of results: damaged, foreign, missing and failed runs, mixed versions, damaged tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.runs import run_file
from experiments.runs.claim import COMPARE, SWEEP, said
from experiments.runs.damage import DamagedError
from experiments.runs.folders import check_table, read_marker, verify_in_place
from experiments.runs.job import Made
from experiments.runs.planned import PLAN, POINTS, read_planned, read_points
from experiments.runs.run_folder import verify
from experiments.runs.runner import FAILED
from experiments.runs.store import RUNS, forget_verified
from simulation.results import MANIFEST
from simulation.whole import file_hash
from simulation.yaml_source import SourceError

_IN_FILES = {"measures": "measures", "draws": "compare"}
"""Studies whose runs are files without a plan, and the command that makes them."""


@dataclass
class Health:
    """What was found: a line for each part, whether it is sound, and what to do where it is not.

    `total` sums up; it is no problem of its own.
    """

    lines: list[tuple[bool, str]] = field(default_factory=list)
    total: str = ""

    @property
    def problems(self) -> int:
        """How many lines tell of one."""
        return sum(not sound for sound, _ in self.lines)


def examine(folder: Path) -> Health:
    """Read every run of a folder, verify checksums and content hashes, and compare with what the folder is for.

    Raises
    ------
    SourceError
        If the folder holds no run.
    """
    if (folder / SWEEP).exists():
        return _sweep(folder)
    files = [*folder.rglob(SWEEP), *(file for file in folder.rglob(COMPARE) if _kind(file.parent) in _IN_FILES)]
    runs = sorted({file.parent for name in ("district.parquet", MANIFEST) for file in folder.rglob(name)})
    if not runs and not files:
        raise SourceError(f"{folder}: no run in this folder")
    found = Health()
    for run in runs:
        _run(run, found)
    for marker in sorted(folder.rglob(COMPARE)):
        _marked(marker.parent, found)
    for marker in sorted(folder.rglob(SWEEP)):
        inner = _sweep(marker.parent)
        found.lines += [*inner.lines, (not inner.problems, inner.total)]
    return found


def _run(run: Path, found: Health) -> None:
    try:
        in_comparison = run.name.startswith("seed-") and run.parent.parent == run.parents[2] / RUNS and _compared(run)
        manifest = verify_in_place(run, run.parent.name, int(run.name[5:])) if in_comparison else verify(run)
    except DamagedError as error:
        found.lines.append((False, str(error)))
    else:
        old = " (made by an older version: no hashes of its files)" if manifest.files is None else ""
        text = f"{run}: {manifest.weeks} of {manifest.weeks} weeks, seed {manifest.seed}{old}"
        found.lines.append((True, text))


def _compared(run: Path) -> bool:
    """Whether a run is one of a comparison, which names its folders after scenario and seed."""
    return run.name[5:].isdecimal() and _kind(run.parents[2]) == "comparison"


def _kind(folder: Path) -> str | None:
    return (said(folder) or {}).get("kind")


def _marked(folder: Path, found: Health) -> None:
    """The tables of a comparison, or the files of runs of another study."""
    kind = _kind(folder)
    if kind in _IN_FILES:
        whole, bad, *_ = run_file.found(folder / RUNS)
        again = f"the same huitian {_IN_FILES[kind]} makes it again"
        found.lines += [(False, f"{file}: {reason}; {again}") for file, reason in bad.items()]
        found.lines.append((not bad, f"{folder}: {len(whole)} of {len(whole) + len(bad)} runs whole"))
    if kind not in (None, "comparison"):
        return
    try:
        marker = read_marker(folder)
        for name in marker.tables:
            check_table(folder / name, marker)
    except SourceError as error:
        found.lines.append((False, str(error)))


def _sweep(out: Path) -> Health:
    before = said(out, SWEEP) or {}
    versions = before.get("versions")
    if before.get("kind") != "sweep" or not isinstance(versions, dict) or not {"code", "district"} <= versions.keys():
        return _summed(out, 0, 0, [f"{SWEEP}: damaged; what made these runs is no longer known"])
    if not (out / RUNS).exists():
        return _summed(out, 0, 0, [f"{RUNS}/ is away: the same huitian sweep puts it back"])
    whole, bad, _, twice = run_file.found(out / RUNS)
    if bad:
        forget_verified(out)
    try:
        planned, points = read_planned(out), read_points(out)
        plan = set(planned["run"])
        if not points_hold(out, before) or not set(planned["point"]) <= set(points.index):
            return _summed(out, len(plan), 0, [f"{POINTS}: damaged; the same huitian sweep writes it anew"])
        if not plan_holds(out, before):
            return _summed(out, len(plan), 0, [f"{PLAN}: damaged; the same huitian sweep writes it anew"])
    except (OSError, ValueError, KeyError) as error:
        name = POINTS if POINTS in str(error) or "point" in str(error) else PLAN
        return _summed(out, 0, len(whole), [f"{name}: missing or damaged; the same huitian sweep writes it anew"])
    problems = [
        f"{file.relative_to(out)}: {reason}; "
        + ("delete it" if reason.startswith("foreign") else "the same huitian sweep makes it again")
        for file, reason in bad.items()
    ]
    problems += [
        f"{file.relative_to(out)}: stands in a file of many runs as well; the same huitian sweep deletes it"
        for file in twice
    ]
    failures = _failures(out)
    for run in sorted(plan - set(whole)):
        why = f"failed: {failures[run]}" if run in failures else "missing"
        problems.append(f"{run}: {why}; the same huitian sweep makes it")
    problems += _mixtures(whole.values(), versions)
    return _summed(out, len(plan), len(plan & set(whole)), problems, len(set(whole) - plan))


def points_hold(out: Path, marker: dict[str, Any]) -> bool:
    """Whether the points on file are those that the marker was written with; older markers do not say."""
    return marker.get("points") in (None, file_hash(out / POINTS))


def plan_holds(out: Path, marker: dict[str, Any]) -> bool:
    """Whether the plan on file is the one that the marker was written with; older markers do not say."""
    return marker.get("plan") in (None, file_hash(out / PLAN))


def _summed(out: Path, planned: int, whole: int, problems: list[str], besides: int = 0) -> Health:
    """`besides` are whole runs that are not asked for now: they do no harm, and may be asked for again."""
    more = f", {besides} more that are not asked for now" if besides else ""
    return Health(
        [(False, f"{out}: {problem}") for problem in problems], f"{out}: {whole} of {planned} runs whole{more}"
    )


def _mixtures(whole: Iterable[Made], versions: dict[str, str]) -> list[str]:
    made, problems = list(whole), []
    for what in ("code", "district"):
        counts = pd.Series([getattr(one, what) for one in made], dtype=str).value_counts()
        if len(counts) > 1:
            listed = ", ".join(f"{count} × {name}" for name, count in counts.items())
            problems.append(f"mixed {what}: {listed}; differences may come from it and not from the policy")
        elif len(counts) and counts.index[0] != versions[what]:
            problems.append(
                f"other {what}: the runs were made by {counts.index[0]}, the manifest says {versions[what]}"
            )
    return problems


def _failures(out: Path) -> dict[str, str]:
    """Errors by run, of the last time that the sweep ended."""
    try:
        table = pd.concat([pd.read_csv(file) for file in out.glob(f"{Path(FAILED).stem}*.csv")])
        return dict(zip(table["run"], table["error"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}
