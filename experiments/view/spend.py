"""How to spend a budget: a question of the visitor, answered from the portfolios that come with the district."""

from dataclasses import dataclass
from typing import Any

import solara
from solara.alias import rv

from experiments.answers.spend import BudgetError, Question, Spent, spend
from experiments.study.spending import levers_of, market
from experiments.texts import spent
from experiments.texts.catalogue import Lang, section
from experiments.texts.page import pick, say
from experiments.view.choices import choose_one, choose_several
from experiments.view.panels import Table
from experiments.view.visit import Visit
from simulation.metrics.table import METRICS

LEAST, MOST = 1.0, 1000.0
"""Budgets that can be asked for, million yuan; beyond them nothing is on offer, or all of it."""
_FIRST, _MILLION = "25", 1e6
_LIMITS = ("load_committee", "load_street", "backlog", "satisfaction_gini")


@dataclass(frozen=True)
class Asked:
    """What the visitor has set; the budget as it was typed."""

    typed: str = _FIRST
    metric: str = "satisfaction"
    needed: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def question(self) -> Question | None:
        """The question, None where the budget is none that can be asked for."""
        try:
            millions = float(self.typed.replace(",", "."))
        except ValueError:
            return None
        if not LEAST <= millions <= MOST:
            return None
        return Question(_MILLION * millions, self.metric, self.needed, self.barred, dict.fromkeys(self.limits, 0.0))


def solved(district: str, asked: Asked) -> Spent | None:
    """The answer; None where no portfolio does what is asked, or the budget is none."""
    known, question = market(district), asked.question
    if known is None or question is None:
        return None
    try:
        return spend(known[0], question)
    except BudgetError:
        return None


@solara.component
def Spending(visit: Visit) -> None:
    """The panel: what is asked, and the answer once it was asked for."""
    lang, _ = visit.lang.value, visit.name.value  # another scenario may have another district
    district = visit.as_set().district
    asked = solara.use_reactive(Asked())
    answered: solara.Reactive[Asked | None] = solara.use_reactive(None)
    found = solara.use_memo(
        lambda: None if answered.value is None else solved(district, answered.value), [district, answered.value]
    )
    rv.Html(tag="h2", children=[say(lang, "spend.title")])
    known = market(district)
    if known is None:
        rv.Html(tag="p", class_="ht-note", children=[say(lang, "spend.none")])
        return
    offered, about = known
    told = say(lang, "spend.intro", runs=about["runs"], draws=about["draws"], error=100 * offered.price_error)
    rv.Html(tag="p", class_="ht-note", children=[told])
    with rv.Html(tag="div", class_="ht-maps"):
        _form(lang, asked, offered.kinds, offered.metrics)
    with rv.Html(tag="div", class_="ht-keep"):
        solara.Button(
            say(lang, "spend.solve"),
            color="primary",
            disabled=asked.value.question is None,
            on_click=lambda: answered.set(asked.value),
            classes=["ht-solve"],
        )
    with rv.Html(tag="div"):  # what follows keeps its place when the answer comes
        if answered.value is not None:
            _answer(visit, lang, found)


def _form(lang: Lang, asked: solara.Reactive[Asked], kinds: list[str], metrics: list[str]) -> None:
    now = asked.value

    def change(**fields: Any) -> None:
        asked.set(Asked(**{**now.__dict__, **fields}))

    bad = [] if now.question else [say(lang, "spend.budget_bad", least=f"{LEAST:g}", most=f"{MOST:g}")]
    rv.TextField(
        label=say(lang, "spend.budget"),
        v_model=now.typed,
        on_v_model=lambda text: change(typed=text if isinstance(text, str) else ""),
        class_="ht-budget",
        error_messages=bad,
    )
    names = {name: pick(lang, METRICS[name].zh, METRICS[name].en) for name in metrics}
    measures = {kind: pick(lang, *spent.measure(kind)) for kind in kinds}
    choose_one(say(lang, "spend.criterion"), "ht-criterion", now.metric, names, lambda name: change(metric=name))
    free = {kind: name for kind, name in measures.items() if kind not in now.barred}
    choose_several(say(lang, "spend.needed"), "ht-needed", now.needed, free, lambda some: change(needed=some))
    free = {kind: name for kind, name in measures.items() if kind not in now.needed}
    choose_several(say(lang, "spend.barred"), "ht-barred", now.barred, free, lambda some: change(barred=some))
    kept = {name: names[name] for name in _LIMITS if name in names}
    choose_several(say(lang, "spend.limits"), "ht-limits", now.limits, kept, lambda some: change(limits=some))


def _answer(visit: Visit, lang: Lang, found: Spent | None) -> None:
    if found is None:
        rv.Html(tag="p", class_="ht-error", attributes={"role": "alert"}, children=[say(lang, "spend.nothing_fits")])
        return

    def take() -> None:
        visit.taken.set(visit.taken.peek() + 1)
        visit.set_levers(dict(sorted(levers_of(found.best).items())))

    def save() -> None:
        take()
        visit.save("yaml")

    rv.Html(tag="p", class_="ht-answer", attributes={"role": "status"}, children=[pick(lang, *spent.summary(found))])
    told, others = spent.rivals(found)
    _table(lang, "bought", spent.bought(found.best))
    with rv.Html(tag="div", class_="ht-keep"):
        solara.Button(say(lang, "spend.take"), outlined=True, small=True, on_click=take, classes=["ht-take"])
        solara.Button(say(lang, "spend.save"), outlined=True, small=True, on_click=save, classes=["ht-save-best"])
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "spend.confirm")])
    _table(lang, "rivals", others, pick(lang, *told))
    _table(lang, "not_bought", spent.not_bought(found))
    _table(lang, "around", spent.around(found))


def _table(lang: Lang, key: str, rows: spent.Rows, told: str = "") -> None:
    rv.Html(tag="h3", children=[pick(lang, *section("spent.heads")[key])])
    if told:
        rv.Html(tag="p", class_="ht-note", children=[told])
    if rows:
        head, *body = [[pick(lang, *cell) for cell in row] for row in rows]
        Table(head=head, rows=body, name=f"ht-spend-{key.replace('_', '-')}")
