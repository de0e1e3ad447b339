"""What a lever is: a typed, bounded, documented piece of a scenario, and one method that moves the world's levers.

A lever changes a capacity, a time, a cost, a connection or a probability. It never writes satisfaction, trust or
another outcome: those follow from the processes.
"""

import re
from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulation.interventions.shared.placing import Order
from simulation.parameters import PARAMETERS
from simulation.state.world import World

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ITSELF = ("itself",)
"""Mark of a soft measure whose field is its own strength."""


class Measure(NamedTuple):
    """A piece of the plan that fields of a lever switch: what it is, how it works, where it shows."""

    zh: str
    en: str
    mechanism: str
    """States that it moves, with the numbers of the equations in the model description."""
    metric: str
    """Metric on which it should show first."""
    sign: int = 1
    """Direction expected there: 1 up, -1 down."""
    figure: str = ""
    """What the case reports of it; empty: no number."""
    whole: bool = False
    """Whether the lever is nothing without it."""


def lever_field(
    default: Any,
    measure: str,
    zh: str,
    en: str,
    *,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
    source: str = "assumption",
    soft: tuple[str, ...] = (),
) -> Any:
    """A field of a lever.

    Parameters
    ----------
    default : Any
        Value when a scenario does not give one.
    measure : str
        Measure of the plan that it belongs to, as I35.
    zh, en : str
        What it is, for people.
    unit : str
        Empty for switches, dates and choices.
    ge, le : float, optional
        Range, both ends included.
    source : str
        Where default and range come from.
    soft : tuple of str
        For a measure whose effect rests on weak evidence: what carries its strength, `ITSELF` or names of
        parameters. The range of that is its prior and begins at nil, where the measure does nothing but cost.

    Raises
    ------
    ValueError
        If the range of what carries a soft measure does not begin at nil.
    """
    if any(low != 0 for low in ([ge] if soft == ITSELF else [PARAMETERS[name].low for name in soft])):
        raise ValueError(f"{en}: the prior of a soft measure begins at nil")
    by_name = False if isinstance(default, Enum) else None  # a choice is written as its name
    return Field(
        default,
        ge=ge,
        le=le,
        strict=by_name,
        description=f"{zh} / {en}",
        json_schema_extra={"measure": measure, "zh": zh, "en": en, "unit": unit, "source": source, "soft": [*soft]},
    )


def number(default: float, ge: float, le: float, unit: str, measure: str, zh: str, en: str, **more: Any) -> Any:
    """A field of a lever that is a number from `ge` to `le`, both included.

    The other arguments are those of `lever_field`; `more` are its `source` and `soft`.

    Examples
    --------
    >>> from simulation.interventions.registry import interventions
    >>> interventions()["gate_groups"].model_fields["gate_yuan"].metadata
    [Ge(ge=0), Le(le=20000)]
    """
    return lever_field(default, measure, zh, en, unit=unit, ge=ge, le=le, **more)


def added_authority(default: float, measure: str, zh: str, en: str) -> Any:
    """A field of a lever for the authority in (8) that it adds: an index, soft, at most half of the whole."""
    return number(default, 0, 0.5, "index 0-1", measure, zh, en, soft=ITSELF)


def as_date(value: Any) -> Any:
    """A day that is written as text, as in the manifest of a run, as a date; anything else as it is."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


class OutOfOrder(ValueError):
    """A lever whose `finish` is before its `start`."""


class Intervention(BaseModel):
    """Base of every lever. A subclass is one file; its name in scenarios is `kind`.

    Class variables: `kind`, `claim` (row of the table of claims, as H10), titles and groups in both languages, the
    `measures` that its fields switch, by number, and `acts_from`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    kind: ClassVar[str]
    claim: ClassVar[str]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    group_zh: ClassVar[str]
    group_en: ClassVar[str]
    measures: ClassVar[dict[str, Measure]] = {}
    acts_from: ClassVar[tuple[str, ...]] = ()
    """Fields with the days of which the earliest is the first on which the lever may do anything at all; empty: it may
    act from the first week on. A class says it for itself alone: what is derived from it has to say it again."""

    @model_validator(mode="before")
    @classmethod
    def _dated(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        days = {name for name, field in cls.model_fields.items() if field.annotation in (date, date | None)}
        return {name: as_date(value) if name in days else value for name, value in given.items()}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        start, finish = getattr(self, "start", None), getattr(self, "finish", None)
        if isinstance(start, date) and isinstance(finish, date) and finish < start:
            raise OutOfOrder(f"finish {finish} is before start {start}")
        return self

    def first_day(self) -> date:
        """Day before which the lever does nothing, whatever else the scenario holds: neither moves, pays nor opens.

        Runs that differ in nothing but levers that come later are simulated once up to then
        (`simulation/scenario/past.py`).
        """
        return min((getattr(self, name) for name in vars(type(self)).get("acts_from", ())), default=date.min)

    @classmethod
    def measure_of(cls, field: str) -> str:
        """Number of the measure that a field belongs to."""
        extra = cls.model_fields[field].json_schema_extra
        return str(extra["measure"]) if isinstance(extra, dict) else ""

    def without(self, measure: str) -> Self | None:
        """The lever with every dose of a measure at nil and the others as they are; None if nothing is left.

        A dose is a number whose range begins at nil, or a switch. A measure without such a field is the lever itself.
        """
        own = [name for name in type(self).model_fields if self.measure_of(name) == measure]
        nil = {name: type(getattr(self, name))(0) for name in own if self._is_dose(name)}
        others = {self.measure_of(name) for name in type(self).model_fields} - {measure}
        return self.model_copy(update=nil) if nil and others and not self.measures[measure].whole else None

    def _is_dose(self, field: str) -> bool:
        if isinstance(getattr(self, field), bool):
            return True
        return any(getattr(m, "ge", None) == 0 for m in type(self).model_fields[field].metadata)

    def orders(self, world: World) -> Sequence[Order]:
        """Facilities that it opens; those of all levers are sited together, by opening date, before the first week."""
        return ()

    def apply(self, world: World, tick: int) -> None:
        """Do at the begin of every week, when all levers are neutral: move them, and pay."""
