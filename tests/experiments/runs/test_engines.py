"""All engines give the same store; what cannot be had is refused with one line."""

import importlib
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from experiments.runs.engines import engine
from experiments.runs.job import Job
from experiments.study.file import load_plan
from experiments.study.sweep import sweep
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes, troubles
from tests.experiments.runs.troubled import content, made

MODEL = (
    fakes.experiment("small")
    + """weeks: 8
design:
  kind: table
  points:
    - {parameters.access.walk_speed: 70.0}
    - {parameters.access.walk_speed: 80.0}
"""
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dask", "ray"])
def test_runs_of_the_model_are_the_same_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(MODEL, "utf-8")
    plan = load_plan(str(tmp_path / "small.yaml"))
    for folder, workers in (("local", 1), (name, 2)):
        result = sweep(plan, out=tmp_path / folder, workers=workers, engine_name=folder)
        assert not result.failed
    assert content(tmp_path / name) == content(tmp_path / "local")
    assert sum(file.startswith("runs/") for file in content(tmp_path / name)) == 8


@pytest.mark.parametrize("name", ["dask", pytest.param("ray", marks=pytest.mark.slow)])
def test_cheap_runs_are_the_same_bytes(
    name: str,
    experiment: str,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
) -> None:
    assert not made(experiment, tmp_path / "out", troubles.cheap, engine_name=name).failed
    assert content(tmp_path / "out") == undisturbed


@pytest.fixture
def dask_address() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=2, host="127.0.0.1", dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.mark.slow
def test_existing_dask_cluster_with_threads(
    dask_address: str,
    experiment: str,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
) -> None:
    assert not made(experiment, tmp_path / "out", troubles.slow, engine_name="dask", address=dask_address).failed
    assert content(tmp_path / "out") == undisturbed


def test_dask_listens_on_loopback_only(tmp_path: Path) -> None:
    job = Job(load_scenario("baseline"), 1, 0.01, 1, tmp_path / "run.parquet")
    with engine("dask")(troubles.cheap, 1) as crew:
        assert [outcome.error for outcome in crew([job])] == [""]
        for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
            listening = [c.laddr for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
            assert all(address.ip in ("127.0.0.1", "::1") for address in listening), listening


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address where nobody answers."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


def opened(name: str, address: str | None) -> None:
    with engine(name)(troubles.cheap, 1, None, address):
        pass


@pytest.mark.parametrize(
    ("name", "scheme", "message"),
    [
        ("dask", "tcp://", "no Dask scheduler answers"),
        ("dask", "nonsense://", "no Dask scheduler answers"),
        ("ray", "", "no Ray cluster answers"),
        ("ray", "ray://", "no Ray cluster answers"),
        ("local", "", "the local engine has none"),
    ],
)
def test_address_where_nobody_answers(
    name: str, scheme: str, message: str, deaf: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name != "local":
        monkeypatch.setattr(importlib.import_module(f"experiments.runs.engines.{name}"), "_PATIENCE", 1.0)
    with pytest.raises(SourceError, match=message):
        opened(name, scheme + deaf)


def test_ray_address_without_a_port() -> None:
    with pytest.raises(SourceError, match="HOST:PORT"):
        opened("ray", "somewhere")


@pytest.mark.parametrize("name", ["dask", "ray"])
def test_engine_that_is_not_installed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(module: str, *_: object) -> None:
        raise ImportError(module)

    monkeypatch.setattr(f"experiments.runs.engines.{name}.import_module", missing)
    with pytest.raises(SourceError, match=r"pip install .huitian-sim\[cluster\]"):
        opened(name, None)
