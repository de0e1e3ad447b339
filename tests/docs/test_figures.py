"""Every picture of the docs has a step that makes it, and none is older than the model."""

import re
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from docs.builders import figures
from docs.builders.marks import put_between
from simulation.cache import code_hash

PICTURES = sorted(figures.IMAGES.glob("*.png"))


@pytest.mark.parametrize("file", PICTURES, ids=lambda file: file.name)
def test_no_picture_is_older_than_the_model(file: Path) -> None:
    assert figures.mark(file) == figures.results_hash(), "run: make figures"


def test_every_picture_has_one_step_that_makes_it() -> None:
    made = [name for step in figures.STEPS.values() for name in step.pictures]
    assert len(made) == len(set(made))
    assert {file.name for file in PICTURES} <= set(made), "a picture that no step makes"


def test_the_docs_show_every_picture_that_is_there_and_no_other() -> None:
    pages = "\n".join(file.read_text("utf-8") for file in [*figures.DOCS.rglob("*.md"), *figures.ROOT.glob("*.md")])
    shown = set(re.findall(r"images/(\w+\.png)", pages))
    assert shown == {file.name for file in PICTURES}


def test_a_picture_carries_the_hashes_of_results_and_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "IMAGES", tmp_path)
    Image.new("RGBA", (3300, 100), "#336699").save(tmp_path / "source.png")
    assert figures.mark(tmp_path / "source.png") is None
    figures.put(tmp_path / "source.png", "made.png")
    assert figures.mark(tmp_path / "made.png") == figures.results_hash()
    with Image.open(tmp_path / "made.png") as image:
        assert image.info[figures.CODE] == code_hash()
        assert image.size == (1650, 50) and image.convert("RGB").getpixel((9, 9)) == (0x33, 0x66, 0x99)


@pytest.mark.parametrize("draws", [0, 39])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_the_demo_stands_between_its_marks(tmp_path: Path, lang: str, draws: int) -> None:
    metrics = [metric for metric, *_ in figures._ROWS]
    rows = [
        {
            "scenario": s,
            "metric": m,
            "mean_difference": -0.5,
            "ci_low": -0.6,
            "ci_high": -0.4,
            "draws": draws,
            "ci_low_total": -1.25,
            "ci_high_total": 0.5,
            "relative_difference": 0.1,
        }
        for s in figures.DEMO[1:]
        for m in metrics
    ]
    table = figures.demo_table(pd.DataFrame(rows), lang)
    assert len(table.splitlines()) == 2 + len(metrics)
    assert {line.count("|") for line in table.splitlines()} == {len(figures.DEMO) + 1}
    to = "～" if lang == "zh" else " to "
    assert f"−0.50 ({f'−1.25{to}0.50' if draws else f'−0.60{to}−0.40'})" in table and "+10.0 %" in table
    page = tmp_path / "README.md"
    page.write_text(f"before\n{figures._BEGIN}\nold\n{figures._END}\nafter\n", "utf-8")
    put_between(page, figures._BEGIN, figures._END, table)
    put_between(page, figures._BEGIN, figures._END, table)
    assert page.read_text("utf-8") == f"before\n{figures._BEGIN}\n{table}\n{figures._END}\nafter\n"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_both_readme_files_have_the_marks_once(name: str) -> None:
    text = (figures.ROOT / name).read_text("utf-8")
    assert text.count(figures._BEGIN) == text.count(figures._END) == 1


def test_a_table_is_of_today_once_it_is_signed_and_until_the_model_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "effects.csv"
    assert not figures.of_today(table)
    figures.sign(table)
    assert figures.of_today(table)
    monkeypatch.setattr(figures, "results_hash", lambda: "moved")
    assert not figures.of_today(table)
