"""What a factor may set besides levers: parameters, events, readings, structure, people, scale."""

from collections.abc import Mapping
from typing import Any

from experiments.answers.costs import parameter
from experiments.study.factors import Value
from experiments.validation.runs import RIVALS
from simulation import parameters
from simulation.district.data.district import load_district
from simulation.scenario.context import Context, Readings
from simulation.scenario.types import Scenario
from simulation.spelling import did_you_mean

FULL = "full"
STRUCTURES: dict[str, dict[str, float]] = {name or FULL: values for name, (_, _, values) in RIVALS.items()}
"""Rival structures of the model by the name of the mechanism that is left out, and the parameters that do so."""
SCALE = "scale"
AREAS = ("parameters", "context", "readings", "structure", "population_seed", SCALE)
"""First words of paths that act in every scenario."""
_LARGEST_SEED = 2**63 - 1


def check_setting(scenario: Scenario, path: str, value: Value) -> None:
    """Whether a factor that acts in every scenario may have a value.

    Raises
    ------
    ValueError
        If the path is unknown, or the value is not allowed.
    """
    area, _, rest = path.partition(".")
    if area == "parameters":
        parameters.check(rest, value)
    elif area == "context" and rest in Context.model_fields:
        if not isinstance(value, bool):
            raise ValueError(f"an event happens or does not: values [false, true], not {value!r}")
    elif area == "readings" and rest in Readings.model_fields:
        known = _readings(scenario)[rest]
        if value not in known:
            raise ValueError(
                f"unknown reading {value!r}{did_you_mean(str(value), known)}; known are {', '.join(known)}"
            )
    elif path == "structure":
        if value not in STRUCTURES:
            raise ValueError(f"unknown structure {value!r}; known are {', '.join(STRUCTURES)}")
    elif path == "population_seed":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_SEED:
            raise ValueError(f"a seed is a whole number from 0, not {value!r}")
    elif path == SCALE:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise ValueError(f"a scale is above 0 and at most 1, not {value!r}")
    else:
        raise ValueError(
            "a factor is interventions.KIND, interventions.KIND.FIELD, parameters.NAME, context.EVENT, "
            "readings.WHAT, structure, population_seed or scale"
            + (f"; unknown intervention '{rest.partition('.')[0]}'" if area == "interventions" else "")
        )


def _readings(scenario: Scenario) -> dict[str, list[str]]:
    district = load_district(scenario.district)
    return {
        "population": list(district.readings),
        "communities": list(district.community_readings),
        "sizes": list(district.size_readings),
    }


def value_of(scenario: Scenario, path: str, scale: float) -> Value | None:
    """What a factor is in a scenario that no point has changed; None of a field whose lever is off.

    `scale` is the share of households in its runs, which no scenario says.
    """
    area, _, rest = path.partition(".")
    kind, _, field = rest.partition(".")
    if area == "interventions" and not field:
        return kind in scenario.interventions
    if area == "parameters":
        return parameter(rest, scenario.parameters)
    found: Value | None
    if area == "interventions":
        found = getattr(scenario.interventions.get(kind), field, None)
    elif area in ("context", "readings"):
        found = getattr(getattr(scenario, area), rest)
    elif path == "structure":
        found = FULL
    else:
        found = scale if path == SCALE else scenario.population_seed
    return found


def with_settings(base: Scenario, point: Mapping[str, Value]) -> Scenario:
    """A scenario with what a point sets besides levers; a structure stands above parameters of the same name."""
    values: dict[str, float] = {}
    context: dict[str, bool] = {}
    readings: dict[str, str] = {}
    changed: dict[str, Any] = {}
    for path, value in sorted(point.items()):
        area, _, rest = path.partition(".")
        if area == "parameters":
            values[rest] = float(value)  # type: ignore[arg-type]
        elif area == "context":
            context[rest] = bool(value)
        elif area == "readings":
            readings[rest] = str(value)
        elif path == "structure":
            values |= STRUCTURES[str(value)]
        elif path == "population_seed":
            changed[path] = int(value)  # type: ignore[arg-type]
    if context:
        changed["context"] = base.context.model_copy(update=context)
    if readings:
        changed["readings"] = base.readings.model_copy(update=readings)
    return base.model_copy(update={**changed, "parameters": {**base.parameters, **values}})
