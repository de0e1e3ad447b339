"""Load of those who serve: hours asked for over hours supplied, households per worker, and burnout."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Metric, Ratio, Sum
from simulation.metrics.sums import households, workers
from simulation.state.world import World


def committee_asked(world: World) -> Column:
    """Hours of work that came to the committee in the week."""
    return world.communities.hours_needed.copy()


def committee_supplied(world: World) -> Column:
    """Hours that the committee had in the week."""
    return world.communities.hours_supplied.copy()


def property_asked(world: World) -> Column:
    """Hours of requests to property firms, charged to communities by their residents."""
    return _charged(world, world.firms.hours_needed, world.gates.firm)


def property_supplied(world: World) -> Column:
    """Hours that property firms had, charged to communities by their residents."""
    return _charged(world, world.firms.hours_supplied, world.gates.firm)


def street_asked(world: World) -> Column:
    """Hours of work at street offices, charged to communities by their residents."""
    return _charged(world, world.streets.hours_needed, world.gates.subdistrict)


def street_supplied(world: World) -> Column:
    """Hours that street offices had, charged to communities by their residents."""
    return _charged(world, world.streets.hours_supplied, world.gates.subdistrict)


def burnt_out(world: World) -> Column:
    """Community workers who would answer a survey like one with burnout."""
    w = world.workers
    hit = (w.vacancy == 0) & (w.burnout > world.params["survey.burnt_out"])
    return np.bincount(w.community, hit, len(world.communities)).astype(np.float64)


def _charged(world: World, hours: Column, office: NDArray[np.integer]) -> Column:
    """Hours of offices, float64 (n_offices,), shared out by residents; `office` is that of each gate (n_gates,)."""
    g = world.gates
    people = np.maximum(np.bincount(office, g.residents, len(hours)), 1)
    return world.by_community(hours[office] * (g.residents / people[office]))


def _load(name: str, zh: str, en: str, asked: Sum, supplied: Sum, definition_zh: str, definition_en: str) -> Metric:
    """Hours asked for over hours supplied."""
    return Metric(
        name=name,
        zh=zh,
        en=en,
        kind=Kind.UTILISATION,
        direction=-1,
        of=Ratio(asked, supplied),
        definition_zh=definition_zh,
        definition_en=definition_en,
    )


METRICS = (
    _load(
        "load_committee",
        "居委会负荷",
        "committee load",
        committee_asked,
        committee_supplied,
        "本周到达的工时需求与可用工时之比，1为满负荷",
        "hours of work that came in the week over hours available; 1 = full",
    ),
    _load(
        "load_property",
        "物业负荷",
        "property-firm load",
        property_asked,
        property_supplied,
        "物业工单工时与可用工时之比",
        "hours of requests to property firms over hours available",
    ),
    _load(
        "load_street",
        "街道负荷",
        "street-office load",
        street_asked,
        street_supplied,
        "街道工单工时与可用工时之比",
        "hours of work at street offices over hours available",
    ),
    Metric(
        name="households_per_worker",
        zh="每名社工服务户数",
        en="households per worker",
        kind=Kind.RATIO,
        counted=("户/人", "households"),
        direction=-1,
        of=Ratio(households, workers),
        definition_zh="户数除以在岗社区工作者",
        definition_en="households over filled posts of community workers",
    ),
    Metric(
        name="burnout",
        zh="职业倦怠率",
        en="burnout",
        kind=Kind.SHARE,
        direction=-1,
        of=Ratio(burnt_out, workers),
        definition_zh="倦怠值超过问卷界限（survey.burnt_out）的在岗社区工作者比例",
        definition_en="community workers in post whose burnout is above what a survey counts (`survey.burnt_out`)",
    ),
)
