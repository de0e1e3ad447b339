"""The brief of a visitor: the numbers of the page, in Word and PDF."""

import io
from dataclasses import replace

import docx
import numpy as np
import pytest

from experiments.answers.costs import COSTS
from experiments.view import kept
from experiments.view.kept import PATHS, Kept
from experiments.view.sheet import made, sheet
from simulation.scenario.load import load_scenario

WEEKS = 60


def option(name: str, gain: float) -> Kept:
    """An option that has gained so many points from its second week on, and spent 3 million yuan."""
    flat = {metric: np.full(WEEKS, 50.0) for metric in PATHS.values()} | {cost: np.zeros(WEEKS) for cost in COSTS}
    moved = {metric: values.copy() for metric, values in flat.items()}
    moved["satisfaction"][1:] += gain
    moved[COSTS[0]][-1] = 3e6
    return Kept(load_scenario(name), 1, 0.05, moved, flat)


@pytest.fixture(scope="module")
def options() -> tuple[Kept, tuple[Kept, ...]]:
    return option("service_circles", 1.25), kept.keep(option("community_splits", -0.5), (), 0)


def test_word_has_the_headline_numbers_of_each_option(options: tuple[Kept, tuple[Kept, ...]]) -> None:
    read = docx.Document(io.BytesIO(made("docx", *options, "en")))
    cells = [[cell.text for cell in row.cells] for row in read.tables[0].rows]
    assert cells[0][1:] == ["More quarter-hour service circles", "A · Split communities above 5 000 households"]
    by_row = {row[0]: row[1:] for row in cells[1:]}
    assert by_row["satisfaction (points)"] == ["+1.25", "−0.50"]
    assert by_row["public spending so far, beyond the baseline"] == ["3.00 million yuan"] * 2
    assert by_row["seeds"] == ["1", "1"]


def test_seeds_that_have_come_give_an_interval(options: tuple[Kept, tuple[Kept, ...]]) -> None:
    now, _ = options
    more = tuple(
        ({**now.policy, "satisfaction": now.policy["satisfaction"] + apart}, now.baseline) for apart in (-0.1, 0.1)
    )
    read = docx.Document(io.BytesIO(made("docx", replace(now, replicates=more), (), "en")))
    [cell] = [row.cells[1].text for row in read.tables[0].rows if row.cells[0].text == "satisfaction (points)"]
    # t(0.975, 2) = 4.303, standard deviation 0.1: 1.25 ± 0.248
    assert cell == "+1.25\n1.00 to 1.50"


def test_paper_is_one_page_and_the_same_bytes(options: tuple[Kept, tuple[Kept, ...]]) -> None:
    first = made("pdf", *options, "zh")
    assert first == made("pdf", *options, "zh") and first.count(b"/Type /Page\n") == 1


def test_it_says_that_a_sample_was_run(options: tuple[Kept, tuple[Kept, ...]]) -> None:
    box = sheet(*options).sections[0].blocks[-1]
    assert any("5.0%" in item.zh for item in box.items)  # type: ignore[union-attr]
