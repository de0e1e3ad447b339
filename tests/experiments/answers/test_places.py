"""Differences by community, street and life stage over a window, against sums worked by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers.places import by_place

TICKS = np.arange(8, dtype=np.int32)
DAYS = pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * TICKS, "D")


def run(folder: Path, effect: float, divided: bool = False) -> Path:
    """Two communities of 100 and 300 residents in one street and one of 200 in another; effects 1, 2 and 3 times."""
    folder.mkdir(parents=True)
    pd.DataFrame({"tick": TICKS, "date": DAYS}).to_parquet(folder / "district.parquet")
    rows = [(0, -1, 0, 100.0, 50 + effect), (1, -1, 0, 300.0, 60 + 2 * effect), (2, -1, 1, 200.0, 70 + 3 * effect)]
    if divided:
        whole = 60 + 2 * effect
        rows[1:2] = [(1, -1, 0, 100.0, whole), (9, 1, 0, 150.0, whole), (10, 9, 0, 50.0, whole)]  # divided twice
    table = pd.DataFrame(rows, columns=["community", "parent", "subdistrict", "residents", "satisfaction"])
    table["requests"] = table["residents"] / 10
    table = table.assign(households=table["residents"] / 2, workers=table["residents"] / 100)
    weeks = pd.concat([table.assign(tick=t, satisfaction=table["satisfaction"] + t) for t in TICKS], ignore_index=True)
    weeks.to_parquet(folder / "communities.parquet")
    groups = pd.DataFrame({"tick": [0, 4, 0, 4], "life_stage": [0, 0, 0, 0], "subdistrict": [0, 0, 1, 1]})
    groups.assign(residents=[400, 400, 200, 200], satisfaction=[50, 50, 80, 80 + effect]).to_parquet(
        folder / "groups.parquet"
    )
    return folder


def runs(folder: Path, divided: bool = False) -> dict[str, list[Path]]:
    return {
        "base": [run(folder / "base" / f"seed-{k}", 0) for k in (1, 2)],
        "plan": [run(folder / "plan" / f"seed-{k}", effect, divided) for k, effect in ((1, 1.0), (2, 3.0))],
    }


@pytest.mark.parametrize("divided", [False, True])
def test_communities_and_streets(tmp_path: Path, divided: bool) -> None:
    made = runs(tmp_path, divided)
    place = by_place(made, "base", "satisfaction", "community").set_index("group")
    assert place["mean_difference"].to_dict() == pytest.approx({0: 2, 1: 4, 2: 6})  # a part belongs to the whole
    assert place.loc[0, "ci_high"] - place.loc[0, "mean_difference"] == pytest.approx(12.706, abs=1e-3)
    street = by_place(made, "base", "satisfaction", "subdistrict").set_index("group")
    assert street["mean_difference"].to_dict() == pytest.approx({0: (100 * 2 + 300 * 4) / 400, 1: 6})
    assert street.loc[0, "baseline_value"] == pytest.approx(57.5 + TICKS.mean())
    total = by_place(made, "base", "requests", "subdistrict").set_index("group")
    assert total.loc[0, "baseline_value"] == 8 * 40 and total["mean_difference"].eq(0).all()


def test_windows_and_life_stages(tmp_path: Path) -> None:
    made = runs(tmp_path)
    early = by_place(made, "base", "satisfaction", "community", {"from": "start", "to": "start + 1w"}).set_index(
        "group"
    )
    assert early.loc[0, "baseline_value"] == 50.5
    event = {"from": "circles.start", "to": "circles.start"}
    dates = {"plan": {"circles.start": date(2018, 1, 15)}}
    assert by_place(made, "base", "satisfaction", "community", event, dates).loc[0, "baseline_value"] == 52
    stage = by_place(made, "base", "satisfaction", "life_stage").iloc[0]
    assert stage["mean_difference"] == pytest.approx(2 / 3 / 2)  # a third of residents, in one of two readings
    with pytest.raises(ValueError, match="not recorded by life stage"):
        by_place(made, "base", "requests", "life_stage")
    with pytest.raises(ValueError, match="'ward' is no grouping"):
        by_place(made, "base", "satisfaction", "ward")
