"""Names of communities in reports: codes unless asked otherwise, since real names stand for real people's homes."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from experiments.charts.frames import Frames
from experiments.runs.folders import ComparisonFolder, Option
from experiments.texts.catalogue import phrase

Names = Literal["codes", "real"]
SIMULATED = phrase("report.people.simulated_sizes_firms_and_results")
"""What stands beside every list of communities."""


def named(found: ComparisonFolder, names: Names) -> ComparisonFolder:
    """The comparison with names of communities as they are, or with codes: C and the number of its row."""
    return found if names == "real" else replace(found, communities=coded(found.communities))


def coded(table: pd.DataFrame) -> pd.DataFrame:
    """A table with `community`, its names replaced by codes, alike in both languages."""
    code = "C" + (table["community"].astype(int) + 1).astype(str).str.zfill(3)
    return table.assign(name_zh=code, name_en=code)


def ending(frames: Frames, option: Option) -> pd.DataFrame:
    """Names and street of every community that an option ends with, by its number; parts are called after the whole.

    Columns name_zh, name_en, subdistrict, parent.
    """
    weeks = frames.communities[option.name][0]
    last = weeks[weeks["tick"] == weeks["tick"].max()].set_index("community").sort_index()
    known = frames.found.communities.drop_duplicates("community").set_index("community")
    whole = last["parent"].where(last["parent"] >= 0, last.index.to_series()).astype(int)
    part = last.groupby(whole).cumcount()
    ends = np.where(last["parent"] >= 0, " · " + (part + 1).astype(str), "")
    names = {name: known[name].reindex(whole).fillna("").to_numpy() + ends for name in ("name_zh", "name_en")}
    return last[["subdistrict", "parent"]].assign(**names)
