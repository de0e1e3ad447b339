"""The panel of controls, made from the registry of interventions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import solara
from solara.alias import rv

from experiments.texts.catalogue import Lang
from experiments.texts.page import pick, say
from experiments.view import levers
from experiments.view.choices import choose_one
from experiments.view.levers import LeverField
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions

Levers = dict[str, Intervention]
Typed = dict[str, Any]
"""What was typed or chosen, by field of a lever."""


@solara.component
def LeverGroups(lang: Lang, taken: int, chosen: Levers, on_change: Callable[[Levers], None]) -> None:
    """All levers, group by group; `taken`: how often a scenario was taken, which empties the fields."""
    typed: solara.Reactive[dict[str, Typed]] = solara.use_reactive({})
    unfolded: solara.Reactive[frozenset[str]] = solara.use_reactive(frozenset())
    solara.use_effect(lambda: typed.set({}), [taken])

    def fold(name: str) -> None:
        unfolded.set(unfolded.peek() ^ {name})

    def switch(kind: str, on: bool) -> None:
        typed.set({**typed.peek(), kind: {}})
        on_change(levers.switched(chosen, kind, on))

    def take(kind: str, name: str, value: Any) -> None:
        now = {**typed.peek().get(kind, {}), name: value}
        typed.set({**typed.peek(), kind: now})
        ready, _ = levers.checked(chosen[kind], now, lang)
        if ready != chosen[kind]:
            on_change({**chosen, kind: ready})

    wrong = {kind: levers.checked(lever, typed.value.get(kind, {}), lang)[1] for kind, lever in chosen.items()}
    for k, (zh, en, kinds) in enumerate(levers.groups()):
        name = f"group {k}"
        with rv.Html(tag="div", class_=f"ht-group ht-group-{k}"):
            _group_head(lang, pick(lang, zh, en), kinds, wrong, name in unfolded.value, partial(fold, name))
            if name in unfolded.value:
                for kind in kinds:
                    told = wrong.get(kind)
                    held = typed.value.get(kind, {})
                    _lever(lang, kind, chosen.get(kind), held, told or {}, kind in unfolded.value, fold, switch, take)


def _group_head(
    lang: Lang,
    title: str,
    kinds: tuple[str, ...],
    wrong: dict[str, dict[str, str]],
    open_: bool,
    fold: Callable[[], None],
) -> None:
    """Name of a group, how many of its measures are on, and how many of their fields are to be mended."""
    on, faults = sum(kind in wrong for kind in kinds), sum(len(wrong.get(kind, {})) for kind in kinds)
    parts = [
        rv.Html(tag="span", children=[title]),
        rv.Html(tag="span", class_="ht-count", children=[say(lang, "measures_on", n=on) if on else ""]),
        rv.Html(tag="span", class_="ht-to-mend", children=[say(lang, "to_mend", n=faults) if faults else ""]),
        rv.Icon(children=["mdi-chevron-up" if open_ else "mdi-chevron-down"], class_="ht-chevron"),
    ]
    solara.Button(
        children=parts,
        text=True,
        block=True,
        on_click=fold,
        classes=["ht-group-head"],
        attributes={"aria-expanded": str(open_).lower()},
    )


def _lever(
    lang: Lang,
    kind: str,
    lever: Intervention | None,
    typed: Typed,
    wrong: dict[str, str],
    open_: bool,
    fold: Callable[[str], None],
    switch: Callable[[str, bool], None],
    take: Callable[[str, str, Any], None],
) -> None:
    """A lever: its switch, and its fields when they are unfolded; what was typed stays when they are folded."""
    known = interventions()[kind]
    title = pick(lang, known.title_zh, known.title_en)
    with rv.Html(tag="div", class_=f"ht-lever ht-lever-{kind}"):
        rv.Switch(
            label=title,
            v_model=lever is not None,
            dense=True,
            hide_details=True,
            class_="mt-0",
            on_v_model=lambda on: switch(kind, bool(on)),
        )
        if lever is None:
            return
        label = say(lang, "hide" if open_ else "details")
        solara.Button(
            label,
            text=True,
            small=True,
            icon_name="mdi-tune",
            classes=["ht-details"],
            attributes={"aria-expanded": str(open_).lower(), "aria-label": f"{title}: {label}"},
            on_click=lambda: fold(kind),
        )
        told = say(lang, "to_mend", n=len(wrong)) if wrong else ""
        rv.Html(tag="span", class_="ht-to-mend", attributes={"role": "status"}, children=[told])
        for field in levers.fields(kind) if open_ else ():
            shown = typed.get(field.name, getattr(lever, field.name))
            _field(lang, field, shown, wrong.get(field.name, ""), lambda name, value: take(kind, name, value))


def _field(lang: Lang, field: LeverField, shown: Any, fault: str, take: Callable[[str, Any], None]) -> None:
    """One field; what cannot be used is said under it and changes nothing."""
    label = field.label(lang)
    if field.kind != "choice":
        rv.Html(tag="div", class_="ht-label", children=[label])  # over the field, where a long one can wrap
    text = shown if isinstance(shown, str) else field.text(shown)
    common = {
        "attributes": {"aria-label": label},
        "dense": True,
        "hint": field.help(lang),
        "persistent_hint": True,
        "error_messages": [fault] if fault else [],
        "class_": f"ht-field ht-field-{field.name}",
        "on_v_model": lambda value: take(field.name, value),
    }
    if field.kind == "switch":
        rv.Switch(v_model=bool(shown), **common)
    elif field.kind == "choice":
        words = {name: pick(lang, zh, en) for name, zh, en in field.choices}
        choose_one(label, f"ht-field-{field.name}", field.text(shown), words, lambda key: take(field.name, key))
        rv.Html(tag="p", class_="ht-note", children=[field.help(lang)])
    elif field.kind == "date":
        rv.TextField(v_model=text, type="date", **common)
    else:
        rv.TextField(v_model=text, type="number", suffix=field.unit_in(lang), **common)
