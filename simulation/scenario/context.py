"""The leaves of a scenario: title, events of the context, readings of the district, outputs."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from simulation.spelling import hidden_in

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)
"""How every block of a scenario file is checked: no other keys, no conversion of types, defaults checked too."""


class Title(BaseModel):
    """Name for people, in both languages."""

    model_config = STRICT
    zh: Annotated[str, Field(min_length=1, max_length=120, description="中文名称 / title in Chinese")]
    en: Annotated[str, Field(min_length=1, max_length=120, description="英文名称 / title in English")]

    @field_validator("zh", "en")
    @classmethod
    def _plain(cls, text: str) -> str:
        hidden = hidden_in(text)
        if hidden:
            raise ValueError(f"holds {hidden}, which would change how it is shown; write plain text")
        return text


class Context(BaseModel):
    """Events that are no measure of the plan; they happen on their dates unless a scenario switches them off."""

    model_config = STRICT
    hotline_reform: bool = Field(True, description="2019年12345接诉即办改革 / reform of the 12345 hotline in 2019")
    street_whistle: bool = Field(True, description="街乡吹哨、部门报到 / streets whistle, departments report (2018)")
    waste_law: bool = Field(True, description="2020年生活垃圾管理条例 / waste sorting law of May 2020")
    property_law: bool = Field(True, description="2020年物业管理条例 / property management law of May 2020")
    bike_path: bool = Field(True, description="2019年自行车专用路 / bicycle path of May 2019")
    demography: bool = Field(True, description="出生、死亡、增龄与迁居 / births, deaths, ageing and moves of people")
    epidemic: bool = Field(False, description="2020年新冠疫情 / epidemic of 2020")


class Readings(BaseModel):
    """Which reading of the district's data is used where its sources disagree; None takes the district's default."""

    model_config = STRICT
    population: str | None = Field(None, description="常住人口取值 / reading of the number of residents")
    communities: str | None = Field(None, description="拆分前社区数取值 / reading of the communities before any split")
    sizes: str | None = Field(None, description="社区户数取值 / reading of the households of communities")


class Outputs(BaseModel):
    """What a run writes besides its usual files."""

    model_config = STRICT
    resident_sample: int = Field(0, ge=0, le=10_000, description="抽样居民数 / residents followed week by week")
