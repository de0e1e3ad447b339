"""What is wrong with the folder of a sweep: damaged, foreign, missing and failed runs, mixed versions."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from experiments.runs import sweep_store
from experiments.runs.sweep_folder import FAILED, manifest


@dataclass(frozen=True)
class Health:
    """What was found; a sweep is sound when all but `whole` and `planned` is empty.

    Attributes
    ----------
    planned, whole : int
        Runs of the plan, and those of them that are whole.
    problems : list of str
        One line each, with what to do.
    """

    planned: int
    whole: int
    problems: list[str]


def examine(out: Path) -> Health:
    """Read every run of a sweep, verify checksums and content hashes, and compare with its plan and its manifest."""
    said = manifest(out)
    if said is None:
        return Health(0, 0, [f"{sweep_store.MARKER}: damaged; what made these runs is no longer known"])
    if not (out / sweep_store.RUNS).exists():
        return Health(0, 0, [f"{sweep_store.RUNS}/ is away: the same huitian sweep puts it back"])
    whole, bad = sweep_store.found(out)
    try:
        plan = set(pd.read_csv(out / sweep_store.PLAN, dtype={"run": str})["run"])
    except (OSError, ValueError, KeyError):
        return Health(0, len(whole), [f"{sweep_store.PLAN}: missing or damaged; the same huitian sweep writes it anew"])
    problems = [
        f"{file.relative_to(out)}: {reason}; "
        + ("delete it" if reason.startswith("foreign") else "the same huitian sweep makes it again")
        for file, reason in bad.items()
    ]
    problems += [f"{run}: foreign: no run of this sweep's plan; delete it" for run in sorted(set(whole) - plan)]
    failures = _failures(out)
    for run in sorted(plan - set(whole)):
        why = f"failed: {failures[run]}" if run in failures else "missing"
        problems.append(f"{run}: {why}; the same huitian sweep makes it")
    for what in ("code", "district"):
        versions = pd.Series({run: made[what] for run, made in whole.items()}, dtype=str)
        if versions.nunique() > 1:
            counts = ", ".join(f"{count} × {name}" for name, count in versions.value_counts().items())
            problems.append(f"mixed {what}: {counts}; differences may come from it and not from the policy")
        elif len(versions) and versions.iloc[0] != said["versions"][what]:
            problems.append(
                f"other {what}: the runs were made by {versions.iloc[0]}, the manifest says {said['versions'][what]}"
            )
    return Health(len(plan), len(plan & set(whole)), problems)


def _failures(out: Path) -> dict[str, str]:
    """Errors by run, of the last time that the sweep ended."""
    try:
        table = pd.read_csv(out / FAILED)
        return dict(zip(table["run"], table["error"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}
