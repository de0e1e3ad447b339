"""Tables to save: numbers are numbers, and no text is a formula."""

import io

import pandas as pd
import pytest

from experiments.report.downloads import csv

TEXTS = ["=cmd|'/c calc'!A0", "@SUM(1+1)", "+1-2*3", "-1+2", "\t=1", "\r=1"]


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_texts_that_look_like_formulas_are_neutral(kind):
    frame = pd.DataFrame({"name": pd.Series(TEXTS, dtype=kind), "value": -1.5})
    back = pd.read_csv(io.StringIO(csv(frame)), keep_default_na=False)
    assert back["name"].str.startswith("'").all()
    assert (back["value"] == -1.5).all()


def test_other_texts_and_numbers_stay():
    frame = pd.DataFrame({"name": ["回龙观", "a=b", ""], "value": [-1.0, float("nan"), 2.5]})
    assert csv(frame) == "name,value\r\n回龙观,-1\r\na=b,\r\n,2.5\r\n"
