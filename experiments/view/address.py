"""What a visitor sees as the query of the page's address, so that a link opens the same view.

Whatever a link says is a choice among what the page offers: scenarios by name, levers by their typed fields. Nothing in
it is a path, and what cannot be used is left out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlencode

from pydantic import ValidationError

from experiments.texts.catalogue import Lang
from experiments.view import layers, wanted
from experiments.view.map import COMPARE, View
from experiments.view.people import Sought
from experiments.view.session import CARD_METRICS
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions

_LONGEST = 8000  # characters of a query; servers on the way cut longer ones
_DIGITS = 19  # of the largest seed


@dataclass(frozen=True)
class Address:
    """A view that can be linked to; None or empty stands for what the page starts with.

    `levers` are those of the policy where they are not as the scenario's file has them; `week` is where it was played
    to.
    """

    scenario: str = ""
    seed: int | None = None
    week: int = 0
    view: View = field(default_factory=View)
    levers: Mapping[str, Intervention] | None = None
    place: Mapping[str, float] = field(default_factory=dict)

    def query(self) -> str:
        """As the address holds it, without the question mark."""
        view, plain = self.view, View()
        said: dict[str, str] = {"lang": view.lang, "scenario": self.scenario}
        said |= {} if self.seed is None else {"seed": str(self.seed)}
        said |= {"week": str(self.week)} if self.week else {}
        for name in ("layer", "compare", "street", "community", "metric"):
            if getattr(view, name) != getattr(plain, name):
                said[name] = str(getattr(view, name))
        anybody = vars(plain.sought)
        said |= {f"who_{name}": str(part) for name, part in vars(view.sought).items() if part != anybody[name]}
        said |= {name: str(int(getattr(view, name))) for name in ("communities", "stretch")}
        said |= {"facilities": ",".join(view.facilities)} if view.facilities != plain.facilities else {}
        said |= {name: f"{value:.3g}" for name, value in self.place.items() if self.place.get("zoom", 1) != 1}
        if self.levers is not None:
            fields = {kind: lever.model_dump(mode="json", exclude_defaults=True) for kind, lever in self.levers.items()}
            said["levers"] = json.dumps(fields, separators=(",", ":"))
        return urlencode(said, safe=',:{}"')


def read(query: str | None, offered: Mapping[str, object], start: View) -> Address:
    """The address of a query; `offered`: scenarios that may be named, `start`: what the page starts with."""
    if not query or len(query) > _LONGEST:
        return Address(view=start)
    said = {name: values[-1] for name, values in parse_qs(query).items()}
    name = said.get("scenario", "")
    seed = _whole(said.get("seed"), wanted.LARGEST_SEED)
    return Address(
        scenario=name if name in offered else "",
        seed=seed,
        week=_whole(said.get("week"), 10_000) or 0,
        view=_view(said, start),
        levers=_levers(said["levers"]) if "levers" in said and name in offered else None,
        place=_place(said),
    )


def _view(said: Mapping[str, str], start: View) -> View:
    lang: Lang = "en" if said.get("lang") == "en" else "zh" if said.get("lang") == "zh" else start.lang
    compare = next((known for known in COMPARE if known == said.get("compare")), start.compare)
    layer = said.get("layer", start.layer)
    metric = said.get("metric", start.metric)
    named = said.get("facilities")
    return View(
        layer=layer if layer in layers.LAYERS else start.layer,
        compare=compare,
        communities=said["communities"] == "1" if "communities" in said else start.communities,
        stretch=said.get("stretch") == "1",
        facilities=start.facilities if named is None else tuple(kind for kind in named.split(",") if kind),
        street=_whole(said.get("street"), 1000),
        community=_whole(said.get("community"), 100_000),
        metric=metric if metric in list(CARD_METRICS) else start.metric,
        lang=lang,
        sought=_sought(said),
    )


def _sought(said: Mapping[str, str]) -> Sought:
    """Who is followed, as far as everything that is said of them can be."""
    parts = {name: _whole(said.get(f"who_{name}"), 100_000) for name in vars(Sought())}
    found = Sought(**{name: part for name, part in parts.items() if part is not None})
    return found if wanted.FIELDS["sought"](replace(found, street=None, community=None), None) else Sought()


def _levers(text: str) -> dict[str, Intervention] | None:
    """Levers of a policy; None if any of them is not possible."""
    try:
        given = json.loads(text)
        return {kind: interventions()[kind].model_validate(fields) for kind, fields in sorted(given.items())}
    except (ValidationError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        return None


def _place(said: Mapping[str, str]) -> dict[str, float]:
    try:
        return wanted.place({name: float(said[name]) for name in ("zoom", "dx", "dy")}) or {}
    except (KeyError, ValueError):
        return {}


def _whole(text: str | None, largest: int) -> int | None:
    """A whole number from 0, or None."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        return None
    return int(text) if int(text) <= largest else None
