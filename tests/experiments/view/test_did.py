"""The panel of contributions: its numbers and its chart, without a browser."""

import base64

import pytest

from experiments.study.contributed import contributed
from experiments.view import did
from simulation.scenario.load import load_scenario

DISTRICT = "huitian"


def test_numbers_of_contributions_add_up_as_they_are_written() -> None:
    found = contributed(load_scenario("circles_and_splits").model_dump(mode="json", by_alias=True))
    assert found is not None
    head, *rows = did.numbers(found, "satisfaction", "en")
    assert len(head) == 3 and [row[0] for row in rows][-2:] == ["interplay (the rest)", "the whole plan"]
    parts, whole = ([float(row[k].split()[0].replace("−", "-")) for row in rows] for k in (2, 2))
    assert sum(parts[:-1]) == pytest.approx(whole[-1], abs=0.02)
    assert rows[-2][1] == "–"  # in the other reading nothing is left over


def test_the_chart_is_drawn_once_for_all() -> None:
    first = did.picture("circles_and_splits", DISTRICT, "load_committee", "zh")
    assert base64.b64decode(first)[:5] == b"<?xml"
    assert did.picture("circles_and_splits", DISTRICT, "load_committee", "zh") is first
