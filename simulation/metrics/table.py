"""All metrics by name, in the order of reports, and their values of a week.

The recorder, the charts, the reports, the page and `docs/metrics.md` all read this table.
"""

from simulation.metrics import access, community_life, epidemic, load, money, requests, satisfaction
from simulation.metrics.metric import Column, Metric
from simulation.metrics.sums import SIZES
from simulation.state.world import World

_SUBJECTS = (satisfaction, load, requests, access, community_life, money, epidemic)

METRICS: dict[str, Metric] = {metric.name: metric for subject in _SUBJECTS for metric in subject.METRICS}
"""Every headline metric by its name, in the order of reports."""

ALWAYS: tuple[str, ...] = tuple(name for name, metric in METRICS.items() if not metric.only_with)
"""Metrics that every run has."""


def read_week(world: World) -> tuple[dict[str, Column], dict[str, float]]:
    """Metrics and sizes of the communities, float64 (n_communities,) each, and metrics of the district."""
    place, district = {name: size(world) for name, size in SIZES.items()}, {}
    for name, metric in METRICS.items():
        if not metric.only_with or world.infection is not None:
            place[name], district[name] = metric.of(world)
    return place, district
