"""A manifest names files of its folder: no path leads out of it, and no character that a file's name cannot have."""

import json
from pathlib import Path

import pytest

from experiments.runs.damage import DamagedError
from experiments.runs.run_folder import read_manifest
from simulation.results import MANIFEST, manifest_hash
from tests.fuzz.case import told

SAID = {
    "status": "done",
    "seed": 1,
    "scale": 1.0,
    "weeks": 3,
    "scenario": {
        "name": "a",
        "title": {"zh": "甲", "en": "a"},
        "district": "huitian",
        "start": "2018-01-01",
        "context": {},
        "interventions": {},
        "parameters": {},
    },
    "hashes": {"scenario": "s", "district": "d", "code": "c"},
}


def write(folder: Path, names: list[str]) -> None:
    said = SAID | {"files": dict.fromkeys(names, "0")}
    said["files"][MANIFEST] = manifest_hash(said)
    (folder / MANIFEST).write_text(json.dumps(said), "utf-8")


@pytest.mark.parametrize("name", ["a\x00b", "../other/district.parquet", "/dev/zero", "", ".hidden", "a\u202eb"])
def test_what_is_no_name_of_a_file_is_refused(name: str, tmp_path: Path) -> None:
    write(tmp_path, [name])
    with pytest.raises(DamagedError, match="files") as refused:
        read_manifest(tmp_path)
    told(refused.value.lines)


def test_a_name_is_read(tmp_path: Path) -> None:
    write(tmp_path, ["district.parquet"])
    assert read_manifest(tmp_path).files is not None
