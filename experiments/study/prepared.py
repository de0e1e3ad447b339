"""Runs that were made beforehand and come with a district, so that some questions are answered at once.

Both tables carry the hash of the golden runs of the model that made them. A test compares it with today's; whoever
shows them asks `of_this_model` besides, for a district may bring its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.study import posterior
from simulation.district.data.district import district_folder

PORTFOLIOS, CONTRIBUTIONS = "portfolios.parquet", "contributions.parquet"
"""Names of the files in the folder of a district."""
GOLDEN = "golden"
"""Key of the hash of the golden runs."""
_KEY = b"huitian"


@dataclass(frozen=True)
class Prepared:
    """Runs made beforehand, a row for each, and how they were made: scale, draws, hashes of code and golden runs."""

    table: pd.DataFrame
    about: dict[str, Any]


def prepared(district: str, name: str) -> Prepared | None:
    """A table that comes with a district, given by name or path; None where there is none."""
    file = district_folder(district) / name
    if not file.is_file():
        return None
    said = pq.read_schema(file).metadata or {}
    return Prepared(pd.read_parquet(file), dict(json.loads(said.get(_KEY, b"{}"))))


def of_this_model(found: Prepared, district: str) -> bool:
    """Whether a table has the golden runs of the district's posterior, which a test holds to those of the model."""
    file = posterior.shipped(district)
    return file is not None and found.about.get(GOLDEN, "") == posterior.about(file).get(GOLDEN)


def write_prepared(file: Path, table: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """Write a table with how it was made."""
    made = pa.Table.from_pandas(table, preserve_index=False)
    known = {**(made.schema.metadata or {}), _KEY: json.dumps(about, ensure_ascii=False, sort_keys=True).encode()}
    pq.write_table(made.replace_schema_metadata(known), file)
