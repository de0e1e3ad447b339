"""The documentation as a site: every page is in its contents, and no page of it fetches anything."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_every_page_stands_in_the_contents_once() -> None:
    spec = importlib.util.spec_from_file_location("site_conf", DOCS / "conf.py")
    assert spec is not None and spec.loader is not None
    conf = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conf)
    listed = [page for pages in conf.CONTENTS.values() for page in pages]
    assert sorted([*listed, "index"]) == sorted([file.stem for file in DOCS.glob("*.md")] + ["decisions/index"])


def test_every_picture_is_in_the_gallery_or_on_another_page() -> None:
    shown = {
        name
        for page in [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.zh.md"]
        for name in re.findall(r"images/([\w.]+)", page.read_text("utf-8"))
    }
    assert shown >= {file.name for file in (DOCS / "images").iterdir()}
    assert all((DOCS / "images" / name).exists() for name in shown)


def test_the_citation_has_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text("utf-8")
        assert not re.search(r"<(?:script|img|iframe|source)[^>]+src=\"https?://", text), page.name
        assert not re.search(r"<link[^>]+href=\"https?://", text), page.name
    for sheet in tmp_path.rglob("*.css"):
        assert not re.search(r"@import\s+[^;]*https?://|url\([\"']?https?://", sheet.read_text("utf-8")), sheet.name
