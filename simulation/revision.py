"""The commit that the source comes from, where it lies in a git checkout: for people; the hash of the code is exact."""

import os
import subprocess
from functools import cache
from pathlib import Path


@cache
def commit(folder: Path = Path(__file__).parent) -> str:
    """Hash of the commit, with "-dirty" where tracked files differ from it; "" where git or the checkout is missing.

    A folder that lies in somebody else's checkout without being part of it, such as an environment, has no commit.
    """
    tracked = _git(folder, "ls-files", "--error-unmatch", Path(__file__).name)
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*") if tracked else ""


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
