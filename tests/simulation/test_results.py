import errno
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulation.metrics.table import METRICS
from simulation.recording import Recording
from simulation.results import summarise, summary, write_run, write_table
from simulation.scenario.load import load_scenario
from tests.experiments import fakes

TABLES = ("district", "communities", "groups", "cells", "residents")


@pytest.fixture
def recording() -> Recording:
    return fakes.recording(load_scenario("baseline"), seed=1, kept=METRICS)


def test_everything_is_written_and_nothing_else(tmp_path: Path, recording: Recording) -> None:
    write_run(tmp_path / "run", recording)
    expected = {f"{name}.parquet" for name in TABLES} | {"manifest.json", "summary.json"}
    assert {file.name for file in (tmp_path / "run").iterdir()} == expected
    assert [folder.name for folder in tmp_path.iterdir()] == ["run"]
    manifest = json.loads((tmp_path / "run/manifest.json").read_text("utf-8"))
    assert (manifest["status"], manifest["seed"]) == ("done", 1)


@pytest.mark.parametrize("name", TABLES)
def test_columns_come_back_to_six_digits(tmp_path: Path, recording: Recording, name: str) -> None:
    write_run(tmp_path / "run", recording)
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "run" / f"{name}.parquet"),
        getattr(recording, name),
        check_exact=False,
        rtol=5.1e-6,
        atol=0,
    )


def test_floats_keep_six_significant_digits(tmp_path: Path) -> None:
    values = [123456.789, -0.00123456789, 1e-300, 0.0, np.nan, np.inf, 7.0]
    write_table(tmp_path / "t.parquet", pd.DataFrame({"x": values}))
    found = pd.read_parquet(tmp_path / "t.parquet")["x"].to_numpy()
    np.testing.assert_array_equal(found, [123457.0, -0.00123457, 1e-300, 0.0, np.nan, np.inf, 7.0])


def test_identical_recordings_give_identical_files(tmp_path: Path, recording: Recording) -> None:
    write_run(tmp_path / "a", recording)
    write_run(tmp_path / "b", fakes.recording(load_scenario("baseline"), seed=1, kept=METRICS))
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_files_tell_format_and_units(tmp_path: Path, recording: Recording) -> None:
    write_run(tmp_path / "run", recording)
    metadata = pq.read_schema(tmp_path / "run/district.parquet").metadata
    assert metadata[b"huitian_format"] == b"1"
    units = json.loads(metadata[b"units"])
    assert units == {name: metric.unit_en for name, metric in METRICS.items()}


def test_what_is_there_stays_unless_forced(tmp_path: Path, recording: Recording) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="--force"):
        write_run(folder, recording)
    assert [file.name for file in folder.iterdir()] == ["mine.txt"]
    write_run(folder, recording, force=True)
    assert not (folder / "mine.txt").exists()
    assert (folder / "manifest.json").exists()


@pytest.mark.parametrize("writes", range(7))
def test_full_disk_leaves_nothing(
    tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """Seven files are written; the disk is full at each of them in turn."""
    left = writes
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left -= 1
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        write_run(tmp_path / "run", recording)
    assert list(tmp_path.iterdir()) == []


def test_full_disk_leaves_the_old_run_when_forced(
    tmp_path: Path, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path / "run", recording)
    before = {file.name: file.read_bytes() for file in (tmp_path / "run").iterdir()}

    def fsync(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        write_run(tmp_path / "run", fakes.recording(load_scenario("service_circles"), 2), force=True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "run").iterdir()} == before


def test_summary_of_levels_flows_and_totals() -> None:
    weeks = 104
    frame = pd.DataFrame({name: np.arange(1.0, weeks + 1) for name in METRICS})
    found = summary(frame)
    assert found["trust"] == {"first_year": 26.5, "last_year": 78.5, "whole_run": 52.5}
    assert found["requests"] == {"first_year": 26.5 * 52, "last_year": 78.5 * 52, "whole_run": 52.5 * 104}
    assert found["cost_capital_yuan"] == {"first_year": 52.0, "last_year": 104.0, "whole_run": 104.0}


def test_weeks_without_a_rate_are_left_out_and_none_at_all_is_null() -> None:
    assert summarise(pd.DataFrame({"response_rate": [np.nan, 0.5, 1.0]}), "response_rate") == 0.75
    assert summarise(pd.DataFrame({"response_rate": [np.nan, np.nan]}), "response_rate") is None
