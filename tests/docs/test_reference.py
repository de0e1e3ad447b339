"""Pages made from tables are up to date."""

from pathlib import Path

import pytest

from docs.builders import splits
from docs.builders.reference import PAGES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_table_says(name):
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run: python -m docs.builders.reference"


def test_the_table_of_splits_is_what_was_measured():
    told = (DOCS / "interventions.md").read_text("utf-8")
    assert told.split(splits.BEGIN)[1].split(splits.END)[0].strip() == splits.section().strip()
