"""Installs every scenario and district file under share/huitian, so that the command works outside a checkout.

pyproject.toml can list data files but cannot keep the folder structure of an open-ended tree.
"""

from pathlib import Path

from setuptools import setup


def shared_files(*tops: str) -> list[tuple[str, list[str]]]:
    """Pairs of (folder below the installation prefix, files that go there) for all files below `tops`."""
    folders: dict[str, list[str]] = {}
    for top in tops:
        for path in sorted(Path(top).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                folders.setdefault(f"share/huitian/{path.parent.as_posix()}", []).append(path.as_posix())
    return sorted(folders.items())


setup(data_files=shared_files("scenarios", "districts"))
