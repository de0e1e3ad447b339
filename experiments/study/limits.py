"""What a run cannot show: levers that begin when it is over, and years that no observation was compared with; and
weeks that begin on another day than Monday.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from simulation.scenario.types import Scenario

VALIDATED_UNTIL = date(2021, 12, 27)
"""End of the runs that observed patterns are compared with (208 weeks from 2018-01-01, see `docs/validation.md`)."""


def limits(scenarios: Iterable[Scenario], weeks: int | None = None) -> list[str]:
    """One line for each limit of the runs of some scenarios, each line once.

    Parameters
    ----------
    weeks : int, optional
        Instead of those of the scenarios.
    """
    lines = [
        line
        for scenario in scenarios
        for line in (*_too_late(scenario, weeks), *_too_far(scenario, weeks), *_midweek(scenario))
    ]
    return list(dict.fromkeys(lines))


def end_of(scenario: Scenario, weeks: int | None = None) -> date:
    """The day after the last week of a run."""
    return day_after(scenario.start, weeks or scenario.weeks)


def day_after(start: date, weeks: int) -> date:
    """The day after the last of so many weeks."""
    return start + timedelta(weeks=weeks)


def _too_late(scenario: Scenario, weeks: int | None) -> Iterable[str]:
    end = end_of(scenario, weeks)
    for kind, lever in scenario.interventions.items():
        begins = [day for name, day in lever if name.split("_")[-1] == "start" and isinstance(day, date)]
        if begins and min(begins) >= end:
            yield f"{scenario.name}: {kind} begins on {min(begins)} and the run ends on {end}: it does nothing in it"


def _too_far(scenario: Scenario, weeks: int | None) -> Iterable[str]:
    end = end_of(scenario, weeks)
    if end > VALIDATED_UNTIL:
        yield (
            f"the run ends on {end}; the model was compared with observations until {VALIDATED_UNTIL}, "
            "and what it says of later years rests on its mechanisms alone"
        )


def _midweek(scenario: Scenario) -> Iterable[str]:
    if scenario.start.weekday():
        monday = scenario.start - timedelta(days=scenario.start.weekday())
        yield (
            f"{scenario.name}: the run starts on {scenario.start}, a {scenario.start:%A}, and so do its weeks; "
            f"start: {monday} is the Monday before"
        )
