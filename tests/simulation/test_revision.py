"""The commit in manifests: of the checkout that the source is part of, and of no other."""

import shutil
import subprocess
from pathlib import Path

import pytest

from simulation import revision

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_commit_of_a_checkout_and_of_changes(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    package = tmp_path / "package"
    package.mkdir()
    (package / "revision.py").write_text("one", "utf-8")
    assert revision.commit.__wrapped__(package) == ""  # in somebody's checkout, and not part of it
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    now = git(tmp_path, "rev-parse", "HEAD")
    assert revision.commit.__wrapped__(package) == now
    (package / "revision.py").write_text("two", "utf-8")
    assert revision.commit.__wrapped__(package) == f"{now}-dirty"


def test_no_checkout_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert revision.commit.__wrapped__(tmp_path / "nowhere") == ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision.commit.__wrapped__(Path(revision.__file__).parent) == ""
