"""A community is divided once: a second division of what is no more is refused by its row."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from simulation.district.data.district import DistrictError, districts_folder, load_district


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Huitian, whose first two changes are divisions of one's own."""
    return Path(shutil.copytree(districts_folder() / "huitian", tmp_path / "copy"))


def changed(folder: Path, *rows: tuple[str, str, str]) -> Path:
    """Put day, community and parts of divisions in place of the first rows of the register's changes."""
    file = folder / "register_changes.csv"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    for k, (day, of, parts) in enumerate(rows):
        english = ";".join(f"Part {n}" for n in range(len(parts.split(";"))))
        cells = {"date": day, "kind": "divided", "of_zh": of, "parts_zh": parts, "parts_en": english}
        table.loc[k, list(cells)] = list(cells.values())
    table.to_csv(file, index=False)
    return folder


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((("2018-02-05", "龙博苑", "甲;乙"), ("2019-02-04", "龙博苑", "丙;丁")), r"csv:3: of_zh: '龙博苑' was divided"),
        ((("2019-02-04", "龙博苑", "甲;乙"), ("2018-02-05", "龙博苑", "丙;丁")), r"csv:2: of_zh: '龙博苑' was divided"),
        ((("2018-02-05", "龙博苑", "甲;甲"),), r"csv:2: parts_zh: a part stands twice"),
    ],
    ids=["later", "in another order", "two parts of one name"],
)
def test_what_is_no_more_is_not_divided(folder: Path, rows: tuple, said: str) -> None:
    with pytest.raises(DistrictError, match=said):
        load_district(str(changed(folder, *rows)))


def test_a_part_that_keeps_the_name_may_be_divided_again(folder: Path) -> None:
    rows = (("2018-02-05", "龙博苑", "龙博苑;乙"), ("2019-02-04", "龙博苑", "丙;丁"))
    table = load_district(str(changed(folder, *rows))).tables["register_changes"]
    assert list(table["of_zh"][:2]) == ["龙博苑", "龙博苑"]
