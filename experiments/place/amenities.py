"""Kinds of facilities: the tags of OpenStreetMap that mean them, and what one is where nothing is said."""

from functools import cache
from pathlib import Path

import pandas as pd


@cache
def kinds() -> pd.DataFrame:
    """`amenities.csv` by kind; residents for each facility (`residents_each`) and its capacity are those of Huitian."""
    return pd.read_csv(Path(__file__).with_name("amenities.csv"), na_filter=False).set_index("kind", drop=False)


def kind_of(tags: dict[str, str]) -> str:
    """Kind of the facility that these tags mean; empty for none, and for social care that is not for the aged."""
    if "senior" not in tags.get("social_facility:for", "senior"):
        return ""
    for kind, listed in kinds()["tags"].items():
        if any(tags.get(key) == value for key, _, value in (pair.partition("=") for pair in listed.split(";") if pair)):
            return str(kind)
    return ""
