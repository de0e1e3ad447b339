"""A district and its double: twice the streets, communities, firms, facilities and land, side by side.

What is per head, per post or a share stays; what is counted doubles.
"""

import shutil

import pandas as pd
import pytest

from simulation.district.data.district import districts_folder
from simulation.run import simulate
from simulation.scenario.load import load_scenario

pytestmark = pytest.mark.slow  # two populations and six runs
APART = 0.35  # degrees of longitude, 30 km
TWICE = ("area_km2",)
SEEDS, SCALE, WEEKS = (1, 2, 3), 0.02, 20
PER_HEAD = {"satisfaction": 0.3, "satisfaction_convenience": 0.6, "satisfaction_travel": 0.6, "fee_payment_rate": 0.02}
"""Largest difference of the mean of three seeds, in points and shares."""
SHARED = {"load_committee": 0.03, "load_property": 0.03, "load_street": 0.03, "households_per_worker": 0.01}
"""Largest relative difference."""
COUNTED = {
    "requests": 0.02,
    "resolved": 0.03,
    "volunteers": 0.1,
    "volunteer_hours": 0.1,
    "hospital_use": 0.03,
    "elder_bed_use": 0.03,
    "cost_operating_yuan": 0.02,
}


def _second(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table once more, further east, under other names."""
    other = table.copy()
    for column in table.columns:
        if column in ("code", "subdistrict", "name_zh", "station_zh"):
            other[column] = table[column].where(table[column] == "", table[column] + "B")
        elif column in ("name_en", "station_en"):
            other[column] = table[column].where(table[column] == "", table[column] + " B")
        elif column == "lon":
            lon = pd.to_numeric(table["lon"], errors="coerce")
            other["lon"] = (lon + APART).map("{:.5f}".format).where(lon.notna(), "")
    return other


def doubled(folder):
    shutil.copytree(districts_folder() / "huitian", folder)
    for path in sorted(folder.glob("*.csv")):
        if path.name in ("register_changes.csv", "departments.csv"):
            continue
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        pd.concat([table, _second(table)]).to_csv(path, index=False)
    text = (folder / "district.yaml").read_text("utf-8").splitlines()
    for name in TWICE:
        at = next(i for i, line in enumerate(text) if line.strip().startswith(f"{name}:"))
        value = text[at].split("value: ")[1].split(",")[0]
        text[at] = text[at].replace(f"value: {value}", f"value: {2 * float(value):g}")
    text = [line.replace("value: 851516", "value: 1703032") for line in text]
    (folder / "district.yaml").write_text("\n".join(text) + "\n", "utf-8")
    return str(folder)


def weeks(district):
    plan = load_scenario("baseline").model_copy(update={"district": district})
    runs = [simulate(plan, seed=seed, scale=SCALE, weeks=WEEKS).district for seed in SEEDS]
    return pd.concat(runs).mean(numeric_only=True)


@pytest.fixture(scope="module")
def one_and_two(tmp_path_factory):
    return weeks("huitian"), weeks(doubled(tmp_path_factory.mktemp("twice") / "twice"))


@pytest.mark.parametrize("metric", PER_HEAD)
def test_what_is_per_head_stays(one_and_two, metric):
    one, two = one_and_two
    assert two[metric] == pytest.approx(one[metric], abs=PER_HEAD[metric])


@pytest.mark.parametrize("metric", SHARED)
def test_those_who_work_are_as_busy(one_and_two, metric):
    one, two = one_and_two
    assert two[metric] == pytest.approx(one[metric], rel=SHARED[metric])


@pytest.mark.parametrize("metric", COUNTED)
def test_what_is_counted_doubles(one_and_two, metric):
    one, two = one_and_two
    assert two[metric] == pytest.approx(2 * one[metric], rel=COUNTED[metric])
