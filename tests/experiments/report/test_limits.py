"""The first page says what the numbers cannot say, and whether people were sampled."""

import re
from pathlib import Path

import pytest

from experiments.report.limits import box, sampled
from experiments.report.options import resting_on
from simulation.scenario.load import load_scenario

VERIFICATION = Path(__file__).parents[3] / "docs" / "verification.md"


def resolved(name: str) -> dict[str, object]:
    return load_scenario(name).model_dump(mode="json", by_alias=True)


@pytest.mark.parametrize(("scale", "warned"), [(1.0, False), (0.999, True), (0.05, True)])
def test_a_sample_is_warned_of_in_both_languages(scale: float, warned: bool) -> None:
    shown = box([resolved("baseline")], scale, 3)
    assert any("full scale" in item.en for item in shown.items) == warned
    assert any("全量" in item.zh for item in shown.items) == warned


def test_the_figures_of_the_warning_hold_those_of_the_table_of_samples() -> None:
    told = sampled(0.05)[0].en
    points, shares, loads = (float(x) for x in re.findall(r"([\d.]+) points", told))
    # level of the baseline at full scale and, two columns on, at 0.05
    row = r"^\| \S+ ([a-z][A-Za-z: -]+) \| ([\d.,]+) \([^|]+\| [^|]+\| ([\d.,]+) \("
    rows = re.findall(row, VERIFICATION.read_text("utf-8"), re.M)
    off = {name: float(b.replace(",", "")) - float(a.replace(",", "")) for name, a, b in rows}
    assert len(off) >= 20
    assert abs(off["satisfaction"]) <= points + 1e-9
    assert all(
        100 * abs(off[name]) <= shares + 1e-9 for name in ("fee payment rate", "service-circle coverage of residents")
    )
    assert all(100 * abs(off[f"{who} load"]) <= loads + 1e-9 for who in ("committee", "property-firm", "street-office"))


def test_assumptions_are_counted_by_the_measures_in_use() -> None:
    none, care = resting_on([resolved("baseline")]), resting_on([resolved("baseline"), resolved("elder_care")])
    assert set(none[0]) < set(care[0])
    assert set(care[1]) <= set(care[0])
    told = box([resolved("elder_care")], 1.0, 3).items[1].en
    assert f"{len(resting_on([resolved('elder_care')])[1])} are assumptions" in told


def test_one_run_has_no_interval_of_luck() -> None:
    assert "may be luck" in box([resolved("baseline")], 1.0, 1).items[0].en
    assert "3 replicates" in box([resolved("baseline")], 1.0, 3).items[0].en


@pytest.mark.parametrize(("weeks", "told"), [(None, False), (208, False), (209, True)])
def test_years_that_nothing_was_compared_with_are_said(weeks: int | None, told: bool) -> None:
    shown = box([resolved("baseline")], 1.0, 3, weeks=weeks).items
    assert any("until 2021-12-27" in item.en and "2021-12-27" in item.zh for item in shown) == told
    assert any("2026-01" in item.en or "2025-12" in item.en for item in box([resolved("second_plan")], 1.0, 3).items)


def test_effects_of_samples_are_those_of_full_scale() -> None:
    """Each effect of the table, at 0.1 and 0.05, is off by 5 % at most, or by chance: four standard errors."""
    number, table = r"([+−]?[\d.,]+) \(([\d.,]+)\) ?\*?", VERIFICATION.read_text("utf-8").split("Effect of the plan")[1]
    rows = re.findall(rf"^\| \S+ ([a-z][A-Za-z: -]+) \| {number} \| {number} \| {number} \|", table, re.M)
    assert len(rows) >= 20
    for name, *cells in rows:
        full, full_se, *rest = (float(cell.replace(",", "").replace("−", "-")) for cell in cells)
        for sample, se in zip(rest[::2], rest[1::2], strict=True):
            assert abs(sample - full) <= max(0.05 * abs(full), 4 * (full_se**2 + se**2) ** 0.5), name
