"""From which week on a lever may act, and when two runs have one past."""

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.interventions.street_reform import StreetReform
from simulation.scenario.load import load_scenario
from simulation.scenario.past import acting, past, setting
from simulation.scenario.types import Scenario

MONDAY = date(2018, 1, 1)


def scenario(**levers: Any) -> Scenario:
    base = load_scenario("baseline")
    made = {
        kind: lever if isinstance(lever, Intervention) else interventions()[kind](**lever)
        for kind, lever in levers.items()
    }
    return base.model_copy(update={"interventions": made})


def weeks(told: Scenario) -> dict[str, int]:
    return {lever.kind: lever.week for lever in acting(told)}


@pytest.mark.parametrize(
    ("day", "week"),
    [(MONDAY - timedelta(400), 0), (MONDAY, 0), (MONDAY + timedelta(1), 1), (MONDAY + timedelta(70), 10)],
)
def test_a_lever_acts_from_the_first_monday_on_its_day_or_after_it(day: date, week: int) -> None:
    assert weeks(scenario(street_reform={"start": day})) == {"street_reform": week}


def test_the_earliest_of_several_days_counts() -> None:
    assert weeks(scenario(waste_sorting={"start": date(2018, 3, 5), "clean_up_start": date(2018, 2, 5)})) == {
        "waste_sorting": 5
    }


def test_days_that_stand_in_the_data_of_the_district_tell_nothing() -> None:
    assert weeks(scenario(community_splits={"calendar": "register"})) == {"community_splits": 0}
    assert weeks(scenario(infrastructure={"programme": 0.5})) == {"infrastructure": 0}


def test_levers_that_order_facilities_act_from_the_first_of_them_on() -> None:
    """Elder care pays for every station, those too that member units open."""
    told = scenario(coordination_committees={"start": date(2018, 2, 5)}, elder_care={"start": date(2018, 6, 4)})
    assert weeks(told) == {"coordination_committees": 5, "elder_care": 5}


class Derived(StreetReform):
    """A lever of another package that may do more than what it is derived from."""

    kind: ClassVar[str] = "derived"


def test_what_is_derived_from_a_lever_has_to_say_again_when_it_acts() -> None:
    assert weeks(scenario(derived=Derived(start=date(2018, 6, 4)))) == {"derived": 0}


def test_every_shipped_lever_says_when_it_acts() -> None:
    assert {kind: bool(item.acts_from) for kind, item in interventions().items()} == dict.fromkeys(
        interventions(), True
    )


def test_runs_have_one_past_until_the_first_lever_that_differs_acts() -> None:
    one = scenario(street_reform={"start": date(2018, 2, 5)}, community_splits={"start": date(2018, 6, 4)})
    two = scenario(street_reform={"start": date(2018, 2, 5)}, community_splits={"start": date(2018, 4, 2)})

    def alike(week: int) -> bool:
        return past(one, 1, 0.1, week, "files") == past(two, 1, 0.1, week, "files")

    assert [alike(week) for week in (0, 5, 13, 14, 30)] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("seed", "scale", "files", "change"),
    [
        (2, 0.1, "files", {}),
        (1, 0.2, "files", {}),
        (1, 0.1, "other", {}),
        (1, 0.1, "files", {"parameters": {"access.walk_speed": 70.0}}),
        (1, 0.1, "files", {"population_seed": 5}),
        (1, 0.1, "files", {"start": date(2019, 1, 7)}),
    ],
)
def test_other_seed_scale_data_or_setting_is_another_past(seed: int, scale: float, files: str, change: dict) -> None:
    base = scenario()
    other = base.model_copy(update=change)
    assert past(base, 1, 0.1, 3, "files") != past(other, seed, scale, 3, files)


def test_name_title_and_length_are_no_part_of_the_past() -> None:
    base = scenario()
    other = base.model_copy(update={"name": "other", "weeks": 7, "title": load_scenario("epidemic").title})
    assert setting(base) == setting(other)
    told = {"version", "district", "readings", "start", "context", "parameters", "population_seed", "outputs"}
    left_out = {"name", "title", "weeks", "interventions"}
    assert set(Scenario.model_fields) == told | left_out  # a new field is part of the past unless it is left out here
