"""The command as somebody gets it who installs the wheel: every file comes along, and is found outside a checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("huitian", "simulation", "experiments", "scenarios", "districts")


def tracked(*folders: str) -> list[str]:
    """Files of the project that git knows, with their paths from its top."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z", *folders]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git knows, so that left-overs of earlier builds cannot fill a gap."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, source / name)
    pip("wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(built), str(source))
    return next(built.glob("huitian_sim-*.whl"))


def test_the_wheel_holds_every_file_of_the_model_and_of_the_experiments(wheel: Path) -> None:
    held = [name.rpartition("/share/huitian/")[2] for name in zipfile.ZipFile(wheel).namelist()]
    assert not set(tracked(*SHIPPED)) - set(held)
    assert not [name for name in held if name.startswith(("tests/", "benchmarks/"))]


def test_the_installed_command_finds_its_files_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=os.name != "nt")
    python = tmp_path / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip("--python", str(python), "install", "--no-deps", "--no-index", "--quiet", str(wheel))
    # the packages that the project depends on are borrowed from here; the folder itself holds no editable install
    environment = {**os.environ, "PYTHONPATH": sysconfig.get_path("purelib")}
    place = tmp_path / "elsewhere"
    place.mkdir()

    def huitian(*words: str) -> str:
        done = subprocess.run(
            [str(python.parent / "huitian"), *words],
            cwd=place,
            env=environment,
            text=True,
            capture_output=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [str(python), "-c", "import simulation; print(simulation.__file__)"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert Path(where).is_relative_to(tmp_path)
    assert "service_circles" in huitian("scenarios", "list")
    assert "ok" in huitian("scenarios", "check", "huitian_plan")
    # a run would compile every kernel anew (a minute), so the rest is only read
    read = (
        "from experiments.study.file import load_plan; from simulation.district.data.district import load_district; "
        "print(bool(load_plan('circles_dose')), len(load_district('huitian').tables['communities']))"
    )
    done = subprocess.run([str(python), "-c", read], cwd=place, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "130"], done.stderr
