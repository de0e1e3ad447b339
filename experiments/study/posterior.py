"""The posterior of a district's parameters: draws that a calibration left, over which comparisons run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.study.draws import picked, read_points, spread
from experiments.study.settings import check_setting
from simulation.district.data.district import district_folder
from simulation.scenario.types import Scenario
from simulation.whole import new_file
from simulation.yaml_source import SourceError

FILE = "posterior.parquet"
"""Name of the file in the folder of a district."""
_KEY = b"huitian"


@dataclass(frozen=True)
class Posterior:
    """Draws of parameters, each as likely as another.

    Attributes
    ----------
    file : Path
        Where they come from.
    points : DataFrame
        A row for each draw, in an order in which the first ones of it are a sample as well; a column for each factor,
        by dotted path such as `parameters.channel.hotline`.
    about : dict
        How they were made: patterns, scale, seeds, hash of the code, commands, seconds. Empty for a file of one's own.
    """

    file: Path
    points: pd.DataFrame
    about: dict[str, Any]

    def first(self, count: int) -> pd.DataFrame:
        """The first draws, indexed by draw from 1.

        Raises
        ------
        SourceError
            If there are fewer.
        """
        if count > len(self.points):
            raise SourceError(f"{self.file}: has {len(self.points)} draws, not {count}")
        return self.points.iloc[:count].set_axis(pd.RangeIndex(1, count + 1, name="draw"))


def shipped(district: str) -> Path | None:
    """File of the posterior that comes with a district, given by name or path; None where there is none."""
    file = district_folder(district) / FILE
    return file if file.is_file() else None


def read_posterior(file: Path, scenario: Scenario) -> Posterior:
    """Read draws for the district of a scenario and check that each may be set there.

    Weighted draws are turned into as many that are equally likely, each as often as its weight says.

    Raises
    ------
    SourceError
        If the file cannot be read, or a column or value is not allowed.
    """
    try:
        table, weights = read_points(file)
    except ValueError as error:
        raise SourceError(f"{file}: {error}") from None
    for path in table.columns:
        try:
            for value in table[path].drop_duplicates():
                check_setting(scenario, path, value.item() if hasattr(value, "item") else value)
        except ValueError as error:
            raise SourceError(f"{file}: {path}: {error}") from None
    even = bool((weights == weights[0]).all())
    points = table if even else table.iloc[picked(spread(len(table)), weights)]
    return Posterior(file, points.reset_index(drop=True), about(file))


def about(file: Path) -> dict[str, Any]:
    """How the draws of a file were made, as `write_posterior` left it; empty for a file of one's own."""
    said = pq.read_schema(file).metadata or {} if file.suffix == ".parquet" else {}
    return dict(json.loads(said.get(_KEY, b"{}")))


def write_posterior(file: Path, draws: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """Write draws, a column for each parameter (bare name) or factor (path), with how they were made."""
    table = pa.Table.from_pandas(draws, preserve_index=False)
    known = {**(table.schema.metadata or {}), _KEY: json.dumps(about, ensure_ascii=False, sort_keys=True).encode()}
    with new_file(file) as new:
        pq.write_table(table.replace_schema_metadata(known), new)
