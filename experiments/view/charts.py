"""Charts beside the map: the policy against the baseline, week by week, as the browser draws them (`charts.vue`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.answers import streets
from experiments.charts import style
from experiments.texts.catalogue import Lang, phrase
from experiments.texts.numbers import YI, number, signed
from experiments.texts.page import pick, say
from experiments.view.drawn import ChartsView, scripts
from experiments.view.kept import LETTERS, PATHS, YEAR, Kept, option_name
from experiments.view.map import street_names
from experiments.view.session import Pair
from simulation.metrics.table import METRICS

_FIRST_WEEKS = 26  # the axis begins with so many and grows
_DASHED = "6 4"
_KEPT_DASHES = ("8 3", "2 3", "8 3 2 3", "12 4")
_DIGITS = 5
NARROW = 270
"""Pixels that a small chart needs beside others."""

Series = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One metric: its label, its name, policy and baseline week by week, float64 (weeks,)."""

    label: str
    metric: str
    policy: Series
    baseline: Series


@dataclass(frozen=True)
class Panel:
    """One small chart.

    `least` is the least height of its axis, so that noise does not fill it; `ends` fix it; sums and counts begin at 0.
    """

    key: str
    title: str
    unit: str
    lines: list[Line]
    least: float
    places: int = 2
    counts: bool = False
    ends: tuple[float, float] | None = None

    def drawn(
        self, lang: Lang, further: list[dict[str, Any]] | None = None, band: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The panel as charts.vue reads it; the baseline is dashed over the policy, so that both are seen.

        `further`: lines as charts.vue reads them, of other options; `band`: of the seeds of the policy.
        """
        further = further or []
        drawn = [line["values"] for line in further] + ([band["lows"], band["highs"]] if band else [])
        low, high = self._range([value for values in drawn for value in values if value is not None])
        own = []
        for k, line in enumerate(self.lines):
            colour = style.COLOURS[k]
            own.append(_drawn(line.label, line.policy, colour, "", 2.2))
            label = say(lang, "baseline") if not k else say(lang, "baseline_of", what=line.label)
            own.append(_drawn(label, line.baseline, style.BASELINE, _DASHED, 1.3) | {"again": k > 0})
        return {
            "key": self.key,
            "title": self.title,
            "meaning": meaning([line.metric for line in self.lines], lang),
            "unit": self.unit,
            "places": self.places,
            "low": low,
            "high": high,
            "lines": own + further,
            "bands": [band] if band else [],
        }

    def _range(self, further: list[float]) -> tuple[float, float]:
        """Ends of the axis; the numbers of the lines fill the height but for a twentieth at each end."""
        values = np.concatenate([further, *(series for line in self.lines for series in (line.policy, line.baseline))])
        values = values[~np.isnan(values)]
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        if self.counts:
            low, high = 0.0, max(high, self.least)
        room = max(0.05 * (high - low), (self.least - (high - low)) / 2)
        return self.ends or (0.0 if self.counts else low - room, high + room)


def _drawn(label: str, values: Series, colour: str, dash: str, width: float) -> dict[str, Any]:
    return {"label": label, "values": _numbers(values), "colour": colour, "dash": dash, "width": width}


def _numbers(values: Series) -> list[float | None]:
    return [None if np.isnan(v) else round(float(v), _DIGITS) for v in values]


def ends(values: Series, least: float) -> tuple[float, float]:
    """Ends of an axis that holds some values, and at least so high."""
    known = values[~np.isnan(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    room = max(0.05 * (high - low), (least - (high - low)) / 2) or 1.0
    return low - room, high + room


def meaning(metrics: Iterable[str], lang: Lang) -> str:
    """What some metrics are, in words."""
    told = [pick(lang, METRICS[name].definition_zh, METRICS[name].definition_en) for name in metrics]
    return pick(lang, *phrase("common.list_semicolon")).join(told)


def axis(pair: Pair) -> int:
    """Weeks that the axis has room for: it grows with what is played."""
    return min(pair.scenario.weeks, max(_FIRST_WEEKS, round(1.05 * pair.weeks)))


def panels(pair: Pair, lang: Lang) -> list[Panel]:
    """Satisfaction, committee load, hotline rates, spending, and infected if there is an epidemic."""

    def line(label: str, metric: str, factor: float = 1.0) -> Line:
        sides = (factor * track.series(metric) for track in (pair.policy, pair.baseline))
        return Line(say(lang, label), metric, *sides)

    def panel(key: str, title: str, unit: str, lines: list[Line], least: float, **more: Any) -> Panel:
        return Panel(key, say(lang, title), say(lang, unit) if unit else "", lines, least, **more)

    rates = [line(name, f"{name}_rate") for name in ("response", "resolution", "satisfied")]
    cost = [line(name, f"cost_{name}_yuan", 1 / YI) for name in ("capital", "operating")]
    satisfaction, load = line("policy", "satisfaction"), line("policy", "load_committee")
    found = [
        panel("satisfaction", "chart_satisfaction", "unit_satisfaction", [satisfaction], 1.0),
        panel("load", "chart_load", "", [load], 0.1),
        panel("rates", "chart_rates", "", rates, 0.1, ends=(0.0, 1.0)),
        panel("cost", "chart_cost", "unit_cost", cost, 0.1, counts=True),
    ]
    if pair.scenario.context.epidemic:
        ill = [line("policy", "infected")]
        found.insert(3, panel("infected", "chart_infected", "unit_infected", ill, 10, places=0, counts=True))
    return found


def drawn(pair: Pair, lang: Lang, kept: tuple[Kept, ...] = (), now: Kept | None = None) -> list[dict[str, Any]]:
    """All panels as charts.vue reads them, with the options that were kept, and the band of the seeds of the one that
    is played, if there are enough."""
    return [
        panel.drawn(lang, beside(kept, pair, panel.key, lang), band(now, panel.key, lang))
        for panel in panels(pair, lang)
    ]


def band(now: Kept | None, key: str, lang: Lang) -> dict[str, Any] | None:
    """Lowest and highest of the seeds of an option in the panel of a key, as charts.vue reads it."""
    found = now.band(PATHS[key]) if now is not None and key in PATHS else None
    if now is None or found is None:
        return None
    lows, highs = map(_numbers, found)
    return {"of": "", "label": say(lang, "band", n=now.seeds), "lows": lows, "highs": highs, "colour": style.COLOURS[0]}


def beside(kept: tuple[Kept, ...], pair: Pair, key: str, lang: Lang) -> list[dict[str, Any]]:
    """Lines of the options that were kept in the panel of a key, as charts.vue reads them: those of the same baseline,
    as far as the pair has been played."""
    if key not in PATHS:
        return []
    found = []
    for one in kept:
        if one.beside(pair):
            k, values = LETTERS.index(one.letter), one.policy[PATHS[key]][: max(pair.weeks, 1)]
            found.append(_drawn(option_name(one, lang), values, style.COLOURS[1 + k], _KEPT_DASHES[k], 1.8))
    return found


def by_street(pair: Pair, metric: str, lang: Lang) -> list[dict[str, Any]]:
    """A small chart of a metric for each street, all over the same axis."""
    names = street_names(pair.policy.world, lang)
    sides = [[track.street(metric, row) for track in (pair.policy, pair.baseline)] for row in range(len(names))]
    ends = streets.axis(metric, [series for both in sides for series in both])
    m = METRICS[metric]
    places = 0 if not m.kind.comparable else 2
    return [
        Panel(
            f"street{row}",
            names[row],
            pick(lang, m.unit_zh, m.unit_en),
            [Line(say(lang, "policy"), metric, policy, baseline)],
            0.0,
            places=places,
            ends=ends,
        ).drawn(lang)
        for row, (policy, baseline) in enumerate(sides)
    ]


def street_rows(pair: Pair, metric: str, lang: Lang) -> list[list[str]]:
    """Each street's residents, policy, baseline and difference: means of the last year."""
    world, m = pair.policy.world, METRICS[metric]
    people = np.bincount(world.gates.subdistrict, world.gates.residents, len(world.streets)) / world.scale
    places, found = 0 if not m.kind.comparable else 2, []
    for row, name in enumerate(street_names(world, lang)):
        a, b = (mean_of_year(track.street(metric, row)) for track in (pair.policy, pair.baseline))
        change = signed(number(a - b, places)) + (" ≈" if 0 < abs(a - b) < m.least.at(b) else "")
        found.append([name, number(float(people[row]), 0), number(a, places), number(b, places), change])
    return found


def mean_of_year(values: Series) -> float:
    """Mean of the last 52 weeks that have a value, or of all if there are fewer; NaN without any."""
    known = values[-YEAR:][~np.isnan(values[-YEAR:])]
    return float(known.mean()) if known.size else float("nan")


def words(lang: Lang, alt: str, file: str) -> dict[str, str]:
    """Texts of charts that can be kept under the name of a file; `alt` says what they show."""
    return {
        "alt": alt,
        "empty": say(lang, "empty"),
        "week": say(lang, "week_short", week="{week}"),
        "keep": say(lang, "keep"),
        "help": say(lang, "charts_help"),
        "file": file,
    }


def show_history(
    pair: Pair, lang: Lang, policy: Series, baseline: Series, alt: str, name: str, divided: Sequence[int] = ()
) -> None:
    """Draw one small chart of satisfaction with and without the policy; see `history`."""
    ChartsView(
        scripts=scripts(),
        panels=history(pair, lang, policy, baseline, divided),
        start=pair.scenario.start.isoformat(),
        axis=axis(pair),
        words={"alt": alt, "empty": "", "week": say(lang, "week_short", week="{week}")},
        name=name,
        mark=str(pair.weeks),
        keepable=False,
    )


def history(pair: Pair, lang: Lang, policy: Series, baseline: Series, divided: Sequence[int]) -> list[dict[str, Any]]:
    """One panel: the satisfaction of a community, with the weeks, from 1, in which its boundaries changed."""
    line = Line(say(lang, "policy"), "satisfaction", policy, baseline)
    panel = Panel("history", say(lang, "chart_satisfaction"), say(lang, "unit_satisfaction"), [line], 1.0)
    return [panel.drawn(lang) | {"marks": [week - 1 for week in divided]}]
