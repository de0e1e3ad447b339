"""All metrics by name, in the order of reports, and their values of a week.

The recorder, the charts, the reports, the page and `docs/metrics.md` all read this table.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from simulation.extensions import instances
from simulation.metrics import access, community_life, epidemic, load, money, population, requests, satisfaction
from simulation.metrics.metric import Column, Metric
from simulation.metrics.sums import SIZES
from simulation.state.world import World
from simulation.yaml_source import SourceError

GROUP = "huitian.metrics"
"""Entry-point group: `name = module:object`, where the object is a `Metric` of that name."""
_SUBJECTS = (satisfaction, load, requests, access, community_life, population, money, epidemic)

_OWN: dict[str, Metric] = {metric.name: metric for subject in _SUBJECTS for metric in subject.METRICS}


class _Table(Mapping[str, Metric]):
    """The model's metrics, then those of other packages.

    Theirs are loaded when somebody looks for the first time: their modules may import this one.
    """

    @cached_property
    def _rows(self) -> dict[str, Metric]:
        offered = instances(GROUP, Metric)
        for name, metric in offered.items():
            if metric.name != name or name in _OWN:
                raise SourceError(f"{name} ({GROUP}) must be a metric called '{name}', which none of the model's is")
        return {**_OWN, **offered}

    def __getitem__(self, name: str) -> Metric:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


METRICS: Mapping[str, Metric] = _Table()
"""Every headline metric by its name, in the order of reports."""

ALWAYS: tuple[str, ...] = tuple(name for name, metric in _OWN.items() if not metric.only_with)
"""Metrics of the model that every run has."""


def read_week(world: World) -> tuple[dict[str, Column], dict[str, float]]:
    """Metrics and sizes of the communities, float64 (n_communities,) each, and metrics of the district."""
    place, district = {name: size(world) for name, size in SIZES.items()}, {}
    for name, metric in METRICS.items():
        if not metric.only_with or world.infection is not None:
            place[name], district[name] = metric.of(world)
    return place, district
