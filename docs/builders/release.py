"""A release by tag: wheel, source, bill of materials, and the checksums of all three.

The files come from what the tag holds, not from the working folder, and carry the time of its commit: the same tag
gives the same bytes. `sha256sum --check SHA256SUMS` verifies what somebody was given.
"""

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from docs.builders.licences import bill, locked

ROOT = Path(__file__).parents[2]
SUMS = "SHA256SUMS"
NAME = "huitian-sim"


class ReleaseError(Exception):
    """What keeps a checkout from being released, in one line."""


def git(root: Path, *words: str) -> bytes:
    """What git prints."""
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True).stdout


def tag_of(root: Path) -> str:
    """The tag of the commit that is checked out: v and the version of the project.

    Raises
    ------
    ReleaseError
        If the commit has no such tag, or the folder holds something that is not committed.
    """
    wanted = "v" + tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    if git(root, "status", "--porcelain").strip():
        raise ReleaseError("the working folder holds changes: commit or put them away first")
    tags = git(root, "tag", "--points-at", "HEAD").decode().split()
    if wanted not in tags:
        raise ReleaseError(f"this commit has no tag {wanted} (of pyproject.toml): git tag -a {wanted}")
    return wanted


def release(root: Path, out: Path) -> list[Path]:
    """Write the files of a release; returns them, the checksums last.

    Raises
    ------
    ReleaseError
        See `tag_of`.
    """
    tag = tag_of(root)
    stem = f"{NAME}-{tag.removeprefix('v')}"
    out.mkdir(parents=True, exist_ok=True)
    source, bom = out / f"{stem}.tar.gz", out / f"{stem}.sbom.json"
    plain = git(root, "archive", "--format=tar", f"--prefix={stem}/", tag)
    source.write_bytes(gzip.compress(plain, mtime=0))
    time = git(root, "log", "-1", "--format=%ct", tag).decode().strip()
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(source) as archive:
            archive.extractall(place, filter="data")
        wheel = _wheel(Path(place) / stem, out, time)
        packages = locked(Path(place) / stem / "requirements.lock")
        text = json.dumps(bill(packages, Path(place) / stem / "requirements.lock"), indent=1, ensure_ascii=False)
    bom.write_text(text + "\n", encoding="utf-8")
    files = sorted([wheel, source, bom])
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (out / SUMS).write_text(sums, encoding="utf-8")
    return [*files, out / SUMS]


def _wheel(source: Path, out: Path, time: str) -> Path:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(out), str(source)],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": time},
    )
    return next(out.glob(f"{NAME.replace('-', '_')}-*.whl"))


def main() -> None:
    """Write the release, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "release")
    try:
        for file in release(ROOT, parser.parse_args().out):
            print(file.relative_to(ROOT) if file.is_relative_to(ROOT) else file)
    except ReleaseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
