"""A study that goes on in its folder while its question grows: what is new, and do the runs there still belong to it?

What defines a run is in its own name (scenario at a point, seed, scale, weeks); metrics, question, titles, replicates
and samples only say which runs are looked at, and how. So a folder goes on where one plan's seeds are among the other's
and, of the seeds that both have, one plan's runs are among the other's: more seeds of fewer points are growth as well.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

_WORDS = ("question", "title")
"""Keys whose content is a text: that it has changed is enough to say."""
_LONGEST = 60  # letters of a value in a message


@dataclass(frozen=True)
class Growth:
    """What a folder was for, beside what it is asked for now.

    Attributes
    ----------
    changes : tuple of str
        What the experiment says now and said before, one for each key.
    here : int
        Runs asked for that the plan of the folder has already.
    asked : int
        Runs asked for.
    left : int
        Runs of the folder's plan that are not asked for now.
    goes_on : bool
        Whether seeds are among each other, and so are the runs of the seeds that both plans have.
    """

    changes: tuple[str, ...]
    here: int
    asked: int
    left: int
    goes_on: bool

    def refusal(self, out: Path) -> str:
        """What the folder holds, as the sentence of a refusal goes on."""
        return (
            f"another study ({'; '.join(self.changes) or 'other points'}); {self.here} of the {self.asked} runs asked "
            f"for are there, {self.left} there are not asked for: give another --out with --reuse {out}"
        )


def growth(before: Mapping[str, Any], planned: pd.DataFrame, now: Mapping[str, Any], runs: pd.DataFrame) -> Growth:
    """Compare what a folder was for with what it is asked for.

    Parameters
    ----------
    before, now : mapping
        What its marker says, and is to say: keys name, experiment, scenarios.
    planned, runs : DataFrame
        The plan on file, and that of what is asked: columns run, point, scenario, seed.
    """
    told = tuple(text for key in ("name", "experiment", "scenarios") for text in changes(before, now, key))
    old, new = set(planned["run"]), set(runs["run"])
    return Growth(told, len(old & new), len(new), len(old - new), _is_part(planned, runs))


def _is_part(planned: pd.DataFrame, runs: pd.DataFrame) -> bool:
    """Whether one plan's seeds are among the other's, and its runs of shared seeds, or the other's, too."""
    shared = set(planned["seed"]) & set(runs["seed"])
    if not shared:
        return False
    old, new = (set(plan.loc[plan["seed"].isin(shared), "run"]) for plan in (planned, runs))
    return _nested(set(planned["seed"]), set(runs["seed"])) and _nested(old, new)


def _nested(one: set[Any], other: set[Any]) -> bool:
    return one <= other or other <= one


def changes(before: Mapping[str, Any], now: Mapping[str, Any], key: str, path: str = "") -> Iterator[str]:
    """What differs below a key, one text for each difference: `design.samples: 64 → 128`, or the key alone of a text.

    Parameters
    ----------
    before, now : mapping
        As of `growth`; what is not said and what is empty are the same.
    key : str
        Which part of them is looked at.
    path : str
        Dotted keys above it.
    """
    old, new = before.get(key), now.get(key)
    at = f"{path}.{key}" if path else key
    if old == new or (old in (None, {}) and new in (None, {})):
        return
    if key in _WORDS:
        yield at.removeprefix("experiment.")
    elif isinstance(old, dict) and isinstance(new, dict):
        for inner in dict.fromkeys([*old, *new]):
            yield from changes(old, new, inner, at)
    else:
        yield f"{at.removeprefix('experiment.')}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        value = ", ".join(map(str, value))
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
