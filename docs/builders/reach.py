"""What each measure can change and what it never can, found by running it: `docs/reach.csv`.

`python -m docs.builders.reach` leaves every measure out of its lever, the rest alike, with common random numbers: a
column that is equal bit for bit in every week cannot be moved by the measure. A second pair has the path through
residents' requests cut (what is open or unreported lowers no quality, and low quality raises no issues): what moves
there as well is moved by the measure's own mechanism, what moves with the path only is moved by what people report.
Takes about five minutes of one core.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from docs.builders.figures import DOCS
from simulation.domains import DOMAINS
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.run import simulate
from simulation.scenario.load import load_scenario

FILE = DOCS / "reach.csv"
OUTCOMES = (
    *(f"satisfaction_{name}" for name in DOMAINS),
    "load_committee",
    "load_property",
    "load_street",
    "cost_capital_yuan",
    "cost_operating_yuan",
    "cost_shadow_yuan",
)
"""Columns that are told: satisfaction by domain, who bears a load, and what is paid or would be."""
OWN, REQUESTS, NEVER = "own", "requests", "never"
"""By its own mechanism; only through what residents report; not by a bit."""
CUT = {"needs.latent_penalty": 0.0, "needs.issue_quality_feedback": 0.0}
"""Without the path through requests."""
WEEKS, EPIDEMIC_WEEKS = 30, 118
_SCALE, _SEED, _BURN_IN = 0.02, 1, 4.0  # communities are too small to be divided below this scale
_GOES_ON = ("campaign_finish",)
"""Ends that are the end of a measure, not the day when it is complete."""


def levers() -> Iterator[type[Intervention]]:
    """Those of the package, by the number of their claim."""
    own = [item for item in interventions().values() if item.__module__.startswith("simulation.")]
    yield from sorted(own, key=lambda item: item.claim)


def at_once(kind: str) -> Intervention:
    """The lever with the doses that are shipped, begun and complete in the first weeks.

    Mobilisation against the epidemic stays when the epidemic is.
    """
    lever = load_scenario(kind).interventions[kind]
    if kind == "epidemic_mobilisation":
        return lever
    begin = load_scenario("baseline").start
    soon = begin + timedelta(weeks=5)
    moved = {
        name: soon if "finish" in name or (kind, name) == ("community_splits", "start") else begin
        for name in type(lever).model_fields
        if isinstance(getattr(lever, name), date) and name not in _GOES_ON
    }
    if kind == "high_level_coordination":
        moved.pop("finish")
    return type(lever).model_validate({**lever.model_dump(), **moved})


@cache
def weeks_with(lever: Intervention | None, epidemic: bool, cut: bool) -> Mapping[str, np.ndarray]:
    """Weekly values of the outcomes in a run with a lever, or without any."""
    base = load_scenario("epidemic" if epidemic else "baseline")
    parameters = {**base.parameters, "run.burn_in_weeks": _BURN_IN, **(CUT if cut else {})}
    chosen = {} if lever is None else {lever.kind: lever}
    scenario = base.model_copy(update={"parameters": parameters, "interventions": chosen})
    run = simulate(scenario, seed=_SEED, scale=_SCALE, weeks=EPIDEMIC_WEEKS if epidemic else WEEKS)
    return {name: run.district[name].to_numpy() for name in OUTCOMES}


def moved(kind: str, measure: str, *, cut: bool) -> dict[str, bool]:
    """Whether each outcome differs by a bit, in any week, between the lever and the lever without the measure."""
    lever, epidemic = at_once(kind), kind == "epidemic_mobilisation"
    there, gone = (weeks_with(one, epidemic, cut) for one in (lever, lever.without(measure)))
    return {name: not np.array_equal(there[name], gone[name], equal_nan=True) for name in OUTCOMES}


def reach(kind: str, measure: str) -> dict[str, str]:
    """How a measure reaches each outcome: `OWN`, `REQUESTS` or `NEVER`."""
    own, whole = moved(kind, measure, cut=True), moved(kind, measure, cut=False)
    return {name: OWN if own[name] else REQUESTS if whole[name] else NEVER for name in OUTCOMES}


def read(file: Path = FILE) -> pd.DataFrame:
    """The table: indexed by measure, a column for the lever (`kind`) and for each outcome."""
    return pd.read_csv(file, index_col="measure")


def main() -> None:
    """Make the table."""
    rows = {}
    for item in levers():
        for measure in sorted(item.measures):
            rows[measure] = {"kind": item.kind, **reach(item.kind, measure)}
            print(measure, item.kind, file=sys.stderr, flush=True)
    pd.DataFrame.from_dict(rows, orient="index").sort_index().rename_axis("measure").to_csv(FILE)


if __name__ == "__main__":
    main()
