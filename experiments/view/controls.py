"""The panel of controls, made from the registry of interventions."""

from collections.abc import Callable
from typing import Any

import solara
from solara.alias import rv

from experiments.texts.catalogue import Lang
from experiments.texts.page import pick, say
from experiments.view import levers
from experiments.view.levers import LeverField
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions

Levers = dict[str, Intervention]


@solara.component
def LeverGroups(lang: Lang, chosen: Levers, on_change: Callable[[Levers], None]) -> None:
    """All levers, group by group."""
    with rv.ExpansionPanels(multiple=True, flat=True, accordion=True):
        for k, (zh, en, kinds) in enumerate(levers.groups()):
            count = sum(kind in chosen for kind in kinds)
            with rv.ExpansionPanel(class_=f"ht-group ht-group-{k}"):
                with rv.ExpansionPanelHeader(class_="ht-group-head"):
                    on = say(lang, "measures_on", n=count) if count else ""
                    solara.Text(pick(lang, zh, en))
                    rv.Html(tag="span", class_="ht-count", children=[on])
                with rv.ExpansionPanelContent():
                    for kind in kinds:
                        _Lever(lang, kind, chosen, on_change).key(kind)


@solara.component
def _Lever(lang: Lang, kind: str, chosen: Levers, on_change: Callable[[Levers], None]) -> None:
    lever, opened = interventions()[kind], solara.use_reactive(False)
    title = pick(lang, lever.title_zh, lever.title_en)
    with rv.Html(tag="div", class_=f"ht-lever ht-lever-{kind}"):
        rv.Switch(
            label=title,
            v_model=kind in chosen,
            dense=True,
            hide_details=True,
            class_="mt-0",
            on_v_model=lambda on: on_change(levers.switched(chosen, kind, bool(on))),
        )
        if kind in chosen:
            label = say(lang, "hide" if opened.value else "details")
            solara.Button(
                label,
                text=True,
                small=True,
                icon_name="mdi-tune",
                classes=["ht-details"],
                attributes={"aria-expanded": str(opened.value).lower(), "aria-label": f"{title}: {label}"},
                on_click=lambda: opened.set(not opened.value),
            )
            if opened.value:
                for field in levers.fields(kind):
                    _Field(lang, chosen[kind], field, lambda new: on_change({**chosen, kind: new})).key(field.name)


@solara.component
def _Field(lang: Lang, lever: Intervention, field: LeverField, on_change: Callable[[Intervention], None]) -> None:
    """One field; what cannot be used is said under it and changes nothing."""
    value = getattr(lever, field.name)
    typed, error = solara.use_reactive(field.text(value)), solara.use_reactive("")

    def take(new: Any) -> None:
        if field.kind == "switch" and not isinstance(new, bool):
            return
        if field.kind == "choice" and str(new) not in [name for name, _, _ in field.choices]:
            return
        typed.value = str(new)
        try:
            ready = new if field.kind in ("switch", "choice") else field.parse(str(new), lang)
            if field.kind == "choice" and not isinstance(value, str):
                ready = type(value)(new)
            changed = levers.changed(lever, field.name, ready, lang)
        except ValueError as problem:
            error.value = str(problem)
        else:
            error.value = ""
            on_change(changed)

    label = field.label(lang)
    rv.Html(tag="div", class_="ht-label", children=[label])  # over the field, where a long one can wrap
    common = {
        "attributes": {"aria-label": label},
        "dense": True,
        "hint": field.help(lang),
        "persistent_hint": True,
        "error_messages": [error.value] if error.value else [],
        "class_": f"ht-field ht-field-{field.name}",
    }
    if field.kind == "switch":
        rv.Switch(v_model=value, on_v_model=take, **common)
    elif field.kind == "choice":
        items = [{"value": name, "text": pick(lang, zh, en)} for name, zh, en in field.choices]
        rv.Select(v_model=field.text(value), on_v_model=take, items=items, **common)
    elif field.kind == "date":
        rv.TextField(v_model=typed.value, on_v_model=take, type="date", **common)
    else:
        rv.TextField(v_model=typed.value, on_v_model=take, type="number", suffix=field.unit_in(lang), **common)
