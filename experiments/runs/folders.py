"""What a folder of results holds: a run, a comparison or a sweep; reading the first two."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.answers.uncertainty import DRAWS, TOTAL
from experiments.runs.claim import COMPARE, SWEEP, said
from experiments.runs.damage import DamagedError
from experiments.runs.job import Made
from experiments.runs.run_folder import Manifest, verify
from experiments.runs.store import RUNS
from experiments.statistics import COLUMNS
from simulation.metrics.table import METRICS
from simulation.results import MANIFEST
from simulation.scenario.messages import explain
from simulation.whole import file_hash
from simulation.yaml_source import SourceError

TABLES = {
    "table": "comparison.parquet",
    "winners": "winners.parquet",
    "communities": "communities_comparison.parquet",
}
"""Files of a comparison's tables."""
DRAWN = {"draws": "draws.parquet", "points": "draws_points.parquet"}
"""Those of one over draws of the posterior besides."""
Kind = Literal["run", "comparison", "sweep"]


class Marker(BaseModel):
    """What the marker of a finished comparison says; those of older versions have no more than kind and scenarios.

    Attributes
    ----------
    files : dict
        Hashes of the tables.
    runs : dict
        Names of the runs that the tables were made from, by scenario and seed; `versions` are of all of them.
    draws : dict
        Posterior, scale and first seed of the runs at draws, and which parameters scenarios set themselves; none
        without draws.
    """

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    kind: Literal["comparison"] = "comparison"
    scenarios: list[str] = Field(min_length=1)
    seeds: list[int] | None = None
    files: dict[str, str] | None = None
    runs: dict[str, dict[str, str]] | None = None
    versions: dict[str, str] | None = None
    draws: dict[str, Any] | None = None

    @property
    def tables(self) -> list[str]:
        """Files of the tables that the comparison has."""
        return [*TABLES.values(), *(name for name in DRAWN.values() if name in (self.files or {}))]


@dataclass(frozen=True, eq=False)
class Option:
    """One scenario of a comparison, or that of a run, as its manifests tell.

    Attributes
    ----------
    title : tuple of str
        Chinese and English.
    scenario : dict
        The resolved scenario.
    runs : dict
        Folders of whole runs by seed.
    manifests : list of dict
        Of the runs, in their order.
    """

    name: str
    title: tuple[str, str]
    scenario: dict[str, Any]
    runs: dict[int, Path]
    manifests: list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class ComparisonFolder:
    """A finished comparison: tables as in `docs/results.md`; the first option is the baseline.

    `draws` and `draws_points` are empty without draws, and so is `about_draws`, what the marker says of them.
    """

    folder: Path
    options: list[Option]
    table: pd.DataFrame
    winners: pd.DataFrame
    communities: pd.DataFrame
    draws: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=DRAWS))
    draws_points: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["draw", "seed"]))
    about_draws: dict[str, Any] = field(default_factory=dict)

    @property
    def baseline(self) -> Option:
        """The option that the others are measured against."""
        return self.options[0]

    @property
    def others(self) -> list[Option]:
        """All but the baseline."""
        return self.options[1:]

    @property
    def names(self) -> dict[str, tuple[str, str]]:
        """Titles (zh, en) by scenario, the baseline first."""
        return {option.name: option.title for option in self.options}

    @property
    def replicates(self) -> int:
        """Seeds of the baseline."""
        return len(self.baseline.runs)

    @property
    def scale(self) -> float:
        """Share of households in the runs."""
        return float(self.baseline.manifests[0]["scale"])


def kind_of(folder: Path) -> Kind:
    """What a folder holds.

    Raises
    ------
    SourceError
        If it does not exist, or holds no results.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder")
    kind = (said(folder) or {}).get("kind")
    if kind == "draws":
        raise SourceError(f"{folder}: runs of a comparison at draws of parameters; its tables are in {folder.parent}")
    if kind in ("search", "calibration", "measures", "validation"):
        raise SourceError(f"{folder}: a {kind} has tables and charts and no report")
    if (folder / COMPARE).exists() or (folder / TABLES["table"]).exists():
        return "comparison"
    if (folder / SWEEP).exists():
        return "sweep"
    if (folder / MANIFEST).exists():
        return "run"
    if (folder / "district.parquet").exists():
        raise SourceError(f"{folder}: unfinished or damaged run; `huitian doctor {folder}` says what is missing")
    raise SourceError(f"{folder}: no results here; give the folder of a run, a comparison or a sweep")


def open_run(folder: Path) -> Option:
    """The run of a folder.

    Raises
    ------
    DamagedError
        If the folder holds no whole run.
    """
    manifest = verify(folder)
    return _option({manifest.seed: (folder, manifest)})


def open_comparison(folder: Path) -> ComparisonFolder:
    """A finished comparison; runs of other seeds that the folder may hold are left out, and so are those without the
    baseline's partner.

    Raises
    ------
    SourceError
        If tables or runs are missing.
    DamagedError
        If one does not hold what was written.
    """
    marker = read_marker(folder)
    for name in marker.tables:
        check_table(folder / name, marker)
    try:
        table, winners, communities = (pd.read_parquet(folder / name) for name in TABLES.values())
        drawn = [pd.read_parquet(folder / name) for name in DRAWN.values() if name in marker.tables]
        baselines = list(table["baseline"].unique())
        # an older version may have had metrics that this one does not know
        table, communities = (part[part["metric"].isin(METRICS)] for part in (table, communities))
        table = table.reindex(columns=list(dict.fromkeys([*table.columns, *COLUMNS, *TOTAL])))  # an older one has fewer
        table = table.fillna({"draws": 0, "verdict_total": ""}).astype({"draws": "int64"})
    except (OSError, ValueError, KeyError) as error:
        raise _unfinished(folder, str(error).splitlines()[0]) from None
    if table.empty:
        raise SourceError(f"{folder}: no pair of runs to compare")
    runs = {name: _runs(folder, name, marker) for name in marker.scenarios}
    baseline = str(baselines[0])
    if not runs.get(baseline):
        raise SourceError(f"{folder}: the runs of the baseline '{baseline}' are gone")
    order = [baseline, *(name for name in marker.scenarios if name != baseline)]
    paired = {name: {seed: run for seed, run in runs[name].items() if seed in runs[baseline]} for name in order}
    known = {baseline, *table["scenario"]}
    options = [_option(pairs) for name, pairs in paired.items() if pairs and name in known]
    found = ComparisonFolder(folder, options, table, winners, communities, about_draws=marker.draws or {})
    return replace(found, draws=drawn[0][drawn[0]["metric"].isin(METRICS)], draws_points=drawn[1]) if drawn else found


def read_marker(folder: Path) -> Marker:
    """The marker of a comparison.

    Raises
    ------
    SourceError
        If there is none.
    DamagedError
        If it is not what a comparison writes.
    """
    content = said(folder)
    if not content and (folder / COMPARE).exists():
        raise DamagedError(f"{folder / COMPARE}: damaged: it does not hold what was written")
    if not content:
        raise _unfinished(folder, COMPARE)
    try:
        return Marker.model_validate(content)
    except ValidationError as error:
        keys, problem = explain(error, Marker)
        raise DamagedError(f"{folder / COMPARE}: {'.'.join(keys)}: {problem}") from None


def check_table(file: Path, marker: Marker) -> None:
    """Whether a table of a comparison holds what was written; older comparisons do not say what that was.

    Raises
    ------
    SourceError
        If it is missing.
    DamagedError
        If it does not.
    """
    if not file.is_file():
        raise _unfinished(file.parent, file.name)
    if marker.files is not None and marker.files.get(file.name) != file_hash(file):
        raise DamagedError(f"{file}: damaged; the same `huitian compare` makes it again")


def _unfinished(folder: Path, what: str) -> SourceError:
    return SourceError(f"{folder}: unfinished or damaged comparison ({what}); the same `huitian compare` finishes it")


def verify_in_place(run: Path, name: str, seed: int) -> Manifest:
    """The manifest of a whole run that is the one that its place says.

    Raises
    ------
    DamagedError
        If it is not whole, or another run.
    """
    manifest = verify(run)
    if (manifest.scenario.name, manifest.seed) != (name, seed):
        raise DamagedError(f"{run}: holds another run: {manifest.scenario.name}, seed {manifest.seed}")
    return manifest


def _runs(folder: Path, name: str, marker: Marker) -> dict[int, tuple[Path, Manifest]]:
    """Runs of a scenario by seed; those that the tables left out are left out too."""
    folders = {run.name.removeprefix("seed-"): run for run in (folder / RUNS / name).glob("seed-*")}
    found = {}
    for seed in sorted(int(seed) for seed in folders if seed.isdecimal()):
        if marker.seeds is not None and seed not in marker.seeds:
            continue
        if marker.runs is not None and str(seed) not in marker.runs.get(name, {}):
            continue
        run = folders[str(seed)]
        manifest = verify_in_place(run, name, seed)
        if marker.runs is not None and manifest.made != _made(marker, marker.runs[name][str(seed)]):
            raise _unfinished(folder, f"{run} was made after the tables")
        found[seed] = (run, manifest)
    missing = set((marker.runs or {}).get(name, {})) - set(map(str, found))
    if missing:
        raise DamagedError(f"{folder / RUNS / name}: no run of seed {', '.join(sorted(missing))}; see `huitian doctor`")
    return found


def _made(marker: Marker, run: str) -> Made:
    """What a marker says that a run is."""
    versions = marker.versions or {}
    return Made(run, versions["code"], versions["district"])


def _option(runs: dict[int, tuple[Path, Manifest]]) -> Option:
    manifests = [manifest.plain() for _, manifest in runs.values()]
    scenario = manifests[0]["scenario"]
    title = (scenario["title"]["zh"], scenario["title"]["en"])
    return Option(scenario["name"], title, scenario, {seed: run for seed, (run, _) in runs.items()}, manifests)
