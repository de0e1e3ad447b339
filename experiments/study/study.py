"""The study: scenarios crossed with the points of a design and with seeds.

A run is a study of one scenario and one seed; a comparison is a study without a design; a sweep has one. Search,
calibration, measures and validation are studies that follow one another: what was found says which scenarios are next.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import pandas as pd
from pydantic import ValidationError

from experiments.runs.job import Job, name_of
from experiments.runs.kept import Kept
from experiments.runs.store import RUNS
from experiments.study.factors import Value
from experiments.study.settings import SCALE, value_of, with_settings
from simulation.interventions.registry import interventions
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError

_TOGETHER = 8  # points whose scenarios are run one after the other


def one_point() -> pd.DataFrame:
    """The points of a study without a design: one, without factors."""
    return pd.DataFrame(index=pd.RangeIndex(1, name="point"))


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked of the model; where and with what means it is run is another matter.

    Attributes
    ----------
    scenarios : mapping
        By name; all but the baseline are measured against it.
    baseline : str
        One of the scenarios.
    seeds : sequence of int
        Blocks of common random numbers: every scenario at every point is run with each.
    points : DataFrame
        Indexed by point; a column for each factor, by dotted path.
    scale : float
        Share of households in the runs.
    weeks : int, optional
        Instead of those of the scenarios.
    keep : tuple of Kept
        Metrics by place that runs keep as well, where they are kept as files.
    """

    scenarios: Mapping[str, Scenario]
    baseline: str
    seeds: Sequence[int] = (1,)
    points: pd.DataFrame = field(default_factory=one_point)
    scale: float = 1.0
    weeks: int | None = None
    keep: tuple[Kept, ...] = ()
    _at: dict[tuple[int, str], Scenario] = field(default_factory=dict, repr=False)
    _named: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict, repr=False)

    def with_seeds(self, seeds: Sequence[int]) -> Self:
        """The same study with other seeds."""
        return replace(self, seeds=seeds)

    def at(self, point: int, name: str) -> Scenario:
        """A scenario as a point of the design changes it; see `at_point`."""
        if (point, name) not in self._at:
            switches = len(self.scenarios) == 1 or name != self.baseline
            self._at[point, name] = at_point(self.scenarios[name], point_of(self.points, point), switches)
        return self._at[point, name]

    def scale_at(self, point: int) -> float:
        """Share of households at a point: its own, where that is a factor."""
        own = point_of(self.points[[SCALE]], point) if SCALE in self.points.columns else {}
        return float(own.get(SCALE, self.scale))  # type: ignore[arg-type]

    def filled(self, name: str) -> pd.DataFrame:
        """The points as a scenario takes them: where a point does not set a factor, the scenario's own value stands.

        None stays for fields of a lever that is off there.
        """
        found = self.points.astype(object)
        for path in found.columns:
            for point in found.index[found[path].isna()]:
                found.at[point, path] = value_of(self.at(int(point), name), str(path), self.scale)
        return found.infer_objects()

    def runs(self) -> pd.DataFrame:
        """Plan of the runs: columns run (name), point, scenario, seed; a run that points share stands once for each.

        Seeds change slowest, so that an interrupted study has whole blocks.
        """
        from simulation.run import content_hash  # loads the model, which readers of results do without

        cells = [(point, name) for point in map(int, self.points.index) for name in self.scenarios]
        for cell in cells:
            if cell not in self._named:
                scenario = self.at(*cell)
                self._named[cell] = content_hash(scenario), self.weeks or scenario.weeks
        what = [self._named[cell] for cell in cells]
        scales = {point: self.scale_at(point) for point, _ in cells}
        rows = [
            (name_of(hashed, seed, scales[point], weeks), point, name, seed)
            for seed in self.seeds
            for (point, name), (hashed, weeks) in zip(cells, what, strict=True)
        ]
        return pd.DataFrame(rows, columns=["run", "point", "scenario", "seed"])

    def job(self, point: int, name: str, seed: int, place: Path) -> Job:
        """The job of a run that is kept at a place."""
        return Job(self.at(point, name), seed, self.scale_at(point), self.weeks, place, keep=self.keep)

    def jobs_in_folders(self, out: Path) -> list[Job]:
        """Jobs of all scenarios and seeds of a study without a design, each with a folder of its own."""
        return [
            self.job(0, name, seed, out / RUNS / name / f"seed-{seed}")
            for name in self.scenarios
            for seed in self.seeds
        ]

    def jobs_in_files(self, out: Path) -> list[Job]:
        """Jobs of every run once, each with a file of its own.

        Runs that need the same burn-in are near each other, not side by side.
        """
        order = {name: k for k, name in enumerate(self.scenarios)}
        once = self.runs().drop_duplicates("run")
        rows = sorted(once.itertuples(), key=lambda r: (r.seed, r.point // _TOGETHER, order[r.scenario], r.point))
        return [self.job(r.point, r.scenario, r.seed, out / RUNS / f"{r.run}.parquet") for r in rows]


def difference(scenarios: Collection[Scenario]) -> str:
    """What scenarios differ in besides interventions and parameters, so that their runs are no pairs; "" if nothing."""
    alike = ("district", "readings", "start", "weeks", "context", "population_seed")
    return next((what for what in alike if len({str(getattr(s, what)) for s in scenarios}) > 1), "")


def point_of(points: pd.DataFrame, number: int) -> dict[str, Value]:
    """One point by factor, as plain values: a row of mixed columns would turn whole numbers into floats.

    A factor that another design of the study varies, and this point's does not, is left out.
    """
    cells = {str(path): points.at[number, path] for path in points.columns}
    plain = {path: cell.item() if hasattr(cell, "item") else cell for path, cell in cells.items()}
    return {path: value for path, value in plain.items() if value is not None and value == value}  # NaN is not itself


def at_point(base: Scenario, point: Mapping[str, Value], switches: bool) -> Scenario:
    """A scenario as a point of the design changes it.

    Parameters, events, readings, structure and people act in every scenario. A switch (`interventions.KIND`) acts where
    `switches` says so: in every scenario but the baseline, or in the only one. A field acts wherever its lever is on.
    """
    levers = dict(base.interventions)
    fields: dict[str, dict[str, Value]] = {}
    for path, value in sorted(point.items()):  # a lever stands before its fields
        area, _, rest = path.partition(".")
        kind, _, name = rest.partition(".")
        if area != "interventions":
            continue
        if not name and switches:
            levers.pop(kind, None)
            if value:
                levers[kind] = base.interventions.get(kind) or interventions()[kind]()
        elif name and kind in levers:
            fields.setdefault(kind, {})[name] = value
    for kind, given in fields.items():  # at once: of two days the later may not come first
        try:
            levers[kind] = interventions()[kind].model_validate({**levers[kind].model_dump(), **given})
        except ValidationError as error:
            told = ", ".join(f"{name}: {value}" for name, value in given.items())
            raise SourceError(
                f"the point with {kind} {{{told}}} is not allowed: {error.errors()[0]['msg']}; "
                "a constraint of the design can leave such points out"
            ) from None
    changed = with_settings(base, point)
    return changed.model_copy(update={"interventions": dict(sorted(levers.items()))})
