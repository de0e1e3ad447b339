"""Is it better, worse, too small to matter, or can that not be told? An interval against a margin of equivalence."""

from collections.abc import Mapping
from typing import Literal

import pandas as pd

Verdict = Literal["better", "worse", "too small to matter", "cannot be told"]


def verdict(low: float, high: float, *, margin: float = 0.0, better: int = 1) -> Verdict:
    """What an interval of a difference says.

    The interval lies inside (-margin, margin): too small to matter, whatever its sign (two one-sided tests, Schuirmann
    1987; with a 95 % interval each at 2.5 %). Else it leaves out 0: better or worse. Else it cannot be told. Of a
    difference of none one is called better or worse in at most 5 % of cases; one of the margin or more is called too
    small in at most 2.5 %.

    Parameters
    ----------
    low, high : float
        95 % interval, NaN where there is none.
    margin : float
        Smallest difference that matters, in the unit of the difference; 0 when every difference does.
    better : int
        +1 when more is better, -1 when less is.

    Raises
    ------
    ValueError
        If the margin is negative or no number.
    """
    if not margin >= 0:
        raise ValueError(f"a margin is 0 or more, not {margin:g}")
    if -margin < low and high < margin:
        return "too small to matter"
    if low == high == 0:
        return "too small to matter"
    if low > 0 or high < 0:
        return "better" if (low > 0) == (better > 0) else "worse"
    return "cannot be told"


def verdicts(table: pd.DataFrame, margins: Mapping[str, float], directions: Mapping[str, int]) -> pd.Series:
    """Verdicts of a table of differences, by row.

    Parameters
    ----------
    table : DataFrame
        Columns metric, ci_low, ci_high.
    margins : mapping
        Smallest difference that matters by metric; 0 for one that is not named.
    directions : mapping
        +1 or -1 by metric, 0 where neither more nor less is better: "more" and "less" then stand for the two.
    """
    plain = {"better": "more", "worse": "less"}
    found = []
    for row in table.itertuples():
        side = directions.get(str(row.metric), 0)
        word = verdict(row.ci_low, row.ci_high, margin=margins.get(str(row.metric), 0.0), better=side or 1)
        found.append(word if side else plain.get(word, word))
    return pd.Series(found, table.index, dtype=object)
