"""What happens when: bars of measures and events, from the dates of a scenario."""

from datetime import date

import pytest

from experiments.view import timeline
from experiments.view.session import Pair
from simulation.interventions.registry import interventions
from simulation.scenario.load import load_scenario


@pytest.fixture(scope="module")
def pair() -> Pair:
    made = Pair(load_scenario("huitian_history"), 1, 0.01)
    made.policy.model.step()
    return made


def test_measures_grow_stay_or_end(pair: Pair) -> None:
    found = {row.label: row for row in timeline.rows(pair, "en")}
    titles = {kind: interventions()[kind].title_en for kind in pair.scenario.interventions}
    assert set(titles.values()) <= set(found)
    circles = found[titles["service_circles"]]
    assert [kind for kind, *_ in circles.spans] == ["building", "on"] and circles.spans[-1][2] is None
    assert all("open" in what for _, what in circles.marks) and circles.marks
    mobilised = found[titles["epidemic_mobilisation"]]
    assert mobilised.spans == [("on", date(2020, 1, 27), date(2020, 6, 6))]
    epidemic = found["the epidemic"]
    assert epidemic.spans[0][0] == "event" and epidemic.spans[0][2] is not None


def test_days_of_what_is_switched_off_are_left_out(pair: Pair) -> None:
    for programme, shown in ((0.0, False), (1.0, True)):
        lever = interventions()["infrastructure"].model_validate({"programme": programme})
        scenario = load_scenario("baseline").model_copy(update={"interventions": {"infrastructure": lever}})
        pair.scenario, before = scenario, pair.scenario
        (row,) = [row for row in timeline.rows(pair, "en") if row.spans[0][0] != "event"]
        pair.scenario = before
        assert ("day when the plan after it is known" in [what for _, what in row.marks]) is shown


def test_days_become_weeks_of_the_axis(pair: Pair) -> None:
    start = pair.scenario.start
    rows = timeline.drawn([timeline.Row("x", [("on", start, None)], [(date(2018, 1, 15), "y")])], start)
    assert rows[0]["spans"] == [{"kind": "on", "from": 0.0, "to": None}]
    assert rows[0]["marks"] == [{"at": (date(2018, 1, 15) - start).days / 7, "text": "2018-01-15: y"}]
    assert timeline.table(
        [timeline.Row("x", [("building", start, date(2019, 1, 1)), ("on", date(2019, 1, 1), None)])], "en"
    ) == [["x", str(start), "2019-01-01", "goes on", "–"]]
