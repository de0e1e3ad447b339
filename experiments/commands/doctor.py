"""`huitian doctor`: what is wrong with the installation, or with a folder of results."""

import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from experiments.runs import store
from experiments.runs.health import examine
from experiments.runs.sweep_store import MARKER

_PACKAGES = ("mesa", "numpy", "scipy", "pandas", "numba", "matplotlib", "pyarrow", "pydantic")
_ROOM_GB = 2.0


def _line(good: bool, text: str) -> int:
    print(f"{'ok  ' if good else 'BAD '} {text}")
    return 0 if good else 1


def check_installation() -> int:
    """Print a line a check; returns the number of problems."""
    bad = _line(sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}")
    for name in _PACKAGES:
        try:
            bad += _line(True, f"{name} {version(name)}")
        except PackageNotFoundError:
            bad += _line(False, f"{name} is not installed")
    import numba

    from experiments.charts.style import font_file
    from simulation.cache import folder
    from simulation.district.data.district import districts_folder
    from simulation.scenario.load import load_scenario, scenarios_folder, shipped

    bad += _line(numba.get_num_threads() >= 1, f"numba threads {numba.get_num_threads()}")
    bad += _line(font_file().exists(), f"Chinese font {font_file().name}")
    bad += _line(districts_folder().is_dir(), f"districts in {districts_folder()}")
    for name in shipped():
        bad += _line(load_scenario(name).name == name, f"scenario {name} in {scenarios_folder()}")
    cache = folder()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        (cache / ".probe").write_text("x")
        (cache / ".probe").unlink()
        free = shutil.disk_usage(cache).free / 1e9
        bad += _line(free > _ROOM_GB, f"cache {cache}, {free:.1f} GB free (needs {_ROOM_GB:g})")
    except OSError as error:
        bad += _line(False, f"cache {cache} cannot be written: {error.strerror}; set HUITIAN_CACHE")
    return bad


def check_results(folder: Path) -> int:
    """Print a line for each run in a folder, or for each problem of a sweep; returns the number of problems.

    Raises
    ------
    FileExistsError
        If the folder does not exist or holds no run.
    """
    if (folder / MARKER).exists():
        health = examine(folder)
        for problem in health.problems:
            _line(False, f"{folder}: {problem}")
        _line(not health.problems, f"{folder}: {health.whole} of {health.planned} runs whole")
        return len(health.problems)
    runs = sorted(
        {file.parent for file in folder.rglob("district.parquet")}
        | {file.parent for file in folder.rglob("manifest.json")}
    )
    if not runs:
        raise FileExistsError(f"{folder}: no run in this folder")
    bad = 0
    for run in runs:
        found = store.manifest(run)
        if found is None:
            missing = [name for name in store.FILES if not (run / name).exists()]
            bad += _line(False, f"{run}: unfinished or damaged ({', '.join(missing) or 'manifest'})")
            continue
        try:
            ticks = len(pd.read_parquet(run / "district.parquet", columns=["tick"]))
            for name in store.FILES:
                if name.endswith(".parquet"):
                    pd.read_parquet(run / name)
            bad += _line(ticks == found["weeks"], f"{run}: {ticks} of {found['weeks']} weeks, seed {found['seed']}")
        except (OSError, ValueError) as error:
            bad += _line(False, f"{run}: damaged: {str(error).splitlines()[0]}")
    return bad
