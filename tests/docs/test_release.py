"""A release is what its tag holds, the same bytes each time, with checksums that verify."""

import subprocess
from pathlib import Path

import pytest

from docs.builders.licences import ROOT
from docs.builders.release import SUMS, ReleaseError, release, tag_of


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "huitian-sim"\nversion = "0.1.0"\n')
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


def test_only_a_clean_commit_with_its_tag_is_released(checkout: Path) -> None:
    with pytest.raises(ReleaseError, match=r"no tag v0\.1\.0"):
        tag_of(checkout)
    git(checkout, "tag", "v0.2.0")
    with pytest.raises(ReleaseError, match=r"no tag v0\.1\.0"):
        tag_of(checkout)
    git(checkout, "tag", "-a", "v0.1.0", "-m", "0.1.0")
    assert tag_of(checkout) == "v0.1.0"
    (checkout / "more").touch()
    with pytest.raises(ReleaseError, match="holds changes"):
        tag_of(checkout)


@pytest.mark.slow
def test_the_same_tag_gives_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(copy)], check=True)
    git(copy, "tag", "v0.1.0")
    first, second = (release(copy, tmp_path / name) for name in ("first", "second"))
    assert [file.name for file in first] == [file.name for file in second]
    assert {file.suffix for file in first} == {".whl", ".gz", ".json", ""}
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
    subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=tmp_path / "first", check=True, capture_output=True)
