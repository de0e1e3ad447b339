"""The card under the map: one community; and tables."""

from pathlib import Path

import numpy as np
import solara
from solara.alias import rv

from experiments.texts.catalogue import Lang, Words, capital, phrase
from experiments.texts.numbers import number, signed
from experiments.texts.page import pick, say
from experiments.view import charts
from experiments.view.session import CARD_METRICS, Pair
from experiments.view.visit import Visit
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS
from simulation.state.world import World

_BRACKETS = str.maketrans({"（": " ", "）": "", "(": "", ")": ""})


def community_name(world: World, row: int, lang: Lang) -> str:
    """Name of a community."""
    c = world.communities
    return str(pick(lang, c.name_zh[row], c.name_en[row]))


@solara.component_vue(str(Path(__file__).with_name("table.vue")))
def Table(head: list[str], rows: list[list[str]], name: str, help: tuple[str, ...] = ()) -> None:
    """A table, the first column as row headers, with what they mean: one widget, not one for each cell."""


def shown(visit: Visit) -> Pair | None:
    """The models that the cards tell of; asking makes a card follow the slow frames."""
    return visit.frame.peek().pair if visit.slow.value.panels else None


@solara.component
def CommunityCard(visit: Visit) -> None:
    """The community that was chosen: who lives and works there, this week with and without the policy, its history."""
    lang, row, pair = visit.lang.value, visit.view.value.community, shown(visit)
    rv.Html(tag="h2", children=[say(lang, "community")])
    if pair is None:
        return
    world = pair.policy.world
    items = [{"value": k, "text": community_name(world, k, lang)} for k in range(len(world.communities))]
    rv.Autocomplete(
        v_model=row,
        items=items,
        on_v_model=lambda k: visit.show(community=k),
        dense=True,
        clearable=True,
        hide_details=True,
        label=say(lang, "community"),
        class_="ht-community",
    )
    if row is None or row >= len(world.communities):
        solara.Text(say(lang, "choose"), classes=["ht-note"])
        return
    with pair.reading:
        _facts(pair, row, lang)
        _numbers(pair, row, lang)
        if pair.weeks:
            _history(pair, row, lang)


def _facts(pair: Pair, row: int, lang: Lang) -> None:
    world = pair.policy.world
    c, parts = world.communities, pair.policy.parts(row)
    firms = np.unique(world.gates.firm[np.isin(world.gates.community, parts)])
    names = [str(pick(lang, world.firms.name_zh[k], world.firms.name_en[k])) for k in firms]
    facts = [
        f"{say(lang, 'households')} {c.households[parts].sum() / world.scale:,.0f}",
        f"{say(lang, 'residents')} {c.residents[parts].sum() / world.scale:,.0f}",
        f"{say(lang, 'workers')} {pair.policy.now('workers', row):.0f}",
        say(lang, "managed_by", firms=pick(lang, *phrase("common.list_comma")).join(names)),
    ]
    if c.village[row]:
        facts.insert(0, say(lang, "village"))
    rv.Html(tag="h3", class_="ht-name", children=[community_name(world, row, lang)])
    if len(parts) > 1:
        listed = pick(lang, *phrase("common.list_comma")).join(community_name(world, int(k), lang) for k in parts)
        rv.Html(tag="p", class_="ht-facts", children=[say(lang, "divided", names=listed)])
    rv.Html(tag="p", class_="ht-facts", children=[" · ".join(facts)])
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "simulated")])


def named(m: Metric, lang: Lang, of: Words | None = None) -> str:
    """A metric with its unit, or another one that it is shown in."""
    unit = Words(*(text.translate(_BRACKETS) for text in of or (m.unit_zh, m.unit_en)))
    return pick(lang, *phrase("page.metric_with_unit", metric=capital(Words(m.zh, m.en)), unit=unit))


def _numbers(pair: Pair, row: int, lang: Lang) -> None:
    old, rows, help = int(pair.policy.parts(row)[0]), [], []
    for name in (*CARD_METRICS, "households_per_worker", "wait_weeks", "fee_payment_rate"):
        m, places = METRICS[name], 0 if name in ("backlog", "requests", "households_per_worker") else 2
        a, b = pair.policy.now(name, row), pair.baseline.now(name, old)
        change = signed(number(a - b, places))
        change += " ≈" if 0 < abs(a - b) < m.least.at(b) else ""
        rows.append([named(m, lang), number(a, places), number(b, places), change])
        help.append(pick(lang, m.definition_zh, m.definition_en))
    heads = [say(lang, key) for key in ("now", "policy", "baseline", "change")]
    Table(head=heads, rows=rows, name="ht-card", help=tuple(help))
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "too_small")])


def _history(pair: Pair, row: int, lang: Lang) -> None:
    policy = pair.policy.community("satisfaction", row)
    baseline = pair.baseline.community("satisfaction", int(pair.policy.parts(row)[0]))
    divided = sorted({*pair.policy.divided(row), *pair.baseline.divided(int(pair.policy.parts(row)[0]))})
    told = say(lang, "history") + (say(lang, "history_divided") if divided else "")
    rv.Html(tag="div", class_="ht-label", children=[told])
    charts.show_history(pair, lang, policy, baseline, say(lang, "history"), "ht-spark", divided)
