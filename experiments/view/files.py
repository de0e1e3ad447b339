"""Files that a visitor takes away or brings: the scenario as YAML for the command line, the weeks as CSV."""

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd

from experiments.texts.catalogue import Lang
from experiments.texts.page import pick, say
from experiments.view.kept import Kept, option_name
from experiments.view.session import Pair
from simulation import yaml_source
from simulation.metrics.table import METRICS
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError

LARGEST = 40_000
"""Bytes of a file that is opened; it has to fit into one message of the browser."""


@dataclass(frozen=True)
class File:
    """A file for the browser to save; `number` tells one from the same file asked for again.

    `text` of a `binary` one is in base64.
    """

    number: int
    name: str
    text: str
    type: str
    binary: bool = False


def scenario_of(text: str | None, name: str, district: str) -> Scenario:
    """The scenario of a file that a visitor brought; `name`: of the file, for messages.

    A visitor's file opens no other: its parents are scenarios that come with the project, and its district is the
    one that is served.

    Raises
    ------
    SourceError
        One line for each fault; also if `text` is None, as for a file that is too large.
    """
    if text is None or len(text.encode("utf-8", "replace")) > LARGEST:
        raise SourceError(f"{name}: larger than {LARGEST:,} bytes, which no scenario needs")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "opened.yaml"
        file.write_bytes(text.encode("utf-8", "replace"))
        try:
            source = yaml_source.read(file)
            named = source.data.get("extends", [])
            if any(parent not in list(shipped()) for parent in (named if isinstance(named, list) else [named])):
                raise source.error(("extends",), f"must be a scenario of the project: {', '.join(shipped())}")
            if "parameters_from" in source.data:
                raise source.error(("parameters_from",), "cannot be opened from the page; write the values themselves")
            if source.data.get("district", district) != district:
                raise source.error(("district",), f"this page has {district}; start another with --district")
            return load_scenario(file).model_copy(update={"district": district})
        except SourceError as error:
            told = [line.replace(str(file), name).replace(folder, "") for line in error.lines]
            raise SourceError(told[0], map(SourceError, told[1:])) from None


def csv_text(pair: Pair, kept: tuple[Kept, ...], lang: Lang) -> str:
    """Every district metric of policy and baseline week by week, and what is kept of other options, with its units."""
    frames = [
        _rows(pd.DataFrame(track.district), say(lang, name), pair.scenario, lang)
        for name, track in (("policy", pair.policy), ("baseline", pair.baseline))
    ]
    frames += [_rows(pd.DataFrame(one.policy), option_name(one, lang), one.scenario, lang) for one in kept]
    return "\ufeff" + pd.concat(frames).to_csv(index=False)  # the mark tells Excel that it is UTF-8


def _rows(weeks: pd.DataFrame, name: str, scenario: Scenario, lang: Lang) -> pd.DataFrame:
    heads = {}
    for key in weeks:
        m = METRICS[str(key)]
        heads[key] = pick(lang, f"{m.zh}（{m.unit_zh}）", f"{m.en} ({m.unit_en})")
    table = weeks.rename(columns=heads)
    dates = [(scenario.start + timedelta(weeks=k)).isoformat() for k in range(len(table))]
    table.insert(0, say(lang, "options_date"), dates)
    table.insert(0, say(lang, "weeks_axis"), range(1, len(table) + 1))
    table.insert(0, say(lang, "options_option"), name)
    return table
