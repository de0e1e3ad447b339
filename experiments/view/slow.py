"""What charts, tables and cards show: read from a pair of models at most once a second while they play."""

from dataclasses import dataclass, field
from typing import Any

from experiments.texts.catalogue import Words
from experiments.view import changes, charts, sentences, timeline
from experiments.view.kept import Kept
from experiments.view.map import View
from experiments.view.session import Pair
from simulation.domains import DOMAINS


@dataclass(frozen=True)
class Slow:
    """What charts and cards show: the number of its frame, the charts, and the option that is played.

    `view`: what all of it was read for; `streets`: its charts of streets, with what they come to in `street_rows`;
    `gains`: how many residents changed by how much; `lanes`: when what happens; `domains`: change of satisfaction in
    each domain in the last year, points, by metric, the largest gain first; `told`: the answer in sentences, each with
    what it answers.
    """

    number: int = 0
    panels: tuple[dict[str, Any], ...] = ()
    axis: int = 0
    now: Kept | None = None
    view: View = field(default_factory=View)
    streets: tuple[dict[str, Any], ...] = ()
    street_rows: tuple[list[str], ...] = ()
    gains: changes.Gains | None = None
    lanes: tuple[timeline.Row, ...] = ()
    domains: tuple[tuple[str, float], ...] = ()
    told: tuple[tuple[Words, Words], ...] = ()


def read(number: int, pair: Pair, view: View, beside: tuple[Kept, ...], now: Kept | None) -> Slow:
    """Everything at one moment; only the thread that steps the pair may ask.

    `beside`: options that were kept; `now`: the one that is played, None before its first week.
    """
    gains = changes.read(pair) if pair.weeks else None
    ranked = domains(pair) if pair.weeks else ()
    return Slow(
        number,
        tuple(charts.drawn(pair, view.lang, beside, now)),
        charts.axis(pair),
        now,
        view,
        tuple(charts.by_street(pair, view.metric, view.lang)),
        tuple(charts.street_rows(pair, view.metric, view.lang)) if pair.weeks else (),
        gains,
        tuple(timeline.rows(pair, view.lang)),
        ranked,
        sentences.read(pair, gains, ranked) if gains else (),
    )


def domains(pair: Pair) -> tuple[tuple[str, float], ...]:
    """Change of satisfaction in each domain, mean of the last year against the baseline, the largest gain first."""
    names = [f"satisfaction_{domain}" for domain in DOMAINS]
    sides = [[charts.mean_of_year(track.series(name)) for name in names] for track in (pair.policy, pair.baseline)]
    found = [(name, a - b) for name, a, b in zip(names, *sides, strict=True)]
    return tuple(sorted(found, key=lambda row: -row[1]))
