"""Who lives there: births, deaths and moves of the week, and the shares of the old and the young."""

import numpy as np

from simulation.metrics.metric import Column, Kind, Metric, Ratio, Total
from simulation.metrics.sums import PEOPLE, of_week, residents
from simulation.state.world import World


def older(world: World) -> Column:
    """Residents of 60 years and more at the latest count."""
    return world.by_community(world.gates.older).astype(np.float64)


def children(world: World) -> Column:
    """Residents under 15 years at the latest count."""
    return world.by_community(world.gates.children).astype(np.float64)


METRICS = (
    *(
        Metric(
            name=name,
            zh=zh,
            en=en,
            kind=Kind.COUNT,
            counted=PEOPLE,
            summary="sum",
            of=Total(of_week(column)),
            definition_zh=definition_zh,
            definition_en=definition_en,
        )
        for name, column, zh, en, definition_zh, definition_en in (
            ("births", "born", "出生", "births", "本周出生的居民", "residents born in the week"),
            ("deaths", "died", "死亡", "deaths", "本周去世的居民", "residents who died in the week"),
            ("moved_in", "moved_in", "迁入", "moved in", "本周迁入的居民", "people who moved in during the week"),
            ("moved_out", "moved_out", "迁出", "moved out", "本周迁出的居民", "people who moved out during the week"),
        )
    ),
    Metric(
        name="share_60_plus",
        zh="60岁及以上占比",
        en="aged 60 and more",
        kind=Kind.SHARE,
        of=Ratio(older, residents),
        definition_zh="60岁及以上居民占比（每半年清点一次）",
        definition_en="share of the residents aged 60 and more, counted twice a year",
    ),
    Metric(
        name="share_under_15",
        zh="15岁以下占比",
        en="aged under 15",
        kind=Kind.SHARE,
        of=Ratio(children, residents),
        definition_zh="15岁以下居民占比（每半年清点一次）",
        definition_en="share of the residents under 15 years, counted twice a year",
    ),
)
