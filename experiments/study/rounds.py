"""Rounds of runs whose points follow from the rounds before, kept and used again: a calibration, a search."""

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from experiments.runs.claim import claimed
from experiments.runs.job import Outcome, Work
from experiments.runs.runner import Means, Runner, at_work
from experiments.runs.store import Store
from experiments.study.growth import changes
from experiments.study.plan_file import PlanFile

Answer = TypeVar("Answer")


@dataclass
class Result(Generic[Answer]):
    """What the rounds found, their folder, and the runs that failed."""

    folder: Path
    found: Answer
    failed: list[Outcome] = field(default_factory=list)


def in_rounds(
    kind: str,
    plan: PlanFile,
    find: Callable[[Runner], Answer],
    *,
    grows: Set[str],
    store: Store,
    work: Work,
    warm: bool,
    watched: bool = False,
    means: Means,
    force: bool,
) -> Result[Answer]:
    """Claim the folder of the store for a plan, and find its answer there.

    Parameters
    ----------
    kind : str
        What the plan is, as the folder says it.
    find : callable
        Has the runs made, round after round, and writes what it found.
    grows : set of str
        Fields of the plan that say how many rounds or runs after them, and what is made of them: a plan with others
        goes on from these.
    warm, watched : bool
        See `experiments.runs.runner.at_work`.

    Raises
    ------
    FileExistsError
        If the folder holds something else and `force` is false.
    """
    said = plan.model_dump(mode="json", by_alias=True, exclude=set(grows))
    purpose = {"kind": kind, "name": plan.name, "plan": said}

    def odd(before: dict[str, Any]) -> str:
        told = [text for text in changes(before, purpose, "plan") if text != "plan.question"]
        return f"another {kind} ({'; '.join(told)}); give another --out" if told else ""

    claim = claimed(store.out, purpose, force, odd=odd)
    with at_work(claim, store, work, means, warm=warm, watched=watched) as runner:
        found = find(runner)
    return Result(store.out, found, runner.failed)
