"""The sweep of `tests.experiments.runs.troubled`: as a file that is to be made, and made with no trouble."""

from pathlib import Path

import pytest

from tests.experiments import troubles
from tests.experiments.runs.troubled import SEEDS, TEXT, content, made_good


@pytest.fixture
def experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "tries").mkdir()
    monkeypatch.setenv(troubles.TRIES, str(tmp_path / "tries"))
    (tmp_path / "troubled.yaml").write_text(TEXT, "utf-8")
    return str(tmp_path / "troubled.yaml")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "troubled.yaml").write_text(TEXT, "utf-8")
    made_good(str(folder / "troubled.yaml"), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def undisturbed(whole: Path) -> dict[str, bytes]:
    """Its bytes by file."""
    found = content(whole)
    assert sum(name.startswith("runs/") for name in found) == 2 * SEEDS
    return found
