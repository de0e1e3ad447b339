"""Names of communities in reports: codes unless asked otherwise, since real names stand for real people's homes."""

from dataclasses import replace
from typing import Literal

import pandas as pd

from experiments.runs.folders import ComparisonFolder
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
