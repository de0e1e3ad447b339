"""A run made once more from its manifest alone, and compared byte by byte."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from experiments.runs.damage import DamagedError
from experiments.runs.run_folder import Manifest, verify
from simulation.results import MANIFEST, write_run
from simulation.run import simulate
from simulation.scenario.messages import explain
from simulation.scenario.types import Scenario
from simulation.whole import file_hash


@dataclass(frozen=True)
class Again:
    """What a second making of a run showed."""

    files: tuple[str, ...]  # that the run has or had
    different: tuple[str, ...]  # other bytes, or only in one of both
    code: tuple[str, str]  # hash of the code then, and now
    district: tuple[str, str]
    processor: tuple[str, str]  # then, "" where the manifest does not say, and now

    @property
    def same(self) -> bool:
        """Whether both have the same files, and each holds the same bytes."""
        return not self.different


def scenario_of(manifest: Manifest, folder: Path) -> Scenario:
    """The scenario that a manifest holds, with its dates.

    Raises
    ------
    DamagedError
        If this version cannot read it.
    """
    try:
        return Scenario.model_validate(manifest.plain()["scenario"])
    except ValidationError as error:
        keys, problem = explain(error, Scenario)
        raise DamagedError(
            f"{folder / MANIFEST}: this version cannot read the scenario: {'.'.join(keys)}: {problem}"
        ) from None


def rerun(folder: Path, progress: Callable[[int, int], None] | None = None) -> Again:
    """Make the run of a folder again in a temporary place and compare all its files but the manifest.

    Raises
    ------
    DamagedError
        If the folder is damaged, of a version whose runs have no hashes, or its scenario cannot be read.
    """
    manifest = verify(folder)
    if manifest.files is None:
        raise DamagedError(f"{folder}: its manifest has no hashes of files; it was made by an older version")
    recording = simulate(
        scenario_of(manifest, folder), seed=manifest.seed, scale=manifest.scale, weeks=manifest.weeks, progress=progress
    )
    with tempfile.TemporaryDirectory(prefix="huitian-rerun-") as place:
        write_run(Path(place) / "run", recording)
        made = {file.name: file_hash(file) for file in (Path(place) / "run").iterdir()}
    files = tuple(sorted((manifest.files.keys() | made.keys()) - {MANIFEST}))
    hashes = recording.manifest["hashes"]
    return Again(
        files,
        tuple(name for name in files if made.get(name) != manifest.files.get(name)),
        (manifest.hashes.code, hashes["code"]),
        (manifest.hashes.district, hashes["district"]),
        (manifest.processor, recording.manifest["processor"]),
    )
