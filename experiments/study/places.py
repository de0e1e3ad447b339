"""Places that outcomes of an experiment are of: their codes, checked against the district."""

from collections.abc import Mapping

from experiments.answers.own import Own
from experiments.runs.kept import community_code
from simulation.district.data.district import load_district
from simulation.scenario.types import Scenario
from simulation.spelling import did_you_mean
from simulation.state.residents import LIFE_STAGE_LABELS
from simulation.yaml_source import Source

_LISTED = 20  # places that a message names


def codes_of(scenario: Scenario) -> dict[str, dict[str, tuple[str, str]]]:
    """Names (zh, en) of all places by dimension and code, in the order of the district's tables."""
    district = load_district(scenario.district, **scenario.readings.model_dump())
    tables = {"community": district.table("communities"), "subdistrict": district.table("subdistricts")}
    names = {key: list(zip(table["name_zh"], table["name_en"], strict=True)) for key, table in tables.items()}
    return {
        "community": {community_code(k): (str(zh), str(en)) for k, (zh, en) in enumerate(names["community"])},
        "subdistrict": {
            str(code): (str(zh), str(en))
            for code, (zh, en) in zip(tables["subdistrict"]["code"], names["subdistrict"], strict=True)
        },
        "life_stage": dict(LIFE_STAGE_LABELS),
    }


def check_places(outcomes: Mapping[str, Own], scenario: Scenario, source: Source) -> None:
    """Refuse a place that the district does not have.

    Raises
    ------
    SourceError
        One line with file, line, key and the nearest code.
    """
    if not any(outcome.within for outcome in outcomes.values()):
        return
    known = codes_of(scenario)
    for name, outcome in outcomes.items():
        for dimension, codes in outcome.within.items():
            for code in codes:
                if code not in known[dimension]:
                    keys = ("outcomes", name, "within", dimension)
                    raise source.error(keys, _unknown(code, dimension, known[dimension]))


def _unknown(given: str, dimension: str, known: Mapping[str, tuple[str, str]]) -> str:
    meant = next((code for code, names in known.items() if given in names), None)
    if meant is not None:
        return f"'{given}' is the name of {meant}; places are given by their codes"
    codes = list(known)
    listed = ", ".join(codes) if len(codes) <= _LISTED else f"{codes[0]} to {codes[-1]}"
    what = dimension.replace("_", " ")
    return f"unknown {what} '{given}'{did_you_mean(given, known)}; a {what} is one of {listed}"
