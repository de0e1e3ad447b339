"""What a folder of results holds: a run, a comparison or a sweep; reading the first two."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from experiments.runs import store
from simulation.yaml_source import SourceError

MARKER = "compare.json"
Kind = Literal["run", "comparison", "sweep"]


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
    """A finished comparison: tables as in `docs/results.md`; the first option is the baseline."""

    folder: Path
    options: list[Option]
    table: pd.DataFrame
    winners: pd.DataFrame
    communities: pd.DataFrame

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


def _marked(marker: Path) -> str:
    """What a marker says that a folder is for; empty without one."""
    try:
        return str(json.loads(marker.read_text("utf-8")).get("kind", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def kind_of(folder: Path) -> Kind:
    """What a folder holds.

    Raises
    ------
    SourceError
        If it does not exist, or holds no results.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder")
    kind = _marked(folder / MARKER)
    if kind in ("search", "calibration"):
        raise SourceError(f"{folder}: a {kind} has tables and charts and no report")
    if (folder / MARKER).exists() or (folder / "comparison.parquet").exists():
        return "comparison"
    if (folder / "sweep.json").exists():
        return "sweep"
    if store.manifest(folder) is not None:
        return "run"
    if (folder / "manifest.json").exists() or (folder / "district.parquet").exists():
        raise SourceError(f"{folder}: unfinished or damaged run; `huitian doctor {folder}` says what is missing")
    raise SourceError(f"{folder}: no results here; give the folder of a run, a comparison or a sweep")


def open_run(folder: Path) -> Option:
    """The run of a folder.

    Raises
    ------
    SourceError
        If the folder holds no whole run.
    """
    manifest = store.manifest(folder)
    if manifest is None:
        raise SourceError(f"{folder}: no whole run; `huitian doctor {folder}` says what is missing")
    return _option([folder], [manifest])


def open_comparison(folder: Path) -> ComparisonFolder:
    """A finished comparison; runs of other seeds that the folder may hold are left out, and so are those without the
    baseline's partner.

    Raises
    ------
    SourceError
        If tables or runs are missing.
    """
    try:
        table = pd.read_parquet(folder / "comparison.parquet")
        winners = pd.read_parquet(folder / "winners.parquet")
        communities = pd.read_parquet(folder / "communities_comparison.parquet")
        marker = json.loads((folder / MARKER).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{folder}: unfinished or damaged comparison ({str(error).splitlines()[0]}); "
            f"the same `huitian compare` finishes it"
        ) from None
    if table.empty:
        raise SourceError(f"{folder}: no pair of runs to compare")
    baseline = str(table["baseline"].iloc[0])
    found = {name: _runs(folder / "runs" / name, marker.get("seeds")) for name in marker["scenarios"]}
    if not found.get(baseline):
        raise SourceError(f"{folder}: the runs of the baseline '{baseline}' are gone")
    seeds = set(found[baseline])
    kept = {name: {seed: run for seed, run in runs.items() if seed in seeds} for name, runs in found.items()}
    order = [baseline, *(name for name in marker["scenarios"] if name != baseline)]
    options = [
        _option(list(kept[name].values()), [store.manifest(run) or {} for run in kept[name].values()])
        for name in order
        if kept[name] and (name == baseline or name in set(table["scenario"]))
    ]
    return ComparisonFolder(folder, options, table, winners, communities)


def _runs(folder: Path, seeds: list[int] | None) -> dict[int, Path]:
    """Whole runs by seed, those of `seeds` if it is known."""
    runs = {int(run.name.removeprefix("seed-")): run for run in folder.glob("seed-*") if store.manifest(run)}
    return {seed: runs[seed] for seed in sorted(runs) if seeds is None or seed in seeds}


def _option(runs: list[Path], manifests: list[dict[str, Any]]) -> Option:
    scenario = manifests[0]["scenario"]
    title = (scenario["title"]["zh"], scenario["title"]["en"])
    return Option(
        scenario["name"],
        title,
        scenario,
        {int(m["seed"]): run for m, run in zip(manifests, runs, strict=True)},
        manifests,
    )
