"""The page. One visitor has one `Visit`; nothing is shared between visitors but the processor."""

import logging
import weakref
from collections.abc import Callable

import solara
import solara.lab
from solara.alias import rv
from solara.server.kernel_context import get_current_context

from experiments.texts.page import other, pick, say
from experiments.view import address, look, offered, visitors
from experiments.view.choices import choose_one
from experiments.view.controls import LeverGroups
from experiments.view.did import Contributions
from experiments.view.drawn import ScenarioPicker
from experiments.view.gains import GainsPanel
from experiments.view.headline import Headline
from experiments.view.keeping import Options, Share
from experiments.view.limited import Limits
from experiments.view.looks import Charts, Map, when
from experiments.view.map import View
from experiments.view.panels import CommunityCard
from experiments.view.player import SPEEDS
from experiments.view.spend import Spending
from experiments.view.stored import StoredResults
from experiments.view.stories import ResidentPanel
from experiments.view.streets import Streets
from experiments.view.visit import OPENED, Visit

log = logging.getLogger("huitian.view")
_NOTICES = {"full": "full_text", "over": "over_text", "fault": "fault_text"}
_DENSE = 0.3  # scale below which most cells are empty
_Boxes = dict[str, tuple[Callable[[Visit], object], ...]]
"""Parts of the page that share a box, by its place."""
_ANSWER: _Boxes = {"ht-at-answer": (Headline, Limits)}
_LOOKS: _Boxes = {"ht-at-map": (Map,), "ht-at-charts": (Charts,), "ht-at-card": (CommunityCard,)}
_FURTHER: _Boxes = {
    "ht-at-options": (Options,),
    "ht-wide ht-at-gains": (GainsPanel,),
    "ht-wide ht-at-streets": (Streets,),
    "ht-wide ht-at-did": (Contributions,),
    "ht-wide ht-at-spending": (Spending,),
    "ht-wide ht-at-people": (ResidentPanel,),
    "ht-wide ht-at-stored": (StoredResults,),
}


@solara.component
def Page() -> None:
    """A place if there is one, else a polite word; and a plain one where a traceback would be."""
    tries, over = solara.use_reactive(0), solara.use_reactive(False)
    solara.use_memo(_colours, [])
    place = solara.use_memo(enter, [tries.value])
    fault, forget = solara.use_exception()
    solara.use_effect(lambda: report(fault), [fault])
    solara.Style(look.CSS)

    def again() -> None:
        forget()
        over.set(False)
        tries.set(tries.value + 1)

    if fault is not None:
        Notice("fault", again)
    elif over.value:
        Notice("over", again, minutes=f"{visitors.options.idle / 60:.0f}")
    elif place is None:
        Notice("full", again, n=visitors.visitors.most)
    else:
        Lobby(place, lambda: over.set(True))


def enter() -> visitors.Place | None:
    """A place if there is one; it is given back at the latest when the session ends, whatever ends it."""
    place = visitors.visitors.enter()
    if place is not None:
        get_current_context().on_close(place.leave)
    return place


def begin(search: str | None, left: Callable[[], None]) -> Visit:
    """A visit with what the query of its address says, which ends at the latest with its session."""
    found = address.read(search, offered.scenarios(visitors.options.scenario), first_view())
    visit = Visit(found, left)
    known = weakref.ref(visit)  # a session outlives its visits, and shall not keep their models

    def end() -> None:
        still = known()
        if still is not None:
            still.close()

    get_current_context().on_close(end)
    return visit


def report(fault: BaseException | None) -> None:
    """Write to the log what visitors are not shown."""
    if fault is not None:
        log.error("the page of a visitor has failed", exc_info=fault)


def _colours() -> None:
    solara.lab.theme.themes.light.primary = look.PRIMARY


@solara.component
def Notice(what: str, again: Callable[[], None], **values: object) -> None:
    """Why there is no page now, in both languages: all places are taken, it was left alone, or it has failed."""
    lang = visitors.options.lang
    with rv.Html(tag="div", class_=f"ht-full ht-{what}-notice"):
        for language in (lang, other(lang)):
            rv.Html(tag="h1", children=[say(language, what)])
            rv.Html(tag="p", children=[say(language, _NOTICES[what], **values)])
        solara.Button(
            f"{say(lang, 'again')} / {say(other(lang), 'again')}", color="primary", on_click=again, classes=["ht-again"]
        )


@solara.component
def Lobby(place: visitors.Place, left: Callable[[], None]) -> None:
    """A visit from its begin to its end; `left` is called when nothing was asked of it for too long."""
    search = solara.use_router().search
    visit = solara.use_memo(lambda: begin(search, left), [])

    def leave() -> None:
        visit.close()
        place.leave()

    solara.use_effect(lambda: leave, [])
    lang = visit.lang.value
    solara.Title(say(lang, "title"))
    with rv.Html(tag="div", class_="ht-page", attributes={"lang": "zh-CN" if lang == "zh" else "en"}):
        with rv.Html(tag="aside", class_="ht-side", attributes={"aria-label": say(lang, "measures")}):
            Settings(visit)
        with rv.Html(tag="div", class_="ht-main"):
            Transport(visit)
            _boxes(_ANSWER, visit)
            with rv.Html(tag="div", class_="ht-looks"):
                _boxes(_LOOKS, visit)
            _boxes(_FURTHER, visit)


def _boxes(boxes: _Boxes, visit: Visit) -> None:
    for place, parts in boxes.items():
        with rv.Html(tag="section", class_=f"ht-box {place}"):
            for part in parts:
                part(visit)


def first_view() -> View:
    """What the page shows at first: means of communities where most cells would be empty."""
    return View(lang=visitors.options.lang, communities=visitors.options.scale < _DENSE)


@solara.component
def Settings(visit: Visit) -> None:
    """Title, language, scenario, seed and the levers."""
    lang = visit.lang.value
    typed, bad = solara.use_reactive(str(visit.seed.value)), solara.use_reactive(False)

    def seed(text: str) -> None:
        typed.value = text if isinstance(text, str) else ""
        bad.value = not visit.set_seed(text)

    rv.Html(tag="h1", children=[say(lang, "title")])
    solara.Button(
        say(lang, "language"),
        outlined=True,
        small=True,
        classes=["ht-language"],
        attributes={"aria-label": say(lang, "language_label"), "lang": other(lang)},
        on_click=lambda: visit.speak(other(lang)),
    )
    found, opened = offered.scenarios(visitors.options.scenario), visit.opened.value
    items = offered.items(found, lang)
    if opened is not None:
        title = say(lang, "opened_file", title=pick(lang, opened.title.zh, opened.title.en))
        items = [{"value": OPENED, "text": title, "sentence": offered.sentence(opened, lang)}, *items]
    ScenarioPicker(
        name="ht-scenario",
        label=say(lang, "scenario"),
        value=visit.name.value,
        items=items,
        nothing=say(lang, "no_scenario"),
        event_chosen=visit.choose,
    )
    rv.TextField(
        label=say(lang, "seed"),
        v_model=typed.value,
        on_v_model=seed,
        class_="ht-seed mt-4",
        hint=say(lang, "seed_hint"),
        persistent_hint=True,
        error_messages=[say(lang, "seed_bad")] if bad.value else [],
    )
    rv.Html(tag="h2", class_="mt-3", children=[say(lang, "measures")])
    told = "pending" if visit.pending.value else "" if visit.started.value else "live"
    # always one paragraph: a child that comes or goes would give the groups a new place, and close them
    rv.Html(
        tag="p",
        class_="ht-pending" if told == "pending" else "ht-note",
        attributes={"role": "status"},
        children=[say(lang, told) if told else ""],
    )
    LeverGroups(lang, visit.taken.value, visit.levers.value, visit.set_levers)
    Share(visit)


@solara.component
def Transport(visit: Visit) -> None:
    """Step, Play, Reset, speed, and where the models are."""
    lang, player, frame, _ = visit.lang.value, visit.player, visit.frame.value, visit.controls.value
    playing, pair = player.playing, frame.pair
    done = pair is not None and frame.weeks >= pair.scenario.weeks
    solara.use_effect(visit.painted, [frame.number])
    with rv.Html(
        tag="div", class_="ht-box ht-bar ht-top", attributes={"role": "toolbar", "aria-label": say(lang, "transport")}
    ):
        solara.Button(
            say(lang, "step"),
            color="primary",
            icon_name="mdi-skip-next",
            classes=["ht-step"],
            disabled=pair is None or playing or done,
            on_click=visit.step,
        )
        solara.Button(
            say(lang, "pause" if playing else "play"),
            color="primary",
            classes=["ht-play"],
            icon_name="mdi-pause" if playing else "mdi-play",
            disabled=pair is None or done,
            on_click=visit.toggle,
        )
        solara.Button(
            say(lang, "reset"),
            outlined=True,
            color="primary",
            icon_name="mdi-restart",
            classes=["ht-reset"],
            on_click=visit.reset,
        )
        speeds = {speed.name: say(lang, speed.name) for speed in SPEEDS}
        choose_one(say(lang, "speed"), "ht-speed", player.speed.name, speeds, visit.hurry)
        rv.Html(
            tag="span",
            class_="ht-when",
            children=[when(frame, lang)],
            attributes={"data-week": str(frame.weeks if pair else -1)},
        )
        state = "finished" if done else "working" if player.busy and not playing else ""
        rv.Html(
            tag="span",
            class_="ht-note ht-state",
            children=[say(lang, state) if state else ""],
            attributes={"role": "status"},
        )
        if player.failed:
            rv.Html(
                tag="p",
                class_="ht-error",
                attributes={"role": "alert"},
                children=[say(lang, player.failed)],
            )
