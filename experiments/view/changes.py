"""How many residents are better or worse off than in the baseline, by how much, and who: read from a pair of models."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers.ends import mean_change
from experiments.answers.gains import Spread, spreads, together
from experiments.texts.catalogue import Lang
from experiments.texts.numbers import number, signed
from experiments.texts.page import pick, say
from experiments.view.map import street_names
from experiments.view.session import Pair
from simulation.state.residents import LIFE_STAGE_LABELS, LIFE_STAGES

BY = {"life_stage": "gains.by_life_stage", "street": "gains.by_street", "housing": "gains.by_housing"}
"""What the residents are told apart by, with its text."""
_TENTH = 0.1


@dataclass(frozen=True)
class Gains:
    """Distributions at one moment: of all residents, and of each group by one of `BY`.

    `communities`: mean change in points by community of the policy, float64 (n_communities,).
    """

    everybody: Spread
    groups: dict[str, list[Spread]]
    communities: NDArray[np.float64]


def read(pair: Pair) -> Gains:
    """The distributions now; only the thread that steps the pair may ask."""
    world = pair.policy.world
    r, streets = world.residents, world.gates.subdistrict[world.residents.gate]
    now, before = (100 * track.world.residents.columns.overall for track in (pair.policy, pair.baseline))
    codes: dict[str, tuple[NDArray[np.integer], int]] = {
        "life_stage": (r.life_stage, len(LIFE_STAGES)),
        "street": (streets, len(world.streets)),
        "housing": (r.renter, 2),
    }
    groups = {by: spreads(now, before, code, n) for by, (code, n) in codes.items()}
    home = world.gates.community[r.gate]
    return Gains(together(groups["housing"]), groups, mean_change(now, before, home, len(world.communities)))


def group_names(by: str, pair: Pair, lang: Lang) -> list[str]:
    """Names of the groups in the order of `Gains.groups`."""
    if by == "life_stage":
        return [pick(lang, *LIFE_STAGE_LABELS[stage]) for stage in LIFE_STAGES]
    if by == "street":
        return street_names(pair.policy.world, lang)
    return [say(lang, key) for key in ("owner", "renter")]


def label(kind: str, lang: Lang) -> str:
    """What a colour means, with its sign so that it is read in grey."""
    sign, key = {"better": ("▲", "gains.better"), "worse": ("▼", "gains.worse"), "small": ("≈", "gains.small")}[kind]
    return f"{sign} {say(lang, key)}"


def told(spread: Spread, lang: Lang) -> str:
    """Shares and quantiles in a sentence."""
    return say(
        lang,
        "gains.told",
        better=_percent(spread.share("better")),
        worse=_percent(spread.share("worse")),
        small=_percent(spread.share("small")),
        mean=signed(number(spread.mean, 2)),
        median=signed(number(spread.quantile(0.5), 1)),
        low=signed(number(spread.quantile(_TENTH), 1)),
        high=signed(number(spread.quantile(1 - _TENTH), 1)),
    )


def bars(spread: Spread, lang: Lang) -> list[dict[str, Any]]:
    """The histogram as bars.vue reads it, shares in per cent; `text` says what a bar holds."""
    found, drawn = spread.bars(), list[dict[str, Any]]()
    for k, bar in enumerate(found):
        low, high = (signed(number(float(edge), 0)) for edge in (bar.low, bar.high))
        key = "gains.up_to" if k == 0 else "gains.from" if k == len(found) - 1 else "gains.between"
        text = say(lang, key, low=low, high=high, share=number(100 * bar.share, 2))
        drawn.append({"low": bar.low, "high": bar.high, "share": 100 * bar.share, "kind": bar.kind, "text": text})
    return drawn


def rows(gains: Gains, by: str, pair: Pair, lang: Lang) -> list[list[str]]:
    """The table: all residents first, then every group that somebody belongs to."""
    parts = zip(group_names(by, pair, lang), gains.groups[by], strict=True)
    named = [(say(lang, "gains.everybody"), gains.everybody), *((name, part) for name, part in parts if part.residents)]
    return [
        [
            name,
            number(part.residents / pair.scale, 0),
            *(_percent(part.share(kind)) for kind in ("better", "worse", "small")),
            signed(number(part.mean, 2)),
            signed(number(part.quantile(0.5), 1)),
        ]
        for name, part in named
    ]


def _percent(share: float) -> str:
    text = number(100 * share, 1)
    return text if np.isnan(share) else f"{text}%"
