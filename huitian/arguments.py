"""What scripts give: scenarios by name, by path or as loaded, and numbers, checked in one line each."""

from pathlib import Path

from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

Given = Scenario | str | Path
"""A scenario as loaded, by its bare name, or by the path of its file."""


def scenario_of(scenario: Given) -> Scenario:
    """The scenario."""
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def check(*, seed: int, scale: float, weeks: int | None, replicates: int = 1, draws: int = 0) -> None:
    """Refuse a number outside its range.

    Raises
    ------
    ValueError
        If one is.
    """
    ranges = (
        ("seed", seed, 0, 2**63 - 1),
        ("weeks", weeks, 1, 1040),
        ("replicates", replicates, 1, 10_000),
        ("draws", draws, 0, 100_000),
    )
    for name, value, low, high in ranges:
        if value is not None and not low <= value <= high:
            raise ValueError(f"{name} is {value}; allowed are {low} to {high}")
    if not 0 < scale <= 1:
        raise ValueError(f"scale is {scale}; it must be above 0 and at most 1")


def check_language(lang: str) -> None:
    """Refuse a language that there is not.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    if lang not in ("zh", "en", "both"):
        raise ValueError(f"lang is {lang!r}; allowed are 'zh', 'en' and 'both'")
