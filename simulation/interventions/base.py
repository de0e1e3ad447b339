"""What a lever is: a typed, bounded, documented piece of a scenario, and one method that moves the world's levers.

A lever changes a capacity, a time, a cost, a connection or a probability. It never writes satisfaction, trust or
another outcome: those follow from the processes.
"""

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from simulation.world import World


def lever_field(default: Any, *, measure: str, zh: str, en: str, unit: str = "", ge: float | None = None,
                le: float | None = None, source: str = "assumption") -> Any:
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
    """
    by_name = False if isinstance(default, Enum) else None  # a choice is written as its name
    return Field(default, ge=ge, le=le, strict=by_name, description=f"{zh} / {en}",
                 json_schema_extra={"measure": measure, "zh": zh, "en": en, "unit": unit, "source": source})


class Intervention(BaseModel):
    """Base of every lever. A subclass is one file; its name in scenarios is `kind`.

    Class variables: `kind`, `claim` (row of the table of claims, as H10), titles and groups in both languages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    kind: ClassVar[str]
    claim: ClassVar[str]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    group_zh: ClassVar[str]
    group_en: ClassVar[str]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        start, finish = getattr(self, "start", None), getattr(self, "finish", None)
        if isinstance(start, date) and isinstance(finish, date) and finish < start:
            raise ValueError(f"finish {finish} is before start {start}")
        return self

    def prepare(self, world: "World") -> None:
        """Do once, before the first week: choose sites, put openings on the calendar."""

    def apply(self, world: "World", tick: int) -> None:
        """Do at the begin of every week, when all levers are neutral: move them, and pay."""
