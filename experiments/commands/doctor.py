"""`huitian doctor`: what is wrong with the installation, or with a folder of results."""

import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Debug
from simulation.extensions import GROUPS, load, offered, origin
from simulation.yaml_source import SourceError

_PACKAGES = ("mesa", "numpy", "scipy", "pandas", "numba", "matplotlib", "pyarrow", "pydantic")
_ROOM_GB = 2.0


def doctor(
    folder: Annotated[Path | None, typer.Argument(help="结果文件夹 / a folder of results")] = None, debug: Debug = False
) -> None:
    """检查安装与结果 / check the installation, and a folder of results for damaged or missing runs."""
    problems = check_installation() if folder is None else check_results(folder)
    if problems:
        raise typer.Exit(1)


def _line(good: bool, text: str) -> int:
    print(f"{'ok  ' if good else 'BAD '} {text}")
    return 0 if good else 1


def check_installation() -> int:
    """Print a line per check; returns the number of problems."""
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
    for group in GROUPS:
        for name, entry in offered(group).items():
            try:
                load(entry)
                bad += _line(True, f"{name} ({group}) of {origin(entry)}")
            except SourceError as error:
                bad += _line(False, str(error))
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
    SourceError
        If the folder does not exist or holds no run.
    """
    from experiments.runs.health import examine

    found = examine(folder)
    for sound, text in found.lines:
        _line(sound, text)
    if found.total:
        _line(not found.problems, found.total)
    return found.problems
