"""Residents who are followed: who they are, what happened to them, and why their satisfaction moved."""

from functools import partial

import numpy as np
import solara
from solara.alias import rv

from experiments.texts.catalogue import Lang, section
from experiments.texts.numbers import number, signed
from experiments.texts.page import DESKS, STATES, pick, say
from experiments.view import charts
from experiments.view.choices import choose_one
from experiments.view.map import street_names
from experiments.view.panels import Table, community_name, shown
from experiments.view.people import AGES, DAYS, FOLLOWED, HOUSING, TURNS
from experiments.view.residents import TERMS, Story
from experiments.view.session import Pair
from experiments.view.visit import Visit
from simulation.domains import DOMAIN_LABELS, DOMAINS
from simulation.state.residents import LIFE_STAGE_LABELS, LIFE_STAGES
from simulation.state.world import World

_LAST_REQUESTS = 6
_OPEN_END = 200  # years from which on a group of ages has no last one


@solara.component
def ResidentPanel(visit: Visit) -> None:
    """Whom to follow, and the story of one of them."""
    lang, pair = visit.lang.value, shown(visit)
    rv.Html(tag="h2", children=[say(lang, "residents_panel")])
    if pair is None:
        return
    _search(visit, pair)
    with pair.reading:
        stories, world = pair.policy.follower.stories, pair.policy.world
        told = say(lang, "people.found", found=number(pair.found / pair.scale, 0), n=len(stories))
        if pair.sought != visit.view.value.sought:
            told = say(lang, "working")  # until the models have answered, those before are shown
        rv.Html(tag="p", class_="ht-note ht-people-found", attributes={"role": "status"}, children=[told])
        if not stories:
            return
        names = {k: _who(world, story, k, lang) for k, story in enumerate(stories)}
        choose_one(say(lang, "resident"), "ht-resident", visit.resident.value, names, visit.follow)
        k = min(visit.resident.value, len(stories) - 1)
        story, other = stories[k], pair.baseline.follower.stories[k]
        rv.Html(tag="p", class_="ht-facts", children=[_facts(world, story, lang)])
        if story.since:
            rv.Html(tag="p", class_="ht-note", children=[say(lang, "people.since", week=story.since + 1)])
        if not story.weeks:
            solara.Text(say(lang, "no_weeks"), classes=["ht-note"])
            return
        a, b = story.weeks[-1].overall, other.weeks[-1].overall
        rv.Html(tag="p", class_="ht-facts", children=[say(lang, "overall", policy=number(a, 1), baseline=number(b, 1))])
        _path(pair, story, other, lang)
        _why(story, lang)
        _requests(pair, story, lang)


def _search(visit: Visit, pair: Pair) -> None:
    """Age, place and status of those to follow."""
    lang, sought, world = visit.lang.value, visit.view.value.sought, pair.policy.world
    anyone = {None: say(lang, "people.any")}
    c = world.communities
    homes = [k for k in range(len(c)) if sought.street in (None, c.subdistrict[k])]
    days = section("page.people.days")
    choices: dict[str, tuple[str, dict[int, str]]] = {
        "age": ("people.age", dict(enumerate(age_group(first, last, lang) for first, last in AGES))),
        "street": ("people.street", dict(enumerate(street_names(world, lang)))),
        "community": ("people.community", {k: community_name(world, k, lang) for k in homes}),
        "housing": ("people.housing", dict(enumerate(say(lang, name) for name in HOUSING))),
        "day": ("people.day", dict(enumerate(pick(lang, *days[name]) for name in DAYS))),
    }
    with rv.Html(tag="div", class_="ht-people"):
        for name, (label, words) in choices.items():
            choose_one(
                say(lang, label),
                f"ht-people-{name}",
                getattr(sought, name),
                anyone | words,
                partial(_take, visit, name),
            )
        solara.Button(
            say(lang, "people.others", n=FOLLOWED),
            outlined=True,
            small=True,
            disabled=pair.found <= FOLLOWED,
            on_click=lambda: visit.seek(turn=(sought.turn + 1) % TURNS),
            classes=["ht-people-others"],
        )


def _take(visit: Visit, name: str, key: int | None) -> None:
    """Another choice in one list; with another street no community is chosen."""
    visit.seek(**({"community": None} if name == "street" else {}), **{name: key})


def age_group(first: int, last: int, lang: Lang) -> str:
    """A group of ages in words."""
    if last > _OPEN_END:
        return say(lang, "people.from_age", first=first)
    return say(lang, "people.ages", first=first, last=last)


def _who(world: World, story: Story, k: int, lang: Lang) -> str:
    r = world.residents
    stage = pick(lang, *LIFE_STAGE_LABELS[LIFE_STAGES[r.life_stage[story.row]]])
    place = community_name(world, int(world.gates.community[r.gate[story.row]]), lang)
    return say(lang, "resident_name", n=k + 1, stage=stage, place=place)


def _facts(world: World, story: Story, lang: Lang) -> str:
    """Who lives there now: somebody else may have moved in since the first week."""
    r, row = world.residents, story.row
    facts = [
        say(lang, "people.woman" if r.sex[row] == 0 else "people.man"),
        say(lang, "people.years", n=int(r.age[row])),
        say(lang, HOUSING[r.renter[row]]),
        pick(lang, *section("page.people.days")[DAYS[r.status[row]]]),
    ]
    if r.commute_minutes[row]:
        facts.append(say(lang, "people.commute", n=int(r.commute_minutes[row])))
    return " · ".join(facts)


def _path(pair: Pair, story: Story, other: Story, lang: Lang) -> None:
    """Satisfaction of the resident so far, with and without the policy."""
    gap = np.full(story.since, np.nan)
    policy, baseline = (np.concatenate([gap, [week.overall for week in one.weeks]]) for one in (story, other))
    charts.show_history(pair, lang, policy, baseline, say(lang, "people.path"), "ht-story")


def _why(story: Story, lang: Lang) -> None:
    week, total = story.weeks[-1], np.sum([w.terms for w in story.weeks], axis=0)
    shown = np.flatnonzero(week.used | (np.abs(week.terms).sum(axis=1) >= 0.005))
    rows = [
        [
            pick(lang, *DOMAIN_LABELS[DOMAINS[d]]),
            number(week.met[d], 1),
            number(week.expected[d], 1),
            *(signed(number(x, 2)) for x in week.terms[d]),
            signed(number(week.terms[d].sum(), 2)),
            number(week.satisfaction[d], 1),
        ]
        for d in shown
    ]
    heads = [say(lang, term) for term in TERMS]
    rv.Html(tag="div", class_="ht-label", children=[say(lang, "why")])
    Table(
        head=[
            say(lang, "domain"),
            say(lang, "met"),
            say(lang, "expected"),
            *heads,
            say(lang, "sum"),
            say(lang, "level"),
        ],
        rows=rows,
        name="ht-why",
    )
    rows = [
        [
            pick(lang, *DOMAIN_LABELS[domain]),
            *(signed(number(x, 2)) for x in total[d]),
            signed(number(total[d].sum(), 2)),
            number(week.satisfaction[d], 1),
        ]
        for d, domain in enumerate(DOMAINS)
    ]
    with rv.Html(tag="details"):
        told = say(lang, "people.why_since", week=story.since + 1) if story.since else say(lang, "why_all")
        rv.Html(tag="summary", children=[told])
        Table(head=[say(lang, "domain"), *heads, say(lang, "sum"), say(lang, "level")], rows=rows, name="ht-why-all")
    rv.Html(tag="p", class_="ht-note", children=[say(lang, "why_help")])


def _requests(pair: Pair, story: Story, lang: Lang) -> None:
    rv.Html(tag="h3", children=[say(lang, "their_requests")])
    latest = sorted(story.requests.values(), key=lambda r: r.tick)[-_LAST_REQUESTS:]
    if not latest:
        solara.Text(say(lang, "no_requests"), classes=["ht-note"])
        return
    rows = [
        [
            say(lang, "week_short", week=r.tick + 1),
            pick(lang, *DOMAIN_LABELS[DOMAINS[r.domain]]),
            say(lang, "visit" if r.visit else "issue"),
            say(lang, "hotline" if r.hotline else "direct"),
            say(lang, f"desks.{DESKS[r.tier]}"),
            say(lang, STATES[r.status]),
        ]
        for r in reversed(latest)
    ]
    Table(
        head=[say(lang, key) for key in ("opened", "domain", "kind", "channel", "desk", "state")],
        rows=rows,
        name="ht-requests",
    )
